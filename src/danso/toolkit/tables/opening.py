"""Any table opened: its kind told from its bytes, its header by the headings that are known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from danso.toolkit.tables.dbf import open_dbf
from danso.toolkit.tables.elements import open_element_table
from danso.toolkit.tables.files import Format, format_of, unreadable
from danso.toolkit.tables.header import HeaderWords, tidied
from danso.toolkit.tables.objects import open_object_table
from danso.toolkit.tables.plain_tables import (
    open_parquet_table,
    open_text_table,
    open_workbook_table,
)
from danso.toolkit.tables.tables import Table

_ENOUGH: Final = 2


def open_table(path: Path, known: Collection[str], accepted: Collection[str]) -> Table:
    """The file as a table. `known`: headings its rows may have; `accepted`: kinds it may be of.

    InvalidValue says why it can't be read at all.
    """
    form = format_of(path)
    if form not in accepted:
        raise unreadable(
            f"{path.name} is of a kind that is not agreed here ({form}).",
            code="file_kind",
            fix=f"Send it as {', '.join(sorted(accepted))}.",
        )
    return _opened(path, form, known)


def _opened(path: Path, form: Format, known: Collection[str]) -> Table:
    words = header_words(known)
    if form == "xlsx":
        return open_workbook_table(path, words)
    if form == "xml":
        return open_element_table(path, known)
    if form == "jsonl":
        return open_object_table(path)
    if form == "parquet":
        return open_parquet_table(path)
    if form == "dbf":
        return open_dbf(path)
    return open_text_table(path, words)


def header_words(known: Collection[str]) -> HeaderWords:
    """A header is a row with two of the known headings, or with the only one."""
    names = frozenset(map(tidied, known))
    enough = min(_ENOUGH, len(names))

    def is_header(cells: Sequence[str]) -> bool:
        return len(names & set(map(tidied, cells))) >= enough

    return HeaderWords(is_header)
