"""XLSX through calamine, after a look at the archive: no bombs, and formulas are never run."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from danso.toolkit.tables.files import Sheet, unreadable
from danso.toolkit.tables.frames import MOST_COLUMNS, Row, frames_of
from danso.toolkit.tables.header import TITLE_ROWS, HeaderWords, without_tail

MOST_UNPACKED: Final = 384 << 20
MOST_RATIO: Final = 200
# Small parts (styles, relations) squeeze well and harm nobody.
RATIO_FROM: Final = 16 << 20
MOST_PARTS: Final = 2000
MOST_CELLS: Final = 12_000_000
# Excel keeps a text once however often it stands there; the reader copies it each time.
MOST_TEXT: Final = 2 << 30
_REFERENCE: Final = re.compile(rb'<c[^>]* r="([A-Z]{1,3})([0-9]{1,7})"')
_BLOCK: Final = 4 << 20
_OVERLAP: Final = 64
_WHOLE: Final = 2**53
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


class _Extent(NamedTuple):
    """How far a sheet reaches, and how many of its cells hold a shared text."""

    columns: int
    rows: int
    shared: int


def open_workbook(path: Path, words: HeaderWords) -> Sheet:
    """The first sheet with a header, else the first with anything. The other sheets' names are in
    `ignored`."""
    check_archive(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        found, others = _find_sheet(workbook, words)
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise _damaged(path) from error
    first, header, rows = found
    width = len(header)

    def frames() -> Iterator[pl.DataFrame]:
        return frames_of(_filled(rows, first, width), width)

    return Sheet("xlsx", "xlsx", header, frames, excel=True, ignored=others)


def check_archive(path: Path) -> None:
    """Refuse what would fill the memory, from the archive's own table and a bounded look inside."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS or any(map(_is_bomb, parts)):
                raise _bomb(path)
            _check_extent(path, archive, parts)
    except _DAMAGE as error:
        raise _damaged(path) from error


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1)


def _check_extent(path: Path, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """One cell at the far corner makes a sheet of billions, and one long text that many cells share
    is copied for each: the reader would make room for all."""
    longest = shared = 0
    for part in parts:
        if part.filename == "xl/sharedStrings.xml":
            with archive.open(part) as content:
                longest = _longest_text(content, part.file_size)
        if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
            with archive.open(part) as content:
                extent = _extent(content, part.file_size)
            shared += extent.shared
            if extent.columns > 4 * MOST_COLUMNS or extent.columns * extent.rows > MOST_CELLS:
                raise _bomb(path)
    if shared * longest > MOST_TEXT:
        raise _bomb(path)


def _extent(content: IO[bytes], size: int) -> _Extent:
    """The outermost column and row named, and how many cells hold a shared text."""
    columns = rows = shared = 0
    rest = b""
    for block in _blocks(content, size):
        for letters, row in _REFERENCE.findall(rest + block):
            columns = max(columns, _column(letters))
            rows = max(rows, int(row))
        shared += block.count(b't="s"')
        rest = block[-_OVERLAP:]
    return _Extent(columns, rows, shared)


def _longest_text(content: IO[bytes], size: int) -> int:
    longest = running = 0
    for block in _blocks(content, size):
        first, *others = block.split(b"</si>")
        running += len(first)
        longest = max(longest, running)
        if others:
            longest = max(longest, *map(len, others))
            running = len(others[-1])
    return longest


def _blocks(content: IO[bytes], size: int) -> Iterator[bytes]:
    """No more than the archive's own table promised."""
    read = 0
    while block := content.read(_BLOCK):
        read += len(block)
        if read > size:
            raise zipfile.BadZipFile("longer than its own table says")
        yield block


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def _find_sheet(
    workbook: CalamineWorkbook, words: HeaderWords
) -> tuple[tuple[int, tuple[str, ...], list[list[Any]]], tuple[str, ...]]:
    """The line of the first row after the header, the headings, the rows; other sheets' names."""
    fallback: tuple[int, tuple[str, ...], list[list[Any]]] | None = None
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        for place, cells in enumerate(rows[:TITLE_ROWS]):
            headings = _headings(cells)
            if words.is_header(headings):
                others = tuple(other for other in workbook.sheet_names if other != name)
                below = rows[place + 1 : place + 2]
                both = words.with_second_row(headings, _headings(below[0])) if below else None
                place += both is not None
                return (place + 2, both or headings, rows[place + 1 :]), others
        if fallback is None and rows:
            fallback = (2, _headings(rows[0]), rows[1:])
    return fallback or (1, (), []), ()


def _headings(cells: list[Any]) -> tuple[str, ...]:
    return without_tail([" ".join(cell_text(cell).split()) for cell in cells])


def _filled(rows: list[list[Any]], first: int, width: int) -> Iterator[Row]:
    for line, cells in enumerate(rows, start=first):
        texts = [cell_text(cell) for cell in cells]
        yield line, texts + [""] * (width - len(texts))


def cell_text(cell: Any) -> str:
    """A cell as text: days as ISO, whole numbers without a point, nothing computed."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date | int):
        return str(cell)
    return str(cell) if isinstance(cell, time | timedelta) else ""


def _bomb(path: Path) -> Exception:
    return unreadable(
        f"{path.name} would unpack to far more than a list.",
        code="file_bomb",
        fix="Copy the list into a new workbook, or export it as CSV.",
    )


def _damaged(path: Path) -> Exception:
    return unreadable(
        f"{path.name} is damaged, cut off, or has a password.",
        code="file_damaged",
        fix="Open it in a spreadsheet program and save it again without a password.",
    )
