"""Administrative units of two generations, and how the older map forward into the newer."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, Literal

from danso.catalogue.shapes.base import Code, FileName, Origin, Shape, Text, UnitCode, Words

SuccessionKind = Literal["whole", "part", "part-default", "unresolved"]


class Commune(Shape):
    """A commune-level unit of today."""

    code: UnitCode
    name: Text
    kind: Text
    area_km2: float | None = None
    population: int | None = None
    formed_from: str = ""
    admin_centre: str = ""
    lat: float | None = None
    lon: float | None = None
    other_code: str = ""


class OldCommune(Shape):
    """A commune of the older generation, with the district it stood in."""

    code: UnitCode
    name: Text
    kind: Text
    district_code: Text
    district_name: Text
    later_name: str = ""


class Succession(Shape):
    """One row of the map from an old commune to a new one; `new_code` is empty when unresolved."""

    old_code: UnitCode
    new_code: str = ""
    kind: SuccessionKind


class Successor(Shape):
    """What became of an old commune.

    `kind` is `whole` (exactly one commune of today), `part` (several: a person needs a finer
    address or a human decision; `default` is the one usually taken) or `unresolved` (never guess).
    """

    kind: Literal["whole", "part", "unresolved"]
    communes: tuple[str, ...] = ()
    default: str | None = None


class UnitFile(Shape):
    """One file of units: its name, from when until when it holds, and its origin."""

    label: Text
    file: FileName
    since: date | None = None
    until: date | None = None
    origin: Origin


class UnitKind(Words):
    """A kind of unit, with the words before its name."""

    code: Text
    urban: bool


class UnitFiles(Shape):
    """units/units.yaml: which files hold the units."""

    kinds: tuple[UnitKind, ...]
    today: UnitFile
    older: UnitFile
    map: UnitFile
    boundaries: UnitFile
    country_code: Code


class Units(Shape):
    """The units of both generations, the map between them and the boundaries of today's."""

    files: UnitFiles
    communes: tuple[Commune, ...]
    old_communes: tuple[OldCommune, ...]
    old_to_new: tuple[Succession, ...]
    boundaries: Mapping[str, Any]

    @cached_property
    def by_code(self) -> Mapping[str, Commune]:
        """Today's communes by code."""
        return {unit.code: unit for unit in self.communes}

    @cached_property
    def old_by_code(self) -> Mapping[str, OldCommune]:
        """The older generation's communes by code (a code may mean another unit today)."""
        return {unit.code: unit for unit in self.old_communes}

    @cached_property
    def districts(self) -> Mapping[str, str]:
        """Old districts: code to name."""
        return {unit.district_code: unit.district_name for unit in self.old_communes}

    @cached_property
    def successors(self) -> Mapping[str, Successor]:
        """Every old commune's successor, by the old code."""
        rows: dict[str, list[Succession]] = {unit.code: [] for unit in self.old_communes}
        for row in self.old_to_new:
            rows.setdefault(row.old_code, []).append(row)
        return {code: _successor(found) for code, found in rows.items()}

    @cached_property
    def main_district(self) -> Mapping[str, str]:
        """For each commune of today the old district that most of its former communes stood in."""
        counts: dict[str, dict[str, int]] = {}
        for row in self.old_to_new:
            if row.new_code:
                district = self.old_by_code[row.old_code].district_code
                seen = counts.setdefault(row.new_code, {})
                seen[district] = seen.get(district, 0) + 1
        return {
            code: max(sorted(seen), key=lambda district, seen=seen: seen[district])  # type: ignore[misc]
            for code, seen in counts.items()
        }


def _successor(rows: list[Succession]) -> Successor:
    communes = tuple(row.new_code for row in rows if row.new_code)
    if not communes:
        return Successor(kind="unresolved")
    if len(communes) == 1:
        return Successor(kind="whole", communes=communes, default=communes[0])
    default = next((row.new_code for row in rows if row.kind == "part-default"), None)
    return Successor(kind="part", communes=communes, default=default)
