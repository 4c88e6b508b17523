"""The part of the door about courts: records of answers, people sought, their decisions."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from danso.modules.exchange.actions import courts as judging
from danso.modules.exchange.actions import records as proving
from danso.modules.exchange.data import (
    DecisionRecord,
    DecisionState,
    SoughtAnswer,
    SoughtPerson,
)
from danso.modules.exchange.queries import courts as court_queries
from danso.modules.sources.interface import Decider


def make_record(record: UUID, position: int) -> None:
    """Make the verification record of an answer that the event at `position` announced. Idempotent.

    Raises NotFound (`entries_missing`) where the journal lacks rows of that answer.
    """
    proving.make_record(record, position)


def place_record(record: UUID, position: int) -> None:
    """Note at which position the journal binds a record. Idempotent."""
    proving.place_record(record, position)


def seal_records(limit: int = 200) -> int:
    """Give records that a signed head covers their proofs and page; returns how many."""
    return proving.seal_records(limit)


def plan_person_request(request: UUID) -> None:
    """Give a request its deadline in working days (courts.yaml). Idempotent."""
    judging.plan_request(request)


def answer_person_request(
    request: UUID,
    answer: SoughtAnswer,
    *,
    decider: Decider,
    person: UUID | None = None,
    note: str = "",
    corrects: bool = False,
) -> None:
    """Police answer whom a court looks for: one person of their communes, nobody, or not clear.

    `note` stays here; the court is told the answer and, where found, number, name and birth date
    as its agreement allows. Raises NotFound (`person_request_not_found` outside their communes,
    `person_request_person` for whoever can't be named: protected, without a number, elsewhere),
    Conflict (`person_request_answered`). With `corrects` an answer already given is replaced, and
    the note says why (InvalidValue `person_request_why`); the court is told as of the first answer,
    the journal keeps both. Bộ luật Tố tụng dân sự 2015, art. 106.
    """
    judging.answer_person_request(
        request, answer, decider=decider, person=person, note=note, corrects=corrects
    )


def get_person_request(request: UUID, communes: Collection[str] | None) -> SoughtPerson:
    """One request within these communes (None: all). Raises NotFound. The caller journals."""
    return court_queries.get_request(request, communes)


def list_person_requests(
    communes: Collection[str] | None, *, is_open: bool, limit: int = 30, offset: int = 0
) -> list[SoughtPerson]:
    """Requests within these communes, the most urgent or the latest answered first."""
    return court_queries.list_requests(communes, is_open=is_open, limit=limit, offset=offset)


def route_court_decision(decision: UUID) -> None:
    """Give a decision the police who answer it, and a deadline. Idempotent."""
    judging.route_decision(decision)


def answer_court_decision(
    decision: UUID, *, accept: bool, answer: str, decider: Decider
) -> DecisionState:
    """Accept a judgment (the register changes in this transaction, or the change goes up:
    `sent_up`), or reject it with a reason that the court reads.

    What the register says already is accepted as it is. Raises NotFound
    (`court_decision_not_found`), Conflict (`court_decision_closed`, and what the register refuses),
    Refused (`court_decision_not_yours`). What two officers accept (declared dead) stays `proposed`
    after the first; the same officer again is Refused (`court_decision_second`).
    """
    return judging.answer_court_decision(decision, accept=accept, answer=answer, decider=decider)


def close_court_decision(request: UUID, state: str) -> None:
    """Close the decision whose change the register above answered. Idempotent."""
    judging.close_answered(request, state)


def get_court_decision(decision: UUID, communes: Collection[str] | None) -> DecisionRecord:
    """One decision within these communes (None: all). Raises NotFound. The caller journals."""
    return court_queries.get_decision(decision, communes)


def list_court_decisions(
    communes: Collection[str] | None, *, is_open: bool, limit: int = 30, offset: int = 0
) -> list[DecisionRecord]:
    """Decisions within these communes, the most urgent or the latest answered first."""
    return court_queries.list_decisions(communes, is_open=is_open, limit=limit, offset=offset)


def count_court_work(communes: Collection[str] | None) -> tuple[int, int]:
    """How many requests and how many decisions wait within these communes."""
    return court_queries.count_court_work(communes)
