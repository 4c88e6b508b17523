"""Tables of citizens' e-IDs. Numbers and telephones are sealed, and found by keyed digests."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from danso.kernel import clock
from danso.modules.identity.data import EnrolmentKind, LockReason
from danso.modules.identity.models.officers import Account


class Citizen(models.Model):
    """What an account has beside its log-in when it is a person's e-ID."""

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    number_key = models.CharField(max_length=64)
    number_sealed = models.TextField()
    phone_sealed = models.TextField()
    # The parent's account through which a child's was opened.
    parent = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    lock = models.CharField(max_length=16, blank=True, default="")
    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number_key"], condition=Q(is_open=True), name="identity_citizen_number"
            ),
            models.CheckConstraint(
                condition=Q(lock__in=["", *(reason.value for reason in LockReason)]),
                name="identity_citizen_lock",
            ),
        ]

    def __str__(self) -> str:
        return f"e-ID {self.account_id}"


class Enrolment(models.Model):
    """Somebody on the way to an account, or back to theirs. Answers go when it is over."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(
        max_length=16, choices=[(kind.value, kind.value) for kind in EnrolmentKind]
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    network = models.CharField(max_length=50, blank=True, default="")
    answers = models.TextField(blank=True, default="")
    number_key = models.CharField(max_length=64, blank=True, default="")
    phone_key = models.CharField(max_length=64, blank=True, default="")
    # Decided once, and shown on no page: `fits`, or why not.
    outcome = models.CharField(max_length=32, blank=True, default="")
    person = models.UUIDField(null=True)
    # Recovery: the account; child: the parent's; counter: the officer's.
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    code_digest = models.CharField(max_length=64, blank=True, default="")
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    proven_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["network", "created_at"], name="identity_enrolment_network"),
            models.Index(fields=["number_key", "created_at"], name="identity_enrolment_number"),
            models.Index(fields=["phone_key", "created_at"], name="identity_enrolment_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Assurance(models.Model):
    """How level 2 was reached. Append-only; pictures are not in it."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    place = models.CharField(max_length=64)
    way = models.CharField(max_length=16)
    evidence = models.TextField()
    reference = models.CharField(max_length=64)
    # SHA-256 of the text agreed to.
    consent = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"level 2 of {self.account_id}"


class SignInLine(models.Model):
    """One try to sign in to an e-ID, for its holder to read."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    method = models.CharField(max_length=40)
    network = models.CharField(max_length=50, blank=True, default="")
    device = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        db_table = "identity_sign_in_line"
        indexes = [models.Index(fields=["account", "-at"], name="identity_sign_in_line_at")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d %H:%M}"


class LiveSession(models.Model):
    """A session of an e-ID: listed for its holder, who may end it."""

    handle = models.CharField(primary_key=True, max_length=64)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    network = models.CharField(max_length=50, blank=True, default="")
    device = models.CharField(max_length=40, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_live_session"
        indexes = [
            models.Index(
                fields=["account"], condition=Q(ended_at__isnull=True), name="identity_session_live"
            )
        ]

    def __str__(self) -> str:
        return f"session of {self.account_id}"
