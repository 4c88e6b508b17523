"""Any file of people opened: danso's own quickly, everybody else's patiently."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from danso.modules.population.engine.importing.canonical import open_clean
from danso.modules.population.engine.importing.headings import is_header, with_second_row
from danso.modules.population.engine.importing.messages import open_messages
from danso.toolkit.tables.files import Sheet, format_of, unreadable
from danso.toolkit.tables.header import HeaderWords
from danso.toolkit.tables.texts import open_text
from danso.toolkit.tables.workbooks import open_workbook

PEOPLE: Final = HeaderWords(is_header, with_second_row)


def open_file(path: Path) -> tuple[Sheet, bool]:
    """The file's sheet, and whether danso itself wrote it. InvalidValue says why it can't be
    read."""
    form = format_of(path)
    if form == "xlsx":
        return open_workbook(path, PEOPLE), False
    if form == "xml":
        return open_messages(path), False
    if form in ("jsonl", "dbf"):
        raise unreadable(
            f"{path.name} is of a kind that people are not imported from ({form}).",
            code="file_kind",
            fix="Export it as CSV or XLSX.",
        )
    clean = open_clean(path, form)
    if clean is not None:
        return clean, True
    if form == "csv.gz":
        raise unreadable(
            f"{path.name} is a packed file that danso didn't write.",
            code="file_packed",
            fix="Unpack it first.",
        )
    return open_text(path, PEOPLE), False
