"""People whom courts look for, and judgments that came back: routed, answered by police."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from danso.catalogue.shapes.courts import DecisionKind
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.working_days import YearNotDecided
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger
from danso.modules.exchange.data import (
    DecisionAnswered,
    DecisionState,
    PersonSoughtAnswered,
    SoughtAnswer,
    decision_closed,
    decision_not_found,
    decision_not_yours,
    decision_second,
    person_unanswerable,
    request_answered,
    request_not_found,
)
from danso.modules.exchange.models import CourtDecision, PersonRequest
from danso.modules.population import interface as population
from danso.modules.population.data import (
    Correction,
    Grounds,
    NothingChanges,
    Outcome,
    PersonNotFound,
    Scope,
    Value,
)
from danso.modules.sources.interface import Decider
from danso.toolkit.platform import platform, province

UPSTREAM: Final = Actor(kind="system", id=population.UPSTREAM)
SERVICE: Final = "courts"


@transaction.atomic
def plan_request(key: UUID) -> None:
    """Give a request its deadline. Idempotent."""
    row = PersonRequest.objects.select_for_update().filter(key=key, due=None).first()
    if row is not None:
        row.due = due_date(clock.local(row.at).date())
        row.save(update_fields=["due"])


def answer_person_request(
    key: UUID,
    answer: SoughtAnswer,
    *,
    decider: Decider,
    person: UUID | None = None,
    note: str = "",
    corrects: bool = False,
) -> None:
    with _carried_out("exchange.answer_person_request", decider.actor, request=str(key)) as ledger:
        row = PersonRequest.objects.select_for_update().filter(key=key).first()
        if row is None or not decider.roles or not _reaches(decider, row.commune):
            raise request_not_found()
        if row.state != "open":
            _check_correction(corrects=corrects, note=note)
            ledger.detail["instead_of"] = str(row.person or row.state)
        if (answer == "found") != (person is not None):
            raise InvalidValue(
                "A person goes with the answer that somebody was found, and only with it.",
                code="person_request_answer",
                fix="Choose the person, or another answer.",
            )
        if person is not None:
            _check_person(person, decider)
        row.state, row.person, row.note = answer, person, note.strip()
        row.answered_at, row.answered_by = clock.now(), decider.actor.id
        row.save(update_fields=["state", "person", "note", "answered_at", "answered_by"])
        ledger.outcome, ledger.subject = answer, person
        ledger.fields = ("number", "full_name", "birth") if person else ()
        ledger.happened(PersonSoughtAnswered(request=key, state=answer))


@transaction.atomic
def route_decision(key: UUID) -> None:
    """Give a decision the police who answer it, and its deadline. Idempotent."""
    row = CourtDecision.objects.select_for_update().filter(key=key, decider="").first()
    if row is None:
        return
    held = population.find_person(row.person)
    row.commune = (held.commune if held else "") or ""
    row.decider = "commune_police" if row.commune else "provincial_police"
    row.due = due_date(clock.local(row.at).date())
    row.save(update_fields=["commune", "decider", "due"])


def answer_court_decision(
    key: UUID, *, accept: bool, answer: str, decider: Decider
) -> DecisionState:
    """Accept: the register changes in this transaction, or the change goes up. Or reject.

    What two officers accept stays `proposed` until the second.
    """
    with _carried_out("exchange.answer_court_decision", decider.actor, decision=str(key)) as ledger:
        row = _locked_for(key, decider)
        ledger.subject = row.person
        if not accept and not answer.strip():
            raise InvalidValue(
                "A rejection says why.",
                code="court_decision_reason",
                fix="Write what the court must know or send.",
            )
        state: DecisionState = "rejected"
        if accept and _is_first(row, decider.actor, ledger):
            return "proposed"
        if accept:
            state = _accept(row, decider, ledger)
        _close(row, state, answer.strip(), decider.actor, ledger)
    return state


def close_answered(request: UUID, state: str) -> None:
    """What the register above said about a change that a decision asked for."""
    with transaction.atomic():
        rows = CourtDecision.objects.select_for_update().filter(request=request, state="sent_up")
        if (row := rows.first()) is None:
            return
        closed: DecisionState = "accepted" if state == "accepted" else "rejected"
        told = population.request_answer(request) or row.answer
        with _carried_out(
            "exchange.answer_court_decision", UPSTREAM, decision=str(row.key)
        ) as ledger:
            ledger.subject = row.person
            _close(row, closed, told, UPSTREAM, ledger)


def due_date(asked_on: date) -> date | None:
    """The last working day to answer; None where that year's days off are not decided yet."""
    try:
        return province().calendar.add(asked_on, province().courts.answer_within.working_days)
    except YearNotDecided:
        return None


def _check_correction(*, corrects: bool, note: str) -> None:
    if not corrects:
        raise request_answered()
    if not note.strip():
        raise InvalidValue(
            "Another answer than the one given says why.",
            code="person_request_why",
            fix="Write in the note what was wrong with the first answer.",
        )


def _check_person(person: UUID, decider: Decider) -> None:
    """Within reach, not protected, with a number: whoever is not looks like nobody."""
    held = population.find_person(person)
    if held is None or held.protected or held.merged_into or not held.number:
        raise person_unanswerable()
    if not _reaches(decider, held.commune or ""):
        raise person_unanswerable()


