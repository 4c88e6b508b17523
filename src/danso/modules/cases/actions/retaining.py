"""Drafts and cases are kept for their term, then destroyed, on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.working_days import YearNotDecided
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.cases import rules
from danso.modules.cases.actions.moving import any_case, set_due
from danso.modules.cases.data import DueUnknown, Status
from danso.modules.cases.models import Case, Draft
from danso.toolkit.platform import province

KEEPER: Final = Actor(kind="system", id="cases")
TERM: Final = "case-file"
_AT_ONCE: Final = 1_000
_RUNNING: Final = (Status.RECEIVED.value, Status.IN_PROCESS.value)


def destroy_past_term(*, now: datetime | None = None) -> dict[str, int]:
    """See interface."""
    at = now or clock.now().astimezone(UTC)
    drafts = Draft.objects.filter(changed_at__lt=at - timedelta(days=rules.DRAFT_DAYS))
    found = {"drafts": _destroy("draft", drafts)}
    before = province().keep(TERM).begins(at)
    if before is not None:
        found["cases"] = _destroy(TERM, Case.objects.filter(ended_at__lt=before))
    return {kind: count for kind, count in found.items() if count}


def settle_days() -> int:
    """See interface."""
    waiting = Case.objects.filter(
        due_unknown=DueUnknown.YEAR_NOT_DECIDED.value, status__in=_RUNNING
    )
    known = 0
    for key in list(waiting.values_list("key", flat=True)[:_AT_ONCE]):
        if not _is_decided():
            break
        with any_case("day_told", key, actor=KEEPER) as held:
            set_due(held.row, held.procedure, held.row.received_at or clock.now())
            known += held.row.due_at is not None
    return known


def _is_decided() -> bool:
    """Whether next year's days off are known: only then can a missing day be told."""
    try:
        province().calendar.is_working(clock.today().replace(month=1, day=1) + timedelta(days=366))
    except YearNotDecided:
        return False
    return True


@transaction.atomic
def _destroy(code: str, past: QuerySet[Draft] | QuerySet[Case]) -> int:
    """With what belongs to it; what is left over is the next night's."""
    keys = list(past.values_list("key", flat=True)[:_AT_ONCE])
    if keys:
        past.model._default_manager.filter(key__in=keys).delete()
        detail: dict[str, str | int] = {"retention": code, "count": len(keys)}
        audit.record(Entry(KEEPER, "cases.destroyed", "done", service="cases", detail=detail))
    return len(keys)
