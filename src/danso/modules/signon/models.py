"""Tables of sign-on. Whatever is secret (codes, tokens, request URIs) is kept by its hash only."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from danso.kernel import clock


class Client(models.Model):
    """A partner of the exchange as a client of the provider; its code is the client_id."""

    partner = models.SlugField(max_length=64, primary_key=True)
    redirect_uris = ArrayField(models.CharField(max_length=500))
    post_logout_uris = ArrayField(models.CharField(max_length=500), default=list)
    logout_uri = models.CharField(max_length=500, blank=True, default="")
    claims = ArrayField(models.CharField(max_length=40), default=list)
    purpose = models.CharField(max_length=300)
    sector = models.CharField(max_length=100)
    added_at = models.DateTimeField(default=clock.now, editable=False)
    added_by = models.CharField(max_length=64)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(redirect_uris=[]), name="signon_client_redirects"),
            models.CheckConstraint(condition=~Q(purpose=""), name="signon_client_purpose"),
        ]

    def __str__(self) -> str:
        return self.partner


class AuthenticationEvent(models.Model):
    """One real authentication: codes and tokens point at it, so that acr and amr stay true."""

    account = models.UUIDField()
    person = models.UUIDField(null=True)
    level = models.PositiveSmallIntegerField()
    authentication = models.PositiveSmallIntegerField()
    methods = ArrayField(models.CharField(max_length=12))
    at = models.DateTimeField()
    session = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "at", "level"], name="signon_authentication_once"
            )
        ]
        db_table = "signon_authentication"

    def __str__(self) -> str:
        return f"{self.account} {self.at:%Y-%m-%d %H:%M}"


class PushedRequest(models.Model):
    """What a client pushed; a browser begins it once and brings it to its end once."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=43, unique=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    asked = models.JSONField()
    pushed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    browser = models.CharField(max_length=43, blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signon_pushed_request"

    def __str__(self) -> str:
        return f"request {self.key}"


class PairwiseSubject(models.Model):
    """Under which `sub` a sector knows an account; it never changes and tells nothing."""

    sector = models.CharField(max_length=100)
    account = models.UUIDField()
    sub = models.CharField(max_length=43, unique=True)

    class Meta:
        db_table = "signon_pairwise_subject"
        constraints = [
            models.UniqueConstraint(fields=["sector", "account"], name="signon_pairwise_once")
        ]

    def __str__(self) -> str:
        return self.sub


class Consent(models.Model):
    """Which personal data an account's holder released to a client, for what. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.UUIDField(db_index=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    claims = models.JSONField()
    given = ArrayField(models.CharField(max_length=40))
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"consent {self.id}"


class Family(models.Model):
    """One sign-in at one client with every code and token that came of it: they end together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(AuthenticationEvent, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.UUIDField()
    sub = models.CharField(max_length=43)
    scope = ArrayField(models.CharField(max_length=20))
    # Set by the code's exchange: whose key every later request must prove.
    proof_key = models.CharField(max_length=43, blank=True, default="")
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["account"], condition=Q(ended_at__isnull=True), name="signon_family_live"
            )
        ]

    def __str__(self) -> str:
        return f"family {self.id}"


class Code(models.Model):
    """An authorization code, by its hash; kept while its family lives, to notice a replay."""

    digest = models.CharField(max_length=43, primary_key=True)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    redirect_uri = models.CharField(max_length=500)
    challenge = models.CharField(max_length=43)
    nonce = models.CharField(max_length=255, blank=True, default="")
    proof_key = models.CharField(max_length=43, blank=True, default="")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code of {self.family_id}"


class Token(models.Model):
    """An opaque token by its hash. A refresh token that was used stays, to notice a replay."""

    digest = models.CharField(max_length=43, primary_key=True)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    is_refresh = models.BooleanField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"token of {self.family_id}"


class UsedOnce(models.Model):
    """Identifiers of assertions and proofs, by hash, until they would be refused for their age."""

    digest = models.CharField(max_length=43, primary_key=True)
    until = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "signon_used_once"

    def __str__(self) -> str:
        return self.digest


class LogoutNotice(models.Model):
    """A client that must be told that a session is over; tried until it says so or a day is up."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    sub = models.CharField(max_length=43)
    sid = models.CharField(max_length=43)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        db_table = "signon_logout_notice"
        constraints = [
            models.UniqueConstraint(fields=["client", "sid"], name="signon_logout_notice_once")
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="signon_logout_due"
            )
        ]

    def __str__(self) -> str:
        return f"logout at {self.client_id}"


class Departure(models.Model):
    """A browser on the way to an upstream and back, once. What was sent along (state, nonce,
    verifier) is kept by its hash, or made again from what the browser alone keeps."""

    state = models.CharField(max_length=43, primary_key=True)
    browser = models.CharField(max_length=43)
    upstream = models.SlugField(max_length=24)
    issuer = models.CharField(max_length=500)
    errand = models.JSONField()
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signon_departure"

    def __str__(self) -> str:
        return f"to {self.upstream} {self.began_at:%Y-%m-%d %H:%M}"


class UpstreamSession(models.Model):
    """Which session here came of which session at an upstream: both names by keyed hashes, for a
    provider may call an account by its number."""

    session = models.CharField(max_length=64, primary_key=True)
    account = models.UUIDField()
    upstream = models.SlugField(max_length=24)
    subject = models.CharField(max_length=43)
    sid = models.CharField(max_length=43, blank=True, default="")
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "signon_upstream_session"
        indexes = [
            models.Index(fields=["subject"], name="signon_upstream_subject"),
            models.Index(fields=["sid"], condition=~Q(sid=""), name="signon_upstream_sid"),
        ]

    def __str__(self) -> str:
        return f"session of {self.account} at {self.upstream}"


class UpstreamAccount(models.Model):
    """Which account here an upstream's account belongs to: it never becomes another's."""

    subject = models.CharField(max_length=43, primary_key=True)
    upstream = models.SlugField(max_length=24)
    account = models.UUIDField(db_index=True)
    since = models.DateTimeField()

    class Meta:
        db_table = "signon_upstream_account"

    def __str__(self) -> str:
        return f"{self.account} at {self.upstream}"
