"""Tables of exchange: partners, public keys, agreements; what keeps guessing and replay down."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.exchange.data import FileState, PartnerBody, PartnerKind, Service
from danso.modules.exchange.models.consents import Consent, ConsentRequest
from danso.modules.exchange.models.courts import CaseRecord, CourtDecision, PersonRequest

__all__ = [
    "Agreement",
    "CaseRecord",
    "Consent",
    "ConsentRequest",
    "CourtDecision",
    "FailedTry",
    "FileChunk",
    "FileJob",
    "Follow",
    "Forwarded",
    "IdempotentWrite",
    "Partner",
    "PartnerKey",
    "PersonRequest",
    "Revision",
    "SandboxPerson",
    "UsedAssertion",
]


class Partner(models.Model):
    """A body that may call the gateway. Closed, never deleted: the journal names it for ever."""

    code = models.SlugField(max_length=64, unique=True)
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in PartnerKind])
    name = models.CharField(max_length=200)
    body = models.CharField(max_length=16, choices=[(b.value, b.value) for b in PartnerBody])
    agency = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=PartnerKind.STATE) & ~Q(agency=""))
                | (Q(kind=PartnerKind.NON_STATE) & Q(agency="")),
                name="exchange_partner_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PartnerKey(models.Model):
    """A public key (JWK) with which the partner signs its client assertions."""

    kid = models.CharField(max_length=64, primary_key=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    algorithm = models.CharField(max_length=8)
    public = models.JSONField()
    added_at = models.DateTimeField(default=clock.now, editable=False)
    added_by = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return self.kid


class Agreement(models.Model):
    """What one partner may ask for one purpose through one service. At most one is in force."""

    code = models.CharField(max_length=40, unique=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=64)
    legal_basis = models.TextField()
    service = models.CharField(max_length=16, choices=[(s.value, s.value) for s in Service])
    fields = ArrayField(models.CharField(max_length=64))
    # The purpose may ask for the holder's consent with every person, whatever the body.
    consent = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    rate = models.PositiveIntegerField()
    evidence = models.TextField()
    partner_signatory = models.CharField(max_length=200)
    officer_signatory = models.CharField(max_length=200)
    issued_by = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=clock.now, editable=False)
    revoked_by = models.CharField(max_length=64, blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "purpose", "service"],
                condition=Q(revoked_at__isnull=True),
                name="exchange_agreement_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="exchange_agreement_time"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_agreement_rate"),
            models.CheckConstraint(condition=~Q(evidence=""), name="exchange_agreement_evidence"),
        ]

    def __str__(self) -> str:
        return self.code


class FailedTry(models.Model):
    """One wrong guess at a number, kept a day: what the guess limits count. Written by SQL only."""

    number = models.TextField(db_collation="C")
    partner = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "exchange_failed_try"
        indexes = [
            models.Index(fields=["number", "at"], name="exchange_failed_try_number"),
            models.Index(fields=["at"], name="exchange_failed_try_at"),
        ]

    def __str__(self) -> str:
        return f"failed try {self.pk}"


class UsedAssertion(models.Model):
    """A client assertion's identifier, kept until it expires, so that nobody can play it twice."""

    pk = models.CompositePrimaryKey("partner", "jti")
    partner = models.BigIntegerField()
    jti = models.CharField(max_length=128)
    until = models.DateTimeField()

    class Meta:
        db_table = "exchange_used_assertion"
        indexes = [models.Index(fields=["until"], name="exchange_used_assertion_until")]

    def __str__(self) -> str:
        return f"assertion of partner {self.partner}"


class Follow(models.Model):
    """A person whose changes a partner is told of, under the number by which it knows the person.

    Written by `gateway_v1.share` when asked to; nobody is told about people they never dealt with.
    """

    pk = models.CompositePrimaryKey("partner", "person")
    partner = models.BigIntegerField()
    person = models.UUIDField()
    number = models.TextField()
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person"], name="exchange_follow_person")]

    def __str__(self) -> str:
        return f"person {self.person} followed by partner {self.partner}"


class Subscription(models.Model):
    """A source's owner who is told what changes about the people that its records are linked to."""

    partner = models.BigIntegerField()
    source = models.TextField(db_collation="C")
    fields = ArrayField(models.CharField(max_length=64))
    since = models.DateTimeField(default=clock.now, editable=False)
    subscribed_by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "source"],
                condition=Q(ended_at__isnull=True),
                name="exchange_subscription_once",
            ),
        ]

    def __str__(self) -> str:
        return f"subscription of partner {self.partner} to {self.source}"


class IdempotentWrite(models.Model):
    """What a write was answered, by the caller's Idempotency-Key: sent again, answered alike."""

    pk = models.CompositePrimaryKey("partner", "key")
    partner = models.BigIntegerField()
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    answer = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "exchange_idempotent_write"
        indexes = [models.Index(fields=["at"], name="exchange_idempotent_write_at")]

    def __str__(self) -> str:
        return f"write of partner {self.partner}"


class Forwarded(models.Model):
    """A question that an absent register handed on: open while `entry` is there, then gone, or
    kept for a day as a wrong try on a number that only a pseudonym stands for."""

    id = models.BigAutoField(primary_key=True)
    pseudonym = models.TextField(db_collation="C")
    partner = models.BigIntegerField()
    at = models.DateTimeField()
    is_wrong = models.BooleanField(default=False)
    entry = models.TextField(default="", blank=True)

    class Meta:
        db_table = "exchange_forwarded"
        indexes = [
            models.Index(fields=["pseudonym", "at"], name="exchange_forwarded_number"),
            models.Index(fields=["at"], name="exchange_forwarded_at"),
        ]

    def __str__(self) -> str:
        return f"question of partner {self.partner}"


class Revision(models.Model):
    """One row whose number a trigger raises with every change of partners, keys or agreements."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=1)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="exchange_revision_one")]

    def __str__(self) -> str:
        return f"revision {self.number}"


class FileJob(models.Model):
    """A partner's file of people on its way through verify."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    officer = models.CharField(max_length=120)
    procedure = models.CharField(max_length=64)
    file_code = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    # The facts that its columns ask for, in the order of the answers' columns.
    facts = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=16, default=FileState.WAITING)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "exchange_file_job"

    def __str__(self) -> str:
        return f"file {self.key}"


class FileChunk(models.Model):
    """Up to a thousand rows: `asked` is erased in the commit that writes `told` and the journal."""

    pk = models.CompositePrimaryKey("job", "n")
    job = models.ForeignKey(FileJob, on_delete=models.CASCADE, related_name="+")
    n = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    asked = models.TextField()
    told = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "exchange_file_chunk"

    def __str__(self) -> str:
        return f"chunk {self.n} of file {self.job_id}"


class SandboxPerson(models.Model):
    """A published made-up person of a demo home: this number gives this reason code."""

    number = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=100)
    birth = models.CharField(max_length=10)
    gives = models.CharField(max_length=40)
    note = models.TextField(blank=True, default="")

    class Meta:
        db_table = "exchange_sandbox_person"

    def __str__(self) -> str:
        return self.gives
