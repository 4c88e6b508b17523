"""Reading the link to the register above."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from danso.modules.population.data import ChangeAside, UpstreamState
from danso.modules.population.models import ChangeRequest, FeedAside

_STATE = """
SELECT is_up, since, answered_at, fault, falls, noted_at, position, newest, waiting, waiting_since,
       unanswered, aside
FROM population_v1.upstream
"""


def upstream_state() -> UpstreamState:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        return UpstreamState(*cursor.fetchone())


def list_aside(limit: int = 500) -> tuple[ChangeAside, ...]:
    rows = FeedAside.objects.filter(settled_at__isnull=True).order_by("position")[:limit]
    return tuple(ChangeAside(row.position, row.code, row.set_aside_at) for row in rows)


def answer_text(request: UUID) -> str:
    """What the register above said about a request, in its own words."""
    told = ChangeRequest.objects.filter(key=request).values_list("answer", flat=True).first()
    return told or ""
