"""Batches of records that owners sent to the gateway."""

from django.db import models
from django.db.models import Q


class Pushed(models.Model):
    """One batch as it came. Written by `sources_v1.receive` only; `rows` (a JSON list as text) goes
    once it is loaded, the rest stays, so that a batch sent again is known and answered alike."""

    pk = models.CompositePrimaryKey("source", "sequence")
    source = models.TextField(db_collation="C")
    sequence = models.BigIntegerField()
    digest = models.TextField()
    sender = models.TextField()
    rows = models.TextField(null=True)
    records = models.IntegerField()
    refused = models.JSONField(default=list)
    finishes = models.BooleanField()
    answer = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "sources_pushed"
        indexes = [
            models.Index(
                fields=["source", "sequence"],
                condition=Q(rows__isnull=False),
                name="sources_pushed_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"batch {self.sequence} of {self.source}"
