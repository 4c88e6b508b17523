"""Tables of identity: accounts, posts, and the ring of failed sign-ins that name no account."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Mod
from django.utils.crypto import salted_hmac

from danso.kernel import clock
from danso.modules.identity.data import AccountState, Role, ScopeKind, UnusualKind


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their log-in name; accounts are made by `actions` only."""


class Account(AbstractBaseUser):
    """One log-in: an officer's (name and work unit), or a person's e-ID (`level`, `person`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=64, blank=True, default="")
    # The holder's own row in the register, so that looking oneself up can be noticed.
    person = models.UUIDField(null=True, blank=True)
    # Of Decree 69/2024; 0 is a log-in of this home, which proves no person.
    level = models.PositiveSmallIntegerField(default=0)
    # Which other provider vouches for the holder; empty: a log-in of this home's own.
    upstream = models.CharField(max_length=24, blank=True, default="")
    state = models.CharField(
        max_length=16,
        choices=[(state.value, state.value) for state in AccountState],
        default=AccountState.ACTIVE.value,
    )
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    # Until when a password that somebody else has seen signs in; empty: for as long as it stays.
    password_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    # The e-ID whose holder opens this account's posts: it then has no password of its own.
    holder = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Raised to end every session of the account for good: it is part of what a session is bound to.
    session_round = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="identity_account_username_ci"),
            models.CheckConstraint(condition=Q(level__lte=2), name="identity_account_level"),
            models.CheckConstraint(
                condition=Q(holder__isnull=True) | Q(level=0), name="identity_account_holder"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AccountState]),
                name="identity_account_state",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # As Django binds it, to the password's hash, and beside that to the round.
        bound = f"{self.password}:{self.session_round}" if self.session_round else self.password
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return str(salted_hmac(salt, bound, secret=secret, algorithm="sha256").hexdigest())


class Post(models.Model):
    """A role that an account holds within a scope for a time. Rows are closed, never deleted."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, choices=[(role.value, role.value) for role in Role])
    scope_kind = models.CharField(
        max_length=16, choices=[(kind.value, kind.value) for kind in ScopeKind]
    )
    scope_code = models.CharField(max_length=64, blank=True, default="")
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "scope_kind", "scope_code"],
                condition=Q(until__isnull=True),
                name="identity_post_once",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="identity_post_role"
            ),
            models.CheckConstraint(
                condition=(Q(scope_kind=ScopeKind.PROVINCE.value) & Q(scope_code=""))
                | (
                    Q(scope_kind__in=[k.value for k in ScopeKind if k is not ScopeKind.PROVINCE])
                    & ~Q(scope_code="")
                ),
                name="identity_post_scope",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="identity_post_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.scope_kind}:{self.scope_code}"


SECURITY_LINES = 10_000


class SecurityLine(models.Model):
    """One line of the bounded security log: a new line takes over the slot of the oldest."""

    id = models.BigAutoField(primary_key=True)
    slot = models.GeneratedField(
        expression=Mod(F("id"), SECURITY_LINES),
        output_field=models.BigIntegerField(),
        db_persist=True,
        unique=True,
    )
    at = models.DateTimeField()
    what = models.CharField(max_length=40)
    # A /24 or /48 network, never a whole address: enough to see a storm, not to name a person.
    network = models.CharField(max_length=50, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["at"], name="identity_security_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"


class UnusualLook(models.Model):
    """A look that an auditor should ask about; made by a follower of events, once by position."""

    position = models.BigIntegerField()
    kind = models.CharField(
        max_length=16, choices=[(kind.value, kind.value) for kind in UnusualKind]
    )
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    looker = models.CharField(max_length=100)
    person = models.UUIDField(null=True)
    at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    usual = models.PositiveIntegerField(default=0)
    note = models.TextField(default="")
    closed_by = models.CharField(max_length=100, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_unusual_look"
        indexes = [
            models.Index(
                fields=["-at"], condition=Q(closed_at__isnull=True), name="identity_unusual_open"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["position", "kind", "person"],
                nulls_distinct=False,
                name="identity_unusual_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in UnusualKind]),
                name="identity_unusual_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.position}"


class LookTally(models.Model):
    """How many people an account saw on a day; `position` is the last event counted in."""

    pk = models.CompositePrimaryKey("account", "day")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    looks = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField(default=-1)

    class Meta:
        db_table = "identity_look_tally"

    def __str__(self) -> str:
        return f"{self.account_id} {self.day:%Y-%m-%d}"
