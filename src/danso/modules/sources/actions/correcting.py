"""Opening, routing and answering corrections."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.claims import ClaimedValue, claimed_value
from danso.kernel.errors import NotFound, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger
from danso.modules.identity import interface as identity
from danso.modules.population import interface as population
from danso.modules.population.data import Correction as FieldCorrection
from danso.modules.population.data import Grounds, Outcome, person_not_found
from danso.modules.population.data import Scope as Reach
from danso.modules.sources.actions.telling_holders import tell_answered
from danso.modules.sources.data import (
    CorrectionAnswered,
    CorrectionOpened,
    Stage,
    State,
    Wrong,
    correction_closed,
    correction_not_found,
    correction_open,
    correction_sent_up,
    field_not_correctable,
)
from danso.modules.sources.models import Correction
from danso.modules.sources.rules import decider_of, due_date
from danso.toolkit.platform import province

UPSTREAM = Actor(kind="system", id=population.UPSTREAM)


@dataclass(frozen=True)
class Decider:
    """Who answers: their actor, the roles they hold and the communes they reach (None: all)."""

    actor: Actor
    roles: frozenset[str]
    communes: tuple[str, ...] | None


def open_correction(wrong: Wrong, *, actor: Actor) -> UUID:
    """Open and route in one transaction; the same open complaint of the same asker is returned,
    another value for the same field is refused."""
    with _opening(wrong, actor) as ledger:
        person = population.find_person(wrong.person)
        if person is None:
            raise person_not_found()
        is_hidden = wrong.origin == "citizen" and person.protected
        if is_hidden or decider_of(wrong.field, person.commune) is None:
            raise field_not_correctable(wrong.field)
        _value_of(wrong.field, wrong.claimed)
        try:
            with transaction.atomic():
                row = _write(wrong, actor)
        except IntegrityError:
            row = Correction.objects.get(
                person=wrong.person, field=wrong.field, opened_by=actor.id, state="open"
            )
            if row.claimed != wrong.claimed:
                raise correction_open() from None
            ledger.outcome = "open_already"
        else:
            route(row, person.commune or "")
            ledger.happened(CorrectionOpened(correction=row.key, person=row.person))
        ledger.detail = {"correction": str(row.key)}
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
) -> Stage:
    """Accept (the register changes in this transaction, or the change goes up) or reject.

    `value` replaces the claimed one where the decider found a third thing to be right.
    """
    state: State = "accepted" if accept else "rejected"
    with _answering(key, state, decider.actor) as ledger:
        row = _locked_for(key, decider)
        if accept:
            changed = _change_register(row, value or row.claimed, decider)
            if changed.request is not None:
                return _send_up(row, changed.request, answer, ledger)
        _close(row, state, answer, decider.actor, ledger)
    return state


def close_answered(request: UUID, state: str) -> None:
    """What the register above said about a change that a correction asked for."""
    with transaction.atomic():
        rows = Correction.objects.select_for_update().filter(request=request, state="open")
        if (row := rows.first()) is None:
            return
        told = population.request_answer(request)
        closed: State = "accepted" if state == "accepted" else "rejected"
        text = row.answer or told if state == "accepted" else told or row.answer
        with _answering(row.key, closed, UPSTREAM) as ledger:
            _close(row, closed, text, UPSTREAM, ledger)


def withdraw_correction(key: UUID, *, actor: Actor) -> State:
    """The asker takes it back."""
    with _answering(key, "withdrawn", actor) as ledger:
        row = Correction.objects.select_for_update().filter(key=key, opened_by=actor.id).first()
        if row is None:
            raise correction_not_found()
        if row.state != "open":
            raise correction_closed()
        _close(row, "withdrawn", "", actor, ledger)
    return "withdrawn"


def take_back_correction(key: UUID, *, actor: Actor) -> None:
    """An open one that nobody may see any more, its evidence erased: its source is locked now."""
    with _answering(key, "withdrawn", actor) as ledger:
        row = Correction.objects.select_for_update().get(key=key)
        row.evidence = ""
        row.save(update_fields=["evidence"])
        _close(row, "withdrawn", "", actor, ledger)


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
    if row.request is not None:
        raise correction_sent_up()
    if row.decider not in decider.roles:
        raise Refused(
            "Another body decides this correction.",
            code="correction_not_yours",
            fix="It is on the worklist of whoever must decide; nothing is to be done here.",
        )
    if row.opened_by == decider.actor.id or _is_about(row.person, decider.actor):
        raise Refused(
            "Nobody decides their own correction.",
            code="correction_own",
            fix="Ask a colleague to answer it.",
        )
    return row


def _is_about(person: UUID, actor: Actor) -> bool:
    """Whether an officer is the person: their e-ID, which asks, is another account."""
    if actor.kind != "officer":
        return False
    try:
        own = identity.get_account(UUID(actor.id)).person
    except (ValueError, NotFound):
        return False
    return own is not None and own in population.keys_of(person)


def _change_register(row: Correction, value: str, decider: Decider) -> Outcome:
    return population.correct_field(
        row.person,
        FieldCorrection(row.field, _value_of(row.field, value)),
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


def _value_of(field: str, claimed: str) -> ClaimedValue:
    return claimed_value(field, claimed, province().words_of(field))


def _opening(wrong: Wrong, actor: Actor) -> AbstractContextManager[Ledger]:
    return audit.carried_out(
        Entry(
            actor=actor,
            action="sources.correction_open",
            outcome="opened",
            subject=wrong.person,
            service="corrections",
            procedure=wrong.procedure,
            file_code=wrong.file_code,
            fields=(wrong.field,),
        )
    )


def _send_up(row: Correction, request: UUID, answer: str, ledger: Ledger) -> Stage:
    """It stays open: the register above decides, and its answer closes it."""
    row.request, row.answer = request, answer
    row.save(update_fields=["request", "answer"])
    ledger.outcome, ledger.subject, ledger.fields = "sent_up", row.person, (row.field,)
    return "sent_up"


def _answering(key: UUID, state: State, actor: Actor) -> AbstractContextManager[Ledger]:
    asked = Correction.objects.filter(key=key).first()
    return audit.carried_out(
        Entry(
            actor=actor,
            action="sources.correction_answer",
            outcome=state,
            service="corrections",
            procedure=asked.procedure if asked else "",
            file_code=asked.file_code if asked else "",
            detail={"correction": str(key)},
        )
    )


def _close(row: Correction, state: State, answer: str, actor: Actor, ledger: Ledger) -> None:
    row.state, row.answer = state, answer
    row.answered_at, row.answered_by = clock.now(), actor.id
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    ledger.subject, ledger.fields = row.person, (row.field,)
    ledger.happened(CorrectionAnswered(correction=row.key, person=row.person, state=state))
    if state in ("accepted", "rejected"):
        is_changed = state == "accepted"
        tell_answered(row.person, is_own=row.origin == "citizen", is_changed=is_changed)