def _reaches(decider: Decider, commune: str) -> bool:
    return decider.communes is None or commune in decider.communes


def _locked_for(key: UUID, decider: Decider) -> CourtDecision:
    row = CourtDecision.objects.select_for_update().filter(key=key).first()
    if row is None or not _reaches(decider, row.commune):
        raise decision_not_found()
    if row.state != "proposed":
        raise decision_closed()
    if row.decider not in decider.roles and "provincial_police" not in decider.roles:
        raise decision_not_yours()
    return row


def _is_first(row: CourtDecision, actor: Actor, ledger: Ledger) -> bool:
    """Keep the first of two acceptances; False where the decision is to be carried out now."""
    kind = province().courts.decision(row.kind)
    if kind is None or not kind.needs_two:
        return False
    if row.first_by == actor.id:
        raise decision_second()
    if row.first_by:
        return False
    row.first_by, row.first_at = actor.id, clock.now()
    row.save(update_fields=["first_by", "first_at"])
    ledger.outcome = "proposed"
    return True


def _accept(row: CourtDecision, decider: Decider, ledger: Ledger) -> DecisionState:
    kind = province().courts.decision(row.kind)
    if kind is None:
        raise InvalidValue(
            "This kind of decision is no longer in the province's list.",
            code="decision_kind_gone",
            fix="Put it back into courts.yaml, or reject the decision and say so to the court.",
        )
    said: Mapping[str, Any] = row.said
    by = _By(decider, _grounds(row))
    try:
        done = _change(row.person, kind, said, by)
    except NothingChanges:
        # The civil-status register or another report was quicker: the judgment is carried out.
        ledger.detail["register"] = "held_already"
        return "accepted"
    except PersonNotFound:
        raise decision_not_found() from None
    if done is None:
        ledger.detail["register"] = "noted_only"
        return "accepted"
    ledger.fields = done.fields
    if done.request is not None:
        row.request = done.request
        return "sent_up"
    return "accepted"


class _By:
    """Who carries a change out, why, and how far they reach."""

    def __init__(self, decider: Decider, grounds: Grounds) -> None:
        self.actor = decider.actor
        self.grounds = grounds
        self.scope = Scope(communes=decider.communes)

    def correct(self, person: UUID, field: str, value: Mapping[str, Value]) -> Outcome:
        return population.correct_field(
            person,
            Correction(field, value),
            actor=self.actor,
            grounds=self.grounds,
            scope=self.scope,
        )

    def change(self, person: UUID, changes: Mapping[str, Mapping[str, Value]], on: date) -> Outcome:
        return population.record_civil_change(
            person, changes, on, actor=self.actor, grounds=self.grounds, scope=self.scope
        )


def _change(person: UUID, kind: DecisionKind, said: Mapping[str, Any], by: _By) -> Outcome | None:
    """Carry a decision out by the register's own actions; None where it keeps nothing of it."""
    day = PartialDate.from_iso(said["effective_on"])
    if kind.effect in ("dead", "missing"):
        return _end(person, kind.effect == "dead", day, by)
    if kind.effect == "alive":
        return by.correct(person, "death", {"status": "alive", "ended_on": None})
    changes = _civil(kind, said)
    if not changes:
        return None
    if platform().register_mode == "copy":
        ((field, value), *_) = changes.items()
        return by.correct(person, field, value)
    return by.change(person, changes, day.first_day)


def _end(person: UUID, is_dead: bool, day: PartialDate, by: _By) -> Outcome:
    if platform().register_mode == "copy":
        status = "dead" if is_dead else "missing"
        return by.correct(person, "death", {"status": status, "ended_on": day.iso})
    record = population.record_death if is_dead else population.record_missing
    return record(person, day, actor=by.actor, grounds=by.grounds, scope=by.scope)


def _civil(kind: DecisionKind, said: Mapping[str, Any]) -> dict[str, Mapping[str, Value]]:
    if kind.effect == "marital_status":
        nobody = {"spouse": None, "spouse_name": None, "spouse_number": None}
        return {"marital_status": {"marital_status": kind.value}, "spouse": nobody}
    if kind.effect == "no_representative":
        return {"representative": {"representative_name": None, "representative_number": None}}
    if not said.get("representative_name"):
        return {}
    named = {
        "representative_name": said["representative_name"],
        "representative_number": said.get("representative_number") or None,
    }
    return {"representative": named}


def _grounds(row: CourtDecision) -> Grounds:
    case = row.said["case"]
    return Grounds(
        reason=f"court decision {row.key}",
        evidence=f"{row.number}, {row.said['date']}, {row.court}",
        procedure=case["procedure"],
        file_code=case["number"],
        service=SERVICE,
    )


def _close(
    row: CourtDecision, state: DecisionState, answer: str, actor: Actor, ledger: Ledger
) -> None:
    row.state, row.answer = state, answer
    row.answered_at, row.answered_by = clock.now(), actor.id
    row.save(update_fields=["state", "answer", "answered_at", "answered_by", "request"])
    ledger.outcome = state
    ledger.happened(DecisionAnswered(decision=row.key, person=row.person, state=state))


def _carried_out(action: str, actor: Actor, **detail: str) -> AbstractContextManager[Ledger]:
    opening = Entry(actor=actor, action=action, outcome="done", service=SERVICE, detail=detail)
    return audit.carried_out(opening)
