"""Who stands in a source: people of the province, some of them twice, some dead, and people whom
the province does not have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from danso.catalogue.shapes.people import Synthetic
from danso.catalogue.shapes.source_rules import Ages, Who
from danso.kernel.errors import InvalidValue
from danso.kernel.numbers import OLD_LENGTH, PERSONAL_LENGTH
from danso.modules.sources.engine.synth.days import days_of
from danso.modules.sources.engine.synth.faults import (
    DEAD_RATE,
    NOT_IN_POPULATION_RATE,
    TWICE_RATE,
    Bools,
    Ints,
)
from danso.modules.sources.engine.synth.register import KEPT, KINDS, PLAIN, Register

NOBODY: Final = -1
# Of each rare kind at least so many of a source's records, as far as the province has them.
SURELY: Final = 0.002
_RANDOM_DIGITS: Final = 6
_FIRST_CENTURY: Final = 19
_YEAR: Final = 365.25


@dataclass(frozen=True)
class Selection:
    """One row a record, in the source's order: `people` has the register's columns with the true
    values, `persons` the places in the register (NOBODY), `is_twice` marks second records."""

    people: pl.DataFrame
    persons: Ints
    is_twice: Bools


@dataclass(frozen=True)
class Pool:
    """Places in the register of those a source is drawn from: `many`, and the few `dead` who stand
    in it by mistake."""

    many: Ints
    dead: Ints

    @property
    def most_rows(self) -> int:
        """How many records they suffice for, beside strangers and second ones."""
        # A hundredth less than they would, so that rounding takes nobody who is not there.
        return int(len(self.many) / (1.01 - NOT_IN_POPULATION_RATE - TWICE_RATE))


def pool_of(register: Register, who: Who) -> Pool:
    """Those whom the description means: the living or the dead of its ages."""
    is_dead = register.is_dead
    fits = np.ones(register.size, dtype=np.bool_)
    if who.ages != Ages():
        ages = (_day(register.as_of) - days_of(register.people["birth"])) // _YEAR
        fits = (ages >= who.ages.youngest) & (ages <= who.ages.oldest)
    if who.are == "dead":
        return Pool(np.flatnonzero(fits & is_dead), np.zeros(0, dtype=np.int64))
    return Pool(np.flatnonzero(fits & ~is_dead), np.flatnonzero(fits & is_dead))


def select(
    register: Register, pool: Pool, rows: int, synthetic: Synthetic, rng: np.random.Generator
) -> Selection:
    """Draw so many records; InvalidValue where the province has too few people for them."""
    strangers, twice = round(NOT_IN_POPULATION_RATE * rows), round(TWICE_RATE * rows)
    once = rows - strangers - twice
    dead = rng.permutation(pool.dead)[: round(DEAD_RATE * rows)]
    living = pool.many
    if rows < 1 or once - len(dead) > len(living) or twice > once - len(dead):
        raise InvalidValue(
            f"can't make {rows} records of {register.size} people",
            code="synth_sources_rows",
            fix="Ask for fewer with --rows or --share, or make a larger province.",
        )
    chosen = _living(register, living, once - len(dead), rng)
    persons = np.concatenate(
        [dead, chosen, rng.permutation(chosen)[:twice], np.full(strangers, NOBODY)]
    ).astype(np.int64)
    is_twice = np.zeros(rows, dtype=np.bool_)
    is_twice[once : once + twice] = True
    known = register.people[persons[: once + twice]]
    people = pl.concat([known, make_strangers(register, pool, strangers, synthetic, rng)])
    order = rng.permutation(rows)
    return Selection(people[order], persons[order], is_twice[order])


def _day(when: date) -> int:
    return int(np.datetime64(when, "D").astype(np.int64))


def _living(register: Register, living: Ints, count: int, rng: np.random.Generator) -> Ints:
    """So many of the living, in which the rare kinds do not fail."""
    order = rng.permutation(living)
    kinds = register.people["kind"].gather(order)
    first = np.zeros(len(order), dtype=np.bool_)
    least = max(1, round(SURELY * count))
    for kind in KINDS:
        first[np.flatnonzero((kinds == kind).to_numpy())[:least]] = True
    return np.concatenate([order[first], order[~first]])[:count]


def make_strangers(
    register: Register, pool: Pool, count: int, synthetic: Synthetic, rng: np.random.Generator
) -> pl.DataFrame:
    """People who are not in the register, put together from the parts of several who are, their
    births from the pool.

    Nobody of the register has their number, nor their name with their birth.
    """
    people = register.people
    births = people["birth"].gather(pool.many)
    parts = [people.clear()]
    made = 0
    while made < count:
        # Some fall out again, so a few more are drawn than are missing.
        found = _recombined(people, births, (count - made) * 9 // 8 + 8, rng)
        found = found.join(people, on=["full_name", "birth"], how="anti", maintain_order="left")
        found = found.head(count - made)
        parts.append(found)
        made += found.height
    strangers = pl.concat(parts)
    return strangers.with_columns(
        number=_free_numbers(strangers, people["number"], synthetic.prefix, rng),
        old_number=_free_old_numbers(strangers, people["old_number"], synthetic, rng),
    ).select(people.columns)


def _recombined(
    people: pl.DataFrame, births: pl.Series, count: int, rng: np.random.Generator
) -> pl.DataFrame:
    families, given, living = (people[rng.integers(0, people.height, count)] for _ in range(3))
    rest = given["full_name"].str.replace(r"^\S+ ?", "")
    family = families["full_name"].str.extract(r"^(\S+)")
    return living.with_columns(
        full_name=(family + " " + rest).str.strip_chars(),
        father_name=families["father_name"],
        sex=given["sex"],
        old_number=given["old_number"],
        birth=births.gather(rng.integers(0, len(births), count)),
        key=pl.lit(""),
        number=pl.lit(""),
        kind=pl.lit(PLAIN),
        is_dead=pl.lit(False),  # noqa: FBT003 - a literal of the frame
    ).select(*KEPT, "home", "kind", "is_dead")


def _free_numbers(
    strangers: pl.DataFrame, taken: pl.Series, prefix: str, rng: np.random.Generator
) -> pl.Series:
    """Personal numbers that fit sex and birth and that nobody has (kernel.numbers: the layout)."""
    years = strangers["birth"].str.slice(0, 4).cast(pl.Int64).to_numpy()
    century = (years // 100 - _FIRST_CENTURY) * 2 + (strangers["sex"] != "1").to_numpy()
    heads = (century * 100 + years % 100) * 10**_RANDOM_DIGITS
    known = taken.str.slice(len(prefix)).cast(pl.Int64).to_numpy()
    free = _free(heads, 10**_RANDOM_DIGITS, known, rng)
    return _digits(free, prefix, PERSONAL_LENGTH)


def _free_old_numbers(
    strangers: pl.DataFrame, taken: pl.Series, synthetic: Synthetic, rng: np.random.Generator
) -> pl.Series:
    """Old numbers that nobody has, for those put together from somebody who has one."""
    prefix = synthetic.old_number_prefix
    known = taken.filter(taken != "").str.slice(len(prefix)).cast(pl.Int64).to_numpy()
    room = 10 ** (OLD_LENGTH - len(prefix))
    free = _free(np.zeros(strangers.height, dtype=np.int64), room, known, rng)
    has = strangers["old_number"] != ""
    return _digits(free, prefix, OLD_LENGTH).zip_with(has, strangers["old_number"])


def _free(heads: Ints, room: int, known: Ints, rng: np.random.Generator) -> Ints:
    """A number behind each head, none of them known, no two alike."""
    known = np.append(np.sort(known), np.iinfo(np.int64).max)
    numbers = heads + rng.integers(0, room, len(heads))
    while True:
        _, first = np.unique(numbers, return_index=True)
        again = np.ones(len(numbers), dtype=np.bool_)
        again[first] = False
        again |= known[np.searchsorted(known, numbers)] == numbers
        if not again.any():
            return numbers
        numbers[again] = heads[again] + rng.integers(0, room, int(again.sum()))


def _digits(numbers: Ints, prefix: str, length: int) -> pl.Series:
    digits = pl.Series(numbers, dtype=pl.Int64).cast(pl.String)
    return prefix + digits.str.zfill(length - len(prefix))
