"""In a copy a wanted change leaves as a request to the register above, and its answer comes
back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.adapters.upstream import ChangeAnswer, Upstream, WantedChange
from danso.modules.population.data import (
    EVERYWHERE,
    ChangeRequested,
    Correction,
    Grounds,
    Outcome,
    Scope,
    person_not_found,
)
from danso.modules.population.engine.columns import to_json
from danso.modules.population.models import ChangeRequest, Person
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import check_has_data, check_reach
from danso.toolkit.platform import platform

OPEN: Final = ("waiting", "sent")


def request_change(
    person: UUID,
    correction: Correction,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    with carried_out("request_change", actor=actor, grounds=grounds, subject=person) as ledger:
        check_has_data(platform().register_mode)
        row = Person.objects.filter(key=person).first()
        if row is None:
            raise person_not_found()
        check_reach(record_of(row), scope)
        _check_not_asked(person, correction.field)
        request = ChangeRequest.objects.create(
            person=person,
            field=correction.field,
            proposed=to_json(correction.value),
            reason=grounds.reason,
            evidence=grounds.evidence,
            actor_kind=actor.kind,
            actor=actor.id,
            state="waiting",
            recorded_at=clock.now(),
            changed_at=clock.now(),
        )
        ledger.outcome = "requested"
        ledger.fields = (correction.field,)
        ledger.happened(ChangeRequested(person, request.key))
    return Outcome(person, (correction.field,), row.version, request.key)


def send_request(request: UUID, upstream: Upstream) -> str:
    """Hand a waiting request to the register above. Sending twice gives the same receipt."""
    row = ChangeRequest.objects.filter(key=request).first()
    if row is None:
        raise NotFound("No such request.", code="request_not_found", fix="List the open ones.")
    if row.receipt is not None:
        return row.receipt
    number = Person.objects.filter(key=row.person).values_list("number", flat=True).first()
    receipt = upstream.ask_change(
        WantedChange(row.key, number, row.field, row.proposed, row.reason, row.evidence)
    )
    ChangeRequest.objects.filter(key=request).update(
        state="sent", receipt=receipt, changed_at=clock.now()
    )
    return receipt


def record_answer(request: UUID, answer: ChangeAnswer) -> None:
    """Keep what the register above said. The change itself comes with its feed, never from here."""
    ChangeRequest.objects.filter(key=request, state__in=OPEN).exclude(state=answer.state).update(
        state=answer.state, answer=answer.text, changed_at=clock.now()
    )


def _check_not_asked(person: UUID, field: str) -> None:
    if ChangeRequest.objects.filter(person=person, field=field, state__in=OPEN).exists():
        raise Conflict(
            "A change of this field has been asked for and not been answered.",
            code="request_open",
            fix="Wait for the answer, or add the evidence to the open request.",
        )
