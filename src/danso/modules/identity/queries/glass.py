"""Reads about breakings of the glass."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.modules.identity import data
from danso.modules.identity.models import BreakGlass


def break_glasses(limit: int = 100) -> tuple[data.BreakGlass, ...]:
    """The newest first."""
    return tuple(glass_data(row) for row in BreakGlass.objects.order_by("-made_at")[:limit])


def count_open_glasses() -> int:
    """How many no auditor has closed yet."""
    return BreakGlass.objects.filter(closed_at__isnull=True).count()


def is_glass_good(key: str, account: UUID) -> bool:
    """Whether this session's emergency still lasts."""
    live = BreakGlass.objects.filter(key=key, account_id=account, is_over=False)
    return live.filter(begun_at__isnull=False, until__gt=clock.now()).exists()


def glass_data(row: BreakGlass) -> data.BreakGlass:
    """The row as it passes the door. One that nobody ended is over with its time."""
    is_late = row.ended_at is None and row.until <= clock.now()
    return data.BreakGlass(
        key=row.key,
        account=row.account_id,
        reason=row.reason,
        who=row.who,
        made_at=row.made_at,
        until=row.until,
        begun_at=row.begun_at,
        ended_at=row.until if is_late else row.ended_at,
        why="too_long" if is_late else row.why,
        note=row.note,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
    )
