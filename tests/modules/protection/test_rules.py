"""Terms by the calendar and by working days; when a clock is cried out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest

from danso.catalogue.shapes.rights import RightTerm
from danso.kernel.working_days import WorkingDays
from danso.modules.protection.rules import alert_due, due

# A Monday off in a year that is decided; the next year is not.
CALENDAR = WorkingDays({2026: frozenset({date(2026, 11, 30)})})
FRIDAY = date(2026, 11, 27)


def term(days: int, counted: Literal["calendar", "working"]) -> RightTerm:
    return RightTerm(days=days, counted=counted, law="Luật Ấm Chén", basis="law")


@pytest.mark.parametrize(
    ("counted", "start", "days", "end"),
    [
        # Saturday, Sunday and a Monday off do not count.
        ("working", FRIDAY, 2, date(2026, 12, 2)),
        # Three days later is that Monday: the term ends on the next working day.
        ("calendar", FRIDAY, 3, date(2026, 12, 1)),
        ("calendar", FRIDAY, 10, date(2026, 12, 7)),
        # Beyond the decided year only weekends are known: never later than the law's day.
        ("working", date(2026, 12, 31), 2, date(2027, 1, 4)),
        ("calendar", date(2026, 12, 31), 2, date(2027, 1, 2)),
    ],
)
def test_due_is_never_later_than_the_laws_day(
    counted: Literal["calendar", "working"], start: date, days: int, end: date
) -> None:
    assert due(term(days, counted), start, CALENDAR) == end


def test_due_extended_is_counted_from_the_same_start() -> None:
    assert due(term(10, "calendar"), FRIDAY, CALENDAR, more=10) == date(2026, 12, 17)


@pytest.mark.parametrize(
    ("hours_left", "cried", "told"),
    [
        (30.0, None, None),
        (24.0, None, 24),
        (20.0, 24, None),
        (6.0, 24, 6),
        (5.0, None, 6),
        (-1.0, 6, 0),
        (-90.0, 0, None),
    ],
)
def test_alert_due_cries_each_threshold_once(
    hours_left: float, cried: int | None, told: int | None
) -> None:
    now = datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert alert_due(now + timedelta(hours=hours_left), now, cried) == told
