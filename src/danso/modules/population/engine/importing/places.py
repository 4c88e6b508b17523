"""Communes as files give them, old or new, by code or by name, mapped forward and never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from danso.kernel import text

if TYPE_CHECKING:
    from danso.catalogue.shapes.units import Units


class Place(NamedTuple):
    """Where somebody lives: today's code (None where the map has a gap), and as recorded."""

    commune: str | None
    recorded: str | None
    version: str | None
    note: str = ""
    reason: str = ""


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
    districts: Mapping[str, str]
    district_names: frozenset[str]
    _memory: dict[Given, Place] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, units: Units) -> Places:
        """From the catalogue's units."""
        kinds = sorted((text.plain(kind.code) for kind in units.files.kinds), key=len, reverse=True)
        return cls(
            today=units.files.today.label,
            older=units.files.older.label,
            current=frozenset(units.by_code),
            successors={code: found.communes for code, found in units.successors.items()},
            names_today=_by_name(((unit.code, unit.name) for unit in units.communes), kinds),
            names_older=_by_name(((unit.code, unit.name) for unit in units.old_communes), kinds),
            names_later=_by_name(
                ((unit.code, unit.later_name) for unit in units.old_communes if unit.later_name),
                kinds,
            ),
            districts={unit.code: _bare(unit.district_name) for unit in units.old_communes},
            district_names=frozenset(map(text.plain, units.districts.values())),
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

    def _resolve(self, given: Given) -> Place:
        if given.commune:
            return self._today(given)
        if given.recorded:
            return self._by_code(given)
        if given.name:
            return self._named(given)
        return NOWHERE

    def _today(self, given: Given) -> Place:
        """A file that names today's commune itself: what it recorded goes along."""
        if given.commune not in self.current:
            return Place(None, given.commune, None, reason="commune_unknown")
        return Place(given.commune, given.recorded or given.commune, given.version or self.today)

    def _by_code(self, given: Given) -> Place:
        code = given.recorded
        if code not in self.current and code not in self.successors:
            return Place(None, code, given.version or None, reason="commune_unknown")
        version = given.version or self._generation(given)
        if version == self.older:
            return self._forward(code)
        if version is None:
            return Place(None, code, None, note="commune_split")
        return Place(code, code, version)

    def is_older_only(self, code: str) -> bool:
        """Whether only the older map has this code."""
        return code in self.successors and code not in self.current

    def _generation(self, given: Given) -> str | None:
        """Which map a code is of; None where nothing tells and it matters. Today's took over codes
        of the older, so the words beside it decide: only the older had districts. Without words a
        code of today is today's, unless the list mixes the maps."""
        code = given.recorded
        if code not in self.current:
            return self.older
        if code not in self.successors:
            return self.today
        if given.district:
            return self.older
        name = text.plain(given.name)
        older = code in self.names_older.get(name, ())
        if code in self.names_today.get(name, ()):
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

    def _named(self, given: Given) -> Place:
        name = text.plain(given.name)
        now = self.names_today.get(name, frozenset())
        if len(now) == 1 and not given.district:
            code = next(iter(now))
            return Place(code, code, self.today)
        # A commune's own name goes before one that its neighbour took later.
        for names in (self.names_older, self.names_later):
            older = names.get(name, frozenset())
            if given.district:
                older = frozenset(c for c in older if self.districts[c] == _bare(given.district))
            if len(older) == 1:
                return self._forward(next(iter(older)))
        return Place(None, None, None, reason="commune_unknown")


def _by_name(units: Iterable[tuple[str, str]], kinds: list[str]) -> dict[str, frozenset[str]]:
    """Codes by plain name, with and without the word for the kind of commune."""
    found: dict[str, set[str]] = {}
    for code, name in units:
        whole = text.plain(name)
        found.setdefault(whole, set()).add(code)
        for kind in kinds:
            if whole.startswith(f"{kind} "):
                found.setdefault(whole.removeprefix(f"{kind} "), set()).add(code)
                break
    return {name: frozenset(codes) for name, codes in found.items()}


_DISTRICT_KINDS = tuple(
    f"{text.plain(kind)} "
    for kind in ("thành phố", "thị xã", "huyện", "quận", "tp", "tp.", "tx", "h.", "q.")
)


@lru_cache(1 << 12)
def _bare(district: str) -> str:
    """A district's plain name without the word for its kind."""
    plain = text.plain(district)
    for kind in _DISTRICT_KINDS:
        if plain.startswith(kind):
            return plain.removeprefix(kind)
    return plain
