"""Communes as files give them, old or new, by code or by name, mapped forward and never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from danso.kernel import text
from danso.modules.population.engine.importing.naming import Naming, Written, bare_district

if TYPE_CHECKING:
    from danso.catalogue.shapes.units import Units


class Place(NamedTuple):
    """Where somebody lives: today's code (None where the map has a gap), and as recorded."""

    commune: str | None
    recorded: str | None
    version: str | None
    note: str = ""
    reason: str = ""
    offer: str = ""


class Given(NamedTuple):
    """What a row says about its commune; empty where it says nothing. `mixed`: other rows of the
    list have codes that only the older map has."""

    commune: str = ""
    recorded: str = ""
    version: str = ""
    name: str = ""
    district: str = ""
    mixed: bool = False


NOWHERE = Place(None, None, None, note="commune_missing")
_MOST_OFFERED = 6


@dataclass(frozen=True)
class Places:
    """Both generations of communes by code and by name, and the map between them."""

    today: str
    older: str
    current: frozenset[str]
    successors: Mapping[str, tuple[str, ...]]
    names_today: Mapping[str, frozenset[str]]
    names_older: Mapping[str, frozenset[str]]
    names_later: Mapping[str, frozenset[str]]
    districts: Mapping[str, frozenset[str]]
    districts_today: Mapping[str, frozenset[str]]
    spellings: Mapping[str, frozenset[str]]
    titles: Mapping[str, frozenset[str]]
    naming: Naming
    _memory: dict[Given, Place] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, units: Units, province: str) -> Places:
        """From the catalogue's units of the province called so."""
        naming = Naming.of(
            (kind.code for kind in units.files.kinds), units.districts.values(), province
        )
        districts = {
            unit.code: frozenset({text.plain(unit.district_name)}) for unit in units.old_communes
        }
        return cls(
            today=units.files.today.label,
            older=units.files.older.label,
            current=frozenset(units.by_code),
            successors={code: found.communes for code, found in units.successors.items()},
            names_today=_by_name(((unit.code, unit.name) for unit in units.communes), naming),
            names_older=_by_name(((unit.code, unit.name) for unit in units.old_communes), naming),
            names_later=_by_name(
                ((unit.code, unit.later_name) for unit in units.old_communes if unit.later_name),
                naming,
            ),
            districts=districts,
            districts_today=_districts_today(units, districts),
            spellings={
                unit.code: frozenset(map(naming.marked, filter(None, (unit.name, unit.later_name))))
                for unit in units.old_communes
            },
            titles=_titles(units, naming),
            naming=naming,
        )

    def resolve(self, given: Given) -> Place:
        """The place meant. A split or vanished commune keeps its recorded code without today's."""
        found = self._memory.get(given)
        if found is None:
            found = self._resolve(given)
            # Free text could be endless; codes and real names are a few thousand.
            if len(self._memory) < 1 << 16:
                self._memory[given] = found
        return found

    def has_name(self, plain: str) -> bool:
        """Whether a commune of either generation is called so (plain text)."""
        return any(
            plain in names for names in (self.names_today, self.names_older, self.names_later)
        )

    def stands_in(self, plain: str, district: str) -> bool:
        """Whether a commune called so stood in that district (plain names both)."""
        maps = (
            (self.names_today, self.districts_today),
            (self.names_older, self.districts),
            (self.names_later, self.districts),
        )
        return any(
            self._in_district(names.get(plain, frozenset()), stood, district)
            for names, stood in maps
        )

    def _resolve(self, given: Given) -> Place:
        if given.commune:
            return self._today(given)
        if not given.recorded and not given.name:
            return NOWHERE
        written = self.naming.read(given.name, given.district)
        if given.recorded:
            return self._by_code(given, written)
        return self._named(written)

    def _today(self, given: Given) -> Place:
        """A file that names today's commune itself: what it recorded goes along."""
        if given.commune not in self.current:
            return Place(None, given.commune, None, reason="commune_unknown")
        return Place(given.commune, given.recorded or given.commune, given.version or self.today)

    def _by_code(self, given: Given, written: Written) -> Place:
        code = given.recorded
        if code not in self.current and code not in self.successors:
            return Place(None, code, given.version or None, reason="commune_unknown")
        version = given.version or self._generation(given, written)
        if version == self.older:
            return self._forward(code)
        if version is None:
            return Place(None, code, None, note="commune_split")
        return Place(code, code, version)

    def is_older_only(self, code: str) -> bool:
        """Whether only the older map has this code."""
        return code in self.successors and code not in self.current

    def _generation(self, given: Given, written: Written) -> str | None:
        """Which map a code is of; None where nothing tells and it matters. Today's took over codes
        of the older, so the words beside it decide: only the older had districts. Without words a
        code of today is today's, unless the list mixes the maps."""
        code = given.recorded
        if code not in self.current:
            return self.older
        if code not in self.successors:
            return self.today
        now = code in self.names_today.get(written.name, ())
        older = code in self.names_older.get(written.name, ())
        # People go on writing the old district behind a name that only today's map has.
        if written.district and (older or not now):
            return self.older
        if now:
            return self.today
        if older:
            return self.older
        means_both = given.mixed and self.successors[code] != (code,)
        return None if means_both else self.today

    def _forward(self, code: str) -> Place:
        """An old commune's successor where it has exactly one."""
        communes = self.successors.get(code)
        if communes is None:
            return Place(None, code, self.older, reason="commune_unknown")
        if len(communes) == 1:
            return Place(communes[0], code, self.older)
        return Place(
            None, code, self.older, note="commune_split" if communes else "commune_unresolved"
        )

    def _named(self, written: Written) -> Place:
        name, district = written.name, written.district
        if written.strange:
            return self._unknown(name)
        now = self.names_today.get(name, frozenset())
        if len(now) == 1 and not district:
            code = next(iter(now))
            return Place(code, code, self.today)
        older = self._older(written)
        if len(older) == 1:
            return self._forward(next(iter(older)))
        # Today's name with the district that was there before.
        now = self._in_district(now, self.districts_today, district)
        if len(now) == 1 and not older:
            code = next(iter(now))
            return Place(code, code, self.today)
        return self._unknown(name, district if older else "")

    def _older(self, written: Written) -> frozenset[str]:
        """The old communes meant. A commune's own name goes before one that its neighbour took
        later; marks tell apart what only differs in them."""
        for names in (self.names_older, self.names_later):
            found = names.get(written.name, frozenset())
            if written.district:
                found = self._in_district(found, self.districts, written.district)
            if found:
                spelt = frozenset(c for c in found if written.exact in self.spellings[c])
                return spelt if len(found) > 1 and spelt else found
        return frozenset()

    def _in_district(
        self, codes: frozenset[str], stood: Mapping[str, frozenset[str]], district: str
    ) -> frozenset[str]:
        """Those of a district, told by its whole name where one is called so, else without kind."""
        if district in self.naming.districts:
            return frozenset(code for code in codes if district in stood[code])
        bare = bare_district(district)
        return frozenset(code for code in codes if bare in map(bare_district, stood[code]))

    def _unknown(self, name: str, district: str = "") -> Place:
        """Nothing certain: the communes that may be meant are offered to whoever decides."""
        titles = self.titles.get(name) or self.titles.get(
            self.naming.without_kind(name), frozenset()
        )
        within = bare_district(district)
        narrowed = sorted(title for title in titles if within in text.plain(title))
        offer = "; ".join(narrowed[:_MOST_OFFERED])
        return Place(None, None, None, reason="commune_unknown", offer=offer)


def _by_name(units: Iterable[tuple[str, str]], naming: Naming) -> dict[str, frozenset[str]]:
    """Codes by plain name, with and without the word for the kind of commune."""
    found: dict[str, set[str]] = {}
    for code, name in units:
        whole = text.plain(name)
        for form in (whole, naming.without_kind(whole)):
            found.setdefault(form, set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _districts_today(
    units: Units, districts: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """For each commune of today the old districts that its former communes stood in."""
    found = dict.fromkeys(units.by_code, frozenset[str]())
    for row in units.old_to_new:
        stood = districts.get(row.old_code, frozenset())
        if row.new_code in found:
            found[row.new_code] |= stood
    return found


def _titles(units: Units, naming: Naming) -> dict[str, frozenset[str]]:
    """What the communes called so are offered as: `Phường Ba Đình, Thành phố Thanh Hóa (2022)`."""
    today = [(unit.name, f"{unit.name} ({units.files.today.label})") for unit in units.communes]
    older = [
        (name, f"{unit.name}, {unit.district_name} ({units.files.older.label})")
        for unit in units.old_communes
        for name in (unit.name, unit.later_name)
        if name
    ]
    return _by_name(((title, name) for name, title in (*today, *older)), naming)
