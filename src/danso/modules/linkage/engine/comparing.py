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
    province is called Lê or Nguyễn, so agreeing on that says less."""

    code: str
    condition: str
    frequency: str = ""


def _both(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _simple(column: str) -> tuple[str, tuple[Level, ...]]:
    return _both(column), (Level("same", _same(column)), Level("differs", "ELSE"))


# One letter wrong, or two of a longer name; never more than one word's worth.
_LETTER: Final = "damerau_levenshtein(plain_l, plain_r) <= 1"
_MIDDLE_LOST: Final = (
    "family_l = family_r AND given_l = given_r AND words_l <> words_r"
    " AND least(words_l, words_r) <= 3"
    " AND list_has_all(if(words_l > words_r, list_l, list_r),"
    " if(words_l > words_r, list_r, list_l))"
)
_PARTIAL: Final = (
    "year_l = year_r AND (day_l IS NULL OR day_r IS NULL OR is_filler_l OR is_filler_r)"
)

NAME: Final = (
    Level("same", _same("name"), "name"),
    Level("tones_lost", _same("plain"), "plain"),
    Level("swapped", _same("sorted")),
    Level("middle_lost", _MIDDLE_LOST),
    Level("one_letter", _LETTER),
    Level("ends_agree", "family_l = family_r AND given_l = given_r"),
    Level("near", "jaro_winkler_similarity(plain_l, plain_r) >= 0.92"),
    Level("differs", "ELSE"),
)
BIRTH: Final = (
    Level("same", "day_l = day_r AND NOT is_filler_l"),
    Level("turned", "year_l = year_r AND turned_l = turned_r AND NOT is_filler_l"),
    Level("year_only", _PARTIAL),
    Level("one_digit", "damerau_levenshtein(day_l, day_r) <= 1"),
    Level("year_agrees", _same("year")),
    Level("day_agrees", "substr(day_l, 6) = substr(day_r, 6)"),
    Level("differs", "ELSE"),
)
NUMBER: Final = (
    Level("same", _same("number")),
    Level("one_digit", "damerau_levenshtein(number_l, number_r) <= 1"),
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
                Level("near", "jaro_winkler_similarity(father_l, father_r) >= 0.92"),
                Level("differs", "ELSE"),
            ),
        ),
        "mother": (
            _both("mother"),
            (
                Level("same", _same("mother")),
                Level("near", "jaro_winkler_similarity(mother_l, mother_r) >= 0.92"),
                Level("differs", "ELSE"),
            ),
        ),
    }
)

# Which pairs are looked at at all: each finds what the ones before it miss.
BLOCKS: Final[tuple[str, ...]] = (
    # Name in any order, tones or not, with the year.
    "l.sorted = r.sorted AND l.year = r.year",
    # The day, turned or not, with the given name: a middle or family name lost or misspelt.
    "l.turned = r.turned AND l.year = r.year AND l.given = r.given",
    # A given name misspelt or standing elsewhere.
    "l.day = r.day AND l.commune = r.commune",
    # A birth date wrong altogether, in one commune.
    "l.sorted = r.sorted AND l.commune = r.commune",
    # A year wrong, the day right.
    "l.sorted = r.sorted AND l.month_day = r.month_day",
    # A middle name lost and only the year known.
    "l.family = r.family AND l.given = r.given AND l.year = r.year AND l.commune = r.commune",
    "l.number = r.number",
    "l.old_number = r.old_number",
    # A given name misspelt in a record that says no commune.
    "l.day = r.day AND l.family = r.family AND l.commune IS NULL",
)
