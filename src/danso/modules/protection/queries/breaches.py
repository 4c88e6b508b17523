"""Reads of the breach register."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.protection.data import (
    BreachData,
    BreachState,
    NewBreach,
    Notification,
    Standing,
    StepData,
)
from danso.modules.protection.engine.report import report_text as write_report
from danso.modules.protection.models import Breach, PersonTold
from danso.modules.protection.queries.rights import steps_of
from danso.toolkit.platform import province


def list_breaches(*, is_open: bool | None = None, limit: int = 200) -> tuple[BreachData, ...]:
    """See interface."""
    rows = Breach.objects.order_by("-discovered_at")
    if is_open is not None:
        rows = rows.filter(closed_at__isnull=is_open)
    return tuple(breach_data(row) for row in rows[:limit])


def get_breach(key: UUID) -> BreachData:
    """See interface."""
    row = Breach.objects.filter(key=key).first()
    if row is None:
        raise NotFound(
            "There is no such breach.", code="breach_unknown", fix="Open it from the register."
        )
    told = PersonTold.objects.filter(breach=row).count()
    return breach_data(row, steps_of(key), told)


def breaches_standing() -> Standing:
    """See interface."""
    now = clock.now()
    rows = list_breaches(is_open=True)
    late = sum((left := one.left(now)) is not None and left < timedelta() for one in rows)
    return Standing(len(rows), late)


def report_text(key: UUID) -> str:
    """See interface."""
    here = province()
    return write_report(
        get_breach(key), here.rights.breach, province=here.name, made_at=clock.now()
    )


def breach_data(row: Breach, steps: tuple[StepData, ...] = (), told: int = 0) -> BreachData:
    """The row with its clocks, by the province's rules."""
    here = province().rights.breach
    must = any(one.tell_people for one in here.data if one.code in row.data)
    known = NewBreach(
        discovered_at=row.discovered_at,
        kind=row.nature,
        data=tuple(row.data),
        happened=row.happened,
        cause=row.cause,
        measures=row.measures,
        people=row.people,
    )
    notified = (
        Notification(row.notified_at, row.notified_way, row.notified_number)
        if row.notified_at
        else None
    )
    return BreachData(
        key=row.key,
        known=known,
        state=BreachState.OPEN if row.closed_at is None else BreachState.CLOSED,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        notify_by=row.discovered_at + timedelta(hours=here.hours),
        tell_by=row.discovered_at + timedelta(hours=here.people_hours),
        must_tell_people=must,
        notified=notified,
        people_told=told,
        closed_at=row.closed_at,
        steps=steps,
    )
