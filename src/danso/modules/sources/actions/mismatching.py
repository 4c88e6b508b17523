"""A mismatch on its way: what its owner answers, what commune police and the province decide."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.claims import claimed_value
from danso.kernel.errors import InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger
from danso.modules.population import interface as population
from danso.modules.population.data import Correction as FieldCorrection
from danso.modules.population.data import Grounds
from danso.modules.sources.actions.agreeing import compare_people
from danso.modules.sources.actions.correcting import Decider, open_correction
from danso.modules.sources.data import (
    MismatchMoved,
    MismatchRecord,
    MismatchState,
    Owner,
    OwnersAnswer,
    RightSide,
    Wrong,
    mismatch_changed,
    mismatch_decided,
    mismatch_elsewhere,
    mismatch_not_correctable,
    mismatch_not_found,
    mismatch_not_yours,
    mismatch_of_its_own,
    mismatch_own,
    mismatch_proof_missing,
)
from danso.modules.sources.engine import agreeing
from danso.modules.sources.models import Correction, Mismatch, MismatchStep
from danso.modules.sources.queries.quality import as_seen, shown_mismatches
from danso.modules.sources.rules import CORRECTABLE, owners_due
from danso.toolkit.platform import province

SERVICE: Final = "mismatches"
DECIDER: Final = "provincial_police"
FOLLOWER: Final = Actor(kind="system", id="sources")


@dataclass(frozen=True)
class Said:
    """What somebody answers: in which words, with which proof."""

    words: str
    evidence: str


def answer_mismatch(
    key: UUID, answer: OwnersAnswer, given: Said, *, owner: Owner, seen: str
) -> MismatchState:
    with _moving("sources.mismatch_answer", answer, owner.actor, key) as ledger:
        row = _locked(key)
        if not owner.speaks_for(province().source(row.source).owner):
            raise mismatch_not_yours()
        if row.state not in ("asked", "promised"):
            raise mismatch_elsewhere()
        if answer not in get_args(OwnersAnswer):
            raise _unknown_answer()
        _check_seen(row, seen, ledger)
        if answer == "right":
            _contest(row, given, owner.actor)
        else:
            _move(row, "promised")
        _step(row, answer, given, owner.actor)
        return _told(row, ledger)


def decide_mismatch(
    key: UUID, side: RightSide, given: Said, *, decider: Decider, seen: str
) -> MismatchState:
    with _moving("sources.mismatch_decide", side, decider.actor, key) as ledger:
        row = _locked(key)
        if DECIDER not in decider.roles or decider.communes is not None:
            raise mismatch_not_found()
        if row.state != "above":
            raise mismatch_elsewhere()
        if MismatchStep.objects.filter(mismatch=row, by=decider.actor.id).exists():
            ledger.subject, ledger.fields = row.person, (row.field,)
            raise mismatch_own()
        if side not in get_args(RightSide):
            raise _unknown_answer()
        _check_seen(row, seen, ledger)
        if not given.evidence.strip():
            raise mismatch_proof_missing()
        _step(row, side, given, decider.actor)
        if side == "register":
            row.binding = True
            _move(row, "asked", due=owners_due(clock.today(), province().calendar))
        else:
            _change_register(row, given, decider)
        return _told(row, ledger)


def contest_answered(correction: UUID, state: str) -> None:
    """What became of a correction by which an owner contested the register. Idempotent."""
    with transaction.atomic():
        rows = Mismatch.objects.select_for_update()
        row = rows.filter(correction=correction).order_by("-first_seen").first()
        if row is None or state not in ("accepted", "rejected", "withdrawn"):
            return
        said = {"accepted": "police_wrong", "rejected": "police_right"}.get(state, "withdrawn")
        if MismatchStep.objects.filter(mismatch=row, said=said, evidence=_of(correction)).exists():
            return
        asked = Correction.objects.get(key=correction)
        by = Actor(kind="officer", id=asked.answered_by or FOLLOWER.id)
        with _moving("sources.mismatch_contest", said, FOLLOWER, row.key) as ledger:
            _step(row, said, Said(asked.answer, _of(correction)), by)
            if row.state == "contested":
                _answered_contest(row, state, asked.claimed)
            _told(row, ledger)


def _answered_contest(row: Mismatch, state: str, claimed: str) -> None:
    """Rejected, both hold that they are right: it goes up. Else the register has changed, the owner
    gave in, or holds another value than the one police saw; the owner is asked again."""
    if state == "rejected" and claimed == row.said:
        _move(row, "above")
    else:
        _move(row, "asked", due=owners_due(clock.today(), province().calendar))


def _of(correction: UUID) -> str:
    return f"correction {correction}"


def _contest(row: Mismatch, given: Said, actor: Actor) -> None:
    """The owner holds against the register: whoever decides the field hears both sides."""
    if row.kind == "contradicts":
        raise mismatch_of_its_own()
    if row.binding:
        raise mismatch_decided()
    if not given.evidence.strip():
        raise mismatch_proof_missing()
    field = register_field(row)
    if field not in CORRECTABLE:
        _move(row, "above")
        return
    evidence = "; ".join(filter(None, (given.evidence.strip(), given.words.strip())))
    wrong = Wrong(row.person, field, row.said, evidence, "source")
    row.correction = open_correction(wrong, actor=actor)
    _move(row, "contested")


def _change_register(row: Mismatch, given: Said, decider: Decider) -> None:
    field = register_field(row)
    if field not in CORRECTABLE:
        raise mismatch_not_correctable()
    value = claimed_value(field, row.said, province().words_of(field))
    changed = population.correct_field(
        row.person,
        FieldCorrection(field, value),
        actor=decider.actor,
        grounds=Grounds(reason=f"mismatch {row.key}", evidence=given.evidence, service=SERVICE),
    )
    if changed.request is not None:
        _move(row, "sent_up")
        return
    compare_people([row.person], actor=decider.actor)
    row.refresh_from_db()


def register_field(row: Mismatch) -> str:
    """The register's field (catalogue code) that a mismatch is about."""
    field = agreeing.register_field(province().source(row.source), row.field)
    if not field:
        raise mismatch_not_found()
    return field


