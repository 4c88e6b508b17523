"""Any file of people opened: danso's own quickly, everybody else's patiently."""

from __future__ import annotations

from pathlib import Path

from danso.modules.population.engine.importing.canonical import open_clean
from danso.modules.population.engine.importing.files import Sheet, format_of, unreadable


def open_file(path: Path) -> tuple[Sheet, bool]:
    """The file's sheet, and whether danso itself wrote it. InvalidValue says why it can't be
    read."""
    form = format_of(path)
    if form in ("csv", "csv.gz", "parquet"):
        clean = open_clean(path, form)
        if clean is not None:
            return clean, True
    raise unreadable("not yet", code="x", fix="y")
