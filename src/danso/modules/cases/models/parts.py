"""Tables of what belongs to a case: papers, the payment, effects, deeds on their way out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.cases.data import EffectState
from danso.modules.cases.models.cases import Case


class CasePaper(models.Model):
    """A paper of a case, handed in or its result. The file itself lies with whoever keeps files,
    under its digest; none for a paper that was only shown at the desk."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    requirement = models.CharField(max_length=60, default="")
    kind = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, default="")
    name = models.CharField(max_length=200, default="")
    reused_from = models.UUIDField(null=True)
    added_at = models.DateTimeField(default=clock.now)
    checked_by = models.CharField(max_length=80, default="")
    is_result = models.BooleanField(default=False)
    is_signed = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_paper"
        indexes = [
            models.Index(fields=["digest"], condition=~Q(digest=""), name="cases_paper_digest")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(is_result=True), name="cases_paper_one_result"
            )
        ]

    def __str__(self) -> str:
        return f"paper {self.key}"


class Payment(models.Model):
    """The fee of a case as paid: one, however often somebody says so. `reference` is the payer's
    transaction, or the book and number of a receipt in cash."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+", primary_key=True)
    number = models.CharField(max_length=56, unique=True)
    amount = models.PositiveIntegerField()
    way = models.CharField(max_length=10)
    reference = models.CharField(max_length=80, unique=True)
    paid_at = models.DateTimeField(default=clock.now)
    taken_by = models.CharField(max_length=80)

    class Meta:
        db_table = "cases_payment"

    def __str__(self) -> str:
        return f"payment of {self.case_id}"


class Rating(models.Model):
    """What the applicant said of how the file was handled; once."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+", primary_key=True)
    procedure = models.CharField(max_length=64)
    unit = models.CharField(max_length=64)
    satisfaction = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=1000, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "cases_rating"
        indexes = [models.Index(fields=["at"], name="cases_rating_at")]

    def __str__(self) -> str:
        return f"rating of {self.case_id}"


class CaseEffect(models.Model):
    """What a decision changes. `request`: the key under which the register above was asked."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    state = models.CharField(
        max_length=8, choices=[(state.value, state.value) for state in EffectState]
    )
    person = models.UUIDField(null=True)
    request = models.UUIDField(null=True, unique=True)
    said = models.CharField(max_length=400, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "cases_effect"
        indexes = [
            models.Index(
                fields=["case"],
                condition=~Q(state=EffectState.DONE.value),
                name="cases_effect_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"


class OutgoingDeed(models.Model):
    """Something that another body is to be told or asked: written in the commit that causes it,
    delivered at least once under the same key. `road`: `number`, `register` or `source:CODE`."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    effect = models.OneToOneField(CaseEffect, on_delete=models.CASCADE, related_name="+")
    road = models.CharField(max_length=100)
    body = models.JSONField()
    written_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=120, default="")
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    fault = models.CharField(max_length=60, default="")

    class Meta:
        db_table = "cases_outgoing"
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(sent_at__isnull=True),
                name="cases_outgoing_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"deed {self.key}"