def _check_seen(row: Mismatch, seen: str, ledger: Ledger) -> None:
    """What was not before one's eyes is neither contested nor written into the register."""
    if seen != as_seen(row.key, row.said, row.held):
        ledger.subject, ledger.fields = row.person, (row.field,)
        raise mismatch_changed()


def _locked(key: UUID) -> Mismatch:
    row: Mismatch | None = shown_mismatches().select_for_update().filter(key=key).first()
    if row is None or row.source not in province().sources or province().is_locked(row.source):
        raise mismatch_not_found()
    return row


def _move(row: Mismatch, state: MismatchState, *, due: date | None = None) -> None:
    row.state, row.since, row.due = state, clock.now(), due
    row.save(update_fields=["state", "since", "due", "binding", "correction"])


def _step(row: Mismatch, said: str, given: Said, actor: Actor) -> None:
    MismatchStep.objects.create(
        mismatch=row,
        at=clock.now(),
        by=actor.id,
        unit=actor.unit,
        said=said,
        words=given.words.strip(),
        evidence=given.evidence.strip(),
    )


def _told(row: Mismatch, ledger: Ledger) -> MismatchState:
    ledger.subject, ledger.fields = row.person, (row.field,)
    ledger.happened(MismatchMoved(row.key, row.source, row.state))
    return MismatchRecord.state_of(row.state)


def _moving(action: str, outcome: str, actor: Actor, key: UUID) -> AbstractContextManager[Ledger]:
    return audit.carried_out(
        Entry(
            actor=actor,
            action=action,
            outcome=outcome,
            service=SERVICE,
            detail={"mismatch": str(key)},
        )
    )


def _unknown_answer() -> InvalidValue:
    return InvalidValue(
        "There is no such answer.",
        code="mismatch_answer_unknown",
        fix="Answer that the record was corrected, or that the source is right.",
    )
