"""Deadlines in working days. Which days are off is data, decided year by year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from danso.kernel.errors import InvalidValue, Unavailable

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class YearNotDecided(Unavailable):
    """The days off of that year are not known yet, so no deadline in it can be told."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"The days off of {year} are not decided.",
            code="year_not_decided",
            fix="Add them to the province's calendar with the decision that sets them.",
        )
        self.year = year

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.year,)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working calendar: weekends and the days off of each decided year.

    `days_off` has every decided year as a key, even with nothing off. `working_saturdays` are the
    weekend days worked to make up for a swapped day off.
    """

    days_off: Mapping[int, frozenset[date]]
    working_saturdays: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if any(day.year != year for year, days in self.days_off.items() for day in days):
            raise InvalidValue(
                "A day off stands under another year.",
                code="day_off_in_wrong_year",
                fix="Move it to its own year in the calendar.",
            )
        if any(
            day.weekday() < _SATURDAY or day in self.days_off.get(day.year, ())
            for day in self.working_saturdays
        ):
            raise InvalidValue(
                "A make-up day must be a weekend day that is not also a day off.",
                code="make_up_day",
                fix="Compare the calendar with the decision on swapped days.",
            )

    def is_working(self, day: date) -> bool:
        """Whether offices work on that day; YearNotDecided if nobody has said."""
        off = self.days_off.get(day.year)
        if off is None:
            raise YearNotDecided(day.year)
        if day.weekday() >= _SATURDAY:
            return day in self.working_saturdays
        return day not in off

    def add(self, start: date, days: int) -> date:
        """The day on which a term of so many working days ends.

        The starting day does not count and the end is a working day (Civil Code 2015 art. 147,
        148). Zero gives `start` itself, or the next working day; a negative term counts back.
        """
        if days == 0:
            return start if self.is_working(start) else self.add(start, 1)
        step = _DAY if days > 0 else -_DAY
        day, left = start, abs(days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days after `start` up to and including `end`; negative if it lies back.

        The inverse of `add`: for a working day `end`, add(start, between(start, end)) == end.
        """
        if end == start:
            self.is_working(start)
            return 0
        step = _DAY if end > start else -_DAY
        day, count = start, 0
        while day != end:
            day += step
            count += self.is_working(day)
        return count if end > start else -count
