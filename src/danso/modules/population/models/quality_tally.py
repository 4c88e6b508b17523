"""Figures of quality by commune kept ready for pages: they cost too much to count at each look."""

from django.db import models


class QualityTally(models.Model):
    """How many of a commune's living people fail each measure, and who must have a card and has.

    Counted again after the commune's `Tally` was; never a source for anything else.
    """

    commune = models.TextField(primary_key=True, db_collation="C")
    people = models.IntegerField()
    must_have_card = models.IntegerField()
    holding_card = models.IntegerField()
    faults = models.JSONField()
    failing = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "population_quality_tally"

    def __str__(self) -> str:
        return f"quality of {self.commune}"
