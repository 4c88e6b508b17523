"""Who decides, and by when."""

from datetime import date

import pytest

from danso.kernel.working_days import WorkingDays
from danso.modules.sources.rules import decider_of, due_date

CALENDAR = WorkingDays({2026: frozenset({date(2026, 9, 2)})})


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        (date(2026, 8, 3), date(2026, 8, 13)),
        (date(2026, 8, 5), date(2026, 8, 17)),  # the 15th is a Saturday
        (date(2026, 8, 23), date(2026, 9, 3)),  # the 2nd of September is off
    ],
)
def test_due_date_is_the_tenth_day_or_the_next_working_one(opened: date, due: date) -> None:
    assert due_date(opened, CALENDAR) == due


def test_due_date_in_a_year_nobody_decided_is_unknown() -> None:
    assert due_date(date(2026, 12, 25), CALENDAR) is None


def test_a_field_is_decided_where_the_person_lives_or_by_the_province() -> None:
    assert decider_of("birth", "14755") == "commune_police"
    assert decider_of("birth", None) == "provincial_police"
    assert decider_of("old_number", "14755") == "provincial_police"
    assert decider_of("number", "14755") is None
