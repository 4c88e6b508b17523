"""The part of the door about hosted registers (plan II.2.8, I.D.2022.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from danso.catalogue.shapes.hosted import Register
from danso.catalogue.shapes.sources import FactKind
from danso.modules.sources.actions import (
    defining,
    following_people,
    graduating,
    register_exports,
    register_files,
    register_looks,
    register_people,
    retaining_registers,
)
from danso.modules.sources.actions import registers as keeping
from danso.modules.sources.data import (
    Ending,
    ExportFile,
    FileCheck,
    GivenRecord,
    Graduation,
    HostedRecord,
    Keeper,
    MovedWith,
    RecordRevision,
    RecordsWanted,
    RegisterStanding,
    RegisterText,
    UseLine,
)
from danso.modules.sources.queries import registers as queries
from danso.toolkit.platform import province


def register_standings(keeper: Keeper) -> list[RegisterStanding]:
    """Every hosted register that the keeper may read: of the province's files and defined here."""
    return queries.standings(keeper)


def register_standing(code: str, keeper: Keeper) -> RegisterStanding:
    """One of them. Raises NotFound `register_not_found`, also to who may not read it."""
    return queries.standing_of(code, keeper)


def register_versions(code: str) -> Mapping[int, Register]:
    """The versions of a register's description by which records were entered."""
    return queries.versions_of(code)


def enter_record(code: str, given: GivenRecord, *, keeper: Keeper) -> HostedRecord:
    """Enter a record: judged, given its number, told as facts, with its first revision and journal
    row in one transaction.

    The personal number must be somebody's in the population register; the commune is theirs where
    none is given. Raises NotFound `register_not_found`, Conflict `register_closed` and
    `register_version_changed`, RecordFaults with every field that is wrong.
    """
    return keeping.enter_record(code, given, keeper=keeper)


def change_record(
    code: str, key: UUID, given: GivenRecord, *, revision: int, why: str, keeper: Keeper
) -> HostedRecord:
    """Change a record as it was read at `revision`; fields the keeper may not see stay. The same
    values again change nothing.

    Raises as `enter_record`, NotFound `register_record_not_found`, Conflict (`record_moved_on`,
    `record_void`), InvalidValue `record_change_reason` where an ended one is changed without why.
    """
    return keeping.change_record(code, key, given, revision=revision, why=why, keeper=keeper)


def end_record(
    code: str, key: UUID, ending: Ending, *, revision: int, keeper: Keeper
) -> HostedRecord:
    """End a record, which stays on record as it was.

    Raises as `change_record`, InvalidValue `record_end_reason`, Conflict `record_ended`.
    """
    return keeping.end_record(code, key, ending, revision=revision, keeper=keeper)


def follow_people(kept: UUID, merged: UUID, *, why: MovedWith) -> int:
    """Bring records to whom their keys lead to after a merge or its undoing; returns how many.

    Each gets a revision that says so, its facts follow, with one journal row. A record that was
    entered for the kept one since stays there when the merge is undone. Idempotent.
    """
    return following_people.follow_people(kept, merged, why=why)


def destroy_records_past_term(*, now: datetime | None = None) -> dict[str, int]:
    """Destroy records that ended, or were said to be mistakes, longer ago than their register's
    `retention`, with their history and facts; returns how many of which register.

    Each up to 10,000 are one transaction with a journal row that counts them.
    """
    return retaining_registers.destroy_records_past_term(now=now)


def list_records(
    code: str, wanted: RecordsWanted, *, keeper: Keeper, limit: int = 50, offset: int = 0
) -> tuple[list[HostedRecord], int]:
    """Records within reach and how many in all; a journal row for each person shown."""
    return register_looks.list_records(code, wanted, keeper=keeper, limit=limit, offset=offset)


def count_records(register: Register, wanted: RecordsWanted, keeper: Keeper) -> int:
    """How many records `list_records` would have in all. A count only."""
    return queries.wanted_rows(register, wanted, keeper).count()


def records_by_number(
    code: str, number: str, *, keeper: Keeper, limit: int = 50
) -> tuple[list[HostedRecord], int]:
    """As `list_records`, of whoever holds a personal number, in every state."""
    return register_looks.find_by_number(code, number, keeper=keeper, limit=limit)


def name_of_number(code: str, number: str, *, keeper: Keeper) -> str | None:
    """The name of whoever holds a personal number, for a clerk about to enter a record; None for
    nobody within reach of their entries, protected people among them. Journaled with the search.

    Raises NotFound `register_not_found`, InvalidValue for what is no number, Refused
    `register_asked_enough` after 200 a day.
    """
    return register_people.name_of_number(code, number, keeper=keeper)


def open_record(
    code: str, key: UUID, *, keeper: Keeper
) -> tuple[HostedRecord, list[RecordRevision]]:
    """A record with its history, the latest first; the look is journaled with the fields shown."""
    return register_looks.open_record(code, key, keeper=keeper)


def doubles_of(code: str, key: UUID, *, keeper: Keeper) -> list[tuple[UUID, str]]:
    """Key and number of other open records of the same person that the register allows one of, as
    a merge leaves them: one is to be ended. Says nothing about people."""
    register = queries.register_for(code, keeper, "read")
    return queries.doubles_of(register, queries.get_row(register, key, keeper, "read"), keeper)


