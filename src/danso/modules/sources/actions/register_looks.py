"""Looking at records of hosted registers: each look is journaled in the commit that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.errors import InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Uses
from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from danso.modules.sources.actions.registers import carried_out, entry_of
from danso.modules.sources.data import (
    HostedRecord,
    Keeper,
    RecordRevision,
    RecordsWanted,
    UseLine,
)
from danso.modules.sources.queries import registers as queries

# Rows beside an act's own, one for each person: the act says how many.
ROWS: Final = (
    "sources.register_checked",
    "sources.register_listed",
    "sources.register_imported",
    "sources.register_exported",
)


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
    scope = Scope(sees_protected=keeper.sees_protected)
    try:
        people = population.find_by_number(number, scope).people
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
        record = queries.record_data(row, keeper, register)
        ledger.outcome = "shown"
        ledger.subject = row.person
        ledger.fields = tuple(record.values)
        ledger.detail["record"] = str(row.key)
        return record, queries.history_of(register, row, keeper)


def uses_of(code: str, *, keeper: Keeper, days: int, limit: int) -> list[UseLine]:
    with carried_out("usage", keeper, code):
        register = queries.register_for(code, keeper, "decide")
        since = clock.today() - timedelta(days=days)
        wanted = Uses("sources.register", "register", code, tuple(f.code for f in register.facts))
        found = audit.find_uses(wanted, since, clock.today(), limit=limit)
    return [
        UseLine(
            at=one.at,
            kind=one.actor.kind,
            unit=one.actor.unit or one.actor.id if one.actor.kind == "partner" else one.actor.unit,
            action="share" if one.service == "share" else one.action,
            purpose=one.purpose,
            outcome=one.outcome,
            count=_count(one.detail),
        )
        for one in found
        if one.action not in ROWS
    ]


def _count(detail: Mapping[str, str | int]) -> int:
    """How many records an act was over."""
    if "new" in detail:
        return int(detail["new"]) + int(detail.get("changed", 0))
    return int(detail.get("records", detail.get("hits", 1)))
