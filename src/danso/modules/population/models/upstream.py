"""What a copy keeps of the register above: the state of the link, how far its feed was followed."""

from django.db import models


class UpstreamLink(models.Model):
    """One row: whether the national service answers, and since when it does or does not."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    is_up = models.BooleanField()
    since = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    fault = models.TextField(db_default="")
    falls = models.IntegerField(db_default=0)
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "population_upstream_link"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="population_upstream_link_one")
        ]

    def __str__(self) -> str:
        return f"link to the upstream: {'up' if self.is_up else 'down'}"


class FeedCursor(models.Model):
    """One row: the last position of the feed that was carried out, moved by the same commit."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(db_default=0)
    newest = models.BigIntegerField(db_default=0)
    moved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "population_feed_cursor"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="population_feed_cursor_one")
        ]

    def __str__(self) -> str:
        return f"feed followed to {self.position}"


class FeedAside(models.Model):
    """A change of the feed that could not be carried out here: its position and why, nothing of
    the person. It is asked for again by its position."""

    position = models.BigIntegerField(primary_key=True)
    code = models.TextField()
    set_aside_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "population_feed_aside"

    def __str__(self) -> str:
        return f"change {self.position} set aside: {self.code}"
