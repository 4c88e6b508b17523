"""Opening, routing and answering corrections."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.population import interface as population
from danso.modules.population.data import Correction as FieldCorrection
from danso.modules.population.data import Grounds, person_not_found
from danso.modules.population.data import Scope as Reach
from danso.modules.sources.data import (
    CorrectionAnswered,
    CorrectionOpened,
    State,
    Wrong,
    correction_closed,
    correction_not_found,
    field_not_correctable,
)
from danso.modules.sources.models import Correction
from danso.modules.sources.rules import decider_of, due_date, value_of
from danso.toolkit.platform import province


@dataclass(frozen=True)
class Decider:
    """Who answers: their actor, the roles they hold and the communes they reach (None: all)."""

    actor: Actor
    roles: frozenset[str]
    communes: tuple[str, ...] | None


def open_correction(wrong: Wrong, *, actor: Actor) -> UUID:
    """Open and route in one transaction; the same open complaint of the same asker is returned."""
    person = population.find_person(wrong.person)
    if person is None:
        raise person_not_found()
    if decider_of(wrong.field, person.commune) is None:
        raise field_not_correctable(wrong.field)
    value_of(wrong.field, wrong.claimed)
    try:
        with transaction.atomic():
            row = _write(wrong, actor)
            route(row, person.commune or "")
            audit.record(_entry("correction_open", row, actor, "opened"))
            audit.emit(CorrectionOpened(correction=row.key, person=row.person))
    except IntegrityError:
        open_now = Correction.objects.get(
            person=wrong.person, field=wrong.field, opened_by=actor.id, state="open"
        )
        return open_now.key
    return row.key


def route(row: Correction, commune: str) -> None:
    """Give a correction its decider and deadline; what nobody can correct is rejected with why."""
    role = decider_of(row.field, commune)
    if role is None:
        row.state, row.answer = "rejected", field_not_correctable(row.field).message
        row.answered_at, row.answered_by = clock.now(), "danso"
    else:
        row.decider, row.commune = role, commune
        row.due = due_date(clock.today(), province().calendar)
    row.save()


def answer_correction(
    key: UUID, *, accept: bool, answer: str, decider: Decider, value: str = ""
) -> State:
    """Accept (the register changes in this transaction) or reject with a reason.

    `value` replaces the claimed one where the decider found a third thing to be right.
    """
    try:
        with transaction.atomic():
            row = _locked_for(key, decider)
            if accept:
                _change_register(row, value or row.claimed, decider)
            return _close(row, "accepted" if accept else "rejected", answer, decider.actor)
    except DansoError as refusal:
        _journal_refusal("correction_answer", key, decider.actor, refusal)
        raise


def withdraw_correction(key: UUID, *, actor: Actor) -> State:
    """The asker takes it back."""
    with transaction.atomic():
        row = Correction.objects.select_for_update().filter(key=key, opened_by=actor.id).first()
        if row is None:
            raise correction_not_found()
        if row.state != "open":
            raise correction_closed()
        return _close(row, "withdrawn", "", actor)


def _write(wrong: Wrong, actor: Actor) -> Correction:
    row: Correction = Correction.objects.create(
        person=wrong.person,
        field=wrong.field,
        claimed=wrong.claimed,
        evidence=wrong.evidence,
        origin=wrong.origin,
        opened_at=clock.now(),
        opened_by=actor.id,
        opened_unit=actor.unit,
        procedure=wrong.procedure,
        file_code=wrong.file_code,
    )
    return row


def _locked_for(key: UUID, decider: Decider) -> Correction:
    reachable = Correction.objects.select_for_update().filter(key=key)
    if decider.communes is not None:
        reachable = reachable.filter(commune__in=decider.communes)
    row = reachable.first()
    if row is None:
        raise correction_not_found()
    if row.state != "open":
        raise correction_closed()
    if row.decider not in decider.roles:
        raise Refused(
            "Another body decides this correction.",
            code="correction_not_yours",
            fix="It is on the worklist of whoever must decide; nothing is to be done here.",
        )
    if row.opened_by == decider.actor.id:
        raise Refused(
            "Nobody decides their own correction.",
            code="correction_own",
            fix="Ask a colleague to answer it.",
        )
    return row


def _change_register(row: Correction, value: str, decider: Decider) -> None:
    population.correct_field(
        row.person,
        FieldCorrection(row.field, value_of(row.field, value)),
        actor=decider.actor,
        grounds=Grounds(
            reason=f"correction {row.key}",
            evidence=row.evidence,
            procedure=row.procedure,
            file_code=row.file_code,
            service="corrections",
        ),
        scope=Reach(communes=decider.communes),
    )


def _close(row: Correction, state: State, answer: str, actor: Actor) -> State:
    row.state, row.answer = state, answer
    row.answered_at, row.answered_by = clock.now(), actor.id
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    audit.record(_entry("correction_answer", row, actor, state))
    audit.emit(CorrectionAnswered(correction=row.key, person=row.person, state=state))
    return state


def _entry(action: str, row: Correction, actor: Actor, outcome: str) -> Entry:
    return Entry(
        actor=actor,
        action=f"sources.{action}",
        outcome=outcome,
        subject=row.person,
        service="corrections",
        procedure=row.procedure,
        file_code=row.file_code,
        fields=(row.field,),
        detail={"correction": str(row.key)},
    )


def _journal_refusal(action: str, key: UUID, actor: Actor, refusal: DansoError) -> None:
    if transaction.get_connection().in_atomic_block:
        return  # the caller's to journal once its own transaction has rolled back
    audit.record_refusal(
        Entry(
            actor=actor,
            action=f"sources.{action}",
            outcome=refusal.code,
            service="corrections",
            detail={"correction": str(key)},
        )
    )
