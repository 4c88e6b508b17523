"""Files of hosted registers: looked at first, then taken in whole or not at all; and handed out."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.audit.data import Entry
from danso.modules.sources.actions.hosted_making import Made, Maker
from danso.modules.sources.actions.register_people import count_failed
from danso.modules.sources.actions.registers import (
    add_record,
    carried_out,
    digest_of,
    entry_of,
    keep_revision,
    keep_version,
    open_standing,
    put,
)
from danso.modules.sources.actions.telling_registers import tell_register
from danso.modules.sources.data import (
    FileCheck,
    GivenRecord,
    Keeper,
    LineFault,
    RecordFaults,
    register_file_moved,
)
from danso.modules.sources.models import RegisterRecord, RegisterUpload
from danso.modules.sources.queries import registers as queries
from danso.toolkit.tables.header import tidied
from danso.toolkit.tables.opening import open_table
from danso.toolkit.tables.sheets import RISKY

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register

MOST_LINES: Final = 20_000
MOST_BYTES: Final = 20 * 1024 * 1024
KEPT: Final = timedelta(days=1)
# What a record has beside its register's fields, under the headings that files may have.
OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "record": ("record", "Số bản ghi"),
    "number": ("number", "Số định danh"),
    "commune": ("commune", "Xã, phường"),
}
# Handed out, never read back: who somebody is, and how a record ended.
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "full_name": ("full_name", "Họ và tên"),
    "birth": ("birth", "Ngày sinh"),
    "state": ("state", "Tình trạng"),
    "ended_on": ("ended_on", "Kết thúc ngày"),
}


@dataclass(frozen=True)
class _Line:
    """A line of a file: the record it would make, or change."""

    number: int
    made: Made
    row: RegisterRecord | None

    @property
    def is_same(self) -> bool:
        row = self.row
        return row is not None and (row.digest, row.person) == (
            digest_of(self.made.commune, self.made.payload),
            self.made.person,
        )


def keep_upload(code: str, content: bytes, suffix: str, *, keeper: Keeper) -> UUID:
    with carried_out("upload", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "enter")
        if len(content) > MOST_BYTES:
            raise InvalidValue(
                "The file is larger than 20 MB.",
                code="register_file_large",
                fix="Split it and send the parts one after the other.",
            )
        RegisterUpload.objects.filter(made_at__lt=clock.now() - KEPT).delete()
        row = RegisterUpload.objects.create(
            register=register.code,
            content=content,
            suffix=suffix,
            made_at=clock.now(),
            made_by=keeper.actor.id,
        )
        ledger.detail["upload"] = str(row.key)
        return row.key


def check_upload(code: str, key: UUID, *, keeper: Keeper) -> FileCheck:
    with _upload(code, key, keeper) as path:
        return check_file(code, path, keeper=keeper)


def take_upload(code: str, key: UUID, *, keeper: Keeper, before: str) -> FileCheck:
    with _upload(code, key, keeper) as path:
        done = import_file(code, path, keeper=keeper, before=before)
    drop_upload(code, key, keeper=keeper)
    return done


def drop_upload(code: str, key: UUID, *, keeper: Keeper) -> None:
    with carried_out("drop_upload", keeper, code) as ledger:
        ledger.detail["upload"] = str(key)
        RegisterUpload.objects.filter(register=code, key=key, made_by=keeper.actor.id).delete()


def check_file(code: str, path: Path, *, keeper: Keeper) -> FileCheck:
    with carried_out("check_file", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "enter")
        found = _Reading(register, keeper).read(path)
        _count_failed(found.check, keeper)
        ledger.detail |= {"lines": found.check.lines, "faults": len(found.check.faults)}
        ledger.entries = found.looks()
        return found.check


def import_file(
    code: str, path: Path, *, keeper: Keeper, why: str = "", before: str | None = None
) -> FileCheck:
    with carried_out("import", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "enter")
        standing = open_standing(register, keeper)
        keep_version(register, keeper)
        reading = _Reading(register, keeper).read(path)
        check = reading.check
        _count_failed(check, keeper)
        ledger.entries = reading.looks()
        if not check.is_sound:
            ledger.outcome = "refused:register_file_faults"
        elif before not in (None, check.before):
            raise register_file_moved()
        written = []
        for line in reading.lines if check.is_sound else ():
            row = line.row
            if row is None:
                row = add_record(register, standing, line.made, keeper, why)
            elif put(register, row, line.made):
                keep_revision(row, keeper, why)
            else:
                continue
            written.append(row)
        standing.save(update_fields=["last_number"])
        tell_register(register, [row.number for row in written])
        ledger.detail |= {
            "digest": check.digest,
            "new": check.new,
            "changed": check.changed,
            "same": check.same,
        }
        own = replace(entry_of("imported", keeper, code), fields=tuple(register.by_code))
        ledger.entries += [replace(own, subject=row.person) for row in written if row.person]
    # After the frame: a refusal within it would take back whom the file asked about.
    if not check.is_sound:
        raise InvalidValue(
            f"Nothing was taken: {len(check.faults)} fault(s) in {check.lines} line(s).",
            code="register_file_faults",
            fix="Mend the lines named, then send the file again.",
        )
    return check


def _count_failed(check: FileCheck, keeper: Keeper) -> None:
    count_failed(keeper, check.digest, (one.fault for one in check.faults))


class _Reading:
    """A file read line by line; what it would do and what is wrong with it."""

    def __init__(self, register: Register, keeper: Keeper) -> None:
        self.register = register
        self.keeper = keeper
        self.lines: list[_Line] = []
        self.check = FileCheck("", 0, 0, 0, 0, (), ())
        self._maker = Maker(register, keeper, is_file=True)
        self._faults: list[LineFault] = []
        self._records: set[str] = set()
        self._held: set[tuple[object, ...]] = set()
        self._given: list[str] = []
        self._count = 0

    def read(self, path: Path) -> _Reading:
        """InvalidValue where the file can't be read at all."""
        wanted = self._wanted()
        known = {name for names in wanted.values() for name in names}
        shown = {name for names in SHOWN.values() for name in names}
        table = open_table(path, known, {"csv", "xlsx"})
        there = set(map(tidied, table.headings))
        self._given = [name for name, names in wanted.items() if there & set(map(tidied, names))]
        for piece in table.read(wanted):
            for fault in piece.faults:
                self._faults.append(LineFault(fault.line, "", fault.reason))
            for cells in piece.rows.iter_rows(named=True):
                self._take(cells)
        same = sum(line.is_same for line in self.lines)
        new = sum(line.row is None for line in self.lines)
        headings = {one for one in table.headings if one.strip()}
        self.check = FileCheck(
            digest=hashlib.sha256(path.read_bytes()).hexdigest(),
            lines=self._count,
            new=new,
            changed=len(self.lines) - new - same,
            same=same,
            faults=tuple(sorted(self._faults, key=lambda one: one.line)),
            unknown=tuple(sorted(headings - known - shown)),
            before=self._before(),
        )
        return self

    def _before(self) -> str:
        rows = [line.row for line in self.lines if line.row is not None]
        states = sorted(f"{row.number}:{row.revision}" for row in rows)
        return hashlib.sha256("\n".join(states).encode()).hexdigest()

    def looks(self) -> list[Entry]:
        """A journal row for everybody whom the file asked about."""
        own = replace(entry_of("checked", self.keeper, self.register.code), outcome="compared")
        return [replace(own, subject=person) for person in self._maker.looked]

    def _wanted(self) -> dict[str, tuple[str, ...]]:
        sees = self._maker.sees
        fields = {
            field.code: field.as_source_field().columns
            for field in self.register.fields
            if field.code in sees
        }
        return {**OWN, **fields}

    def _take(self, cells: Mapping[str, object]) -> None:
        self._count += 1
        if self._count > MOST_LINES:
            raise InvalidValue(
                "The file has more than 20,000 lines.",
                code="register_file_long",
                fix="Split it and send the parts one after the other.",
            )
        line = int(str(cells["line"]))
        # What the file has no column for stays as it is.
        given = {name: _typed(cells[name]) for name in self._given}
        try:
            row = self._row(given.pop("record", ""))
            number, commune = given.pop("number", ""), given.pop("commune", "")
            kept = dict(row.payload) if row is not None else {}
            made = self._maker.make(GivenRecord(number, commune, kept | given), row)
            self._alone(made, row)
        except RecordFaults as error:
            self._faults += [LineFault(line, name, fault) for name, fault in error.faults.items()]
        else:
            self.lines.append(_Line(line, made, row))

    def _row(self, number: str) -> RegisterRecord | None:
        """The record that a line names; a new one where it names none."""
        if not number:
            return None
        if number in self._records:
            raise RecordFaults({"record": "record_twice"})
        self._records.add(number)
        row = queries.find_row(self.register, number, self.keeper, "enter")
        if row is None:
            raise RecordFaults({"record": "record_unknown"})
        if row.state != "open":
            raise RecordFaults({"record": "record_ended"})
        return row

    def _alone(self, made: Made, row: RegisterRecord | None) -> None:
        """No second open record of a kind, whether it stands already or earlier in the file."""
        once = self.register.once
        if not once or made.person is None:
            return
        held = (made.person, *(made.payload.get(code) for code in once))
        if held in self._held or queries.has_open(
            self.register, made.person, made.payload, besides=row.key if row else None
        ):
            raise RecordFaults({once[0]: "already_open"})
        self._held.add(held)


def _typed(value: object) -> str:
    """A cell as it was typed: without the apostrophe that keeps a sheet from running it."""
    text = str(value or "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(RISKY) else text


@contextmanager
def _upload(code: str, key: UUID, keeper: Keeper) -> Iterator[Path]:
    """The path of an uploaded file while it is read: for who uploaded it, and nobody else."""
    row = RegisterUpload.objects.filter(register=code, key=key, made_by=keeper.actor.id).first()
    if row is None:
        raise NotFound(
            "There is no such file any more.",
            code="register_upload_gone",
            fix="Send it again; a file is kept for a day.",
        )
    with tempfile.TemporaryDirectory(prefix="danso-register-") as folder:
        path = Path(folder) / f"records{row.suffix}"
        path.write_bytes(bytes(row.content))
        yield path
