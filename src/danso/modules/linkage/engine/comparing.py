"""What of a record is compared with a person, from the strongest agreement to none.

Each comparison is a list of levels; a pair gets the first whose condition holds. The conditions are
DuckDB's SQL over the columns of `tables`; the model says how much each level weighs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Level:
    """One way to agree. `frequency` names the column whose commonness counts: a fifth of the
    province is called Lê or Nguyễn, so agreeing on that says less. `is_costly`: letters are counted
    or words taken apart, a hundred times the work of seeing whether two values are one."""

    code: str
    condition: str
    frequency: str = ""
    is_costly: bool = False


def _both(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _simple(column: str) -> tuple[str, tuple[Level, ...]]:
    return _both(column), (Level("same", _same(column)), Level("differs", "ELSE"))


def _one_apart(column: str) -> str:
    """One letter wrong, missing, too many, or two turned. Whatever one such slip touches, one half
    of the shorter text stands untouched: comparing halves first spares nearly all the reckoning."""
    half = f"((least(length({column}_l), length({column}_r)) - 1) // 2)"
    return (
        f"abs(length({column}_l) - length({column}_r)) <= 1"
        f" AND (left({column}_l, {half}) = left({column}_r, {half})"
        f" OR right({column}_l, {half}) = right({column}_r, {half}))"
        f" AND damerau_levenshtein({column}_l, {column}_r) <= 1"
    )


def _near(column: str) -> str:
    # The third argument lets it give up early on what will not reach it.
    return f"jaro_winkler_similarity({column}_l, {column}_r, 0.92) >= 0.92"


_MIDDLE_LOST: Final = (
    "family_l = family_r AND given_l = given_r AND words_l <> words_r"
    " AND least(words_l, words_r) <= 3"
    " AND list_has_all(string_split(if(words_l > words_r, plain_l, plain_r), ' '),"
    " string_split(if(words_l > words_r, plain_r, plain_l), ' '))"
)
_PARTIAL: Final = (
    "year_l = year_r AND (day_l IS NULL OR day_r IS NULL OR is_filler_l OR is_filler_r)"
)

NAME: Final = (
    Level("same", _same("name"), "name"),
    Level("tones_lost", _same("plain"), "plain"),
    Level("swapped", _same("sorted")),
    Level("middle_lost", _MIDDLE_LOST, is_costly=True),
    Level("one_letter", _one_apart("plain"), is_costly=True),
    Level("ends_agree", "family_l = family_r AND given_l = given_r"),
    Level("near", _near("plain"), is_costly=True),
    Level("differs", "ELSE"),
)
BIRTH: Final = (
    Level("same", "day_l = day_r AND NOT is_filler_l"),
    Level("turned", "year_l = year_r AND turned_l = turned_r AND NOT is_filler_l"),
    Level("year_only", _PARTIAL),
    # Days are equally long: one digit wrong or two turned leave at least eight as they are.
    Level(
        "one_digit",
        "hamming(day_l, day_r) <= 2 AND damerau_levenshtein(day_l, day_r) <= 1",
        is_costly=True,
    ),
    Level("year_agrees", _same("year")),
    Level("day_agrees", "substr(day_l, 6) = substr(day_r, 6)"),
    Level("differs", "ELSE"),
)
NUMBER: Final = (
    Level("same", _same("number")),
    Level("one_digit", _one_apart("number"), is_costly=True),
    Level("differs", "ELSE"),
)

# Comparison -> (when nothing can be said, its levels).
COMPARISONS: Final[Mapping[str, tuple[str, tuple[Level, ...]]]] = MappingProxyType(
    {
        "full_name": (_both("plain"), NAME),
        "birth": (_both("year"), BIRTH),
        "sex": _simple("sex"),
        "commune": _simple("commune"),
        "number": (_both("number"), NUMBER),
        "old_number": _simple("old_number"),
        "father": (
            _both("father"),
            (
                Level("same", _same("father")),
                Level("near", _near("father"), is_costly=True),
                Level("differs", "ELSE"),
            ),
        ),
        "mother": (
            _both("mother"),
            (
                Level("same", _same("mother")),
                Level("near", _near("mother"), is_costly=True),
                Level("differs", "ELSE"),
            ),
        ),
    }
)


@dataclass(frozen=True)
class Block:
    """Pairs that agree on all these columns; `lacking`: only of records that do not say this."""

    columns: tuple[str, ...]
    lacking: str = ""

    @property
    def condition(self) -> str:
        """In SQL, of a record `l` and a person `r`."""
        parts = [f"l.{column} = r.{column}" for column in self.columns]
        return " AND ".join([*parts, *([f"l.{self.lacking} IS NULL"] if self.lacking else [])])


# Which pairs are looked at at all: each finds what the ones before it miss. What
# population.queries.near fetches for a few records has to hold everybody these find.
BLOCKING: Final[tuple[Block, ...]] = (
    # Name in any order, tones or not, with the year.
    Block(("sorted", "year")),
    # The day, turned or not, with the given name: a middle or family name lost or misspelt.
    Block(("turned", "year", "given")),
    # A given name misspelt or standing elsewhere.
    Block(("day", "commune")),
    # A birth date wrong altogether, in one commune.
    Block(("sorted", "commune")),
    # A year wrong, the day right.
    Block(("sorted", "month_day")),
    # A middle name lost and only the year known.
    Block(("family", "given", "year", "commune")),
    Block(("number",)),
    Block(("old_number",)),
    # A given name misspelt in a record that says no commune.
    Block(("day", "family"), lacking="commune"),
)
BLOCKS: Final[tuple[str, ...]] = tuple(block.condition for block in BLOCKING)
