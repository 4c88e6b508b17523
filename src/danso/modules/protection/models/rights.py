"""Tables of requests, complaints, copies, and of what was done about each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.protection.data import (
    OPEN_COMPLAINTS,
    OPEN_REQUESTS,
    ComplaintReason,
    ComplaintState,
    CopyState,
    RequestState,
)

_REQUEST_OPEN = Q(state__in=[state.value for state in OPEN_REQUESTS])
_COMPLAINT_OPEN = Q(state__in=[state.value for state in OPEN_COMPLAINTS])


class DataRequest(models.Model):
    """One request of a person about their data. Its words go at the end of their term."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    account = models.UUIDField(db_index=True)
    person = models.UUIDField()
    right = models.CharField(max_length=40)
    text = models.TextField()
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in RequestState],
        default=RequestState.WAITING.value,
    )
    filed_at = models.DateTimeField(default=clock.now)
    acknowledge_by = models.DateField()
    due = models.DateField()
    extended_why = models.TextField(default="")
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")
    ground = models.CharField(max_length=40, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "protection_request"
        constraints = [
            # Asking the same again before the answer is there would run two clocks.
            models.UniqueConstraint(
                fields=["person", "right"], condition=_REQUEST_OPEN, name="protection_request_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED.value) | ~Q(ground=""),
                name="protection_refusal_has_ground",
            ),
        ]
        indexes = [
            models.Index(fields=["due"], condition=_REQUEST_OPEN, name="protection_request_open"),
            models.Index(fields=["-filed_at"], name="protection_request_newest"),
        ]

    def __str__(self) -> str:
        return f"request {self.key}"


class Complaint(models.Model):
    """A person's complaint about one look, which stays as the entry told it."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    account = models.UUIDField(db_index=True)
    person = models.UUIDField()
    position = models.BigIntegerField()
    reference = models.CharField(max_length=16)
    looked_at = models.DateTimeField()
    looker_kind = models.CharField(max_length=16)
    looker = models.CharField(max_length=80)
    unit = models.CharField(max_length=80)
    action = models.CharField(max_length=80)
    reason = models.CharField(
        max_length=16, choices=[(reason.value, reason.value) for reason in ComplaintReason]
    )
    text = models.TextField()
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.value) for state in ComplaintState],
        default=ComplaintState.WAITING.value,
    )
    filed_at = models.DateTimeField(default=clock.now)
    due = models.DateField()
    taken_by = models.UUIDField(null=True)
    answer = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "protection_complaint"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "position"],
                condition=_COMPLAINT_OPEN,
                name="protection_complaint_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due"], condition=_COMPLAINT_OPEN, name="protection_complaint_open"
            ),
            models.Index(fields=["-filed_at"], name="protection_complaint_newest"),
        ]

    def __str__(self) -> str:
        return f"complaint {self.key}"


class Copy(models.Model):
    """A copy of everything about a person: the ZIP sealed, gone when its days are over."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    account = models.UUIDField(db_index=True)
    person = models.UUIDField()
    state = models.CharField(
        max_length=8,
        choices=[(state.value, state.value) for state in CopyState],
        default=CopyState.WAITING.value,
    )
    asked_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)
    octets = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")
    fetched = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "protection_copy"
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state=CopyState.WAITING.value),
                name="protection_copy_once",
            )
        ]

    def __str__(self) -> str:
        return f"copy {self.key}"


class Step(models.Model):
    """What was done about a request, complaint or breach (`about`: its key); never changed."""

    about = models.UUIDField(db_index=True)
    what = models.CharField(max_length=24)
    text = models.TextField(default="")
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "protection_step"

    def __str__(self) -> str:
        return f"{self.what} {self.about}"
