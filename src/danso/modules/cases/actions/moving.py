"""The frame of everything that happens to a case: who may, the journal, the step, the event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from danso.catalogue.shapes.procedures import Duty, Procedure
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.working_days import YearNotDecided
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.cases import rules
from danso.modules.cases.data import CaseEnded, CaseMoved, DueUnknown, Reach, Status
from danso.modules.cases.engine.deadlines import WorkingTime
from danso.modules.cases.engine.transitions import check_move, not_next
from danso.modules.cases.models import Case, CaseStep
from danso.modules.cases.queries.definitions import definition_of
from danso.modules.cases.queries.queue import own, within
from danso.modules.cases.queries.reading import parties_of
from danso.modules.identity import interface as identity
from danso.toolkit.platform import province

SERVICE: Final = "cases"
# The end of every list: nobody knows until when.
FAR: Final = datetime(9999, 1, 1, tzinfo=clock.VIETNAM)
ENDS: Final = (Status.NOT_RECEIVED, Status.WITHDRAWN, Status.STOPPED, Status.DECIDED)


@dataclass
class Held:
    """A case locked for one action: its row, what it was filed under, its journal frame."""

    row: Case
    procedure: Procedure
    ledger: Ledger
    actor: Actor

    @property
    def status(self) -> Status:
        """Where it stands."""
        return Status(self.row.status)

    def check(self, *statuses: Status) -> None:
        """It stands where this can be done. Raises Conflict (`step_not_next`)."""
        if self.status not in statuses:
            raise not_next()

    def move(self, new: Status) -> None:
        """To another status, if the national list allows it, with its event."""
        check_move(self.status, new)
        row = self.row
        row.status = new.value
        self.ledger.happened(CaseMoved(row.key, row.procedure, row.unit, new.value))
        if new in ENDS:
            row.ended_at = clock.now()
            in_time = row.due_at is None or _day(row.ended_at) <= _day(row.due_at)
            self.ledger.happened(
                CaseEnded(row.key, row.procedure, row.unit, new.value, row.outcome, in_time)
            )

    def note(self, what: str, words: str = "") -> None:
        """One step on record."""
        CaseStep.objects.create(
            case=self.row,
            what=what,
            status=self.row.status,
            by=self.actor.id,
            unit=self.actor.unit,
            words=words,
        )


@contextmanager
def officers_case(
    action: str, key: UUID, *duties: Duty, reach: Reach, version: int, actor: Actor
) -> Iterator[Held]:
    """A case that this officer reaches, whose duty this is, as they saw it, and not their own."""
    with framed(action, key, actor) as ledger:
        row = Case.objects.select_for_update().filter(within(reach), key=key).first()
        if row is None:
            raise rules.case_unknown()
        held = Held(row, definition_of(row), ledger, actor)
        rules.check_duty(held.procedure, reach, row.unit, *duties)
        rules.check_version(row.version, version)
        _check_not_own(row, actor)
        yield held
        _save(row)


@contextmanager
def holders_case(action: str, key: UUID, *, person: UUID, actor: Actor) -> Iterator[Held]:
    """A case of this applicant."""
    with framed(action, key, actor) as ledger:
        row = Case.objects.select_for_update().filter(own(person), key=key).first()
        if row is None:
            raise rules.case_unknown()
        yield Held(row, definition_of(row), ledger, actor)
        _save(row)


@contextmanager
def any_case(action: str, key: UUID, *, actor: Actor, reach: Reach | None = None) -> Iterator[Held]:
    """For the platform's own work, and for what needs no version (a payment that arrives); within
    an officer's reach where there is one."""
    with framed(action, key, actor) as ledger:
        rows = Case.objects.select_for_update().filter(key=key)
        row = (rows if reach is None else rows.filter(within(reach))).first()
        if row is None:
            raise rules.case_unknown()
        yield Held(row, definition_of(row), ledger, actor)
        _save(row)


@contextmanager
def framed(action: str, key: UUID, actor: Actor) -> Iterator[Ledger]:
    """The journal's frame of one case, with its procedure and file code."""
    known = Case.objects.filter(key=key).values("code", "procedure", "purpose", "applicant").first()
    opening = (
        entry(action, actor)
        if known is None
        else entry(
            action,
            actor,
            procedure=known["procedure"],
            code=known["code"],
            purpose=known["purpose"],
            subject=known["applicant"],
        )
    )
    with carried_out(opening) as ledger:
        yield ledger


def entry(
    action: str,
    actor: Actor,
    *,
    procedure: str = "",
    code: str = "",
    purpose: str = "",
    subject: UUID | None = None,
) -> Entry:
    """The journal row of an action on a case."""
    return Entry(
        actor,
        f"cases.{action}",
        "done",
        subject=subject,
        service=SERVICE,
        purpose=purpose,
        legal_basis=province().purpose(purpose).legal_basis if purpose else "",
        procedure=procedure,
        file_code=code,
    )


def working_time() -> WorkingTime:
    """The province's office hours and days."""
    return WorkingTime.of(province().desk, province().calendar)


def set_due(row: Case, procedure: Procedure, received: datetime) -> None:
    """The day of return, or why nobody can tell it."""
    term = procedure.term_on(clock.local(received).date())
    row.due_at, row.due_unknown = None, ""
    if term is None:
        row.due_unknown = DueUnknown.NO_TERM.value
    else:
        try:
            row.due_at = working_time().due(term, received)
        except YearNotDecided:
            row.due_unknown = DueUnknown.YEAR_NOT_DECIDED.value
    row.queue_at = row.due_at or FAR


def prolong(row: Case, since: datetime, until: datetime) -> None:
    """The day of return after the file lay with its applicant."""
    if row.due_at is not None:
        try:
            row.due_at = working_time().after_pause(row.due_at, since, until)
        except YearNotDecided:
            row.due_at, row.due_unknown = None, DueUnknown.YEAR_NOT_DECIDED.value
    row.paused_at = None
    row.queue_at = row.due_at or FAR


def _check_not_own(row: Case, actor: Actor) -> None:
    person = identity.get_account(UUID(actor.id)).person
    if person is not None and (person == row.applicant or rules.concerns(parties_of(row), person)):
        raise rules.own_case()


def _save(row: Case) -> None:
    row.version += 1
    row.save()


def _day(instant: datetime) -> date:
    return clock.local(instant).date()
