"""dBase files (III to 5, FoxPro): records of fixed width, bytes of whatever font stood there.

Our own small reader: the values are wanted as they stand, and a broken one must not end the file.
Old fonts (TCVN3, VNI) are left as their bytes show in Latin-1: cleaning repairs them cell by cell.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Final

from danso.kernel.errors import InvalidValue
from danso.toolkit.tables.files import Format, unreadable
from danso.toolkit.tables.frames import MOST_COLUMNS
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.tables import Piece, Wanted, places_of, text_frame

RECORDS_AT_ONCE: Final = 10_000
# dBase cuts names to this; a longer wanted heading is known by its beginning.
LONGEST_NAME: Final = 10
_HEADER: Final = 32
_END: Final = 0x0D
_LIVE: Final = 0x20
_DELETED: Final = 0x2A
_DAY_DIGITS: Final = 8
_JULIAN: Final = 1_721_425  # the Julian day number of 0001-01-01, less one day
_MILLISECONDS: Final = 1000
_CURRENCY: Final = 10_000
_MEMO: Final = frozenset("MGPWQ")


@dataclass(frozen=True, slots=True)
class DbfField:
    """A field: its name, type letter, and where in a record it stands."""

    name: str
    kind: str
    begin: int
    end: int


@dataclass(frozen=True)
class DbfTable:
    """A dBase file: deleted records are left out; lines are record numbers from 1."""

    path: Path
    fields: tuple[DbfField, ...]
    records: int
    first: int
    width: int
    codec: str
    format: Format = "dbf"

    @property
    def headings(self) -> tuple[str, ...]:
        """The fields' names."""
        return tuple(field.name for field in self.fields)

    def read(self, wanted: Wanted, *, after: int = 0) -> Iterator[Piece]:
        """Its rows behind a record. InvalidValue `file_cut_off` where records are missing at the
        end; those before have come."""
        places = places_of(self.headings, _shortened(wanted))
        fields = {name: self.fields[place] for name, place in places.items()}
        for field in fields.values():
            if field.kind in _MEMO:
                raise unreadable(
                    f"{self.path.name}: {field.name} lies in a memo file.",
                    code="dbf_memo",
                    fix="Export the table as CSV or XLSX: memo files are not read.",
                )
        at = after
        with self.path.open("rb") as content:
            content.seek(self.first + at * self.width)
            while at < self.records:
                count = min(RECORDS_AT_ONCE, self.records - at)
                whole = len(block := content.read(count * self.width)) // self.width
                if whole:
                    yield self._piece(block, at, whole, wanted, fields)
                if whole < count:
                    raise _cut_off(self.path)
                at += count

    def _piece(
        self, block: bytes, at: int, count: int, wanted: Wanted, fields: dict[str, DbfField]
    ) -> Piece:
        begins = [place * self.width for place in range(count)]
        live = [begin for begin in begins if block[begin] == _LIVE]
        faults = tuple(
            Fault(at + begin // self.width + 1, "record_broken")
            for begin in begins
            if block[begin] not in (_LIVE, _DELETED)
        )
        columns = {
            name: self._texts(block, live, fields[name]) if name in fields else [""] * len(live)
            for name in wanted
        }
        lines = [at + begin // self.width + 1 for begin in live]
        return Piece(text_frame(columns, lines), faults, at + count)

    def _texts(self, block: bytes, begins: list[int], field: DbfField) -> list[str]:
        cells = [block[begin + field.begin : begin + field.end] for begin in begins]
        read = _BINARY.get(field.kind)
        if read is not None:
            return [_safely(read, cell) for cell in cells]
        texts = [cell.decode(self.codec, errors="replace").strip(" \0") for cell in cells]
        return list(map(_day, texts)) if field.kind == "D" else texts


def open_dbf(path: Path) -> DbfTable:
    """The file's fields and where its records begin."""
    with path.open("rb") as content:
        head = content.read(_HEADER)
        if len(head) < _HEADER:
            raise _cut_off(path)
        records, first, width = struct.unpack_from("<IHH", head, 4)
        fields = _fields(path, content)
        content.seek(first)
        sample = content.read(1000 * width)
    if not fields or width < 1 + sum(field.end - field.begin for field in fields):
        raise _cut_off(path)
    return DbfTable(path, fields, records, first, width, _codec(sample))


def _fields(path: Path, content: IO[bytes]) -> tuple[DbfField, ...]:
    found: list[DbfField] = []
    begin = 1
    while (described := content.read(_HEADER)) and described[0] != _END:
        if len(described) < _HEADER or len(found) == MOST_COLUMNS:
            raise _cut_off(path)
        name = described[:11].partition(b"\0")[0].decode("latin-1").strip()
        kind = chr(described[11])
        length = described[16]
        if kind == "C":
            # Clipper and FoxPro keep the upper byte of a long text's length where decimals stand.
            length += described[17] << 8
        found.append(DbfField(name, kind, begin, begin + length))
        begin += length
    return tuple(found)


def _codec(sample: bytes) -> str:
    """UTF-8 where newer programs wrote it, else each byte as it is."""
    if sample.isascii():
        return "latin-1"
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        return "latin-1" if error.end < len(sample) - 3 else "utf-8"
    return "utf-8"


def _shortened(wanted: Wanted) -> Wanted:
    return {
        name: [*headings, *(one[:LONGEST_NAME] for one in headings if len(one) > LONGEST_NAME)]
        for name, headings in wanted.items()
    }


def _day(text: str) -> str:
    if len(text) == _DAY_DIGITS and text.isdecimal():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text


def _moment(cell: bytes) -> str:
    day, milliseconds = struct.unpack("<ii", cell)
    if day == 0:
        return ""
    shown = date(1, 1, 1) + timedelta(days=day - _JULIAN - 1)
    passed = timedelta(seconds=round(milliseconds / _MILLISECONDS))
    return f"{shown.isoformat()} {passed!s:>08}" if passed else shown.isoformat()


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


_BINARY: Final[dict[str, Callable[[bytes], str]]] = {
    "I": lambda cell: str(struct.unpack("<i", cell)[0]),
    "+": lambda cell: str(struct.unpack("<i", cell)[0]),
    "B": lambda cell: _number(struct.unpack("<d", cell)[0]),
    "Y": lambda cell: _number(struct.unpack("<q", cell)[0] / _CURRENCY),
    "T": _moment,
}


def _safely(read: Callable[[bytes], str], cell: bytes) -> str:
    try:
        return read(cell)
    except (struct.error, OverflowError, ValueError):
        return cell.decode("latin-1").strip(" \0")


def _cut_off(path: Path) -> InvalidValue:
    return unreadable(
        f"{path.name} is damaged or cut off.",
        code="file_cut_off",
        fix="Get the whole file and import it: what is in already is not doubled.",
    )
