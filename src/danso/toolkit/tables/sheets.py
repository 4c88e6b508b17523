"""Worklists as XLSX: written so that no cell runs as a formula, read so that no file harms."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from danso.kernel.errors import InvalidValue
from danso.kernel.text import fold, tidy

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_UNPACKED: Final = 60 * 1024 * 1024
MAX_PARTS: Final = 100
MAX_ROWS: Final = 5000
MAX_COLUMNS: Final = 40
MAX_CELL: Final = 1000

# A cell that starts with one of these runs as a formula in a spreadsheet, or after a trip
# through CSV.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, its width in characters, the answers to choose from."""

    heading: str
    width: int
    choices: tuple[str, ...] = ()
    is_for_answers: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a sheet that came back: its number in the sheet, its cells by heading."""

    number: int
    cells: dict[str, str]


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe before it."""
    return f"'{text}" if text.startswith(RISKY) else text


def write(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str] = (),
) -> bytes:
    """A workbook: the list on the first sheet, ready to print, and `notes` on the second."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Danh sách"
    _put_row(sheet, 1, [column.heading for column in columns])
    for number, row in enumerate(rows, start=2):
        _put_row(sheet, number, row)
    _dress(sheet, columns, len(rows))
    _set_print(sheet, title, len(columns))
    if notes:
        guide = book.create_sheet("Hướng dẫn")
        guide.column_dimensions["A"].width = 100
        for number, note in enumerate((title, *notes), start=1):
            _put_row(guide, number, [note])
            guide.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
        guide.cell(1, 1).font = Font(bold=True)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(content: bytes, headings: Sequence[str]) -> list[Line]:
    """The lines of the first sheet whose head has these headings; InvalidValue where none has."""
    _check_package(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # whatever openpyxl meets in a broken file
        raise _unreadable() from error
    try:
        return list(_lines(book.worksheets[0], headings))
    except InvalidValue:
        raise
    except Exception as error:
        raise _unreadable() from error
    finally:
        book.close()


def _put_row(sheet: Worksheet, number: int, values: Sequence[str]) -> None:
    for place, value in enumerate(values, start=1):
        cell: Any = sheet.cell(number, place)
        cell.value = harmless(value) if value else None
        if value:
            cell.data_type = "s"
            cell.number_format = "@"
            cell.quotePrefix = value.startswith(RISKY)


def _dress(sheet: Worksheet, columns: Sequence[Column], rows: int) -> None:
    thin = Side(style="thin", color="B8AFA3")
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = column.width
        head: Cell | Any = sheet.cell(1, place)
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor="7C1A1A")
        head.alignment = Alignment(wrap_text=True, vertical="center")
        for number in range(2, rows + 2):
            cell = sheet.cell(number, place)
            cell.border = Border(bottom=thin)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if column.is_for_answers:
                cell.fill = PatternFill("solid", fgColor="FFF8DC")
                cell.number_format = "@"
        if column.choices and rows:
            chosen = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"')
            sheet.add_data_validation(chosen)
            chosen.add(f"{letter}2:{letter}{rows + 1}")
    sheet.freeze_panes = "A2"


def _set_print(sheet: Any, title: str, columns: int) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    # & starts a code in a page header.
    sheet.oddHeader.left.text = title.replace("&", "và")[:200]
    sheet.oddFooter.right.text = "&P/&N"
    sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}1"


def _check_package(content: bytes) -> None:
    """Refuse before unpacking what is too large, too many, or no workbook at all."""
    if len(content) > MAX_BYTES:
        raise InvalidValue(
            "The file is larger than 5 MB.",
            code="sheet_too_large",
            fix="Send only the sheet of the worklist, without pictures.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except zipfile.BadZipFile as error:
        raise _unreadable() from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise InvalidValue(
            "The file unpacks to far more than a worklist holds.",
            code="sheet_bomb",
            fix="Send the worklist as it was handed out, with answers filled in.",
        )


def _lines(sheet: Any, headings: Sequence[str]) -> Iterator[Line]:
    # A forged dimension would make openpyxl invent rows and cells without end.
    sheet.reset_dimensions()
    places: dict[str, int] | None = None
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS + 51, values_only=True)
    for number, row in enumerate(rows, start=1):
        texts = [_text(value) for value in row]
        if places is None:
            places = _places(texts, headings)
            if places is None and number > 50:
                break
            continue
        if number > MAX_ROWS + 1:
            raise InvalidValue(
                "The sheet has more than 5,000 lines.",
                code="sheet_too_long",
                fix="Split it and send the parts one after the other.",
            )
        cells = {name: texts[at] if at < len(texts) else "" for name, at in places.items()}
        if any(cells.values()):
            yield Line(number, cells)
    if places is None:
        raise InvalidValue(
            "This is not a worklist: the row of headings is missing.",
            code="sheet_headings",
            fix="Fill in the file that was handed out; do not rename its columns.",
        )


def _places(texts: Sequence[str], headings: Sequence[str]) -> dict[str, int] | None:
    found = {fold(text): place for place, text in reversed(list(enumerate(texts))) if text}
    if not all(fold(heading) in found for heading in headings):
        return None
    return {heading: found[fold(heading)] for heading in headings}


def _text(value: object) -> str:
    """A cell as text; spreadsheets turn what looks like a date or a number into one."""
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tidy(str(value)[:MAX_CELL]).removeprefix("'")


def _unreadable() -> InvalidValue:
    return InvalidValue(
        "The file is not a readable XLSX workbook.",
        code="sheet_unreadable",
        fix="Open it in a spreadsheet program and save it as XLSX (.xlsx) without a password.",
    )
