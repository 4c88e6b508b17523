"""Text cut into rows where one broken line is a broken row and nothing more.

`texts` refuses such a file whole; this goes on behind the line, which whoever sent it is told of.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from danso.kernel.sniffing import Reading, sniff
from danso.toolkit.tables.frames import Row

QUOTE: Final = '"'
AT_ONCE: Final = 10_000
# A row over more lines than this is a quotation mark that was never closed.
MOST_LINES_OF_A_ROW: Final = 50
MOST_LETTERS_OF_A_LINE: Final = 1 << 20
_BLOCK: Final = 1 << 20
# One line in so many may be broken without hiding what the others are.
_FEW: Final = 10
# What the decoder puts where bytes are of no letter; a NUL no database keeps.
_BROKEN: Final = re.compile("[\udc80-\udcff\x00]")
_BROKEN_WIDE: Final = re.compile("[\ufffd\x00]")

Line = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that can't be read: its line, and why as a code. Never what it holds."""

    line: int
    reason: str


@dataclass(frozen=True)
class Cut:
    """Some lines of a file as rows of cells; `last` is the last line of the file they used."""

    rows: list[Row]
    faults: list[Fault]
    last: int


def sniff_mostly(sample: bytes) -> str:
    """The encoding of the lines, whatever a few broken ones among them hold."""
    if sample.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return sniff(sample)
    if sample.count(0) * _FEW > len(sample):
        return sniff(sample)
    lines = [line for line in sample.split(b"\n") if b"\0" not in line]
    odd = [line for line in lines[:-1] or lines if not line.isascii()]
    bad = sum(not _is_utf8(line) for line in odd)
    return "utf-8" if bad * 2 < len(odd) else sniff(b"\n".join(lines))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def numbered_lines(path: Path, reading: Reading) -> Iterator[Line]:
    """Every line with its number from 1; bytes of no letter stay marked, see `is_broken`.

    A line without an end is cut: its first letters come, so that memory stays bounded.
    """
    is_wide = reading.codec.startswith("utf-16")
    handling = "replace" if is_wide else "surrogateescape"
    decoder = codecs.getincrementaldecoder(reading.codec)(handling)
    ends = _line_end(path, decoder)
    decoder.reset()
    number, rest = 0, ""
    with path.open("rb") as content:
        while block := content.read(_BLOCK):
            *lines, rest = (rest + decoder.decode(block)).split(ends)
            for line in lines:
                number += 1
                yield number, line.removesuffix("\r")
            if len(rest) > 2 * MOST_LETTERS_OF_A_LINE:
                rest = rest[: MOST_LETTERS_OF_A_LINE + 1]
        rest += decoder.decode(b"", final=True)
    if rest:
        yield number + 1, rest.removesuffix("\r")


def _line_end(path: Path, decoder: codecs.IncrementalDecoder) -> str:
    with path.open("rb") as content:
        sample = decoder.decode(content.read(_BLOCK))
    return "\r" if "\r" in sample and "\n" not in sample else "\n"


def is_broken(line: str, *, wide: bool = False) -> str | None:
    """Why a line can't be read at all, None where it can."""
    if len(line) > MOST_LETTERS_OF_A_LINE:
        return "row_too_long"
    if line.isascii() and "\0" not in line:
        return None
    return "encoding_mismatch" if (_BROKEN_WIDE if wide else _BROKEN).search(line) else None


class Cutter:
    """Cuts lines into rows of `width` cells at `delimiter`."""

    def __init__(self, delimiter: str, width: int, *, wide: bool = False) -> None:
        self._delimiter = delimiter
        self._width = width
        self._wide = wide

    def cells(self, line: str) -> list[str]:
        """One line by itself; no cells where it can't be read."""
        rows = None if is_broken(line, wide=self._wide) else self._parse([line])
        return rows[0] if rows else []

    def cut(self, lines: Iterable[Line]) -> Iterator[Cut]:
        """All rows, some thousand lines at a time. Rows without any text are left out."""
        source = iter(lines)
        waiting: list[Line] = []
        while fresh := list(islice(source, AT_ONCE)):
            block = [*waiting, *fresh]
            # The end of a row that begins among the last lines may stand in the next block.
            found, used = self._cut_block(block, len(block) - MOST_LINES_OF_A_ROW)
            waiting = block[used:]
            yield found
        if waiting:
            yield self._cut_block(waiting, len(waiting))[0]

    def _cut_block(self, block: list[Line], end: int) -> tuple[Cut, int]:
        """The rows that begin before place `end`, and how many lines they used."""
        rows: list[Row] = []
        faults: list[Fault] = []
        place = 0
        quick = self._quick(block)
        if quick is not None:
            self._keep(zip((number for number, _ in block), quick, strict=True), rows, faults)
            place = len(block)
        while place < end:
            place += self._take_row(block, place, rows, faults)
        return Cut(rows, faults, block[place - 1][0] if place else 0), place

    def _quick(self, block: list[Line]) -> list[list[str]] | None:
        """Each line as a row, where none is broken and none goes on in the next."""
        for _, line in block:
            if line.count(QUOTE) % 2 or is_broken(line, wide=self._wide):
                return None
        rows = self._parse([line for _, line in block])
        return rows if rows is not None and len(rows) == len(block) else None

    def _take_row(self, block: list[Line], place: int, rows: list[Row], faults: list[Fault]) -> int:
        """Keep the row that begins here, or its fault; how many lines it used."""
        number, line = block[place]
        if reason := is_broken(line, wide=self._wide):
            faults.append(Fault(number, reason))
            return 1
        alone = self._parse([line], strict=True)
        if alone is None and line.count(QUOTE) % 2:
            cells, used = self._over_lines(block, place)
            if cells is None:
                faults.append(Fault(number, "quote_unclosed"))
                return 1
            self._keep([(number, cells)], rows, faults)
            return used
        found = alone if alone is not None else self._parse([line])
        if found is None or len(found) > 1:
            faults.append(Fault(number, "row_malformed"))
        elif found:
            self._keep([(number, found[0])], rows, faults)
        return 1

    def _over_lines(self, block: list[Line], place: int) -> tuple[list[str] | None, int]:
        """A row whose quoted cell holds line ends: it must close properly and fit the header."""
        gathered = [block[place][1]]
        for _, line in block[place + 1 : place + MOST_LINES_OF_A_ROW]:
            if is_broken(line, wide=self._wide):
                break
            gathered.append(line)
            if line.count(QUOTE) % 2:
                rows = self._parse(["\n".join(gathered)], strict=True)
                if rows and len(rows) == 1 and len(rows[0]) == self._width:
                    return rows[0], len(gathered)
                break
        return None, 1

    def _parse(self, lines: list[str], *, strict: bool = False) -> list[list[str]] | None:
        try:
            return list(csv.reader(lines, delimiter=self._delimiter, strict=strict))
        except csv.Error:
            return None

    def _keep(
        self, found: Iterable[tuple[int, list[str]]], rows: list[Row], faults: list[Fault]
    ) -> None:
        for number, cells in found:
            if not any(map(str.strip, cells)):
                continue
            if len(cells) == self._width:
                rows.append((number, cells))
            elif len(cells) < self._width:
                faults.append(Fault(number, "row_short"))
            elif any(map(str.strip, cells[self._width :])):
                faults.append(Fault(number, "row_long"))
            else:
                rows.append((number, cells[: self._width]))
