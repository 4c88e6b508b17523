"""Somebody whom the national service just gave a number: a copy takes both from its answer, before
its feed brings them."""

from __future__ import annotations

from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.actions.numbering import parse_number
from danso.modules.population.actions.record_person import insert_person
from danso.modules.population.data import Grounds, NewPerson, PersonRecorded, number_taken
from danso.modules.population.models import Number, Person
from danso.modules.population.rules import check_issued, check_takes_issued
from danso.toolkit.platform import platform, province


def record_issued(new: NewPerson, *, actor: Actor, grounds: Grounds) -> UUID:
    with carried_out("record_issued", actor=actor, grounds=grounds) as ledger:
        check_takes_issued(platform().register_mode)
        number = parse_issued(new.number or "", new.sex, new.birth)
        held = Number.objects.filter(number=number).first()
        if held is not None:
            ledger.subject = held.person
            return _fed_already(held, new)
        row = insert_person(new)
        ledger.subject = row.key
        ledger.happened(PersonRecorded(row.key))
    return row.key


def parse_issued(text: str, sex: int, born: PartialDate | None) -> str:
    """See interface."""
    number = parse_number(text)
    numbers = province().numbers
    prefix = numbers.synthetic_prefix if platform().is_demo else numbers.own_prefix
    if born is None:
        raise InvalidValue(
            "A newborn's number is checked against the birth date, and there is none.",
            code="number_needs_sex_and_birth",
            fix="Correct sex and birth date first.",
        )
    check_issued(number, prefix, sex, born)
    return number


def _fed_already(held: Number, new: NewPerson) -> UUID:
    """The same newborn, whom the feed brought first; anybody else's number is refused."""
    row = Person.objects.get(key=held.person)
    birth = new.birth.iso if new.birth else None
    is_same = (row.full_name, row.birth, row.sex) == (new.name.full, birth, new.sex)
    if held.status != "active" or not is_same:
        raise number_taken()
    return row.key
