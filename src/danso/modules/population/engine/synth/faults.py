"""The faults put into the messy files: how often each comes, and what an importer ought to do
about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from danso.kernel.errors import InvalidValue
from danso.modules.population.engine.synth.draw import Bools, Ints
from danso.modules.population.engine.synth.inputs import FormerCommune
from danso.toolkit import spoiling as how

# repair: the true value can be restored. accept: nothing in the row shows it. same: one person
# once more. refuse: must not enter the register as it stands.
Expect = Literal["repair", "accept", "same", "refuse"]
_WEIGHT = {"": 0, "repair": 1, "accept": 2, "same": 3, "refuse": 4}


@dataclass(frozen=True)
class Fault:
    """One kind of fault: what column it hits, how often, what must become of the row.

    `unicode` faults cannot be written in the old 8-bit files.
    """

    code: str
    column: str
    rate: float
    expect: Expect
    spoil: how.Spoil
    unicode: bool = False


FAULTS: tuple[Fault, ...] = (
    Fault("name_without_marks", "full_name", 0.015, "accept", how.strip_marks),
    Fault("name_upper_case", "full_name", 0.04, "repair", how.upper),
    Fault("name_decomposed", "full_name", 0.01, "repair", how.decompose, unicode=True),
    Fault("name_spaces", "full_name", 0.015, "repair", how.space_out),
    Fault("name_zero_width", "full_name", 0.003, "repair", how.hide_characters, unicode=True),
    Fault("name_tone_place", "full_name", 0.02, "repair", how.other_tone_place),
    Fault("name_eth", "full_name", 0.01, "repair", how.eth_for_d, unicode=True),
    Fault("name_misread_utf8", "full_name", 0.002, "repair", how.misread_utf8, unicode=True),
    Fault("name_tcvn3", "full_name", 0.003, "repair", how.as_tcvn3, unicode=True),
    Fault("name_vni", "full_name", 0.002, "repair", how.as_vni, unicode=True),
    Fault("name_given_first", "full_name", 0.001, "accept", how.given_first),
    Fault("name_middle_dropped", "full_name", 0.004, "accept", how.drop_middle),
    Fault("name_formula", "full_name", 0.0003, "refuse", how.as_formula),
    Fault("name_missing", "full_name", 0.0005, "refuse", how.empty),
    Fault("number_missing", "number", 0.012, "accept", how.empty),
    Fault("number_digit_misread", "number", 0.003, "accept", how.misread_digit),
    Fault("number_digits_swapped", "number", 0.002, "accept", how.transpose_digits),
    Fault("number_13_digits", "number", 0.0008, "refuse", how.extra_digit),
    Fault("number_digit_lost", "number", 0.0008, "refuse", how.lose_digit),
    Fault("number_zero_lost", "number", 0.006, "repair", how.lose_leading_zero),
    Fault("number_letter_o", "number", 0.001, "refuse", how.letter_for_zero),
    Fault("number_filler", "number", 0.001, "refuse", how.filler_number),
    Fault("number_of_another", "number", 0.001, "refuse", how.somebody_elses),
    Fault("number_grouped", "number", 0.002, "repair", how.grouped_digits),
    Fault("birth_year_only", "birth", 0.012, "accept", how.only_year),
    Fault("birth_first_of_january", "birth", 0.008, "accept", how.first_of_january),
    Fault("birth_day_month_swapped", "birth", 0.004, "accept", how.swap_day_and_month),
    Fault("birth_year_off", "birth", 0.002, "accept", how.year_off_by_one),
    Fault("birth_in_future", "birth", 0.0006, "refuse", how.born_in_the_future),
    Fault("birth_impossible", "birth", 0.0006, "refuse", how.impossible_day),
    Fault("birth_missing", "birth", 0.001, "refuse", how.empty),
    Fault("sex_wrong", "sex", 0.001, "accept", how.other_sex),
    Fault("sex_missing", "sex", 0.002, "accept", how.empty),
    Fault("marital_not_updated", "marital_status", 0.01, "accept", how.not_updated),
    Fault("old_number_of_another", "old_number", 0.0008, "accept", how.somebody_elses),
    Fault("dead_still_listed", "status", 0.4, "accept", how.still_alive),
)
COMMUNE_VANISHED = "commune_vanished"
COMMUNE_UNKNOWN = "commune_unknown"
TWICE = "row_twice"
TWICE_CHANGED = "row_twice_changed"
MOVED = "moved_still_listed"
OTHER_FAULTS: Mapping[str, tuple[float, Expect]] = {
    COMMUNE_VANISHED: (0.004, "accept"),
    COMMUNE_UNKNOWN: (0.001, "refuse"),
    TWICE: (0.004, "same"),
    TWICE_CHANGED: (0.004, "same"),
    MOVED: (0.003, "same"),
}
EXPECTED: Mapping[str, Expect] = {fault.code: fault.expect for fault in FAULTS} | {
    code: expect for code, (_, expect) in OTHER_FAULTS.items()
}
NO_SUCH_COMMUNE = "00000"


@dataclass(frozen=True)
class FaultRates:
    """How often each fault comes: the defaults, times `scale`, with `override` by code."""

    scale: float = 1.0
    override: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.override) - set(EXPECTED))
        if unknown or self.scale < 0:
            raise InvalidValue(
                f"no such faults: {', '.join(unknown) or 'a negative scale'}",
                code="synth_fault_unknown",
                fix=f"Known faults: {', '.join(sorted(EXPECTED))}.",
            )

    def of(self, code: str, default: float) -> float:
        """The rate of one fault."""
        return min(1.0, self.override.get(code, default * self.scale))


@dataclass(frozen=True)
class Spoiled:
    """Rows as they will stand in a file; `faults` and `expect` say what was done to each."""

    rows: pl.DataFrame
    faults: pl.Series
    expect: pl.Series


class Spoiler:
    """Puts faults into rows; the same generator state gives the same faults."""

    def __init__(
        self, rates: FaultRates, vanished: tuple[FormerCommune, ...], older_version: str
    ) -> None:
        self._rates = rates
        self._vanished = vanished
        self._older = older_version

    def spoil(self, rows: pl.DataFrame, rng: np.random.Generator, *, unicode: bool) -> Spoiled:
        """The rows with faults in them, some of them twice."""
        marks: list[tuple[str, Ints]] = []
        rows = self._repeat(rows, rng, marks)
        by_column: dict[str, list[Fault]] = {}
        for fault in FAULTS:
            if unicode or not fault.unicode:
                by_column.setdefault(fault.column, []).append(fault)
        for column, faults in by_column.items():
            values = self._spoil_column(rows[column], faults, rng, marks)
            rows = rows.with_columns(values.alias(column))
        rows = self._spoil_communes(rows, rng, marks)
        listed_alive = pl.col("status") == "alive"
        rows = rows.with_columns(
            death_date=pl.when(listed_alive).then(pl.lit("")).otherwise(pl.col("death_date"))
        )
        faults_column, expect = _labels(marks, len(rows))
        return Spoiled(rows, faults_column, expect)

    def _spoil_column(
        self,
        values: pl.Series,
        faults: list[Fault],
        rng: np.random.Generator,
        marks: list[tuple[str, Ints]],
    ) -> pl.Series:
        """At most one fault of a column for each row: one draw decides which."""
        ends = np.cumsum([self._rates.of(fault.code, fault.rate) for fault in faults])
        drawn = np.searchsorted(ends, rng.random(len(values)), side="right")
        texts = values.to_list()
        near = how.Neighbours(values.to_list(), rng)
        for place, fault in enumerate(faults):
            changed = []
            for row in np.flatnonzero(drawn == place).tolist():
                spoiled = fault.spoil(texts[row], near)
                if spoiled != texts[row]:
                    texts[row] = spoiled
                    changed.append(row)
            marks.append((fault.code, np.asarray(changed, dtype=np.int64)))
        return pl.Series(texts, dtype=pl.String)

    def _repeat(
        self, rows: pl.DataFrame, rng: np.random.Generator, marks: list[tuple[str, Ints]]
    ) -> pl.DataFrame:
        """Rows that stand there twice, once more with a change, or in a commune since left."""
        parts = [rows]
        height = len(rows)
        for code in (TWICE, TWICE_CHANGED, MOVED):
            again = np.flatnonzero(
                rng.random(len(rows)) < self._rates.of(code, OTHER_FAULTS[code][0])
            )
            copies = rows[again]
            if code == TWICE_CHANGED:
                copies = copies.with_columns(
                    pl.col("full_name").str.to_uppercase(),
                    pl.col("birth").str.slice(0, 4),
                    number=pl.lit(""),
                )
            if code == MOVED:
                copies = _elsewhere(copies, rows, rng)
            marks.append((code, np.arange(height, height + len(copies))))
            parts.append(copies)
            height += len(copies)
        return pl.concat(parts)

    def _spoil_communes(
        self, rows: pl.DataFrame, rng: np.random.Generator, marks: list[tuple[str, Ints]]
    ) -> pl.DataFrame:
        draw = rng.random(len(rows))
        vanished = self._rates.of(COMMUNE_VANISHED, OTHER_FAULTS[COMMUNE_VANISHED][0])
        unknown = self._rates.of(COMMUNE_UNKNOWN, OTHER_FAULTS[COMMUNE_UNKNOWN][0])
        gone: Bools = (draw < vanished) & bool(self._vanished)
        lost: Bools = (draw >= vanished) & (draw < vanished + unknown)
        codes = [unit.code for unit in self._vanished] or [""]
        picked = pl.Series(codes).gather(rng.integers(0, len(codes), len(rows)))
        marks.append((COMMUNE_VANISHED, np.flatnonzero(gone)))
        marks.append((COMMUNE_UNKNOWN, np.flatnonzero(lost)))
        older = pl.lit(self._older)
        return rows.with_columns(
            commune_recorded=pl.when(pl.Series(gone))
            .then(picked)
            .when(pl.Series(lost))
            .then(pl.lit(NO_SUCH_COMMUNE))
            .otherwise(pl.col("commune_recorded")),
            code_version=pl.when(pl.Series(gone)).then(older).otherwise(pl.col("code_version")),
        )


def _elsewhere(copies: pl.DataFrame, rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The copies with the residence of other rows."""
    places = rows[rng.integers(0, len(rows), len(copies))]
    names = ("commune_recorded", "code_version", "hamlet", "address")
    return copies.with_columns(places[name] for name in names)


def _labels(marks: list[tuple[str, Ints]], height: int) -> tuple[pl.Series, pl.Series]:
    """For each row its faults joined by `|`, and the gravest expectation among them."""
    faults = [""] * height
    expect = [""] * height
    for code, places in marks:
        grave: str = EXPECTED[code]
        for row in places.tolist():
            faults[row] = f"{faults[row]}|{code}" if faults[row] else code
            if _WEIGHT[grave] > _WEIGHT[expect[row]]:
                expect[row] = grave
    return pl.Series(faults, dtype=pl.String), pl.Series(expect, dtype=pl.String)
