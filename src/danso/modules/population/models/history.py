"""What was known before: versions of people, merges, and changes asked of the upstream register."""

from django.db import models

from danso.kernel.keys import new_key


class PersonVersion(models.Model):
    """One recorded change of one person, append-only. `seq` counts per person under the row's lock.

    `changes` is {field: [before, after]}. `mode` says how it lies in time: a *change* is true from
    `valid_on`, a *correction* replaces what was wrongly held for the spell that contains
    `valid_on`.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    seq = models.IntegerField()
    action = models.TextField()
    mode = models.TextField()
    valid_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    changes = models.JSONField()
    reason = models.TextField(db_default="")
    evidence = models.TextField(db_default="")
    actor_kind = models.TextField()
    actor = models.TextField()

    class Meta:
        db_table = "population_person_version"
        constraints = [
            models.UniqueConstraint(fields=["person", "seq"], name="population_person_version_seq")
        ]

    def __str__(self) -> str:
        return f"version {self.seq} of person {self.person}"


class Merge(models.Model):
    """Two records of one person joined: both keys stay, and what moved is kept for the way back."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    kept = models.UUIDField()
    merged = models.UUIDField()
    moved = models.JSONField()
    reason = models.TextField()
    officers = models.JSONField()
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=models.Q(undone_at__isnull=True),
                name="population_merge_once",
            )
        ]
        indexes = [models.Index(fields=["kept"], name="population_merge_kept")]

    def __str__(self) -> str:
        return f"merge {self.key}"


class ChangeRequest(models.Model):
    """A change that this register may not make itself and asks of the national one."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    person = models.UUIDField()
    field = models.TextField()
    proposed = models.JSONField(null=True)
    reason = models.TextField()
    evidence = models.TextField(db_default="")
    actor_kind = models.TextField()
    actor = models.TextField()
    state = models.TextField(db_default="waiting")
    receipt = models.TextField(null=True)
    answer = models.TextField(null=True)
    # Sending that failed is tried again, ever more seldom.
    tries = models.IntegerField(db_default=0)
    next_try_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "population_change_request"
        indexes = [
            models.Index(fields=["state", "recorded_at"], name="population_change_request_wait"),
            models.Index(fields=["person"], name="population_change_request_who"),
        ]

    def __str__(self) -> str:
        return f"change request {self.key}"
