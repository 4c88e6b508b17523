"""Counts by commune kept ready for pages that move."""

from django.db import models


class Tally(models.Model):
    """How many people a commune has; commune '' is residence not on today's map.

    Kept by a follower of events (`jobs.py`), a commune at a time; never a source for anything else.
    """

    commune = models.TextField(primary_key=True, db_collation="C")
    alive = models.IntegerField()
    dead = models.IntegerField()
    missing = models.IntegerField()
    with_number = models.IntegerField()
    with_card = models.IntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"tally of {self.commune}"
