"""Tables of definitions, drafts, cases and their steps, and the counter of file codes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.cases.data import OPEN, Status

_IS_OPEN = Q(status__in=[status.value for status in OPEN])


class Definition(models.Model):
    """A procedure as it stood when the first case started under it; its cases read it from here."""

    digest = models.CharField(max_length=64, primary_key=True)
    procedure = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "cases_definition"

    def __str__(self) -> str:
        return f"{self.procedure} {self.version}"


class Draft(models.Model):
    """An application before it is handed in. `filed_by`: whoever fills it in, and nobody else."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    procedure = models.CharField(max_length=80)
    applicant = models.UUIDField()
    filed_by = models.CharField(max_length=80)
    channel = models.CharField(max_length=8)
    unit = models.CharField(max_length=80, default="")
    filed_at_unit = models.CharField(max_length=80, default="")
    answers = models.JSONField(default=dict)
    claims = models.JSONField(default=dict)
    papers = models.JSONField(default=list)
    started_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "cases_draft"
        indexes = [
            models.Index(fields=["filed_by", "-changed_at"], name="cases_draft_filer"),
            models.Index(fields=["changed_at"], name="cases_draft_age"),
        ]

    def __str__(self) -> str:
        return f"draft {self.key}"


class Case(models.Model):
    """A case from submission on. `queue_at` orders the desk's list: the day until which somebody
    must do something, far off where nobody knows it. `roles`: whose duty any of its steps is."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    code = models.CharField(max_length=48, unique=True)
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    applicant = models.UUIDField()
    filed_by = models.CharField(max_length=80)
    parties = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    given = models.JSONField(default=dict)
    channel = models.CharField(max_length=8)
    unit = models.CharField(max_length=80)
    filed_at_unit = models.CharField(max_length=80, default="")
    roles = ArrayField(models.CharField(max_length=24))
    status = models.PositiveSmallIntegerField(default=Status.FILED.value)
    version = models.PositiveIntegerField(default=1)
    double_key = models.CharField(max_length=64)
    # Folded name and number of the applicant, for the desk's search among a unit's files.
    search = models.CharField(max_length=240)
    applicant_name = models.CharField(max_length=200)
    fee = models.PositiveIntegerField(null=True)
    # Answers to what the state holds, or could: asked once too often.
    asked_again = models.PositiveSmallIntegerField(default=0)
    filed_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True)
    due_unknown = models.CharField(max_length=20, default="")
    queue_at = models.DateTimeField()
    assigned = models.UUIDField(null=True)
    paused_at = models.DateTimeField(null=True)
    supplements = models.PositiveSmallIntegerField(default=0)
    supplement_words = models.TextField(default="")
    supplement_by = models.DateField(null=True)
    apologies = models.PositiveSmallIntegerField(default=0)
    apology = models.TextField(default="")
    outcome = models.CharField(max_length=10, default="")
    reason = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, default="")
    ended_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_case"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]),
                name="cases_case_status",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(reason=""), name="cases_refusal_has_reason"
            ),
        ]
        indexes = [
            # The desk's list of one unit, and of the province: the page is the index in order.
            models.Index(
                fields=["unit", "queue_at", "key"], condition=_IS_OPEN, name="cases_case_queue"
            ),
            models.Index(
                fields=["queue_at", "key"], condition=_IS_OPEN, name="cases_case_province"
            ),
            models.Index(fields=["applicant", "-filed_at"], name="cases_case_applicant"),
            models.Index(fields=["double_key", "-filed_at"], name="cases_case_double"),
            models.Index(fields=["unit", "-filed_at"], name="cases_case_unit"),
            models.Index(
                fields=["supplement_by"],
                condition=Q(status=Status.SUPPLEMENT.value),
                name="cases_case_supplement",
            ),
            models.Index(
                fields=["ended_at"], condition=Q(ended_at__isnull=False), name="cases_case_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.key}"


class CaseStep(models.Model):
    """What was done about a case; never changed. `words` are for the applicant and the desk."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=24)
    status = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=80)
    unit = models.CharField(max_length=80, default="")
    words = models.TextField(default="")

    class Meta:
        db_table = "cases_step"

    def __str__(self) -> str:
        return f"{self.what} {self.case_id}"


class Counter(models.Model):
    """How many file codes a unit gave on a day; one row's lock makes each of them unique."""

    pk = models.CompositePrimaryKey("mark", "day")
    mark = models.CharField(max_length=24)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        db_table = "cases_counter"

    def __str__(self) -> str:
        return f"{self.mark} {self.day}"
