"""What exchange does behind the scenes: files of people until they are done; guardians' alerts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from procrastinate.contrib.django import app

from danso.modules.audit import interface as audit
from danso.modules.audit.data import Positioned
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import (
    CaseAnswered,
    CaseRecordMade,
    ConsentGiven,
    ConsentWanted,
    DecisionProposed,
    GuessingSuspected,
    NobodyAnswered,
    PersonSought,
)
from danso.modules.identity import interface as identity
from danso.modules.population.data import ProtectedLookedUp, RequestAnswered

# A turn's worth of chunks, so that one large file does not keep the worker from everything else.
TURN = 50


@audit.handler(NobodyAnswered, name="exchange.protected_asked")
def alert_guardians(answers: Sequence[Positioned[NobodyAnswered]]) -> None:
    """Tell the guardians of those who were asked about and hidden, apart from the answer."""
    audit.emit_many(
        ProtectedLookedUp(one.event.person, f"partner:{one.event.partner}")
        for one in answers
        if one.event.person is not None
    )


@audit.handler(GuessingSuspected, name="exchange.guessing")
def note_guessing(tries: Sequence[Positioned[GuessingSuspected]]) -> None:
    """Put wrong tries that reached the limit onto the auditor's list."""
    for one in tries:
        identity.note_guessing(
            one.position,
            looker=f"partner:{one.event.partner}",
            person=one.event.person,
            at=one.at,
        )


@audit.handler(CaseAnswered, CaseRecordMade, name="exchange.case_records")
def make_records(answers: Sequence[Positioned[CaseAnswered | CaseRecordMade]]) -> None:
    """Idempotent: a record is made once and bound at one position."""
    for one in answers:
        if isinstance(one.event, CaseAnswered):
            exchange.make_record(one.event.record, one.position)
        else:
            exchange.place_record(one.event.record, one.position)


@audit.handler(PersonSought, name="exchange.person_requests")
def plan_requests(requests: Sequence[Positioned[PersonSought]]) -> None:
    """Idempotent: a request that has its deadline keeps it."""
    for one in requests:
        exchange.plan_person_request(one.event.request)


@audit.handler(DecisionProposed, name="exchange.court_decisions")
def route_decisions(decisions: Sequence[Positioned[DecisionProposed]]) -> None:
    """Idempotent: a decision that was routed stays with whom it was given to."""
    for one in decisions:
        exchange.route_court_decision(one.event.decision)


@audit.handler(RequestAnswered, name="exchange.upstream_answered")
def close_decisions(answers: Sequence[Positioned[RequestAnswered]]) -> None:
    """Idempotent: a decision that is closed stays as it is."""
    for one in answers:
        exchange.close_court_decision(one.event.request, one.event.state)


@audit.handler(ConsentWanted, ConsentGiven, name="exchange.consents")
def tell_holders(happened: Sequence[Positioned[ConsentWanted | ConsentGiven]]) -> None:
    """The message is written in the transaction of the position, so that it is told once."""
    for one in happened:
        if isinstance(one.event, ConsentWanted):
            exchange.tell_holder("asked", one.event.request)
        else:
            exchange.tell_holder("given", one.event.consent)


@app.periodic(cron="* * * * * */10")  # type: ignore[untyped-decorator]
@app.task(name="exchange.seal_records", queueing_lock="exchange.seal_records")  # type: ignore[untyped-decorator]
def seal_records(timestamp: int) -> None:
    """Proofs for records that a signed head now covers."""
    del timestamp
    exchange.seal_records()


# 18:40 UTC is twenty to two at night in Vietnam.
@app.periodic(cron="40 18 * * *")  # type: ignore[untyped-decorator]
@app.task(name="exchange.destroy_past_term", queueing_lock="exchange.destroy_past_term")  # type: ignore[untyped-decorator]
def destroy_daily(timestamp: int) -> None:
    """Erase what courts asked and sent longer ago than it may be kept."""
    del timestamp
    exchange.destroy_past_term()


@app.task(name="exchange.verify_file")  # type: ignore[untyped-decorator]
def verify_file(key: str) -> None:
    """Work on one file for a turn; the minute's round takes up what is left."""
    exchange.work_on_file(UUID(key), chunks=TURN)


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="exchange.take_up_files", queueing_lock="exchange.take_up_files")  # type: ignore[untyped-decorator]
def take_up_files(timestamp: int) -> None:
    """Go on with files that a kill, a full turn or a slow journal has left."""
    for key in exchange.unfinished_files():
        exchange.work_on_file(key, chunks=TURN)
