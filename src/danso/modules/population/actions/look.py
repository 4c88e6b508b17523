"""Looking at people: every look leaves a journal row in the transaction that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.audit.data import Entry
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import (
    EVERYWHERE,
    HITS_CAP,
    Found,
    Grounds,
    PeopleLookedUp,
    PersonRecord,
    Scope,
    Wanted,
    person_not_found,
)
from danso.modules.population.queries.finding import find_hits
from danso.modules.population.queries.people import find_person

LISTED = ("full_name", "birth", "sex", "permanent_place")


def search(wanted: Wanted, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE) -> Found:
    with carried_out("search", actor=actor, grounds=grounds) as ledger:
        hits = find_hits(wanted, scope)
        shown = [one for one in hits.people if not one.protected or scope.sees_protected]
        hidden = [one for one in hits.people if one.protected and not scope.sees_protected]
        listed = shown[:HITS_CAP]
        ledger.outcome = "found" if listed else "not_found"
        ledger.detail = {"hits": len(listed)}
        # The same statements whether nobody, somebody or a protected person was hit: one batch of
        # journal rows, one event.
        ledger.entries = _looks(listed, hidden, actor, grounds)
        ledger.happened(_looked_up(actor, listed, hidden))
    if not listed:
        return Found()
    return Found(tuple(listed), len(shown) > HITS_CAP, hits.outcome, hits.cancel_reason)


def open_person(
    person: UUID,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
    fields: tuple[str, ...] = (),
) -> PersonRecord:
    with carried_out("open_person", actor=actor, grounds=grounds, subject=person) as ledger:
        record = find_person(person)
        may_see = record is not None and _may_see(record, scope)
        # Refused below, not here: nobody and a protected person take the same statements.
        ledger.outcome = "shown" if may_see else "not_found"
        ledger.fields = fields
        shown = [record] if record is not None and may_see else []
        hidden = [record] if record is not None and record.protected and not may_see else []
        ledger.happened(_looked_up(actor, shown, hidden))
    if record is None or not may_see:
        raise person_not_found()
    return record


def _may_see(record: PersonRecord, scope: Scope) -> bool:
    in_reach = scope.communes is None or record.commune in scope.communes
    return in_reach and (scope.sees_protected or not record.protected)


def _looks(
    shown: Sequence[PersonRecord],
    hidden: Sequence[PersonRecord],
    actor: Actor,
    grounds: Grounds,
) -> list[Entry]:
    outcomes = [(one, "listed") for one in shown] + [(one, "not_found") for one in hidden]
    return [
        grounds.entry(
            "population.search_hit", actor, outcome=outcome, subject=one.key, fields=LISTED
        )
        for one, outcome in outcomes
    ]


def _looked_up(
    actor: Actor, shown: Sequence[PersonRecord], hidden: Sequence[PersonRecord]
) -> PeopleLookedUp:
    return PeopleLookedUp(
        looker=actor.id,
        shown=tuple(one.key for one in shown),
        protected=tuple(one.key for one in hidden),
    )
