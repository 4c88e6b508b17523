"""When a schedule's next time is: by the wall clock, after the moment, in months of any length."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from danso.catalogue.shapes.schedules import Schedule
from danso.kernel import clock

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
LONGEST = {"hour": 1 / 24, "day": 1, "week": 7, "month": 31}


def schedule(**given: Any) -> Schedule:
    return Schedule.model_validate(given)


SCHEDULES = st.one_of(
    st.builds(schedule, every=st.sampled_from(["hour", "day"]), at=st.just("02:30")),
    st.builds(schedule, every=st.just("week"), at=st.just("23:59"), day=st.integers(1, 7)),
    st.builds(schedule, every=st.just("month"), at=st.just("00:00"), day=st.integers(1, 31)),
)


@pytest.mark.parametrize(
    ("given_schedule", "moment", "expected"),
    [
        ({"every": "hour", "at": "00:15"}, "2026-11-30T03:15", "2026-11-30T04:15"),
        ({"every": "hour", "at": "00:15"}, "2026-11-30T03:14", "2026-11-30T03:15"),
        ({"every": "day", "at": "02:00"}, "2026-11-30T01:59", "2026-11-30T02:00"),
        ({"every": "day", "at": "02:00"}, "2026-11-30T02:00", "2026-12-01T02:00"),
        ({"every": "week", "at": "22:00", "day": 5}, "2026-11-30T09:00", "2026-12-04T22:00"),
        ({"every": "month", "at": "01:00", "day": 31}, "2027-02-01T09:00", "2027-02-28T01:00"),
        ({"every": "month", "at": "01:00", "day": 31}, "2027-02-28T01:00", "2027-03-31T01:00"),
        ({"every": "month", "at": "01:00", "day": 30}, "2027-01-30T01:00", "2027-02-28T01:00"),
    ],
)
def test_the_next_time_is_by_the_wall_clock(
    given_schedule: dict[str, Any], moment: str, expected: str
) -> None:
    begun = datetime.fromisoformat(moment).replace(tzinfo=clock.VIETNAM)
    found = schedule(**given_schedule).next_after(begun)
    assert clock.local(found).replace(tzinfo=None).isoformat(timespec="minutes") == expected


@given(SCHEDULES, MOMENTS)
def test_the_next_time_is_later_soon_enough_and_none_lies_between(
    found: Schedule, moment: datetime
) -> None:
    following = found.next_after(moment)
    assert timedelta() < following - moment <= timedelta(days=LONGEST[found.every])
    assert found.next_after(following - timedelta(microseconds=1)) == following


@pytest.mark.parametrize(
    "wrong",
    [
        {"every": "day", "at": "24:00"},
        {"every": "day", "day": 3},
        {"every": "week"},
        {"every": "week", "day": 8},
        {"every": "month", "day": 0},
        {"every": "year"},
    ],
)
def test_a_schedule_that_names_no_time_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        schedule(**wrong)
