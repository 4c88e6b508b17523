"""What was given for a record made into what is kept: the person found, the fields judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from danso.kernel import clock
from danso.kernel.errors import InvalidValue
from danso.kernel.text import fold
from danso.modules.population import interface as population
from danso.modules.sources.data import GivenRecord, Keeper, RecordFaults
from danso.modules.sources.engine.cleaning import rules_of
from danso.modules.sources.engine.hosted import Faults, Judges
from danso.modules.sources.models import RegisterRecord
from danso.toolkit.platform import platform, province

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register
    from danso.modules.population.data import PersonRecord


@dataclass(frozen=True)
class Made:
    """A record as it is to stand."""

    person: UUID | None
    named: str
    commune: str
    payload: Mapping[str, str]


class Maker:
    """Makes records of one register for one keeper; the province's words are read once.

    `looked`: everybody whose number was found, for the journal.
    """

    def __init__(self, register: Register, keeper: Keeper, *, is_file: bool = False) -> None:
        self.register = register
        self.sees = keeper.sees(register)
        self.reach = keeper.reach(register, "enter")
        self.looked: dict[UUID, None] = {}
        self._is_file = is_file
        rules = rules_of(province(), accepts_synthetic=platform().is_demo, today=clock.today())
        self._rules = rules
        self._judges = Judges(register, rules, communes_by_word())

    def make(self, given: GivenRecord, before: RegisterRecord | None = None) -> Made:
        """What is to be kept. Fields that the keeper may not see stay as they were `before`.

        Raises RecordFaults with every fault: by field, or under `number` and `commune`.
        """
        hidden = {code for code in self.register.by_code if code not in self.sees}
        held = before.payload if before is not None else {}
        values = {code: text for code, text in given.values.items() if code not in hidden}
        kept, faults = self._judges.judge(values | {code: held.get(code, "") for code in hidden})
        # Nobody can mend what they do not see: an old value stays, a needed one is not asked for.
        for code in hidden & set(faults):
            del faults[code]
        person = self._person(given.number, before, faults)
        commune = self._commune(given.commune, person, before, faults)
        if faults:
            raise RecordFaults(faults)
        key = person.key if person is not None else before.person if before is not None else None
        return Made(key, self._named(person, kept, before), commune, kept)

    def _person(
        self, number: str, before: RegisterRecord | None, faults: Faults
    ) -> PersonRecord | None:
        if not number.strip():
            needed = self.register.people == "required" and before is None
            if needed:
                faults["number"] = "missing"
            return None
        try:
            parsed = str(self._rules.numbers.parse(number))
        except InvalidValue as error:
            faults["number"] = error.code
            return None
        found = population.find_by_number(parsed)
        self.looked |= dict.fromkeys(one.key for one in found.people)
        if self._is_elsewhere(found.people, before):
            faults["number"] = "person_not_here"
            return None
        if not found.people or found.outcome != "active":
            faults["number"] = "person_not_found"
            return None
        person = found.people[0]
        if before is None and person.status == "dead":
            faults["number"] = "person_dead"
        elif before is not None and before.person not in (None, person.key):
            faults["number"] = "person_other"
        return person

    def _is_elsewhere(
        self, people: Collection[PersonRecord], before: RegisterRecord | None
    ) -> bool:
        """A file asks about thousands: of those who live beyond the keeper's reach, dead or alive,
        with a record or without, and of nobody it tells one and the same."""
        if not self._is_file or self.reach is None:
            return False
        if before is not None and before.person in {one.key for one in people}:
            return False
        lived = {
            commune
            for one in people
            for commune in (one.commune, one.temporary_commune, one.current_commune)
        }
        return lived.isdisjoint(self.reach)

    def _commune(
        self,
        given: str,
        person: PersonRecord | None,
        before: RegisterRecord | None,
        faults: Faults,
    ) -> str:
        if given.strip():
            found = self._judges.commune(given)
        elif before is not None:
            found = before.commune
        else:
            found = person.commune if person is not None else None
        if found is None and "number" in faults and not given.strip():
            # It would have been the person's, whoever that is.
            return ""
        if found is None:
            faults["commune"] = "commune_unknown" if given.strip() else "missing"
        elif self.reach is not None and found not in self.reach:
            faults["commune"] = "commune_out_of_reach"
        return found or ""

    def _named(
        self, person: PersonRecord | None, kept: Mapping[str, str], before: RegisterRecord | None
    ) -> str:
        if person is not None:
            return fold(person.full_name)
        if before is not None and before.person is not None:
            return before.named
        names = (kept.get(field.code, "") for field in self.register.fields if field.kind == "name")
        return fold(next(filter(None, names), ""))


def communes_by_word() -> dict[str, str]:
    """Each commune of today by its code and by its name folded; a name that two have, by none."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for unit in province().units.communes:
        name = fold(unit.name)
        twice |= {name} & set(found)
        found[name] = unit.code
    return {name: code for name, code in found.items() if name not in twice} | {
        unit.code: unit.code for unit in province().units.communes
    }
