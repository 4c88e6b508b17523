"""Tables of acting for others: mandates."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from danso.modules.identity.data import MandateState
from danso.modules.identity.models.officers import Account


class Mandate(models.Model):
    """One person lets another act in their name. Rows are ended, never deleted."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    giver = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    person = models.UUIDField()
    # Whom the giver named, if that is somebody who can accept: shown on no page before.
    mandatary = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    mandatary_name = models.TextField()
    scopes = models.JSONField()
    state = models.CharField(max_length=16, default=MandateState.OFFERED.value)
    offered_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    since = models.DateTimeField(null=True)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in MandateState]),
                name="identity_mandate_state",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__gt=F("since")),
                name="identity_mandate_term",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="identity_mandate_person"),
            models.Index(fields=["mandatary"], name="identity_mandate_mandatary"),
            models.Index(fields=["giver", "offered_at"], name="identity_mandate_giver"),
        ]

    def __str__(self) -> str:
        return f"mandate {self.key} {self.state}"
