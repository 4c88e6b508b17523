"""Factors of e-IDs beside allauth's: keys of devices, faces that an officer had compared."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from danso.kernel.keys import new_key
from danso.modules.identity.models.officers import Account


class DeviceKey(models.Model):
    """The public half of a key that one browser holds and can't give away. Locked: deleted."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    # SubjectPublicKeyInfo of a P-256 key, base64.
    public = models.CharField(max_length=200, unique=True)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_device_key"
        indexes = [models.Index(fields=["account"], name="identity_device_key_account")]

    def __str__(self) -> str:
        return f"device key {self.key}"


class FaceFactor(models.Model):
    """A session that asks to be told by its holder's face, and what became of it; no picture."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    session = models.CharField(max_length=64)
    code_digest = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    code_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    officer = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    place = models.CharField(max_length=64, blank=True, default="")
    reference = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "identity_face_factor"
        indexes = [
            models.Index(fields=["account", "-asked_at"], name="identity_face_account"),
            models.Index(
                fields=["session"], condition=Q(until__isnull=False), name="identity_face_session"
            ),
        ]
        constraints = [
            # Nobody stands before themselves.
            models.CheckConstraint(
                condition=Q(officer__isnull=True) | ~Q(officer=F("account")),
                name="identity_face_other",
            )
        ]

    def __str__(self) -> str:
        return f"face for a session of {self.account_id}"
