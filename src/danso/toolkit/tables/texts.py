"""CSV of any delimiter and encoding, with titles above its header or not: all of it or nothing."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from danso.kernel.sniffing import Reading, reading_of, sniff
from danso.toolkit.tables.files import SAMPLE, Sheet, unreadable
from danso.toolkit.tables.frames import MOST_COLUMNS, Row, frames_of
from danso.toolkit.tables.header import TITLE_ROWS, HeaderWords, without_tail

DELIMITERS: Final = ",;\t|"
# An opening quotation mark without a closing one swallows everything after it.
MOST_LINES_OF_A_ROW: Final = 50


def open_text(path: Path, words: HeaderWords) -> Sheet:
    """The file's headings and rows; InvalidValue where it is no table."""
    with path.open("rb") as content:
        sample = content.read(SAMPLE)
    encoding = sniff(sample)
    reading = reading_of(encoding)
    sample_text = sample.decode(reading.codec, errors="ignore")
    delimiter = find_delimiter(sample_text)
    skipped, headings = _find_header(path, reading, delimiter, words)
    if len(headings) > MOST_COLUMNS:
        raise unreadable(
            f"{path.name} has {len(headings)} columns.",
            code="too_many_columns",
            fix=f"A list has at most {MOST_COLUMNS}; check the delimiter.",
        )

    def frames() -> Iterator[pl.DataFrame]:
        rows = _rows(path, reading, delimiter)
        for _ in range(skipped + 1):
            next(rows, None)
        return frames_of(rows, len(headings), reading.convert)

    return Sheet("csv", encoding, headings, frames)


def find_delimiter(sample: str) -> str:
    """The sign that cuts most lines into the same number of cells, and into the most."""
    lines = [line for line in sample.splitlines()[:200] if line.strip()]
    best, best_score = ",", 0.0
    for sign in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign))
        except csv.Error:
            continue
        width, count = widths.most_common(1)[0]
        score = (width - 1) * count / max(len(lines), 1)
        if score > best_score:
            best, best_score = sign, score
    return best


def _find_header(
    path: Path, reading: Reading, delimiter: str, words: HeaderWords
) -> tuple[int, tuple[str, ...]]:
    """How many rows stand above the header, and the headings."""
    first: tuple[str, ...] = ()
    rows = _rows(path, reading, delimiter)
    for place, (_, cells) in enumerate(rows):
        headings = tuple(reading.convert(cell).strip() for cell in cells)
        first = first or headings
        if words.is_header(headings):
            _, under = next(rows, (0, ()))
            below = [reading.convert(cell).strip() for cell in under]
            if both := words.with_second_row(headings, below):
                return place + 1, without_tail(both)
            return place, without_tail(headings)
        if place == TITLE_ROWS:
            break
    return 0, without_tail(first)


def _rows(path: Path, reading: Reading, delimiter: str) -> Iterator[Row]:
    with path.open(encoding=reading.codec, errors="strict", newline="") as content:
        reader = csv.reader(content, delimiter=delimiter)
        last = 0
        try:
            for cells in reader:
                if reader.line_num - last > MOST_LINES_OF_A_ROW:
                    raise _unclosed(path, last + 1)
                yield last + 1, cells
                last = reader.line_num
        except csv.Error as error:
            raise _unclosed(path, last + 1) from error
        except UnicodeDecodeError as error:
            raise unreadable(
                f"{path.name} is not {reading.encoding} all through: see after line {last + 1}.",
                code="encoding_mismatch",
                fix="Two encodings are mixed in it, or it was cut off: save it as UTF-8 again.",
            ) from error


def _unclosed(path: Path, line: int) -> Exception:
    return unreadable(
        f"{path.name}, line {line}: a quotation mark is opened and never closed.",
        code="quote_unclosed",
        fix="Close or remove it, then import the file again: nothing is doubled.",
    )
