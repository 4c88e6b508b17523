"""Tables of organisations' e-IDs: the accounts, and who represents them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from danso.kernel.keys import new_key
from danso.modules.identity.data import (
    AccountState,
    OrganisationKind,
    OrganisationLock,
    RepresentationState,
)
from danso.modules.identity.models.officers import Account


class Organisation(models.Model):
    """An organisation's e-ID. It has no log-in: who represents it acts in its name."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    kind = models.CharField(max_length=16)
    number = models.CharField(max_length=16, db_collation="C")
    name = models.TextField()
    short_name = models.TextField(blank=True, default="")
    head_office = models.TextField()
    commune = models.CharField(max_length=16)
    state = models.CharField(max_length=16, default=AccountState.ACTIVE.value)
    lock = models.CharField(max_length=16, blank=True, default="")
    # Empty: it waits for somebody to represent it.
    representative = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(state=AccountState.CLOSED.value),
                name="identity_organisation_number",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in OrganisationKind]),
                name="identity_organisation_kind",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=AccountState.LOCKED.value,
                    lock__in=[lock.value for lock in OrganisationLock],
                )
                | Q(state__in=[AccountState.ACTIVE.value, AccountState.CLOSED.value], lock=""),
                name="identity_organisation_lock",
            ),
            models.CheckConstraint(
                condition=~Q(state=AccountState.ACTIVE.value) | Q(representative__isnull=False),
                name="identity_organisation_represented",
            ),
        ]

    def __str__(self) -> str:
        return f"organisation {self.key}"


class Representation(models.Model):
    """Somebody asks to represent an organisation, does, and some day does no more. Rows are ended,
    never deleted: with the evidence they are how the organisation's e-ID came about."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # What was asked, as it was typed and checked; the organisation's row takes it when granted.
    kind = models.CharField(max_length=16)
    number = models.CharField(max_length=16, db_collation="C")
    name = models.TextField()
    short_name = models.TextField(blank=True, default="")
    head_office = models.TextField()
    commune = models.CharField(max_length=16)
    is_delegate = models.BooleanField(default=False)
    state = models.CharField(max_length=16, default=RepresentationState.ASKED.value)
    asked_at = models.DateTimeField()
    # Who decided, where, by what.
    officer = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=64, blank=True, default="")
    way = models.CharField(max_length=16, blank=True, default="")
    evidence = models.TextField(blank=True, default="")
    source = models.CharField(max_length=64, blank=True, default="")
    source_as_of = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "number"],
                condition=Q(state=RepresentationState.ASKED.value),
                name="identity_representation_asked",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state=RepresentationState.GRANTED.value),
                name="identity_representation_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RepresentationState]),
                name="identity_representation_state",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("asked_at")),
                name="identity_representation_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-asked_at"], name="identity_representation_of"),
            models.Index(
                fields=["commune", "asked_at"],
                condition=Q(state=RepresentationState.ASKED.value),
                name="identity_representation_wait",
            ),
        ]

    def __str__(self) -> str:
        return f"representation {self.key} {self.state}"
