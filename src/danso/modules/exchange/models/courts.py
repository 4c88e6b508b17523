"""Tables of what courts ask and send: answered cases, people sought, decisions that came back."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from danso.kernel.keys import new_key


class CaseRecord(models.Model):
    """One answer about the parties of a case, kept so that it can be proven.

    Written by `gateway_v1.case_parties` in the statement that answers. `text` is the canonical
    record, `sealed` the same with its proofs; what it says about people is erased after
    `KEPT_DAYS`, the digest stays.
    """

    key = models.UUIDField(primary_key=True)
    partner = models.BigIntegerField()
    agreement = models.TextField()
    said = models.JSONField()
    on_day = models.DateField(null=True)
    answers = models.JSONField()
    subjects = ArrayField(models.UUIDField(null=True))
    at = models.DateTimeField()
    text = models.TextField(default="", db_default="")
    digest = models.TextField(default="", db_default="")
    positions = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    position = models.BigIntegerField(null=True)
    sealed = models.TextField(default="", db_default="")
    pdf = models.BinaryField(null=True)

    class Meta:
        db_table = "exchange_case_record"
        indexes = [
            models.Index(
                fields=["position"],
                name="exchange_case_record_unsealed",
                condition=Q(sealed="") & Q(position__isnull=False),
            ),
            models.Index(fields=["at"], name="exchange_case_record_at"),
        ]

    def __str__(self) -> str:
        return f"case record {self.key}"


class PersonRequest(models.Model):
    """Somebody whom a court looks for without a number; commune police answer."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partner = models.BigIntegerField()
    said = models.JSONField()
    full_name = models.TextField()
    plain = models.TextField(db_collation="C")
    birth_year = models.TextField(db_default="")
    commune = models.TextField(db_collation="C")
    at = models.DateTimeField()
    due = models.DateField(null=True)
    state = models.TextField(default="open", db_default="open")
    person = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(default="", db_default="")
    note = models.TextField(default="", db_default="")

    class Meta:
        db_table = "exchange_person_request"
        indexes = [
            models.Index(fields=["commune", "state", "at"], name="exchange_person_request_work"),
            models.Index(fields=["partner", "at"], name="exchange_person_request_who"),
            models.Index(fields=["plain", "at"], name="exchange_person_request_same"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("open", "found", "nobody", "unclear")),
                name="exchange_person_request_state",
            ),
            models.CheckConstraint(
                condition=Q(state="found", person__isnull=False)
                | (~Q(state="found") & Q(person__isnull=True)),
                name="exchange_person_request_person",
            ),
        ]

    def __str__(self) -> str:
        return f"person request {self.key}"


class CourtDecision(models.Model):
    """A judgment about one person, as a proposal: nothing changes until it is accepted."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partner = models.BigIntegerField()
    said = models.JSONField()
    court = models.TextField()
    number = models.TextField()
    kind = models.TextField()
    person = models.UUIDField()
    digest = models.TextField()
    at = models.DateTimeField()
    commune = models.TextField(default="", db_default="", db_collation="C")
    decider = models.TextField(default="", db_default="")
    due = models.DateField(null=True)
    state = models.TextField(default="proposed", db_default="proposed")
    answer = models.TextField(default="", db_default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(default="", db_default="")
    # Where two officers accept: the first, until the second.
    first_by = models.TextField(default="", db_default="")
    first_at = models.DateTimeField(null=True)
    # In a copy: the change asked of the register above, which decides.
    request = models.UUIDField(null=True)

    class Meta:
        db_table = "exchange_court_decision"
        indexes = [
            models.Index(fields=["commune", "state", "at"], name="exchange_court_decision_work"),
            models.Index(
                fields=["request"],
                name="exchange_court_decision_up",
                condition=Q(request__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "court", "number", "person"],
                name="exchange_court_decision_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "sent_up", "accepted", "rejected")),
                name="exchange_court_decision_state",
            ),
        ]

    def __str__(self) -> str:
        return f"court decision {self.key}"
