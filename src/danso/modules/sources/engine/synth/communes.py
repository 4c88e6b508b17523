"""Communes as sources write them: today's name or that of the older map, with more or less around
it; and which of these words can mean one commune of today only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from danso.catalogue import Province
from danso.catalogue.shapes.units import OldCommune
from danso.kernel.text import plain
from danso.modules.sources.engine.synth.faults import Bools, Ints

# Ways to write, with their weights. Old: bare, with district, with district and province. New:
# bare, with province.
OLD_FORMS: Final = (0.30, 0.50, 0.20)
NEW_FORMS: Final = (0.60, 0.40)


@dataclass(frozen=True)
class _Table:
    """All ways to write all units of one generation, unit by unit."""

    texts: pl.Series
    is_sure: Bools
    forms: tuple[float, ...]

    def draw(self, units: Ints, rng: np.random.Generator) -> tuple[pl.Series, Bools]:
        """One way to write each unit, and whether it can mean one commune only."""
        ends = np.cumsum(self.forms)
        form = np.searchsorted(ends / ends[-1], rng.random(len(units)), side="right")
        places = units * len(self.forms) + form
        return self.texts.gather(places), self.is_sure[places]


class CommuneWords:
    """The communes of a province in words, for both generations."""

    def __init__(self, province: Province) -> None:
        units = province.units
        self._older_version = units.files.older.label
        self._codes = [unit.code for unit in units.communes]
        self._old_codes = [unit.code for unit in units.old_communes]
        place = {code: number for number, code in enumerate(self._old_codes)}
        former: dict[str, list[int]] = {code: [] for code in self._codes}
        for row in units.old_to_new:
            if row.new_code:
                former[row.new_code].append(place[row.old_code])
        counts = [len(former[code]) for code in self._codes]
        self._count = np.asarray(counts, dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        self._former = np.asarray(
            [old for code in self._codes for old in former[code]], dtype=np.int64
        )
        meanings = _meanings(province)
        self._new = _table(
            ((unit.name, f"{unit.name}, {province.name}") for unit in units.communes),
            ([unit.name] * 2 for unit in units.communes),
            meanings,
            NEW_FORMS,
        )
        self._old = _table(
            (_ways(unit, province.name) for unit in units.old_communes),
            ((unit.name, *[_with_district(unit)] * 2) for unit in units.old_communes),
            meanings,
            OLD_FORMS,
        )

    def has_former(self, people: pl.DataFrame) -> Bools:
        """Whose commune of today is known to have had another name or shape."""
        return np.asarray(self._count[self._places(people["commune"], self._codes)] > 0)

    def write(
        self, people: pl.DataFrame, old: Bools, none: Bools, rng: np.random.Generator
    ) -> tuple[pl.Series, Bools]:
        """The words for each person's commune, empty where `none`, of the older map where `old`;
        and whether they can mean one commune of today only."""
        today = self._places(people["commune"], self._codes)
        new_words, new_sure = self._new.draw(today, rng)
        before = self._before(people, today)
        old_words, old_sure = self._old.draw(np.where(old, before, 0), rng)
        words = old_words.zip_with(pl.Series(old), new_words)
        nothing = pl.repeat("", len(words), dtype=pl.String, eager=True)
        sure = np.where(old, old_sure, new_sure) & ~none
        return nothing.zip_with(pl.Series(none), words), np.asarray(sure)

    def _before(self, people: pl.DataFrame, today: Ints) -> Ints:
        """The older commune of each: as the register has it, or one that the household keeps to."""
        if not len(self._former):
            return np.zeros(people.height, dtype=np.int64)
        count = np.maximum(self._count[today], 1)
        place = self._first[today] + people["home"].to_numpy() % count
        guess = self._former[np.minimum(place, len(self._former) - 1)]
        recorded = pl.Series(self._old_codes).to_frame("code").with_row_index("place")
        kept = people.select(
            code=pl.when(pl.col("code_version") == self._older_version).then("commune_recorded")
        ).join(recorded, on="code", how="left", maintain_order="left")
        return np.asarray(kept["place"].cast(pl.Int64).fill_null(pl.Series(guess)).to_numpy())

    @staticmethod
    def _places(codes: pl.Series, known: list[str]) -> Ints:
        table = pl.DataFrame({"code": known}).with_row_index("place")
        found = codes.to_frame("code").join(table, on="code", how="left", maintain_order="left")
        return np.asarray(found["place"].cast(pl.Int64).to_numpy())


def _with_district(unit: OldCommune) -> str:
    return f"{unit.name}, {unit.district_name}"


def _ways(unit: OldCommune, province: str) -> tuple[str, ...]:
    return unit.name, _with_district(unit), f"{_with_district(unit)}, {province}"


def _meanings(province: Province) -> dict[str, set[str]]:
    """Words without marks to the communes of today they can mean; the province adds nothing."""
    found: dict[str, set[str]] = {}
    units = province.units
    for unit in units.communes:
        found.setdefault(plain(unit.name), set()).add(unit.code)
    for old in units.old_communes:
        heirs = units.successors[old.code].communes
        for words in (old.name, _with_district(old)):
            # An old commune without a known heir still makes its words mean something else.
            found.setdefault(plain(words), set()).update(heirs or (old.code + "?",))
    return found


def _table(
    texts: Iterable[Iterable[str]],
    meant: Iterable[Iterable[str]],
    meanings: dict[str, set[str]],
    forms: tuple[float, ...],
) -> _Table:
    written = [text for ways in texts for text in ways]
    sure = [len(meanings[plain(words)]) == 1 for ways in meant for words in ways]
    return _Table(pl.Series(written, dtype=pl.String), np.asarray(sure), forms)
