"""Papers past their term are destroyed, on record; what a kill left on the shelf is swept away."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.documents.adapters import shelf
from danso.modules.documents.data import PaperState
from danso.modules.documents.models import Paper
from danso.toolkit.platform import province

RETAINER: Final = Actor(kind="system", id="documents")
_AT_ONCE: Final = 1_000
# Nobody takes longer from laying a file down to the commit that names it.
_SURELY_OVER: Final = timedelta(days=1)


def end_expired() -> int:
    """See interface."""
    past = Paper.objects.filter(ended_at=None, valid_until__lt=clock.today())
    return past.update(ended_at=clock.now())


def destroy_past_term() -> dict[str, int]:
    """See interface."""
    found: Counter[str] = Counter()
    for kind in province().papers.papers:
        begins = province().keep(kind.retention).begins(clock.now())
        if begins is not None:
            found[kind.code] += _destroy(kind.code, kind.retention, begins)
    return {code: count for code, count in found.items() if count}


@transaction.atomic
def _destroy(kind: str, retention: str, before: object) -> int:
    past = Paper.objects.filter(kind=kind, ended_at__lt=before).exclude(
        state=PaperState.DESTROYED.value
    )
    keys: list[UUID] = list(past.values_list("key", flat=True)[:_AT_ONCE])
    if not keys:
        return 0
    # The row stays without what was written on the paper, so that its uses can be explained.
    Paper.objects.filter(key__in=keys).update(
        state=PaperState.DESTROYED.value, symbol="", issuer="", signer="", abstract=""
    )
    shelf.delete(keys)
    detail: dict[str, str | int] = {"retention": retention, "kind": kind, "count": len(keys)}
    audit.record(Entry(RETAINER, "documents.destroyed", "done", service="documents", detail=detail))
    return len(keys)


def sweep_shelf() -> int:
    """See interface."""
    swept = 0
    for keys in shelf.laid_before(clock.now() - _SURELY_OVER):
        known = set(
            Paper.objects.filter(key__in=keys)
            .exclude(state=PaperState.DESTROYED.value)
            .values_list("key", flat=True)
        )
        strays = [key for key in keys if key not in known]
        shelf.delete(strays)
        swept += len(strays)
    return swept
