"""The part of the door about hosted registers (plan II.2.8, I.D.2022.1)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from danso.catalogue.shapes.hosted import Register
from danso.modules.sources.actions import register_looks
from danso.modules.sources.actions import registers as keeping
from danso.modules.sources.data import (
    Ending,
    GivenRecord,
    HostedRecord,
    Keeper,
    RecordRevision,
    RecordsWanted,
    RegisterStanding,
)
from danso.modules.sources.queries import registers as queries


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

    Raises as `enter_record`, NotFound `register_record_not_found`, Conflict `record_moved_on`.
    """
    return keeping.change_record(code, key, given, revision=revision, why=why, keeper=keeper)


def end_record(
    code: str, key: UUID, ending: Ending, *, revision: int, keeper: Keeper
) -> HostedRecord:
    """End a record, which stays on record as it was.

    Raises as `change_record`, InvalidValue `record_end_reason`, Conflict `record_ended`.
    """
    return keeping.end_record(code, key, ending, revision=revision, keeper=keeper)


def list_records(
    code: str, wanted: RecordsWanted, *, keeper: Keeper, limit: int = 50, offset: int = 0
) -> tuple[list[HostedRecord], int]:
    """Records within reach and how many in all; a journal row for each person shown."""
    return register_looks.list_records(code, wanted, keeper=keeper, limit=limit, offset=offset)


def records_by_number(
    code: str, number: str, *, keeper: Keeper, limit: int = 50
) -> tuple[list[HostedRecord], int]:
    """As `list_records`, of whoever holds a personal number, in every state."""
    return register_looks.find_by_number(code, number, keeper=keeper, limit=limit)


def open_record(
    code: str, key: UUID, *, keeper: Keeper
) -> tuple[HostedRecord, list[RecordRevision]]:
    """A record with its history, the latest first; the look is journaled with the fields shown."""
    return register_looks.open_record(code, key, keeper=keeper)


def count_by_commune(register: Register, keeper: Keeper) -> list[tuple[str, int]]:
    """Open records of each commune within reach, the most first. Counts only."""
    return queries.count_by_commune(register, keeper)


def facts_for(purpose: str) -> tuple[str, ...]:
    """Codes of what connected sources and hosted registers tell for a purpose, registers that were
    defined in the browser among them."""
    return queries.facts_for(purpose)
