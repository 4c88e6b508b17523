"""In a copy a wanted change leaves as a request to the register above, and its answer comes
back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.adapters.upstream import ChangeAnswer, Upstream, WantedChange
from danso.modules.population.data import (
    EVERYWHERE,
    ChangeRequested,
    Correction,
    Grounds,
    Outcome,
    RequestAnswered,
    Scope,
    person_not_found,
)
from danso.modules.population.engine.columns import to_json
from danso.modules.population.models import ChangeRequest, FeedCursor, Person
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import UPSTREAM, check_has_data, check_reach
from danso.toolkit.platform import platform
from danso.wire.upstream.faults import UpstreamDown, UpstreamRefuses

ACTOR: Final = Actor(kind="system", id=UPSTREAM)
OPEN: Final = ("waiting", "sent")
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
# Statuses that are about the one request, not about who we are.
REFUSES_ONE: Final = frozenset({"http_400", "http_404", "http_409", "http_410", "http_422"})


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
    """Hand a waiting request to the register above. Sending twice gives the same receipt.

    "asked" is committed before anything leaves, "sent" or "failed" after: personal data goes out.
    """
    row = ChangeRequest.objects.filter(key=request).first()
    if row is None:
        raise NotFound("No such request.", code="request_not_found", fix="List the open ones.")
    if row.receipt is not None:
        return row.receipt
    number = Person.objects.filter(key=row.person).values_list("number", flat=True).first()
    audit.record(_entry("send_request", "asked", row))
    try:
        receipt = upstream.ask_change(
            WantedChange(row.key, number, row.field, row.proposed, row.reason, row.evidence)
        )
    except (UpstreamDown, UpstreamRefuses) as fault:
        _put_off(row, fault)
        raise
    with transaction.atomic():
        ChangeRequest.objects.filter(key=request).update(
            state="sent", receipt=receipt, changed_at=clock.now(), next_try_at=None, tries=0
        )
        audit.record(_entry("send_request", "sent", row, receipt=receipt))
    return receipt


def send_waiting(upstream: Upstream, limit: int = 50) -> int:
    """Send what waits and is due, the oldest first; returns how many left.

    A request that the upstream refuses for itself is answered so; a fault of the link ends it.
    """
    sent = 0
    for row in _due("waiting", limit):
        try:
            send_request(row.key, upstream)
        except UpstreamRefuses as refusal:
            if refusal.kind not in REFUSES_ONE:
                raise
            record_answer(row.key, ChangeAnswer("refused", refusal.kind))
        else:
            sent += 1
    return sent


def fetch_answers(upstream: Upstream, *, every: timedelta, limit: int = 100) -> int:
    """Ask what became of those that were sent; returns how many were answered.

    An accepted change is answered here only once the feed has brought it: whoever is told so and
    looks again must find it.
    """
    answered = 0
    reached = FeedCursor.objects.filter(id=1).values_list("position", flat=True).first() or 0
    for row in _due("sent", limit):
        answer = upstream.answer_to(row.receipt or "")
        is_here = answer.position is None or answer.position <= reached
        if answer.state != "waiting" and is_here:
            record_answer(row.key, answer)
            answered += 1
            continue
        again = clock.now() + (every if answer.state == "waiting" else timedelta(0))
        ChangeRequest.objects.filter(key=row.key).update(next_try_at=again)
    return answered


def record_answer(request: UUID, answer: ChangeAnswer) -> None:
    """Keep what the register above said. The change itself comes with its feed, never from here."""
    with transaction.atomic():
        row = ChangeRequest.objects.select_for_update().filter(key=request, state__in=OPEN).first()
        if row is None or answer.state == "waiting":
            return
        row.state, row.answer, row.changed_at = answer.state, answer.text, clock.now()
        row.save(update_fields=["state", "answer", "changed_at"])
        audit.record(_entry("request_answered", answer.state, row))
        audit.emit(RequestAnswered(row.person, row.key, answer.state))


def _due(state: str, limit: int) -> list[ChangeRequest]:
    is_due = Q(next_try_at__isnull=True) | Q(next_try_at__lte=clock.now())
    rows = ChangeRequest.objects.filter(is_due, state=state).order_by("next_try_at", "recorded_at")
    return list(rows[:limit])


def _put_off(row: ChangeRequest, fault: UpstreamDown | UpstreamRefuses) -> None:
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(row.tries, 10))
    with transaction.atomic():
        ChangeRequest.objects.filter(key=row.key).update(
            tries=row.tries + 1, next_try_at=clock.now() + pause
        )
        audit.record(_entry("send_request", f"failed:{fault.kind}", row))


def _entry(action: str, outcome: str, row: ChangeRequest, receipt: str = "") -> Entry:
    detail: dict[str, str | int] = {"request": str(row.key)}
    return Entry(
        actor=ACTOR,
        action=f"population.{action}",
        outcome=outcome,
        subject=row.person,
        service="upstream",
        fields=(row.field,),
        detail=detail | ({"receipt": receipt} if receipt else {}),
    )


def _check_not_asked(person: UUID, field: str) -> None:
    if ChangeRequest.objects.filter(person=person, field=field, state__in=OPEN).exists():
        raise Conflict(
            "A change of this field has been asked for and not been answered.",
            code="request_open",
            fix="Wait for the answer, or add the evidence to the open request.",
        )
