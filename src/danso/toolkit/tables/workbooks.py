"""XLSX through calamine, after a look at the archive: no bombs, and formulas are never run."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from danso.toolkit.tables.archives import MOST_CELLS, bomb, check_archive, damaged
from danso.toolkit.tables.files import Sheet
from danso.toolkit.tables.frames import Row, frames_of
from danso.toolkit.tables.header import TITLE_ROWS, HeaderWords, without_tail

_WHOLE: Final = 2**53


def open_workbook(path: Path, words: HeaderWords) -> Sheet:
    """The first sheet with a header, else the first with anything. The other sheets' names are in
    `ignored`."""
    check_archive(path)
    try:
        found, others = _find_sheet(path, _opened(path), words)
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise damaged(path) from error
    first, header, rows = found
    width = len(header)

    def frames() -> Iterator[pl.DataFrame]:
        return frames_of(_filled(rows, first, width), width)

    return Sheet("xlsx", "xlsx", header, frames, excel=True, ignored=others)


def _opened(path: Path) -> CalamineWorkbook:
    """As XLSX whatever the file is called: the reader believes a name, and other kinds (.xlsb,
    .ods) were not looked into."""
    with TemporaryDirectory() as folder:
        named = Path(folder) / "a.xlsx"
        named.symlink_to(path.absolute())
        return CalamineWorkbook.from_path(str(named))


def _find_sheet(
    path: Path, workbook: CalamineWorkbook, words: HeaderWords
) -> tuple[tuple[int, tuple[str, ...], list[list[Any]]], tuple[str, ...]]:
    """The line of the first row after the header, the headings, the rows; other sheets' names."""
    fallback: tuple[int, tuple[str, ...], list[list[Any]]] | None = None
    cells_read = 0
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        # Many names can lead to one large part.
        cells_read += sheet.total_height * sheet.total_width
        if cells_read > 2 * MOST_CELLS:
            raise bomb(path)
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
