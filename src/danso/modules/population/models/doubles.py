"""Records that may be one person: pairs found, pairs told apart, merges that wait."""

from django.db import models

from danso.kernel.keys import new_key


class Double(models.Model):
    """Two records that look like one person. Found by a search, so it may be found again:
    what was decided about a pair is kept in `ToldApart` and `Merge`."""

    pk = models.CompositePrimaryKey("first", "second")
    first = models.UUIDField()
    second = models.UUIDField()
    rule = models.TextField()
    found_at = models.DateTimeField()

    class Meta:
        db_table = "population_double"
        indexes = [models.Index(fields=["second"], name="population_double_second")]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"


class DoubleSearch(models.Model):
    """One row: since when the whole register should be searched, and when it last was."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    wanted_at = models.DateTimeField(null=True)
    searched_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "population_double_search"

    def __str__(self) -> str:
        return f"searched {self.searched_at}"


class ToldApart(models.Model):
    """An officer decided that two records are two people. Kept for ever."""

    pk = models.CompositePrimaryKey("first", "second")
    first = models.UUIDField()
    second = models.UUIDField()
    reason = models.TextField()
    officer = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "population_told_apart"

    def __str__(self) -> str:
        return f"{self.first} is not {self.second}"


class MergeProposal(models.Model):
    """A merge, or its undoing, that one officer wants and another must confirm."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    kind = models.TextField()
    kept = models.UUIDField()
    merged = models.UUIDField()
    reason = models.TextField()
    evidence = models.TextField()
    proposed_by = models.JSONField()
    proposed_at = models.DateTimeField()
    state = models.TextField(db_default="waiting")
    decided_by = models.TextField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "population_merge_proposal"
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=models.Q(state="waiting"),
                name="population_merge_proposal_one",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "done", "declined")),
                name="population_merge_proposal_state",
            ),
        ]
        indexes = [models.Index(fields=["kept"], name="population_merge_proposal_kept")]

    def __str__(self) -> str:
        return f"proposal {self.key}"
