"""What kind of file this is, told from its bytes, and its digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import polars as pl

from danso.kernel.errors import InvalidValue, NotFound

Format = Literal["csv", "csv.gz", "parquet", "xlsx", "xml", "jsonl", "dbf"]
# What calls itself a workbook.
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls")
ENDINGS: Final = (".csv", ".txt", ".tsv", ".csv.gz", ".parquet", ".xlsx", ".xml")
SAMPLE: Final = 1 << 16
_OBJECT: Final = re.compile(rb'\{\s*["}]')
_DBF_HEADER: Final = 32
# dBASE III to 5, FoxBASE, FoxPro and Visual FoxPro, with memo or without.
_DBF_VERSIONS: Final = frozenset(b"\x02\x03\x05\x30\x31\x32\x43\x63\x83\x8b\x8e\xcb\xf5\xfb")
# Pictures, documents, programs, archives: what people send instead of a table.
_NO_TABLES: Final = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF", b"%PDF-", b"{\\rtf",
    b"\x7fELF", b"MZ\x90", b"Rar!\x1a", b"7z\xbc\xaf", b"SQLite format 3",
)  # fmt: skip
# What one file may weigh before it is opened at all; danso's own clean files may be larger.
MOST_BYTES: Final = 512 << 20
MOST_CLEAN_BYTES: Final = 4 << 30


@dataclass(frozen=True)
class Sheet:
    """An opened file: its headings, and its rows as frames of text.

    `frames` yields columns c0, c1, ... as the headings stand, `line` (of the file, or the row's
    number in a message) and `reason` (null, row_short or row_long).
    """

    format: Format
    encoding: str
    headings: tuple[str, ...]
    frames: Callable[[], Iterator[pl.DataFrame]]
    excel: bool = False
    ignored: tuple[str, ...] = ()


def unreadable(message: str, *, code: str, fix: str) -> InvalidValue:
    """The refusal of a whole file."""
    return InvalidValue(message, code=code, fix=fix)


def list_files(path: Path) -> list[Path]:
    """The file itself, or the files of a folder that can be imported, in their order."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NotFound(
            f"There is no file or folder {path}.", code="file_not_found", fix="Check the path."
        )
    found = sorted(p for p in path.iterdir() if p.is_file() and p.name.lower().endswith(ENDINGS))
    if not found:
        raise NotFound(
            f"The folder {path} has nothing to import.",
            code="folder_empty",
            fix=f"It takes files ending in {', '.join(ENDINGS)}.",
        )
    return found


def digest_of(path: Path) -> str:
    """SHA-256 of the file, in hex."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def format_of(path: Path) -> Format:
    """From the first bytes, never from the name; size is checked before anything else."""
    size = path.stat().st_size
    if size == 0:
        raise unreadable(
            f"{path.name} is empty.", code="file_empty", fix="Export it again at the source."
        )
    with path.open("rb") as content:
        head = content.read(512)
    kind = _kind(head)
    if size > (MOST_BYTES if kind in ("xlsx", "xml") else MOST_CLEAN_BYTES):
        raise unreadable(
            f"{path.name} is too large ({size >> 20} MB).",
            code="file_too_large",
            fix="Split it by commune, or export it as CSV.",
        )
    return kind


def _kind(head: bytes) -> Format:
    if head.startswith(b"\x1f\x8b"):
        return "csv.gz"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise unreadable(
            "This is an old Excel file (.xls) or one with a password.",
            code="file_xls",
            fix="Save it as .xlsx without a password.",
        )
    if head.startswith(_NO_TABLES):
        raise unreadable(
            "This is no table: a picture, a document or a program.",
            code="file_binary",
            fix="Export it as CSV in UTF-8, or as XLSX.",
        )
    shown = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if shown.startswith(b"<"):
        return "xml"
    if _OBJECT.match(shown):
        return "jsonl"
    return "dbf" if _is_dbf(head) else "csv"


def _is_dbf(head: bytes) -> bool:
    """Some version bytes are letters too; what follows them (month, day, zeros) is no text."""
    return (
        len(head) > _DBF_HEADER
        and head[0] in _DBF_VERSIONS
        and head[2] <= 12
        and head[3] <= 31
        and b"\0" in head[12:_DBF_HEADER]
    )
