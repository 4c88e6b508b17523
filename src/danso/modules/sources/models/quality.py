"""Tables of a source's quality: each record beside its person, the mismatches found, the figures of
each day."""

from django.db import models

from danso.kernel.keys import new_key


class Agreement(models.Model):
    """A record beside the person it is linked to: by field what the register says of it
    (`engine.agreeing`). Written in bulk by `actions.agreeing`.

    `digest`: of the record as it was when its commune was read. `commune_said`: the code on today's
    map of the commune it names. `commune`: where its person lives, else what it names.
    """

    pk = models.CompositePrimaryKey("source", "record")
    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    digest = models.TextField()
    commune_said = models.TextField(null=True)
    person = models.UUIDField(null=True)
    commune = models.TextField(db_default="", db_collation="C")
    verdicts = models.JSONField(db_default={})

    class Meta:
        db_table = "sources_agreement"

    def __str__(self) -> str:
        return f"agreement of {self.source}"


class Mismatch(models.Model):
    """A field on which a source's record and the register differ: the request to its owner, until
    both say the same. `binding`: the province has decided that the register is right.

    `said` and `held` are what stood there when they were last compared: the evidence, while open.
    """

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    field = models.TextField(db_collation="C")
    person = models.UUIDField()
    commune = models.TextField(db_default="", db_collation="C")
    kind = models.TextField()
    said = models.TextField()
    held = models.TextField()
    state = models.TextField(db_default="asked")
    first_seen = models.DateTimeField()
    since = models.DateTimeField()
    due = models.DateField(null=True)
    binding = models.BooleanField(db_default=False)
    correction = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Why it closed: agrees, gone (the record or its link), or unlinked.
    closed_as = models.TextField(db_default="")

    class Meta:
        db_table = "sources_mismatch"
        indexes = [
            models.Index(fields=["person"], name="sources_mismatch_person"),
            models.Index(fields=["source", "state", "due", "key"], name="sources_mismatch_queue"),
            models.Index(
                fields=["state", "commune"],
                name="sources_mismatch_commune",
                condition=~models.Q(state="closed"),
            ),
            models.Index(
                fields=["correction"],
                name="sources_mismatch_contest",
                condition=models.Q(correction__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=("asked", "promised", "contested", "above", "sent_up", "closed")
                ),
                name="sources_mismatch_state",
            ),
            models.UniqueConstraint(
                fields=["source", "record", "field"],
                condition=~models.Q(state="closed"),
                name="sources_mismatch_once",
            ),
        ]

    def __str__(self) -> str:
        return f"mismatch {self.key}"


class MismatchStep(models.Model):
    """One thing said or decided about a mismatch, never changed: who, when, in which words, with
    which proof."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    mismatch = models.ForeignKey(Mismatch, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.TextField()
    unit = models.TextField(db_default="")
    # See data.StepRecord.
    said = models.TextField()
    words = models.TextField(db_default="")
    evidence = models.TextField(db_default="")

    class Meta:
        db_table = "sources_mismatch_step"
        indexes = [models.Index(fields=["mismatch", "at"], name="sources_mismatch_steps")]

    def __str__(self) -> str:
        return f"step of {self.mismatch_id}"


class QualityDay(models.Model):
    """A source's figures of one day by field and commune; field '' is the record as a whole,
    commune '' is residence not on today's map. The latest of the day stands."""

    pk = models.CompositePrimaryKey("source", "day", "field", "commune")
    source = models.TextField(db_collation="C")
    day = models.DateField()
    field = models.TextField(db_collation="C")
    commune = models.TextField(db_collation="C")
    records = models.IntegerField()
    linked = models.IntegerField(db_default=0)
    correct = models.IntegerField(db_default=0)
    differs = models.IntegerField(db_default=0)
    missing = models.IntegerField(db_default=0)
    invalid = models.IntegerField(db_default=0)
    doubled = models.IntegerField(db_default=0)
    # Days since the owner's data was last taken in.
    age_days = models.IntegerField(null=True)

    class Meta:
        db_table = "sources_quality"

    def __str__(self) -> str:
        return f"quality of {self.source}"
