"""Tables of links: where each foreign record stands, where it stood before, and the runs."""

from django.db import models

from danso.kernel.keys import new_key


class Run(models.Model):
    """One run of matching over a source's records."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    source = models.TextField()
    digest = models.TextField()
    model = models.TextField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    class Meta:
        db_table = "linkage_run"
        indexes = [models.Index(fields=["source", "-finished_at"], name="linkage_run_source")]

    def __str__(self) -> str:
        return f"run {self.key}"


class Link(models.Model):
    """A record as it stands now. Written in bulk by `actions.keeping`.

    `run` is the one that put it there. No foreign key to people: see population's models.
    """

    pk = models.CompositePrimaryKey("source", "record")
    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    person = models.UUIDField(null=True)
    band = models.TextField()
    weight = models.FloatField(null=True)
    reason = models.TextField()
    run = models.UUIDField()
    since = models.DateTimeField()

    class Meta:
        db_table = "linkage_link"
        indexes = [
            models.Index(
                fields=["person"],
                name="linkage_link_person",
                condition=models.Q(band="linked"),
            ),
            models.Index(
                fields=["source", "-weight"],
                name="linkage_link_clerk",
                condition=models.Q(band="clerk"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(band__in=("linked", "clerk", "not_found")),
                name="linkage_link_band",
            ),
        ]

    def __str__(self) -> str:
        return f"link of {self.source}"


class PastLink(models.Model):
    """How a record stood before: written by the run that changed it, never changed itself."""

    id = models.BigAutoField(primary_key=True)
    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    person = models.UUIDField(null=True)
    band = models.TextField()
    weight = models.FloatField(null=True)
    reason = models.TextField()
    run = models.UUIDField()
    since = models.DateTimeField()
    ended_by = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        db_table = "linkage_past_link"
        indexes = [models.Index(fields=["source", "record"], name="linkage_past_record")]

    def __str__(self) -> str:
        return f"earlier link of {self.source}"
