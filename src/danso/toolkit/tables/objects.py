"""JSON Lines: an object a line. A line that is none is a faulty row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

from danso.kernel.sniffing import Reading, reading_of
from danso.toolkit.tables.files import SAMPLE, Format
from danso.toolkit.tables.lines import is_broken, numbered_lines, sniff_mostly
from danso.toolkit.tables.nested import paths_of, pieces_of
from danso.toolkit.tables.tables import Piece, Wanted
from danso.wire.flattening import Texts, flat

_SAMPLE_ROWS: Final = 1000


@dataclass(frozen=True)
class ObjectTable:
    """A JSON Lines file."""

    path: Path
    reading: Reading
    format: Format = "jsonl"

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The paths that the first thousand rows have."""
        return paths_of(row for _, row in islice(self._rows(0), _SAMPLE_ROWS))

    def read(self, wanted: Wanted, *, after: int = 0) -> Iterator[Piece]:
        """Its rows behind a line of the file."""
        return pieces_of(self._rows(after), wanted)

    def _rows(self, after: int) -> Iterator[tuple[int, Texts | str]]:
        wide = self.reading.codec.startswith("utf-16")
        for number, line in numbered_lines(self.path, self.reading):
            if number > after and line.strip():
                yield number, is_broken(line, wide=wide) or read_object(line)


def open_object_table(path: Path) -> ObjectTable:
    """A JSON Lines file, in UTF-8 or UTF-16."""
    with path.open("rb") as content:
        encoding = sniff_mostly(content.read(SAMPLE))
    # JSON is Unicode: bytes that are none are broken lines, not an old font.
    return ObjectTable(path, reading_of(encoding if encoding.startswith("utf") else "utf-8"))


def read_object(line: str) -> Texts | str:
    """A line's texts by path, or the code of its fault. Numbers stay as they were written."""
    try:
        found: Any = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return "json_broken"
    return flat(found)
