"""What was asked, answered and recorded is kept for its term, then destroyed, on record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.protection.models import Breach, Complaint, Copy, DataRequest, Step
from danso.toolkit.platform import province

RETAINER: Final = Actor(kind="system", id="protection")
_AT_ONCE: Final = 1_000


def destroy_past_term(*, now: datetime | None = None) -> dict[str, int]:
    """See interface."""
    at = now or clock.now().astimezone(UTC)
    kept = province().rights.kept
    requests, copies, breaches = (
        province().keep(code).begins(at) for code in (kept.requests, kept.exports, kept.breaches)
    )
    found = {
        "requests": _destroy(
            kept.requests, DataRequest.objects.filter(answered_at__lt=requests), requests
        ),
        "complaints": _destroy(
            kept.requests, Complaint.objects.filter(answered_at__lt=requests), requests
        ),
        "copies": _destroy(kept.exports, Copy.objects.filter(asked_at__lt=copies), copies),
        "breaches": _destroy(
            kept.breaches, Breach.objects.filter(closed_at__lt=breaches), breaches
        ),
    }
    return {kind: count for kind, count in found.items() if count}


@transaction.atomic
def _destroy(
    code: str,
    past: QuerySet[DataRequest] | QuerySet[Complaint] | QuerySet[Copy] | QuerySet[Breach],
    before: datetime | None,
) -> int:
    """With its steps; what is left over is the next night's."""
    if before is None:
        return 0
    keys: list[UUID] = [row.key for row in past[:_AT_ONCE]]
    if keys:
        Step.objects.filter(about__in=keys).delete()
        past.model._default_manager.filter(key__in=keys).delete()
        detail: dict[str, str | int] = {"retention": code, "count": len(keys)}
        audit.record(Entry(RETAINER, "rights.destroyed", "done", service="rights", detail=detail))
    return len(keys)
