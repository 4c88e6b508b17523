"""People as they are now: one wide row each, their households and their earlier cards.

No foreign keys between person-sized tables: a first load copies millions of rows, and one key check
per row costs more than the row itself. The actions keep the references;
`docs/explanation/the-register.md` says what that buys and what it costs.
"""

from django.db import models

from danso.kernel.keys import new_key


class Person(models.Model):
    """One person as known now. Earlier states are in `PersonVersion`, written by the same
    action."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    # The active personal number and the latest 9-digit one; `Number` and `OldNumber` hold them all.
    number = models.TextField(null=True)
    old_number = models.TextField(null=True)

    full_name = models.TextField()
    family = models.TextField(db_default="")
    middle = models.TextField(db_default="")
    given = models.TextField(db_default="")
    other_name = models.TextField(null=True)
    sort_key = models.TextField(db_collation="C")
    search_key = models.TextField(db_collation="C")

    # ISO text as precise as it is known ('1965', '1965-03', '1965-03-21'): the length is the
    # precision.
    birth = models.TextField(null=True, db_collation="C")
    sex = models.SmallIntegerField(db_default=0)
    ethnicity = models.TextField(null=True)
    religion = models.TextField(null=True)
    marital_status = models.TextField(null=True)
    nationality = models.TextField(null=True)
    blood_group = models.TextField(null=True)

    birth_place = models.TextField(null=True)
    birth_place_code = models.TextField(null=True)
    birth_registration_place = models.TextField(null=True)
    birth_registration_code = models.TextField(null=True)
    home_place = models.TextField(null=True)
    home_place_code = models.TextField(null=True)
    occupation = models.TextField(null=True)

    # Permanent residence: `commune` is the code on today's map (null where the map has a gap),
    # `recorded_commune` is the code as the source gave it, on the map `code_version`.
    commune = models.TextField(null=True, db_collation="C")
    recorded_commune = models.TextField(null=True)
    code_version = models.TextField(null=True)
    hamlet = models.TextField(null=True)
    address = models.TextField(null=True)
    temporary_commune = models.TextField(null=True)
    temporary_address = models.TextField(null=True)
    temporary_until = models.DateField(null=True)
    current_commune = models.TextField(null=True)
    current_address = models.TextField(null=True)
    absent_until = models.DateField(null=True)

    status = models.TextField(db_default="alive")
    ended_on = models.TextField(null=True, db_collation="C")

    household = models.UUIDField(null=True)
    relation = models.TextField(null=True)
    father = models.UUIDField(null=True)
    father_name = models.TextField(null=True)
    father_number = models.TextField(null=True)
    mother = models.UUIDField(null=True)
    mother_name = models.TextField(null=True)
    mother_number = models.TextField(null=True)
    spouse = models.UUIDField(null=True)
    spouse_name = models.TextField(null=True)
    spouse_number = models.TextField(null=True)
    representative_name = models.TextField(null=True)
    representative_number = models.TextField(null=True)

    card_kind = models.TextField(null=True)
    card_number = models.TextField(null=True)
    card_issued = models.DateField(null=True)
    card_expires = models.DateField(null=True)
    card_status = models.TextField(null=True)

    flags = models.JSONField(default=dict, db_default={})
    protected = models.BooleanField(db_default=False)
    merged_into = models.UUIDField(null=True)
    version = models.IntegerField(db_default=0)
    as_of = models.DateField()
    recorded_at = models.DateTimeField()
    source = models.TextField()

    class Meta:
        # Each index is paid for by every loaded row: these three and the key, no more.
        indexes = [
            models.Index(
                fields=["commune", "status"],
                name="population_person_commune",
                condition=models.Q(merged_into__isnull=True),
            ),
            models.Index(fields=["household"], name="population_person_household"),
            models.Index(
                fields=["search_key", "birth"],
                name="population_person_search",
                condition=models.Q(merged_into__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sex__in=(0, 1, 2)), name="population_person_sex"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("alive", "dead", "missing")),
                name="population_person_status",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.key}"


class Household(models.Model):
    """A household with its head; its members point at it from their own rows."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    head = models.UUIDField(null=True)
    commune = models.TextField(null=True)
    hamlet = models.TextField(null=True)
    address = models.TextField(null=True)
    book_number = models.TextField(null=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"household {self.key}"


class Card(models.Model):
    """A card a person held before the one on their row: a first load of current cards writes
    none."""

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    kind = models.TextField()
    number = models.TextField(null=True)
    issued = models.DateField(null=True)
    expires = models.DateField(null=True)
    status = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person"], name="population_card_person")]

    def __str__(self) -> str:
        return f"card {self.id}"
