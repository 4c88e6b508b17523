"""The records of a source: true values, spoiled; and the truth about each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from danso.catalogue.shapes.people import Synthetic
from danso.catalogue.shapes.sources import Source, Term
from danso.modules.sources.engine.synth import faults as of
from danso.modules.sources.engine.synth.communes import CommuneWords
from danso.modules.sources.engine.synth.faults import Bools, Ints
from danso.modules.sources.engine.synth.pointing import BirthLeft, NameLeft, Population
from danso.modules.sources.engine.synth.register import Register
from danso.modules.sources.engine.synth.selection import NOBODY, Pool, Selection, select
from danso.toolkit import spoiling as how

TERMS: Final[tuple[Term, ...]] = (
    "full_name",
    "birth",
    "sex",
    "number",
    "old_number",
    "commune",
    "father_name",
    "mother_name",
)
_WHOLE_DATE: Final = 10
# Of those who hold an old number the share whose record has it.
_OLD_NUMBER_KEPT: Final = 0.6
_TCVN3: Final = 0.6


@dataclass(frozen=True)
class Records:
    """One row a record: `values` has the terms as the source has them (births in ISO form),
    `people` the true values, `truth` person, faults, kind, resolvable and is_dead."""

    values: pl.DataFrame
    people: pl.DataFrame
    truth: pl.DataFrame


@dataclass
class _Draft:
    """Records on their way: the values, what struck them, what is left of them."""

    chosen: Selection
    struck: dict[str, Bools]
    values: dict[str, pl.Series]
    name_left: Ints
    birth_left: Ints
    commune_left: Bools


class RecordMaker:
    """Makes the records of any source from one province."""

    def __init__(self, register: Register, communes: CommuneWords, synthetic: Synthetic) -> None:
        self._register = register
        self._communes = communes
        self._synthetic = synthetic
        self._population = Population(register.people)
        old = register.people["old_number"]
        self._sure_old = (old.is_unique() & (old != "")).to_numpy()
        numbers = register.people["number"]
        self._numbers = numbers

    def make(self, source: Source, pool: Pool, rows: int, rng: np.random.Generator) -> Records:
        """So many records of the pool as the source would hold them, those of one person side by
        side by chance only."""
        chosen = select(self._register, pool, rows, self._synthetic, rng)
        draft = self._draft(source, chosen, rng)
        _spoil_names(draft, rng)
        _spoil_births(draft, rng)
        _spoil_numbers(draft, rng)
        truth = pl.DataFrame(
            {
                "person": chosen.people["key"],
                "faults": _told(draft.struck),
                "kind": chosen.people["kind"],
                "resolvable": self._resolvable(source, draft),
                "is_dead": chosen.people["is_dead"],
            }
        )
        held = [term for term in TERMS if term in source.terms]
        values = pl.DataFrame([draft.values[term].alias(term) for term in held])
        return Records(values, chosen.people, truth)

    def _draft(self, source: Source, chosen: Selection, rng: np.random.Generator) -> _Draft:
        people = chosen.people
        faults = of.faults_of(source)
        struck = of.assign(faults, _eligible(people), rng) if faults else {}
        none, old = np.zeros(people.height, dtype=np.bool_), np.zeros(people.height, dtype=np.bool_)
        if "commune" in source.terms:
            fits = {of.NO_COMMUNE: ~none, of.OLD_COMMUNE: self._communes.has_former(people)}
            rates = {of.NO_COMMUNE: of.NO_COMMUNE_RATE, of.OLD_COMMUNE: of.OLD_COMMUNE_RATE}
            struck |= of.pick_exclusive(fits, rates, rng)
            none, old = struck[of.NO_COMMUNE], struck[of.OLD_COMMUNE]
        struck |= {
            of.NOT_IN_POPULATION: chosen.persons == NOBODY,
            of.DEAD: people["is_dead"].to_numpy() & (source.who.are != "dead"),
            of.TWICE: chosen.is_twice,
        }
        words, is_sure = self._communes.write(people, old, none, rng)
        values = {str(term): people[term] for term in TERMS if term != "commune"}
        return _Draft(
            chosen=chosen,
            struck=struck,
            values=values | {"commune": words},
            name_left=np.full(people.height, int(NameLeft.ALL)),
            birth_left=np.full(
                people.height, int(BirthLeft.DAY if "birth" in source.terms else BirthLeft.NOTHING)
            ),
            commune_left=is_sure & ("commune" in source.terms),
        )

    def _resolvable(self, source: Source, draft: _Draft) -> Bools:
        persons = draft.chosen.persons
        known = persons != NOBODY
        kept = np.maximum(persons, 0)
        found = np.zeros(len(persons), dtype=np.bool_)
        if "number" in source.terms:
            found |= (draft.values["number"] == self._numbers.gather(kept)).to_numpy()
        if "old_number" in source.terms:
            found |= (draft.values["old_number"] != "").to_numpy() & self._sure_old[kept]
        found &= known
        if "full_name" in source.terms:
            rows = np.flatnonzero(known & ~found)
            found[rows] = self._population.points_to_one(
                persons[rows],
                draft.name_left[rows],
                draft.birth_left[rows],
                commune=draft.commune_left[rows],
            )
        return found


def _eligible(people: pl.DataFrame) -> dict[str, Bools]:
    """Who can have which fault: it must change the value."""
    name, birth = pl.col("full_name"), pl.col("birth")
    # Without the middle: a name that loses it as well must still have marks to lose.
    ends = name.str.replace(r"^(\S+) .* (\S+)$", "$1 $2")
    has_marks = ends.str.len_bytes() != ends.str.len_chars()
    words = name.str.count_matches(" ", literal=True)
    whole = birth.str.len_bytes() == _WHOLE_DATE
    day, month = birth.str.slice(8, 2), birth.str.slice(5, 2)
    always = name != ""
    told = people.select(
        always.alias(of.NAME_LETTER_WRONG),
        always.alias(of.NO_NUMBER),
        always.alias(of.NUMBER_DIGIT_WRONG),
        has_marks.alias(of.TONES_LOST),
        has_marks.alias(of.LEGACY_ENCODING),
        (words >= 2).alias(of.MIDDLE_LOST),
        (words >= 1).alias(of.PARTS_SWAPPED),
        (birth.str.len_bytes() > 4).alias(of.BIRTH_YEAR_ONLY),
        (whole & (day <= "12") & (day != month)).alias(of.DAY_MONTH_SWAPPED),
        whole.alias(of.BIRTH_DIGIT_WRONG),
    )
    return {column.name: column.to_numpy() for column in told}


def _spoil_names(draft: _Draft, rng: np.random.Generator) -> None:
    """Later faults strike what earlier ones left: a letter, the middle, the order, the writing."""
    names = draft.values["full_name"].to_list()
    near = how.Neighbours(names, rng)
    for row in _rows(draft, of.NAME_LETTER_WRONG):
        wrong = how.misread_letter(names[row], near)
        draft.name_left[row] = _left_of(names[row], wrong)
        names[row] = wrong
    draft.name_left[_rows(draft, of.MIDDLE_LOST)] = int(NameLeft.ENDS)
    _change(names, _rows(draft, of.MIDDLE_LOST), how.lose_middle, near)
    _change(names, _rows(draft, of.PARTS_SWAPPED), how.given_first, near)
    draft.values["full_name"] = pl.Series(names, dtype=pl.String)
    _spoil_writing(draft, rng)


def _spoil_writing(draft: _Draft, rng: np.random.Generator) -> None:
    """Whoever types without marks, or in an old font, writes all names of the record so."""
    bare, legacy = _rows(draft, of.TONES_LOST), np.asarray(_rows(draft, of.LEGACY_ENCODING), int)
    is_tcvn3 = rng.random(len(legacy)) < _TCVN3
    for term in ("full_name", "father_name", "mother_name"):
        names = draft.values[term].to_list()
        near = how.Neighbours(names, rng)
        _change(names, bare, how.strip_marks, near)
        _change(names, legacy[is_tcvn3].tolist(), how.as_tcvn3, near)
        _change(names, legacy[~is_tcvn3].tolist(), how.as_vni, near)
        draft.values[term] = pl.Series(names, dtype=pl.String)


def _left_of(name: str, wrong: str) -> int:
    """Which words came through a wrong letter."""
    words, now = name.split(" "), wrong.split(" ")
    if words[0] != now[0]:
        return int(NameLeft.NO_FAMILY)
    return int(NameLeft.NO_GIVEN if words[-1] != now[-1] else NameLeft.ENDS)


def _spoil_births(draft: _Draft, rng: np.random.Generator) -> None:
    births = draft.values["birth"].to_list()
    near = how.Neighbours(births, rng)
    left = draft.birth_left
    year_only, swapped = _rows(draft, of.BIRTH_YEAR_ONLY), _rows(draft, of.DAY_MONTH_SWAPPED)
    _change(births, year_only, how.only_year, near)
    left[year_only] = int(BirthLeft.YEAR)
    _change(births, swapped, how.swap_day_and_month, near)
    left[swapped] = int(BirthLeft.UNORDERED)
    for row in _rows(draft, of.BIRTH_DIGIT_WRONG):
        wrong = how.misread_birth(births[row], near)
        same_year = wrong[:4] == births[row][:4]
        left[row] = int(BirthLeft.YEAR if same_year else BirthLeft.NOTHING)
        births[row] = wrong
    draft.values["birth"] = pl.Series(births, dtype=pl.String)


def _spoil_numbers(draft: _Draft, rng: np.random.Generator) -> None:
    """No number means neither the personal number nor an old one."""
    numbers = draft.values["number"].to_list()
    near = how.Neighbours(numbers, rng)
    for row in _rows(draft, of.NUMBER_DIGIT_WRONG):
        spoil = how.misread_digit if near.below(3) else how.transpose_digits
        wrong = spoil(numbers[row], near)
        # Two equal neighbours swapped are no fault.
        numbers[row] = wrong if wrong != numbers[row] else how.misread_digit(numbers[row], near)
    none = draft.struck.get(of.NO_NUMBER, np.zeros(len(numbers), dtype=np.bool_))
    lost = none | (rng.random(len(numbers)) >= _OLD_NUMBER_KEPT)
    draft.values["number"] = _blank(pl.Series(numbers, dtype=pl.String), none)
    draft.values["old_number"] = _blank(draft.values["old_number"], lost)


def _rows(draft: _Draft, code: str) -> list[int]:
    struck = draft.struck.get(code)
    return [] if struck is None else np.flatnonzero(struck).tolist()


def _change(
    values: list[str],
    rows: list[int],
    spoil: Callable[[str, how.Neighbours], str],
    near: how.Neighbours,
) -> None:
    for row in rows:
        values[row] = spoil(values[row], near)


def _blank(values: pl.Series, none: Bools) -> pl.Series:
    return pl.repeat("", len(values), dtype=pl.String, eager=True).zip_with(pl.Series(none), values)


def _told(struck: dict[str, Bools]) -> pl.Series:
    """For each record its faults joined by `|`."""
    frame = pl.DataFrame({code: struck[code] for code in of.TOLD if code in struck})
    words = [pl.when(code).then(pl.lit(code)) for code in frame.columns]
    return frame.select(pl.concat_str(words, separator="|", ignore_nulls=True)).to_series()
