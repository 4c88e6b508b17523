"""The archive of an XLSX, looked into before a reader makes room for what it promises."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from danso.toolkit.tables.files import unreadable
from danso.toolkit.tables.frames import MOST_COLUMNS

MOST_UNPACKED: Final = 384 << 20
MOST_RATIO: Final = 200
# Small parts (styles, relations) squeeze well and harm nobody.
RATIO_FROM: Final = 16 << 20
MOST_PARTS: Final = 2000
MOST_CELLS: Final = 12_000_000
# Excel keeps a text once however often it stands there; the reader copies it each time.
MOST_TEXT: Final = 2 << 30
# Without these bytes the reader finds no cells in a part, whatever the part is called.
_CELLS: Final = b"sheetData"
_LETTERS: Final = re.compile(r"[A-Za-z]{1,3}")
_DIGITS: Final = "0123456789"
_BLOCK: Final = 1 << 20
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
Start = Callable[[str, Mapping[str, str]], object]
End = Callable[[str], object]


def check_archive(path: Path) -> None:
    """Refuse what would fill the memory, from the archive's own table and a bounded look inside.

    InvalidValue `file_bomb`, or `file_damaged` for what is no XML or puts a cell nowhere.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS or any(map(_is_bomb, parts)):
                raise bomb(path)
            _check_extent(path, archive, parts)
    except _DAMAGE as error:
        raise damaged(path) from error


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1)


def _check_extent(path: Path, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """One cell at the far corner makes a sheet of billions, and one long text that many cells share
    is copied for each: the reader would make room for all."""
    texts = _Texts()
    shared = 0
    for part in parts:
        if part.filename.lower().endswith("sharedstrings.xml"):
            with archive.open(part) as content:
                texts.read(content, part.file_size)
        elif _has_cells(archive, part):
            extent = _Extent()
            with archive.open(part) as content:
                _parse(content, part.file_size, extent.start)
            shared += extent.shared
            columns, rows = extent.columns, extent.rows
            if columns > 4 * MOST_COLUMNS or columns * rows > MOST_CELLS:
                raise bomb(path)
    if shared * texts.longest > MOST_TEXT:
        raise bomb(path)


class _Extent:
    """How far a sheet reaches at most. A cell or row that names no place stands behind the one
    before it, so all of those are added to the outermost that is named."""

    def __init__(self) -> None:
        self.shared = 0
        self._row = ""
        self._last = self._unnamed_rows = self._unnamed = self._most_unnamed = 0
        self._widths: dict[str, int] = {}

    @property
    def columns(self) -> int:
        return max(self._widths.values(), default=0) + self._most_unnamed

    @property
    def rows(self) -> int:
        return self._last + self._unnamed_rows

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._cell(attributes.get("r"))
            self.shared += attributes.get("t") == "s"
        elif name == "row":
            self._unnamed = 0
            if "r" in attributes:
                self._reach(attributes["r"])
            else:
                self._unnamed_rows += 1

    def _cell(self, place: str | None) -> None:
        if place is None:
            self._unnamed += 1
            self._most_unnamed = max(self._most_unnamed, self._unnamed)
            return
        letters = place.rstrip(_DIGITS)
        if letters not in self._widths:
            self._widths[letters] = _column(letters)
        if (row := place[len(letters) :]) != self._row:
            self._reach(row)

    def _reach(self, row: str) -> None:
        self._row = row
        self._last = max(self._last, int(row))


class _Texts:
    """How long the longest shared text is, in bytes, markup and all."""

    def __init__(self) -> None:
        self.longest = 0

    def read(self, content: IO[bytes], size: int) -> None:
        parser = expat.ParserCreate("utf-8")
        begun = 0

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal begun
            if tag.rpartition(":")[2] == "si":
                begun = parser.CurrentByteIndex

        def end(tag: str) -> None:
            if tag.rpartition(":")[2] == "si":
                self.longest = max(self.longest, parser.CurrentByteIndex - begun)

        _parse(content, size, start, end, parser)


def _parse(
    content: IO[bytes],
    size: int,
    start: Start,
    end: End | None = None,
    parser: expat.XMLParserType | None = None,
) -> None:
    """As the workbook's reader sees it: UTF-8 whatever the part declares, no document type."""
    parser = parser or expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = _no_doctype
    for block in _blocks(content, size):
        parser.Parse(block)
    parser.Parse(b"", True)  # noqa: FBT003


def _no_doctype(*_given: object) -> None:
    raise ValueError("a workbook has no document type")


def _has_cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    rest = b""
    with archive.open(part) as content:
        for block in _blocks(content, part.file_size):
            if _CELLS in rest + block:
                return True
            rest = block[-len(_CELLS) :]
    return False


def _blocks(content: IO[bytes], size: int) -> Iterator[bytes]:
    """No more than the archive's own table promised."""
    read = 0
    while block := content.read(_BLOCK):
        read += len(block)
        if read > size:
            raise zipfile.BadZipFile("longer than its own table says")
        yield block


def _column(letters: str) -> int:
    if not _LETTERS.fullmatch(letters):
        raise ValueError("no column is called that")
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place


def bomb(path: Path) -> Exception:
    """The refusal of a file that unpacks to more than a list."""
    return unreadable(
        f"{path.name} would unpack to far more than a list.",
        code="file_bomb",
        fix="Copy the list into a new workbook, or export it as CSV.",
    )


def damaged(path: Path) -> Exception:
    """The refusal of a file that no spreadsheet program would have written so."""
    return unreadable(
        f"{path.name} is damaged, cut off, or has a password.",
        code="file_damaged",
        fix="Open it in a spreadsheet program and save it again without a password.",
    )