def count_by_commune(register: Register, keeper: Keeper) -> list[tuple[str, int]]:
    """Open records of each commune within reach, the most first. Counts only."""
    return queries.count_by_commune(register, keeper)


def facts_for(purpose: str) -> tuple[str, ...]:
    """Codes of what connected sources and hosted registers tell for a purpose, registers that were
    defined in the browser among them."""
    return queries.facts_for(purpose)


def find_fact(code: str) -> FactKind | None:
    """A kind of fact that a register or source tells, wherever it is described."""
    return province().facts.get(code) or queries.facts_defined_here().get(code)


def check_records(code: str, path: Path, *, keeper: Keeper) -> FileCheck:
    """Look at a CSV or XLSX of records: what it would do, every fault by line. Takes nothing.

    Columns by the fields' codes or words; a line with a record's number changes that record.
    InvalidValue where it can't be read at all, or has more than 20,000 lines; Refused
    `register_failed_enough` after 2,000 lines of a day that asked about people in vain.
    """
    return register_files.check_file(code, path, keeper=keeper)


def import_records(code: str, path: Path, *, keeper: Keeper, why: str = "") -> FileCheck:
    """Take a file of records in, whole or not at all; the same file again changes nothing.

    Raises as `check_records` and `enter_record`, InvalidValue `register_file_faults`.
    """
    return register_files.import_file(code, path, keeper=keeper, why=why)


def keep_upload(code: str, content: bytes, suffix: str, *, keeper: Keeper) -> UUID:
    """Keep a file for its preview, a day at most, for who sent it alone."""
    return register_files.keep_upload(code, content, suffix, keeper=keeper)


def check_upload(code: str, key: UUID, *, keeper: Keeper) -> FileCheck:
    """As `check_records`. Raises NotFound `register_upload_gone`."""
    return register_files.check_upload(code, key, keeper=keeper)


def take_upload(code: str, key: UUID, *, keeper: Keeper, before: str) -> FileCheck:
    """As `import_records`; the file is gone then. `before`: of the check that was looked at;
    Conflict `register_file_moved` where one of its records was changed since."""
    return register_files.take_upload(code, key, keeper=keeper, before=before)


def drop_upload(code: str, key: UUID, *, keeper: Keeper) -> None:
    """Throw a file away that was only looked at."""
    register_files.drop_upload(code, key, keeper=keeper)


def export_records(
    code: str,
    kind: Literal["csv", "xlsx"],
    wanted: RecordsWanted,
    *,
    keeper: Keeper,
    fields: frozenset[str],
) -> ExportFile:
    """Records within reach as a sheet that may be sent back; `fields` of the population register
    that the purpose shows go with them. A journal row for each person in it."""
    return register_exports.export_file(code, kind, wanted, keeper=keeper, fields=fields)


def export_register(code: str, folder: Path, *, keeper: Keeper) -> int:
    """Everything for the system that is to take over: records.csv, id-map.csv, register.yaml.
    Returns how many records. Needs the right to decide."""
    return register_exports.export_folder(code, folder, keeper=keeper)


def read_id_map(path: Path) -> dict[str, str]:
    """A filled id-map.csv: each record's key at the source."""
    return register_exports.read_id_map(path)


def graduate_register(
    code: str, source: str, *, keeper: Keeper, id_map: Mapping[str, str] | None = None
) -> Graduation:
    """Let a connected source tell from now on what the register told, under the register's name;
    the register takes no more entries. One transaction: who asks gets the one or the other.

    `id_map`: each record's key at the source; the record's own number where none is given. Raises
    Conflict `register_not_followed`, `register_facts_lacking`, `register_not_covered`,
    `register_answers_lost`, `register_graduated`; Refused `register_right`.
    """
    return graduating.graduate(code, source, keeper=keeper, id_map=id_map)


def check_register(text: str) -> Register:
    """A description as it would be taken. Raises CatalogueError with every fault by line."""
    return defining.check_register(text)


def define_register(text: str, *, keeper: Keeper) -> Register:
    """Define a register, or the next version of one that was defined here, from YAML.

    Raises as `check_register`; Refused `register_right`; InvalidValue `register_version`,
    `register_prefix`; Conflict `register_of_files`. Emits RegisterChanged.
    """
    return defining.define_register(text, keeper=keeper)


def close_register(code: str, *, keeper: Keeper, is_open: bool = False) -> None:
    """Take no more entries, or (`is_open`) take them again. What was told stays told."""
    defining.close_register(code, keeper=keeper, is_open=is_open)


def uses_of(code: str, *, keeper: Keeper, days: int = 30, limit: int = 500) -> list[UseLine]:
    """A register's usage log of the last days, from the sealed journal, the latest first: what
    officers did, and what was shared of it. Says nothing about whom. Needs the right to decide;
    this look is journaled too."""
    return register_looks.uses_of(code, keeper=keeper, days=days, limit=limit)


def register_texts(code: str) -> list[RegisterText]:
    """The kept versions of a description, the latest first."""
    return [
        RegisterText(row.version, row.origin, row.text, row.defined_at)  # type: ignore[arg-type]
        for row in queries.texts_of(code)
    ]
