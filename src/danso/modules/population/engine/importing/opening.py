"""Any file of people opened: danso's own quickly, everybody else's patiently."""

from __future__ import annotations

from pathlib import Path

from danso.modules.population.engine.importing.canonical import open_clean
from danso.modules.population.engine.importing.files import Sheet, format_of, unreadable
from danso.modules.population.engine.importing.messages import open_messages
from danso.modules.population.engine.importing.sheets import open_workbook
from danso.modules.population.engine.importing.texts import open_text


def open_file(path: Path) -> tuple[Sheet, bool]:
    """The file's sheet, and whether danso itself wrote it. InvalidValue says why it can't be
    read."""
    form = format_of(path)
    if form == "xlsx":
        return open_workbook(path), False
    if form == "xml":
        return open_messages(path), False
    clean = open_clean(path, form)
    if clean is not None:
        return clean, True
    if form == "csv.gz":
        raise unreadable(
            f"{path.name} is a packed file that danso didn't write.",
            code="file_packed",
            fix="Unpack it first.",
        )
    return open_text(path), False
