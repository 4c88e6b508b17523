"""Deadlines in working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danso.kernel.errors import InvalidValue, Unavailable
from danso.kernel.working_days import WorkingDays, YearNotDecided

# A made-up year: 1 May 2026 (Friday) off, Monday 4 May swapped off, Saturday 9 May worked for it.
FRIDAY_OFF, MONDAY_OFF, WORKED = date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 9)
CALENDAR = WorkingDays(
    {2025: frozenset(), 2026: frozenset({FRIDAY_OFF, MONDAY_OFF}), 2027: frozenset()},
    working_saturdays=frozenset({WORKED}),
)
DAYS_OF_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 4, 30), True),
        (FRIDAY_OFF, False),
        (date(2026, 5, 2), False),
        (date(2026, 5, 3), False),
        (MONDAY_OFF, False),
        (date(2026, 5, 5), True),
        (WORKED, True),
        (date(2026, 5, 16), False),
    ],
)
def test_offices_work_on_weekdays_and_make_up_days(day: date, works: bool) -> None:
    assert CALENDAR.is_working(day) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 4, 29), 1, date(2026, 4, 30)),
        (date(2026, 4, 30), 1, date(2026, 5, 5)),
        (FRIDAY_OFF, 1, date(2026, 5, 5)),
        (date(2026, 5, 8), 1, WORKED),
        (date(2026, 4, 30), 5, WORKED),
        (date(2026, 5, 5), -1, date(2026, 4, 30)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
        (FRIDAY_OFF, 0, date(2026, 5, 5)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
    ],
)
def test_a_term_skips_the_first_day_and_days_off(start: date, days: int, end: date) -> None:
    assert CALENDAR.add(start, days) == end


@given(DAYS_OF_2026, st.integers(-200, 200).filter(bool))
def test_between_undoes_add(start: date, days: int) -> None:
    end = CALENDAR.add(start, days)
    assert CALENDAR.is_working(end)
    assert CALENDAR.between(start, end) == days


@given(DAYS_OF_2026, DAYS_OF_2026)
def test_between_counts_what_is_working_counts(one: date, other: date) -> None:
    start, end = sorted((one, other))
    days = (start + timedelta(n) for n in range(1, (end - start).days + 1))
    assert CALENDAR.between(start, end) == sum(map(CALENDAR.is_working, days))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.is_working(date(2028, 1, 3)),
        lambda: CALENDAR.add(date(2027, 12, 30), 5),
        lambda: CALENDAR.add(date(2025, 1, 2), -5),
        lambda: CALENDAR.between(date(2027, 12, 30), date(2028, 1, 2)),
        lambda: CALENDAR.between(date(2028, 1, 2), date(2028, 1, 2)),
    ],
)
def test_a_year_nobody_decided_is_refused(ask: object) -> None:
    with pytest.raises(YearNotDecided) as caught:
        ask()  # type: ignore[operator]
    assert isinstance(caught.value, Unavailable)
    assert (caught.value.code, caught.value.year in (2024, 2028)) == ("year_not_decided", True)


@pytest.mark.parametrize(
    ("days_off", "worked", "code"),
    [
        ({2026: frozenset({date(2027, 1, 1)})}, frozenset(), "day_off_in_wrong_year"),
        ({2026: frozenset()}, frozenset({date(2026, 5, 5)}), "make_up_day"),
        ({2026: frozenset({WORKED})}, frozenset({WORKED}), "make_up_day"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(
    days_off: dict[int, frozenset[date]], worked: frozenset[date], code: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        WorkingDays(days_off, working_saturdays=worked)
    assert caught.value.code == code
