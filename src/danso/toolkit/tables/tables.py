"""A table as a source's file holds it: rows that can be read, rows that can't, and where it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import polars as pl

from danso.kernel.errors import InvalidValue
from danso.toolkit.tables.files import Format
from danso.toolkit.tables.frames import converted
from danso.toolkit.tables.header import tidied
from danso.toolkit.tables.lines import Fault

ROWS_AT_ONCE: Final = 20_000
# Name of a column in the piece -> the headings it may come under; the first that is there counts.
Wanted = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Piece:
    """Some rows: text columns as wanted, and `line`; the faulty ones apart; the last line used."""

    rows: pl.DataFrame
    faults: tuple[Fault, ...]
    last: int


class Table(Protocol):
    """An opened file."""

    @property
    def format(self) -> Format:
        """What it is, told from its bytes."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Its headings as they stand, or the paths of its first rows."""

    def read(self, wanted: Wanted, *, after: int = 0) -> Iterator[Piece]:
        """Its rows behind a line. InvalidValue where the file itself breaks off."""


def composed(text: str) -> str:
    """NFC: one writing of each letter, nothing else changed."""
    return unicodedata.normalize("NFC", text)


def places_of(headings: Sequence[str], wanted: Wanted) -> dict[str, int]:
    """Each wanted column's place. InvalidValue where its heading is there twice."""
    found: dict[str, list[int]] = {}
    for place, heading in enumerate(headings):
        found.setdefault(tidied(heading), []).append(place)
    places: dict[str, int] = {}
    for name, accepted in wanted.items():
        here = next((found[one] for one in map(tidied, accepted) if one in found), None)
        if here is not None and len(here) > 1:
            raise InvalidValue(
                f"The heading {headings[here[0]]!r} is there twice.",
                code="column_twice",
                fix="Ask the owner for a file in which each column has a name of its own.",
            )
        if here is not None:
            places[name] = here[0]
    return places


def text_frame(columns: Mapping[str, Sequence[str]], lines: Sequence[int]) -> pl.DataFrame:
    """The frame of a piece: every column text in NFC, nothing null."""
    frame = pl.DataFrame(
        {name: pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items()}
        | {"line": pl.Series("line", lines, dtype=pl.Int64)}
    )
    return converted(frame, list(columns), composed)
