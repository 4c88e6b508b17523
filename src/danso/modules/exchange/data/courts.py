"""Courts as they pass the door: cases, people sought, decisions, their events and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.audit.data import Event

SoughtState = Literal["open", "found", "nobody", "unclear"]
SoughtAnswer = Literal["found", "nobody", "unclear"]
DecisionState = Literal["proposed", "sent_up", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class CourtCase:
    """The case behind a request: its number, the court (an agency's code), which of several courts
    of that kind, the procedure, and the code of the officer who asked."""

    number: str
    court: str
    division: str
    procedure: str
    officer: str


@dataclass(frozen=True, slots=True)
class SoughtPerson:
    """Somebody a court looks for: what it knows, who approved, how long police have.

    Personal data: for the eyes of those who answer. `others`: how often courts asked for the same
    name in the same commune in the last 30 days, this request left out.
    """

    key: UUID
    partner: str
    case: CourtCase
    full_name: str
    birth_year: str
    commune: str
    father_name: str
    reason: str
    judge: str
    approval: str
    approved_on: str
    at: datetime
    due: date | None
    state: SoughtState
    person: UUID | None
    answered_at: datetime | None
    answered_by: str
    note: str
    others: int = 0

    def is_late(self, today: date) -> bool:
        """Whether the deadline has passed without an answer."""
        return self.state == "open" and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A judgment that came back, and where it stands. `details` holds what the judgment names;
    `first_by` the officer who accepted first what two must accept."""

    key: UUID
    partner: str
    case: CourtCase
    number: str
    kind: str
    decided_on: str
    effective_on: str
    details: Mapping[str, str]
    person: UUID
    at: datetime
    commune: str
    decider: str
    due: date | None
    state: DecisionState
    answer: str
    answered_at: datetime | None
    answered_by: str
    first_by: str = ""
    first_at: datetime | None = None

    def is_late(self, today: date) -> bool:
        """Whether the deadline has passed without an answer."""
        return self.state == "proposed" and self.due is not None and self.due < today


@dataclass(frozen=True)
class CaseAnswered(Event):
    """A court was answered about a case's parties. Written by `gateway_v1.case_parties`."""

    kind: ClassVar[str] = "exchange.case_answered"
    record: UUID


@dataclass(frozen=True)
class CaseRecordMade(Event):
    """The record of such an answer, bound by its digest: the leaf that a court's file proves."""

    kind: ClassVar[str] = "exchange.case_record_made"
    record: UUID
    digest: str


@dataclass(frozen=True)
class PersonSought(Event):
    """A court looks for somebody. Written by `gateway_v1.seek_person`."""

    kind: ClassVar[str] = "exchange.person_sought"
    request: UUID


@dataclass(frozen=True)
class PersonSoughtAnswered(Event):
    """Commune police answered whom a court looks for; the court pulls the answer."""

    kind: ClassVar[str] = "exchange.person_sought_answered"
    request: UUID
    state: str


@dataclass(frozen=True)
class DecisionProposed(Event):
    """A judgment came back as a proposal. Written by `gateway_v1.propose_decision`."""

    kind: ClassVar[str] = "exchange.decision_proposed"
    decision: UUID


@dataclass(frozen=True)
class DecisionAnswered(Event):
    """A court's decision was accepted, sent up or rejected; the court pulls the state."""

    kind: ClassVar[str] = "exchange.decision_answered"
    decision: UUID
    person: UUID
    state: str


def request_not_found() -> NotFound:
    return NotFound(
        "There is no such request for you.",
        code="person_request_not_found",
        fix="Choose one from the list; requests go to the commune that the court named.",
    )


def request_answered() -> Conflict:
    return Conflict(
        "This request was answered already.",
        code="person_request_answered",
        fix="Nothing is to be done; the court has the answer.",
    )


def person_unanswerable() -> NotFound:
    """Outside the officer's reach, protected, or without a number: all look alike."""
    return NotFound(
        "This person can't be named as the answer.",
        code="person_request_person",
        fix="Choose somebody of the commune who has a personal number, or answer otherwise.",
    )


def decision_not_found() -> NotFound:
    return NotFound(
        "There is no such court decision for you.",
        code="court_decision_not_found",
        fix="Choose one from the list; decisions go to the person's commune.",
    )


def decision_closed() -> Conflict:
    return Conflict(
        "This court decision was answered already.",
        code="court_decision_closed",
        fix="Read the answer; a new judgment comes as a new proposal.",
    )


def decision_not_yours() -> Refused:
    return Refused(
        "Another body answers this court decision.",
        code="court_decision_not_yours",
        fix="It is on the worklist of whoever must answer; nothing is to be done here.",
    )


def decision_second() -> Refused:
    return Refused(
        "Another officer confirms what you accepted.",
        code="court_decision_second",
        fix="Ask a colleague of the commune, or the provincial police, to look and confirm.",
    )
