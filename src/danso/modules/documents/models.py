"""One row a paper; its file lies on the shelf under the row's key."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.documents.data import PaperState

_IN_USE: Final = Q(state__in=[PaperState.UNCHECKED.value, PaperState.CHECKED.value])


class Paper(models.Model):
    """A digitised paper or result of one person."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    person = models.UUIDField()
    kind = models.CharField(max_length=64)
    form = models.CharField(max_length=4)
    state = models.CharField(
        max_length=9,
        choices=[(state.value, state.value) for state in PaperState],
        default=PaperState.UNCHECKED.value,
    )
    origin = models.CharField(max_length=9)
    unit = models.CharField(max_length=64)
    kept_at = models.DateTimeField(default=clock.now)
    kept_by = models.CharField(max_length=80)
    octets = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=9)
    is_signed = models.BooleanField(default=False)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.UUIDField(null=True)
    symbol = models.CharField(max_length=200, blank=True, default="")
    issued_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    issuer = models.CharField(max_length=200, blank=True, default="")
    signer = models.CharField(max_length=200, blank=True, default="")
    abstract = models.CharField(max_length=200, blank=True, default="")
    procedure = models.CharField(max_length=64, blank=True, default="")
    file_code = models.CharField(max_length=48, blank=True, default="")
    checked_by = models.CharField(max_length=80, blank=True, default="")
    checked_at = models.DateTimeField(null=True)
    rejected_why = models.CharField(max_length=200, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "documents_paper"
        constraints = [
            # The same paper of the same person is kept once; whoever brings it again is told so.
            models.UniqueConstraint(
                fields=["person", "kind", "sha256"], condition=_IN_USE, name="documents_paper_once"
            )
        ]
        indexes = [
            models.Index(fields=["person", "kind", "-kept_at"], name="documents_paper_of"),
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False),
                name="documents_paper_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"paper {self.key}"
