"""Rows as data."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from danso.catalogue.shapes.procedures import Channel
from danso.kernel import clock
from danso.modules.cases import rules
from danso.modules.cases.data import (
    CaseData,
    Claim,
    DraftData,
    DueUnknown,
    EffectData,
    EffectState,
    GivenValue,
    Listed,
    NewPaper,
    Outcome,
    PaperData,
    PartyData,
    Receipt,
    Status,
    StepData,
    Way,
)
from danso.modules.cases.engine.lights import light_of
from danso.modules.cases.models import (
    Case,
    CaseEffect,
    CasePaper,
    CaseStep,
    Draft,
    Payment,
)
from danso.modules.cases.queries.definitions import definition_of

_CHANNELS: Final[dict[str, Channel]] = {"direct": "direct", "online": "online", "post": "post"}
_WAYS: Final[dict[str, Way]] = {"cash": "cash", "online": "online", "transfer": "transfer"}


def channel_of(row: Case | Draft) -> Channel:
    """By which way it came."""
    return _CHANNELS[row.channel]


def draft_of(row: Draft) -> DraftData:
    """A draft's row as data."""
    return DraftData(
        key=row.key,
        procedure=row.procedure,
        applicant=row.applicant,
        channel=channel_of(row),
        unit=row.unit,
        answers=row.answers,
        claims={code: Claim(**one) for code, one in row.claims.items()},
        papers=tuple(paper_from(one) for one in row.papers),
        changed_at=row.changed_at,
        until=clock.local(row.changed_at).date() + timedelta(days=rules.DRAFT_DAYS),
    )


def paper_from(body: dict[str, Any]) -> NewPaper:
    """A draft's paper as it lies in the row."""
    key = body.get("reused_from")
    return NewPaper(**{**body, "reused_from": UUID(key) if key else None})


def paper_body(paper: NewPaper) -> dict[str, Any]:
    """A draft's paper as it lies in the row."""
    return {**asdict(paper), "reused_from": str(paper.reused_from) if paper.reused_from else None}


def parties_of(row: Case) -> dict[str, PartyData]:
    """A case's parties."""
    return {
        code: PartyData(**{**one, "person": UUID(one["person"]) if one["person"] else None})
        for code, one in row.parties.items()
    }


def party_body(party: PartyData) -> dict[str, Any]:
    """A party as it lies in the row."""
    return {**asdict(party), "person": str(party.person) if party.person else None}


def listed_of(row: Case) -> Listed:
    """A case as lists show it."""
    status = Status(row.status)
    waits_until = row.answer_by if status is Status.FILED else row.due_at
    return Listed(
        key=row.key,
        code=row.code,
        procedure=row.procedure,
        status=status,
        light=light_of(status, waits_until, clock.now()),
        unit=row.unit,
        channel=channel_of(row),
        filed_at=row.filed_at,
        due_at=row.due_at,
        due_unknown=DueUnknown(row.due_unknown),
        assigned=row.assigned,
        version=row.version,
        applicant_name=row.applicant_name,
    )


def case_of(row: Case) -> CaseData:
    """A case whole, with papers, steps, effects and receipt: four more statements."""
    return CaseData(
        listed=listed_of(row),
        definition=definition_of(row),
        applicant=row.applicant,
        parties=parties_of(row),
        answers=row.answers,
        given={code: GivenValue(**one) for code, one in row.given.items()},
        filed_by=row.filed_by,
        filed_at_unit=row.filed_at_unit,
        answer_by=row.answer_by,
        received_at=row.received_at,
        first_due_at=row.first_due_at,
        supplement_words=row.supplement_words,
        supplement_by=row.supplement_by,
        apology=row.apology,
        fee=row.fee,
        receipt=receipt_of(row.key),
        outcome=Outcome(row.outcome),
        reason=row.reason,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        ended_at=row.ended_at,
        returned_at=row.returned_at,
        papers=papers_of(row.key),
        steps=steps_of(row.key),
        effects=effects_of(row.key),
    )


def receipt_of(case: UUID) -> Receipt | None:
    """That it was paid."""
    row = Payment.objects.filter(case_id=case).first()
    return None if row is None else receipt_from(row)


def receipt_from(row: Payment) -> Receipt:
    """A payment's row as data."""
    return Receipt(row.number, row.amount, _WAYS[row.way], row.reference, row.paid_at)


def papers_of(case: UUID) -> tuple[PaperData, ...]:
    """Its papers, oldest first."""
    return tuple(
        PaperData(
            key=row.key,
            requirement=row.requirement,
            kind=row.kind,
            digest=row.digest,
            name=row.name,
            reused_from=row.reused_from,
            added_at=row.added_at,
            checked_by=row.checked_by,
            is_result=row.is_result,
            is_signed=row.is_signed,
        )
        for row in CasePaper.objects.filter(case_id=case).order_by("added_at", "key")
    )


def steps_of(case: UUID) -> tuple[StepData, ...]:
    """What was done, in order."""
    return tuple(
        StepData(row.what, Status(row.status), row.at, row.by, row.unit, row.words)
        for row in CaseStep.objects.filter(case_id=case).order_by("pk")
    )


def effects_of(case: UUID) -> tuple[EffectData, ...]:
    """What its decision changes."""
    return tuple(
        EffectData(row.kind, EffectState(row.state), row.said, row.at)
        for row in CaseEffect.objects.filter(case_id=case).order_by("pk")
    )
