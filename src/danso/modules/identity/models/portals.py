"""Tables of the old portals' accounts. Logins, numbers and telephones are keyed digests; what a
file said of one that waits for a decision is sealed, and erased with the decision."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from danso.kernel.keys import new_key
from danso.modules.identity.data import PortalReason, PortalState
from danso.modules.identity.models.officers import Account


class Reconciliation(models.Model):
    """One file, by its digest: what is done of it stays done."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    portal = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "portal"], name="identity_reconciliation_once"
            )
        ]

    def __str__(self) -> str:
        return f"reconciliation {self.key}"


class ReconciledChunk(models.Model):
    """What was told of some rows: line, state and reason, nothing about anybody."""

    pk = models.CompositePrimaryKey("run", "n")
    run = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="+")
    n = models.PositiveIntegerField()
    told = models.TextField()

    class Meta:
        db_table = "identity_reconciled_chunk"

    def __str__(self) -> str:
        return f"chunk {self.n} of {self.run_id}"


class PortalAccount(models.Model):
    """An account that a portal had before there was one identity."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    portal = models.CharField(max_length=64)
    login_key = models.CharField(max_length=64)
    claims_key = models.CharField(max_length=64)
    phone_key = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(
        max_length=16, choices=[(state.value, state.value) for state in PortalState]
    )
    reason = models.CharField(
        max_length=24, choices=[(reason.value, reason.value) for reason in PortalReason]
    )
    # Linked: whose it is. Open: whose number it was opened with. No foreign key (population).
    person = models.UUIDField(null=True)
    commune = models.CharField(max_length=16, blank=True, default="")
    # The person's e-ID, once there is one.
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField(blank=True, default="")
    # No foreign key: a million checks cost more than the rows.
    run = models.UUIDField()
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    evidence = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "identity_portal_account"
        constraints = [
            models.UniqueConstraint(
                fields=["login_key", "portal"], name="identity_portal_account_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in PortalState]),
                name="identity_portal_account_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"],
                condition=Q(person__isnull=False),
                name="identity_portal_account_person",
            ),
            models.Index(
                fields=["portal", "reason"],
                condition=Q(state=PortalState.OPEN.value),
                name="identity_portal_account_open",
            ),
        ]

    def __str__(self) -> str:
        return f"account of {self.portal}"
