"""Recording one person who is not in the register yet, and a household."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.kernel.keys import new_key
from danso.kernel.numbers import OldNumber as OldNumberText
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.actions.numbering import claim_number, parse_number
from danso.modules.population.data import (
    FIELD_COLUMNS,
    Grounds,
    NewPerson,
    PersonRecorded,
    person_not_found,
)
from danso.modules.population.models import Household, OldNumber, Person
from danso.modules.population.rules import check_may_change, check_sex
from danso.toolkit.platform import platform, province

# What `extra` may hold: the columns of the catalogue's fields that are not arguments of their own.
EXTRA_COLUMNS = frozenset(column for columns in FIELD_COLUMNS.values() for column in columns) - {
    "number",
    "old_number",
    "full_name",
    "birth",
    "sex",
    "commune",
}


def record_person(new: NewPerson, *, actor: Actor, grounds: Grounds) -> UUID:
    with carried_out("record_person", actor=actor, grounds=grounds) as ledger:
        check_may_change(platform().register_mode, actor)
        row = insert_person(new)
        ledger.subject = row.key
        ledger.happened(PersonRecorded(row.key))
    return row.key


def insert_person(new: NewPerson) -> Person:
    """The row with its numbers, in the caller's transaction and under the caller's checks."""
    check_sex(new.sex)
    if new.commune is not None:
        province().commune(new.commune)
    row = _row_of(new)
    row.save(force_insert=True)
    if row.number is not None:
        claim_number(row, row.number)
    if row.old_number is not None:
        OldNumber.objects.create(number=row.old_number, person=row.key)
    return row


def record_household(
    head: UUID, *, actor: Actor, grounds: Grounds, book_number: str | None = None
) -> UUID:
    with carried_out("record_household", actor=actor, grounds=grounds, subject=head):
        check_may_change(platform().register_mode, actor)
        person = Person.objects.filter(key=head, merged_into=None).first()
        if person is None:
            raise person_not_found()
        household = Household.objects.create(
            head=head,
            commune=person.commune,
            hamlet=person.hamlet,
            address=person.address,
            book_number=book_number,
            recorded_at=clock.now(),
        )
    return household.key


def _row_of(new: NewPerson) -> Person:
    unknown = new.extra.keys() - EXTRA_COLUMNS
    if unknown:
        raise InvalidValue(
            f"The register has no column {', '.join(sorted(unknown))} to record.",
            code="column_unknown",
            fix="Use the columns of the catalogue's fields.",
        )
    now = clock.now()
    return Person(
        key=new_key(),
        number=parse_number(new.number) if new.number else None,
        old_number=OldNumberText.parse(new.old_number) if new.old_number else None,
        full_name=new.name.full,
        family=new.name.family,
        middle=new.name.middle,
        given=new.name.given,
        sort_key=new.name.sort_key,
        search_key=new.name.search_key,
        birth=new.birth.iso if new.birth else None,
        sex=new.sex,
        commune=new.commune,
        source=new.source,
        # Explicit: a database default stays an expression on the unsaved row.
        status=str(new.extra.get("status", "alive")),
        flags={},
        protected=False,
        version=0,
        as_of=clock.today(),
        recorded_at=now,
        **{name: value for name, value in new.extra.items() if name != "status"},
    )
