"""Breakings of the glass: never deleted, one at a time."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from danso.modules.identity.models.officers import Account


class BreakGlass(models.Model):
    """One operator's account for an emergency, made on the host's console."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    code_digest = models.CharField(max_length=64)
    reason = models.TextField()
    who = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    is_over = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=16, blank=True, default="")
    # What an auditor found out.
    note = models.TextField(blank=True, default="")
    closed_by = models.CharField(max_length=100, blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_break_glass"
        constraints = [
            models.UniqueConstraint(
                fields=["is_over"], condition=Q(is_over=False), name="identity_glass_once"
            ),
        ]

    def __str__(self) -> str:
        return f"break glass {self.made_at:%Y-%m-%d %H:%M}"
