"""Whether what is left in a record still points to exactly one person of the population.

A record is resolvable when its personal number, or an old number that one person only holds, came
through unhurt; or else when exactly one person has what is left of name, birth and commune:

- name: words without tone marks and case in any order. A lost middle name leaves family and given
  name; a wrong letter leaves the words it did not strike.
- birth: as written; as year, month and day in either order where day and month were swapped; the
  year where only it is left or the day is wrong; nothing where the year is wrong. A birth that the
  register itself knows by year or month only counts as its year.
- commune: only where the words written can mean one commune of today.

Sex and parents' names are not counted, nor likeness: a record told apart only by them is called not
resolvable, though a good matcher may find its person.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import numpy as np
import polars as pl

from danso.kernel.text import plain
from danso.modules.sources.engine.synth.faults import Bools, Ints

_BIRTH_BITS: Final = 28
_COMMUNE_BITS: Final = 12


class NameLeft(IntEnum):
    """Which words of the name are left."""

    ALL = 0
    ENDS = 1
    NO_GIVEN = 2
    NO_FAMILY = 3


class BirthLeft(IntEnum):
    """What is left of the birth."""

    DAY = 0
    UNORDERED = 1
    YEAR = 2
    NOTHING = 3


class Population:
    """The people as whole numbers that can be counted by what records have left."""

    def __init__(self, people: pl.DataFrame) -> None:
        self._names = _name_codes(people["full_name"])
        self._births = _birth_codes(people["birth"])
        communes = people["commune"].rank("dense").to_numpy()
        self._communes = communes.astype(np.int64)

    def points_to_one(self, persons: Ints, name: Ints, birth: Ints, *, commune: Bools) -> Bools:
        """For records of these persons (places in the register), with what is left of name and
        birth and whether the commune is, whether one person only fits."""
        found = np.zeros(len(persons), dtype=np.bool_)
        # A register's vague birth leaves no more than its year, whatever the record did to it.
        vague = self._births[BirthLeft.DAY][persons] % 100 == 0
        birth = np.where(vague & (birth < BirthLeft.YEAR), int(BirthLeft.YEAR), birth)
        case = (name.astype(np.int64) * len(BirthLeft) + birth) * 2 + commune
        for one in np.unique(case).tolist():
            rows = np.flatnonzero(case == one)
            keys = self._keys(one // 2 // len(BirthLeft), one // 2 % len(BirthLeft), one % 2)
            asked = keys[persons[rows]]
            keys.sort()
            last = np.searchsorted(keys, asked, side="right")
            found[rows] = last - np.searchsorted(keys, asked, side="left") == 1
        return found

    def _keys(self, name: int, birth: int, commune: int) -> Ints:
        keys = (self._names[name] << _BIRTH_BITS) | self._births[birth]
        return (keys << _COMMUNE_BITS) | (self._communes * commune)


def _name_codes(names: pl.Series) -> Sequence[Ints]:
    """For each NameLeft a number per person; the same words, the same number."""
    unique = names.unique().sort()
    books: list[dict[str, int]] = [{} for _ in NameLeft]
    codes = np.empty((len(NameLeft), len(unique)), dtype=np.int64)
    for place, name in enumerate(unique.to_list()):
        words = plain(name).split(" ")
        left = (words, (words[0], words[-1]), words[:-1], words[1:])
        for kind, some in enumerate(left):
            book = books[kind]
            codes[kind, place] = book.setdefault(" ".join(sorted(some)), len(book))
    table = unique.to_frame("name").with_row_index("place")
    places = names.to_frame("name").join(table, on="name", how="left", maintain_order="left")
    rows = places["place"].to_numpy()
    return [codes[kind][rows] for kind in NameLeft]


def _birth_codes(births: pl.Series) -> Sequence[Ints]:
    """For each BirthLeft a number per person: year, month, day as digits, zeros for unknown."""
    digits = births.str.replace_all("-", "", literal=True).str.pad_end(8, "0")
    day = digits.cast(pl.Int64).to_numpy()
    year, month, dom = day // 10_000, day // 100 % 100, day % 100
    swappable = (dom > 0) & (dom <= 12)
    low, high = np.minimum(month, dom), np.maximum(month, dom)
    unordered = np.where(swappable, year * 10_000 + low * 100 + high, day)
    return [day, unordered, year * 10_000, np.zeros_like(day)]
