"""Reads of what courts ask and send: work lists and single ones, within somebody's communes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final, get_args
from uuid import UUID

from danso.kernel import clock
from danso.modules.exchange.data import (
    CourtCase,
    DecisionRecord,
    DecisionState,
    SoughtPerson,
    SoughtState,
    decision_not_found,
    request_not_found,
)
from danso.modules.exchange.models import CourtDecision, Partner, PersonRequest

SAME_NAME: Final = timedelta(days=30)
_SOUGHT: Final[Mapping[str, SoughtState]] = {one: one for one in get_args(SoughtState)}
_DECIDED: Final[Mapping[str, DecisionState]] = {one: one for one in get_args(DecisionState)}


def list_requests(
    communes: Collection[str] | None, *, is_open: bool, limit: int, offset: int = 0
) -> list[SoughtPerson]:
    rows = PersonRequest.objects.all()
    if communes is not None:
        rows = rows.filter(commune__in=communes)
    if is_open:
        rows = rows.filter(state="open").order_by("due", "at")
    else:
        rows = rows.exclude(state="open").order_by("-answered_at")
    found = list(rows[offset : offset + limit])
    names = _partners(row.partner for row in found)
    return [_sought(row, names) for row in found]


def get_request(key: UUID, communes: Collection[str] | None) -> SoughtPerson:
    row = PersonRequest.objects.filter(key=key).first()
    if row is None or (communes is not None and row.commune not in communes):
        raise request_not_found()
    since = clock.now() - SAME_NAME
    same = PersonRequest.objects.filter(plain=row.plain, commune=row.commune, at__gt=since)
    return _sought(row, _partners([row.partner]), others=same.exclude(key=key).count())


def list_decisions(
    communes: Collection[str] | None, *, is_open: bool, limit: int, offset: int = 0
) -> list[DecisionRecord]:
    rows = CourtDecision.objects.exclude(decider="")
    if communes is not None:
        rows = rows.filter(commune__in=communes)
    if is_open:
        rows = rows.filter(state="proposed").order_by("due", "at")
    else:
        rows = rows.exclude(state="proposed").order_by("-answered_at")
    found = list(rows[offset : offset + limit])
    names = _partners(row.partner for row in found)
    return [_decision(row, names) for row in found]


def get_decision(key: UUID, communes: Collection[str] | None) -> DecisionRecord:
    row = CourtDecision.objects.filter(key=key).exclude(decider="").first()
    if row is None or (communes is not None and row.commune not in communes):
        raise decision_not_found()
    return _decision(row, _partners([row.partner]))


def count_court_work(communes: Collection[str] | None) -> tuple[int, int]:
    """Open requests and open decisions."""
    sought = PersonRequest.objects.filter(state="open")
    decided = CourtDecision.objects.filter(state="proposed").exclude(decider="")
    if communes is not None:
        sought = sought.filter(commune__in=communes)
        decided = decided.filter(commune__in=communes)
    return sought.count(), decided.count()


def _partners(ids: Any) -> dict[int, str]:
    return dict(Partner.objects.filter(pk__in=set(ids)).values_list("pk", "code"))


def _case(said: Mapping[str, Any]) -> CourtCase:
    case = said["case"]
    names = ("number", "court", "division", "procedure", "officer")
    return CourtCase(**{name: case.get(name, "") for name in names})


def _sought(row: PersonRequest, partners: Mapping[int, str], others: int = 0) -> SoughtPerson:
    said = row.said
    return SoughtPerson(
        key=row.key,
        partner=partners.get(row.partner, ""),
        case=_case(said),
        full_name=row.full_name,
        birth_year=row.birth_year,
        commune=row.commune,
        father_name=said.get("father_name", ""),
        reason=said["reason"],
        judge=said["judge"],
        approval=said["approval"],
        approved_on=said["approved_on"],
        at=row.at,
        due=row.due,
        state=_SOUGHT[row.state],
        person=row.person,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        note=row.note,
        others=others,
    )


def _decision(row: CourtDecision, partners: Mapping[int, str]) -> DecisionRecord:
    said = row.said
    named = ("representative_name", "representative_number")
    return DecisionRecord(
        key=row.key,
        partner=partners.get(row.partner, ""),
        case=_case(said),
        number=row.number,
        kind=row.kind,
        decided_on=said["date"],
        effective_on=said["effective_on"],
        details={name: said[name] for name in named if said.get(name)},
        person=row.person,
        at=row.at,
        commune=row.commune,
        decider=row.decider,
        due=row.due,
        state=_DECIDED[row.state],
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        first_by=row.first_by,
        first_at=row.first_at,
    )
