"""People recorded twice in a demo home, as it happens at a desk: something to clean."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from danso.kernel.actors import Actor
from danso.kernel.names import PersonName
from danso.kernel.text import plain
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, NewPerson, PersonRecord

EACH: Final = 4
# What a hurried desk copies from the paper: no number, no card.
COPIED: Final = (
    "hamlet", "address", "recorded_commune", "ethnicity", "nationality", "father_name",
    "mother_name",
)  # fmt: skip


def record_doubles(communes: list[str], *, actor: Actor) -> int:
    """Record some people of each commune once more; once per home. Returns how many."""
    if population.count_doubles():
        return 0
    grounds = Grounds(reason="demo", evidence="DEMO")
    made = 0
    for commune in communes:
        due = population.list_card_due(commune, limit=EACH)
        known = population.people_by_keys(one.person for one in due)
        for nth, person in enumerate(known.values()):
            if person.born is None:
                continue
            population.record_person(_again(person, nth), actor=actor, grounds=grounds)
            made += 1
    population.search_doubles()
    return made


def _again(person: PersonRecord, nth: int) -> NewPerson:
    """The same person with one slip: no tones, another address, the old number only."""
    name = plain(person.full_name).title() if nth == 0 else person.full_name
    extra = {column: getattr(person, column) for column in COPIED}
    if nth == 1:
        extra["address"] = None
    return replace(
        NewPerson(PersonName.parse(name), person.born, person.sex, "demo-desk"),
        old_number=person.old_number,
        commune=person.commune,
        extra=extra,
    )
