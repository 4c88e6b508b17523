"""CSV, XLSX and Parquet as tables whose broken rows stand apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PanicException, PolarsError

from danso.kernel.sniffing import Reading, reading_of
from danso.toolkit.tables.files import SAMPLE, Format, Sheet, unreadable
from danso.toolkit.tables.frames import MOST_COLUMNS, converted
from danso.toolkit.tables.header import TITLE_ROWS, HeaderWords, without_tail
from danso.toolkit.tables.lines import Cut, Cutter, Fault, numbered_lines, sniff_mostly
from danso.toolkit.tables.tables import (
    ROWS_AT_ONCE,
    Piece,
    Wanted,
    composed,
    places_of,
    text_frame,
)
from danso.toolkit.tables.texts import find_delimiter
from danso.toolkit.tables.workbooks import open_workbook

# Some damage makes polars panic, and a panic is no Exception.
DAMAGED_PARQUET: Final = (PolarsError, PanicException, OSError)
_ANY_WIDTH: Final = 1 << 20


@dataclass(frozen=True)
class TextTable:
    """A CSV: where its header ends, and how it is cut."""

    path: Path
    reading: Reading
    delimiter: str
    header_line: int
    headings: tuple[str, ...]
    format: Format = "csv"

    def read(self, wanted: Wanted, *, after: int = 0) -> Iterator[Piece]:
        """Its rows behind a line of the file."""
        places = places_of(self.headings, wanted)
        cutter = Cutter(self.delimiter, len(self.headings), wide=_is_wide(self.reading))
        begin = max(after, self.header_line)
        lines = numbered_lines(self.path, self.reading)
        for cut in cutter.cut(line for line in lines if line[0] > begin):
            yield self._piece(cut, places, wanted)

    def _piece(self, cut: Cut, places: Mapping[str, int], wanted: Wanted) -> Piece:
        rows = [cells for _, cells in cut.rows]
        columns = {
            name: [cells[places[name]] for cells in rows] if name in places else [""] * len(rows)
            for name in wanted
        }
        frame = text_frame(columns, [line for line, _ in cut.rows])
        frame = converted(frame, list(places), self.reading.convert)
        return Piece(frame, tuple(cut.faults), cut.last)


def open_text_table(path: Path, words: HeaderWords) -> TextTable:
    """A CSV of any delimiter and encoding, titles above its header or not."""
    with path.open("rb") as content:
        sample = content.read(SAMPLE)
    reading = reading_of(sniff_mostly(sample))
    delimiter = find_delimiter(sample.decode(reading.codec, errors="ignore"))
    line, headings = _find_header(path, reading, delimiter, words)
    if len(headings) > MOST_COLUMNS:
        raise unreadable(
            f"{path.name} has {len(headings)} columns.",
            code="too_many_columns",
            fix=f"A list has at most {MOST_COLUMNS}; check the delimiter.",
        )
    return TextTable(path, reading, delimiter, line, headings)


def _is_wide(reading: Reading) -> bool:
    return reading.codec.startswith("utf-16")


def _find_header(
    path: Path, reading: Reading, delimiter: str, words: HeaderWords
) -> tuple[int, tuple[str, ...]]:
    """The header's line and its headings: the first row that has the words, else the first."""
    first: tuple[int, tuple[str, ...]] | None = None
    lines = numbered_lines(path, reading)
    cutter = Cutter(delimiter, _ANY_WIDTH, wide=_is_wide(reading))
    for number, line in itertools.islice(lines, TITLE_ROWS):
        cells = cutter.cells(line)
        headings = without_tail([reading.convert(cell).strip() for cell in cells])
        first = first or ((number, headings) if headings else None)
        if words.is_header(headings):
            return number, headings
    return first or (0, ())


@dataclass(frozen=True)
class WorkbookTable:
    """The sheet of an XLSX that has the header."""

    sheet: Sheet
    format: Format = "xlsx"

    @property
    def headings(self) -> tuple[str, ...]:
        """As they stand in the sheet."""
        return self.sheet.headings

    def read(self, wanted: Wanted, *, after: int = 0) -> Iterator[Piece]:
        """Its rows behind a row of the sheet."""
        places = places_of(self.headings, wanted)
        columns = [
            (pl.col(f"c{places[name]}") if name in places else pl.lit("")).alias(name)
            for name in wanted
        ]
        is_good = pl.col("reason").is_null()
        for frame in self.sheet.frames():
            later = frame.filter(pl.col("line") > after)
            if later.is_empty():
                continue
            bad = later.filter(~is_good).select("line", "reason").rows()
            rows = later.filter(is_good).select(*columns, "line")
            faults = tuple(Fault(line, reason) for line, reason in bad)
            last = int(later["line"][-1])
            yield Piece(converted(rows, list(wanted), composed), faults, last)


def open_workbook_table(path: Path, words: HeaderWords) -> WorkbookTable:
    """An XLSX, looked into before it is unpacked."""
    return WorkbookTable(open_workbook(path, words))


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet file; its columns as text."""

    path: Path
    headings: tuple[str, ...]
    format: Format = "parquet"

    def read(self, wanted: Wanted, *, after: int = 0) -> Iterator[Piece]:
        """Its rows behind a row."""
        places = places_of(self.headings, wanted)
        texts = [
            (
                pl.col(self.headings[places[name]]).cast(pl.String, strict=False).fill_null("")
                if name in places
                else pl.lit("")
            ).alias(name)
            for name in wanted
        ]
        scan = pl.scan_parquet(self.path)
        at = after
        while True:
            numbered = scan.slice(at, ROWS_AT_ONCE).with_row_index("line", offset=at + 1)
            try:
                rows = numbered.select(*texts, pl.col("line").cast(pl.Int64)).collect()
            except DAMAGED_PARQUET as error:
                raise _cut_off(self.path) from error
            if rows.is_empty():
                return
            at += rows.height
            yield Piece(converted(rows, list(wanted), composed), (), at)


def open_parquet_table(path: Path) -> ParquetTable:
    """A Parquet file; InvalidValue where its end, which says what is in it, is missing."""
    try:
        return ParquetTable(path, tuple(pl.read_parquet_schema(path)))
    except DAMAGED_PARQUET as error:
        raise _cut_off(path) from error


def _cut_off(path: Path) -> Exception:
    return unreadable(
        f"{path.name} is damaged or cut off.",
        code="file_cut_off",
        fix="Get the whole file and import it: what is in already is not doubled.",
    )
