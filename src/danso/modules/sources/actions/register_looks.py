"""Looking at records of hosted registers: each look is journaled in the commit that answers it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from danso.kernel.errors import InvalidValue
from danso.modules.population import interface as population
from danso.modules.sources.actions.registers import carried_out, entry_of
from danso.modules.sources.data import (
    HostedRecord,
    Keeper,
    RecordRevision,
    RecordsWanted,
)
from danso.modules.sources.queries import registers as queries


def list_records(
    code: str, wanted: RecordsWanted, *, keeper: Keeper, limit: int, offset: int = 0
) -> tuple[list[HostedRecord], int]:
    with carried_out("list", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "read")
        found, total = queries.find_records(register, wanted, keeper, limit=limit, offset=offset)
        sees = keeper.sees(register)
        shown = tuple(field.code for field in register.listed if field.code in sees)
        ledger.detail["hits"] = len(found)
        row = replace(entry_of("listed", keeper, code), outcome="listed", fields=shown)
        people = dict.fromkeys(one.person for one in found if one.person is not None)
        ledger.entries = [replace(row, subject=person) for person in people]
    return found, total


def find_by_number(
    code: str, number: str, *, keeper: Keeper, limit: int
) -> tuple[list[HostedRecord], int]:
    """The person is looked for in the population register; nobody found and nobody here are one
    answer."""
    try:
        people = population.find_by_number(number).people
    except InvalidValue:
        people = ()
    if not people:
        with carried_out("list", keeper, code) as ledger:
            queries.register_for(code, keeper, "read")
            ledger.detail["hits"] = 0
        return [], 0
    wanted = RecordsWanted(person=people[0].key, state=None)
    return list_records(code, wanted, keeper=keeper, limit=limit)


def open_record(
    code: str, key: UUID, *, keeper: Keeper
) -> tuple[HostedRecord, list[RecordRevision]]:
    with carried_out("open", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "read")
        row = queries.get_row(register, key, keeper, "read")
        record = queries.record_data(row, keeper.sees(register), register)
        ledger.outcome = "shown"
        ledger.subject = row.person
        ledger.fields = tuple(record.values)
        ledger.detail["record"] = str(row.key)
        return record, queries.history_of(register, row, keeper)
