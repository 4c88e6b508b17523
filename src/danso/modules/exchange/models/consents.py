"""Tables of consent: what bodies outside the state ask holders for, and what holders agreed to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from danso.kernel.keys import new_key
from danso.modules.exchange.data import ConsentVoice


class ConsentRequest(models.Model):
    """A partner asks somebody for consent. Written by `gateway_v1.ask_consent` alone.

    `person` is empty where number, name and birth date fit nobody whom a request may reach: the row
    is there all the same, so that the partner's limits and answers are.
    """

    key = models.UUIDField(primary_key=True)
    partner = models.BigIntegerField()
    agreement = models.TextField()
    purpose = models.TextField(db_collation="C")
    number = models.TextField(db_collation="C")
    person = models.UUIDField(null=True)
    needed = ArrayField(models.TextField())
    wished = ArrayField(models.TextField())
    days = models.PositiveSmallIntegerField()
    reason = models.TextField()
    # The partner's officer, procedure and file, as its envelope says.
    said = models.JSONField()
    digest = models.TextField()
    at = models.DateTimeField()
    open_until = models.DateTimeField()
    state = models.TextField(default="open", db_default="open")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        db_table = "exchange_consent_request"
        indexes = [
            models.Index(fields=["number", "at"], name="exchange_consent_request_no"),
            models.Index(fields=["partner", "at"], name="exchange_consent_request_who"),
            models.Index(
                fields=["person", "open_until"],
                name="exchange_consent_request_open",
                condition=Q(state="open") & Q(person__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("open", "given", "declined")),
                name="exchange_consent_request_state",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(person__isnull=False),
                name="exchange_consent_request_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"request for consent {self.key}"


class Consent(models.Model):
    """What a holder agreed to. Never changed, but for the moment when it is withdrawn."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    request = models.UUIDField(unique=True)
    partner = models.BigIntegerField()
    purpose = models.TextField(db_collation="C")
    legal_basis = models.TextField()
    fields = ArrayField(models.TextField())
    person = models.UUIDField()
    account = models.UUIDField()
    # By which way, at which level of account and of authentication it was given.
    way = models.TextField(default=ConsentVoice.OWN.value)
    level = models.PositiveSmallIntegerField()
    authentication = models.PositiveSmallIntegerField()
    text = models.TextField()
    digest = models.TextField()
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_consent"
        indexes = [
            models.Index(
                fields=["person", "partner", "purpose"],
                name="exchange_consent_live",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.Index(fields=["account", "given_at"], name="exchange_consent_account"),
            models.Index(fields=["person", "given_at"], name="exchange_consent_person"),
            models.Index(fields=["partner", "until"], name="exchange_consent_partner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("given_at")), name="exchange_consent_time"
            ),
            models.CheckConstraint(condition=~Q(fields=[]), name="exchange_consent_fields"),
            models.CheckConstraint(condition=~Q(text=""), name="exchange_consent_text"),
        ]

    def __str__(self) -> str:
        return f"consent {self.key}"
