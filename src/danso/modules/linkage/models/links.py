"""Tables of links: where each foreign record stands, where it stood before, and the runs."""

from django.contrib.postgres.functions import RandomUUID
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
    # Where its model's bands lay: what is risky is judged by them.
    bands = models.JSONField(default=dict, db_default={})
    # Over everything, or over what had changed only.
    whole = models.BooleanField(db_default=True)
    # Up to which position changes of people are in its links; null: not known.
    position = models.BigIntegerField(null=True)
    # How many people a whole run had before it: they are its prior, and of the runs that go on.
    people = models.IntegerField(null=True)

    class Meta:
        db_table = "linkage_run"
        indexes = [models.Index(fields=["source", "-finished_at"], name="linkage_run_source")]

    def __str__(self) -> str:
        return f"run {self.key}"


class Standing(models.Model):
    """How a record stands or stood: with whom, how surely, why, by which run or decision."""

    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    person = models.UUIDField(null=True)
    band = models.TextField()
    weight = models.FloatField(null=True)
    reason = models.TextField()
    run = models.UUIDField()
    since = models.DateTimeField()
    decision = models.UUIDField(null=True)

    class Meta:
        abstract = True


class Link(Standing):
    """A record as it stands now. Written in bulk by `actions.keeping`.

    `run` is the one that put it there, `decision` the clerk's that holds over it. `key` stands for
    the record in addresses, for its own may be somebody's number. No foreign key to people: see
    population's models.
    """

    pk = models.CompositePrimaryKey("source", "record")
    key = models.UUIDField(db_default=RandomUUID())

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
            models.Index(
                fields=["key"], name="linkage_link_open", condition=models.Q(band="clerk")
            ),
            models.Index(
                fields=["decision"],
                name="linkage_link_decision",
                condition=models.Q(decision__isnull=False),
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


class PastLink(Standing):
    """How a record stood before: written by the run or decision (`ended_by`) that changed it,
    never changed itself."""

    id = models.BigAutoField(primary_key=True)
    ended_by = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        db_table = "linkage_past_link"
        indexes = [models.Index(fields=["source", "record"], name="linkage_past_record")]

    def __str__(self) -> str:
        return f"earlier link of {self.source}"


class Candidate(models.Model):
    """Somebody whom a record in the clerk's band may be about, as the latest run weighed it.

    Written in bulk by `actions.keeping`. `content`: a digest of what was compared of the record.
    `is_anothers`: the record's number is held by somebody else than this person.
    """

    pk = models.CompositePrimaryKey("source", "record", "person")
    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    person = models.UUIDField()
    weight = models.FloatField()
    shares = models.JSONField()
    content = models.TextField()
    is_anothers = models.BooleanField()

    class Meta:
        db_table = "linkage_candidate"
        indexes = [models.Index(fields=["person"], name="linkage_candidate_person")]

    def __str__(self) -> str:
        return f"candidate of {self.source}"


class Decision(models.Model):
    """What a clerk said a record is about. `content`: of the record then; while that is so, the
    decision holds over every run."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    person = models.UUIDField(null=True)
    content = models.TextField()
    needs_two = models.BooleanField()
    reason = models.TextField(db_default="")
    state = models.TextField()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    decided_by = models.TextField(db_default="")
    decided_at = models.DateTimeField(null=True)
    # Who wants a two-officer decision taken back, until a second one agrees.
    undo_by = models.TextField(db_default="")
    undo_reason = models.TextField(db_default="")
    undo_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "linkage_decision"
        indexes = [
            models.Index(fields=["source", "record"], name="linkage_decision_record"),
            models.Index(fields=["decided_by", "-decided_at"], name="linkage_decision_officer"),
            models.Index(fields=["proposed_by", "-decided_at"], name="linkage_decision_proposer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=("waiting", "standing", "declined", "undone", "ended")
                ),
                name="linkage_decision_state",
            ),
            models.UniqueConstraint(
                fields=["source", "record"],
                condition=models.Q(state__in=("waiting", "standing")),
                name="linkage_decision_once",
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.key}"
