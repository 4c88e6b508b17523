"""Which column a heading means: by its words, or as somebody said once and it was remembered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from danso.kernel import text
from danso.kernel.errors import InvalidValue
from danso.modules.population.engine.importing import words

_NO_WORD: Final = re.compile(r"[^0-9a-z]+")
_WORD_ENDS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ENOUGH: Final = 2


@dataclass(frozen=True)
class Matched:
    """Column -> place among the headings, and the headings nobody knows."""

    columns: Mapping[str, int]
    unknown: Mapping[str, int]


def plain_heading(heading: str) -> str:
    """A heading's words only: no diacritics, no case, no punctuation."""
    return _NO_WORD.sub(" ", text.plain(heading)).strip()


# The words of `words` go through the same folding as a file's: plain text has its own i and y.
_BY_WORDS: Final = {
    plain_heading(heading): column for column, known in words.HEADINGS.items() for heading in known
}
_AMBIGUOUS: Final = {
    plain_heading(heading): columns for heading, columns in words.AMBIGUOUS.items()
}
_LINES: Final = frozenset(map(plain_heading, words.LINE_HEADINGS))


def fingerprint(headings: Sequence[str]) -> str:
    """The same for the same headings in the same order, however they are typed."""
    joined = "\n".join(map(plain_heading, headings))
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def column_of(heading: str) -> str | None:
    """The column a heading means, None where its words are not known."""
    stripped = text.tidy(heading).lower()
    if stripped in words.HEADINGS:
        return stripped
    plain = plain_heading(heading)
    if plain in _AMBIGUOUS:
        return _AMBIGUOUS[plain][0]
    return _BY_WORDS.get(plain)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row of cells looks like headings: at least two are known, a name among them."""
    found = {column for cell in cells if (column := column_of(cell))} | set(_pair(cells).values())
    return len(found) >= _ENOUGH and bool(found & {"full_name", "number", "birth"})


def with_second_row(headings: Sequence[str], below: Sequence[str]) -> tuple[str, ...] | None:
    """The headings with those below them, where Nam and Nữ stand under one ("Năm sinh"); None where
    the row below is somebody's already."""
    named = [place for place, heading in enumerate(headings) if column_of(heading) == "full_name"]
    if not _pair(below) or any(place < len(below) and below[place] for place in named):
        return None
    return tuple(low or high for high, low in zip_longest(headings, below, fillvalue=""))


def match(headings: Sequence[str], said: Mapping[str, str] | None = None) -> Matched:
    """Every heading's column; `said` (heading -> column) comes first.

    InvalidValue `column_twice` where two headings mean one column, `column_missing` where a needed
    one isn't there (with the headings found).
    """
    told = {plain_heading(heading): column for heading, column in (said or {}).items()}
    _check_told(told.values())
    pair = _pair(headings)
    columns: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for place, heading in enumerate(headings):
        column = told.get(plain_heading(heading)) or pair.get(place) or column_of(heading)
        if column is None:
            if heading.strip() and plain_heading(heading) not in _LINES:
                unknown.setdefault(heading.strip()[:100], place)
            continue
        if column in columns:
            raise InvalidValue(
                f"The headings {headings[columns[column]]!r} and {heading!r} both mean {column}.",
                code="column_twice",
                fix=f"Remove one of them, or say which column one is: --column '{heading}=...'.",
            )
        columns[column] = place
    _check_needed(columns, headings)
    return Matched(columns, unknown)


def _pair(headings: Sequence[str]) -> dict[int, str]:
    """The places of the headings Nam and Nữ, where both are there."""
    found = {
        place: words.PAIR[written]
        for place, heading in enumerate(headings)
        if (written := _WORD_ENDS.sub("", text.canonical(heading))) in words.PAIR
    }
    return found if set(found.values()) == {"male", "female"} else {}


def _check_told(columns: Iterable[str]) -> None:
    strange = sorted(set(columns) - set(words.COLUMNS))
    if strange:
        raise InvalidValue(
            f"The register knows no column {', '.join(strange)}.",
            code="column_unknown",
            fix=f"Use: {', '.join(words.COLUMNS)}.",
        )


def _check_needed(columns: Mapping[str, int], headings: Sequence[str]) -> None:
    told = {*columns, *(("birth",) if {"male", "female"} <= columns.keys() else ())}
    missing = [column for column in words.NEEDED if column not in told]
    if missing:
        found = ", ".join(
            repr(heading.strip()[:40]) for heading in headings[:60] if heading.strip()
        )
        raise InvalidValue(
            f"No heading means {' or '.join(missing)}. Headings found: {found or 'none'}.",
            code="column_missing",
            fix="Say which is which with --column 'Heading=full_name' (remembered for next time).",
        )
