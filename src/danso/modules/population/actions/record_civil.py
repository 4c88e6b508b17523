"""Marital status, representative, stays and absences: what becomes true of somebody from a day
on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.population.actions.amending import Amendment, amend, locked_person
from danso.modules.population.actions.correct_field import values_of
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import (
    EVERYWHERE,
    Correction,
    Grounds,
    Outcome,
    PersonCorrected,
    Scope,
    Value,
)
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import check_alive, check_day

CIVIL: Final = frozenset({"marital_status", "spouse", "representative"})
STAYS: Final = frozenset({"temporary_place", "temporary_absence", "current_place"})


def record_civil_change(
    person: UUID,
    changes: Mapping[str, Mapping[str, Value]],
    on: date,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    with carried_out("record_civil", actor=actor, grounds=grounds, subject=person) as ledger:
        values = _values(changes, CIVIL)
        row = locked_person(person, actor=actor, scope=scope)
        check_day(on, today=clock.today(), born=record_of(row).born)
        amendment = Amendment("record_civil", values, valid_on=on)
        ledger.fields = amend(row, amendment, actor=actor, grounds=grounds)
        ledger.happened(PersonCorrected(person, ledger.fields))
    return Outcome(person, ledger.fields, row.version)


def record_stay_change(
    person: UUID,
    changes: Mapping[str, Mapping[str, Value]],
    on: date,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    with carried_out("record_stay", actor=actor, grounds=grounds, subject=person) as ledger:
        values = _values(changes, STAYS)
        row = locked_person(person, actor=actor, scope=scope)
        check_alive(record_of(row))
        check_day(on, today=clock.today(), born=record_of(row).born)
        amendment = Amendment("record_stay", values, valid_on=on)
        ledger.fields = amend(row, amendment, actor=actor, grounds=grounds)
        ledger.happened(PersonCorrected(person, ledger.fields))
    return Outcome(person, ledger.fields, row.version)


def _values(
    changes: Mapping[str, Mapping[str, Value]], fields: frozenset[str]
) -> dict[str, object]:
    if unknown := changes.keys() - fields:
        raise InvalidValue(
            f"These fields change by other actions: {', '.join(sorted(unknown))}.",
            code="field_not_civil",
            fix=f"Name some of: {', '.join(sorted(fields))}.",
        )
    values: dict[str, object] = {}
    for field, given in changes.items():
        values |= values_of(Correction(field, given))
    return values
