"""Posts that persons have opened in their sessions."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from danso.modules.identity.models.officers import Account, Post


class OpenedPost(models.Model):
    """One opening of a post. Rows are closed, never deleted; a session has one open at most."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    # The e-ID it was opened with, and the handle of that session.
    holder = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    session = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        db_table = "identity_opened_post"
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(ended_at__isnull=True),
                name="identity_opened_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["holder"], condition=Q(ended_at__isnull=True), name="identity_opened_live"
            ),
        ]

    def __str__(self) -> str:
        return f"opened {self.post_id}"
