"""Numbers: the 12-digit one has one row for ever with its comparison keys; the 9-digit one is a
clue."""

from django.db import models


class Number(models.Model):
    """A personal number, for ever. The row carries everything `verify` compares, so it reads no
    other.

    `person` is not a foreign key (see `models/people.py`). The active number of a person is on the
    person's own row, so only cancelled rows need an index by person.
    """

    number = models.TextField(primary_key=True, db_collation="C")
    person = models.UUIDField()
    status = models.TextField(db_default="active")
    name_key = models.TextField()
    plain_key = models.TextField()
    birth = models.TextField(null=True)
    sex = models.SmallIntegerField(db_default=0)
    commune = models.TextField(null=True)
    life = models.TextField(db_default="alive")
    protected = models.BooleanField(db_default=False)
    flags = models.JSONField(default=dict, db_default={})
    cancelled_on = models.DateField(null=True)
    cancel_reason = models.TextField(null=True)
    replaced_by = models.TextField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["person"],
                name="population_number_cancelled",
                condition=models.Q(status="cancelled"),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=("active", "cancelled")),
                name="population_number_status",
            )
        ]

    def __str__(self) -> str:
        return f"number of person {self.person}"


class OldNumber(models.Model):
    """A 9-digit identity card number of a person. Two people may hold the same one by mistake."""

    pk = models.CompositePrimaryKey("number", "person")
    number = models.TextField(db_collation="C")
    person = models.UUIDField()

    class Meta:
        db_table = "population_old_number"

    def __str__(self) -> str:
        return f"old number of person {self.person}"
