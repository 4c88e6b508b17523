"""Death, being missing, moving: what happens to people and is true from a day on."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.modules.audit.data import Event
from danso.modules.population.actions.amending import Amendment, amend, locked_person
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import (
    EVERYWHERE,
    Grounds,
    Life,
    Move,
    Outcome,
    PersonDied,
    PersonMissing,
    PersonMoved,
    Scope,
)
from danso.modules.population.models import Household
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import check_alive, check_day
from danso.toolkit.platform import province


def record_death(
    person: UUID, on: PartialDate, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    return _record_end(person, "dead", on, PersonDied(person), (actor, grounds, scope))


def record_missing(
    person: UUID, on: PartialDate, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    return _record_end(person, "missing", on, PersonMissing(person), (actor, grounds, scope))


def _record_end(
    person: UUID,
    life: Life,
    on: PartialDate,
    event: Event,
    by: tuple[Actor, Grounds, Scope],
) -> Outcome:
    actor, grounds, scope = by
    action = "record_death" if life == "dead" else "record_missing"
    with carried_out(action, actor=actor, grounds=grounds, subject=person) as ledger:
        row = locked_person(person, actor=actor, scope=scope)
        record = record_of(row)
        check_alive(record)
        check_day(on.first_day, today=clock.today(), born=record.born)
        # True from the first day it can mean: as of that day nobody may count on the person.
        amendment = Amendment(action, {"status": life, "ended_on": on.iso}, valid_on=on.first_day)
        ledger.fields = amend(row, amendment, actor=actor, grounds=grounds)
        ledger.happened(event)
    return Outcome(person, ledger.fields, row.version)


def record_move(
    person: UUID, move: Move, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    with carried_out("record_move", actor=actor, grounds=grounds, subject=person) as ledger:
        row = locked_person(person, actor=actor, scope=scope)
        record = record_of(row)
        check_alive(record)
        check_day(move.valid_on, today=clock.today(), born=record.born)
        left = row.commune or ""
        amendment = Amendment("record_move", _residence(move), valid_on=move.valid_on)
        ledger.fields = amend(row, amendment, actor=actor, grounds=grounds)
        if row.household is not None:
            # A head takes the household's address along; members move by their own records.
            Household.objects.filter(key=row.household, head=row.key).update(
                commune=row.commune, hamlet=row.hamlet, address=row.address
            )
        ledger.happened(PersonMoved(person, left=left, reached=row.commune or ""))
    return Outcome(person, ledger.fields, row.version)


def _residence(move: Move) -> dict[str, object]:
    """The columns of a residence. An empty commune is one outside this province's map."""
    if move.commune:
        province().commune(move.commune)
    return {
        "commune": move.commune or None,
        "recorded_commune": move.recorded_commune or move.commune or None,
        "code_version": move.code_version,
        "hamlet": move.hamlet,
        "address": move.address,
        "household": move.household,
        "relation": move.relation,
    }
