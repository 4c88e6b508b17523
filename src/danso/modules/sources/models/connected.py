"""Tables of connected sources: how far each came, its records, what they tell."""

from django.db import models

from danso.kernel.keys import new_key


class SourceState(models.Model):
    """Where a source stands: how far its last pull came, and the sweep that is under way.

    A sweep is one reading of everything the owner has, over as many loads as it takes: what it did
    not meet by its end is gone at the owner's.
    """

    source = models.TextField(primary_key=True, db_collation="C")
    checkpoint = models.JSONField(null=True)
    sweep = models.UUIDField(null=True)
    # A sweep whose end would have ended too many records: it waits for somebody to say so.
    held_sweep = models.UUIDField(null=True)
    loaded_at = models.DateTimeField(null=True)
    # Counted at the end of each load and match, so that a board need not count.
    records = models.IntegerField(db_default=0)
    faulty = models.IntegerField(db_default=0)
    facts = models.IntegerField(db_default=0)
    # Something was compared anew since the day's figures were kept.
    is_behind = models.BooleanField(db_default=False)

    class Meta:
        db_table = "sources_state"

    def __str__(self) -> str:
        return f"state of {self.source}"


class Load(models.Model):
    """One pull of a source: what came, what it changed, why it stopped."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    source = models.TextField(db_collation="C")
    state = models.TextField(default="running")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    started_by = models.TextField()
    rows = models.IntegerField(default=0)
    new = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    gone = models.IntegerField(default=0)
    faulty = models.IntegerField(default=0)
    # Codes and counts: of lines that could not be read, and of values by field.
    lines = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    stopped = models.TextField(db_default="")
    # When its last batch was taken; the first lines that could not be read: [file, line, code].
    moved_at = models.DateTimeField(null=True)
    broken = models.JSONField(default=list)

    class Meta:
        db_table = "sources_load"
        indexes = [
            models.Index(fields=["source", "-started_at"], name="sources_load_source"),
            models.Index(
                fields=["source", "finished_at"],
                name="sources_load_first",
                condition=models.Q(state="done"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=("running", "done", "stopped")),
                name="sources_load_state",
            ),
        ]

    def __str__(self) -> str:
        return f"load {self.key}"


class SourceRecord(models.Model):
    """A source's record as its owner last sent it, cleaned. `faults`: field -> what is wrong.

    Written in bulk by `actions.staging`. `gone_at`: the owner no longer sends it.
    """

    pk = models.CompositePrimaryKey("source", "record")
    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    payload = models.JSONField()
    digest = models.TextField()
    faults = models.JSONField(default=dict)
    sweep = models.UUIDField(null=True)
    first_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sources_record"

    def __str__(self) -> str:
        return f"record of {self.source}"


class Fact(models.Model):
    """What a linked record tells about its person. Written in bulk by `actions.telling`."""

    pk = models.CompositePrimaryKey("source", "record", "kind")
    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    kind = models.TextField(db_collation="C")
    person = models.UUIDField()
    value = models.TextField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    as_of = models.DateTimeField()
    # good, unverified where the owner's own value has a fault, or contradicted by another record.
    quality = models.TextField()

    class Meta:
        db_table = "sources_fact"
        indexes = [models.Index(fields=["person", "kind"], name="sources_fact_person")]

    def __str__(self) -> str:
        return f"fact of {self.source}"


class FactChange(models.Model):
    """Whose facts of which kinds changed at one telling (event `FactsTold`): for those who follow
    them."""

    pk = models.CompositePrimaryKey("telling", "person", "kind")
    telling = models.UUIDField()
    person = models.UUIDField()
    kind = models.TextField(db_collation="C")

    class Meta:
        db_table = "sources_fact_change"

    def __str__(self) -> str:
        return f"change of a {self.kind}"
