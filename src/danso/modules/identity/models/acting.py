"""Tables of acting for others: mandates, assisted sessions."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from danso.modules.identity.data import HelperKind, MandateState
from danso.modules.identity.models.officers import Account
from danso.modules.identity.models.organisations import Organisation


class Mandate(models.Model):
    """One person lets another act in their name. Rows are ended, never deleted."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    giver = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    person = models.UUIDField()
    # Given in an organisation's name, by whoever represented it then.
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
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


class AssistedSession(models.Model):
    """A helper acts for somebody beside them. A try that matched nobody has no person."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    helper = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    # The browser session that began it: no other one goes on with it.
    handle = models.CharField(max_length=64)
    person = models.UUIDField(null=True)
    scopes = models.JSONField()
    place = models.CharField(max_length=64, blank=True, default="")
    # How the card was read: its QR, as the register has it (`card_qr`) or not in all (`card_part`),
    # or its number typed.
    read = models.CharField(max_length=16)
    begun_at = models.DateTimeField()
    # SHA-256 of the summary that was printed.
    summary = models.CharField(max_length=64, blank=True, default="")
    way = models.CharField(max_length=16, blank=True, default="")
    code_digest = models.CharField(max_length=64, blank=True, default="")
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_assisted_session"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in HelperKind]),
                name="identity_assisted_kind",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True)
                | Q(person__isnull=False, until__isnull=False),
                name="identity_assisted_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["helper", "begun_at"], name="identity_assisted_helper"),
            models.Index(
                fields=["until"],
                condition=Q(ended_at__isnull=True, confirmed_at__isnull=False),
                name="identity_assisted_live",
            ),
        ]

    def __str__(self) -> str:
        return f"assisted session {self.key}"
