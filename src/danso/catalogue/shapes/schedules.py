"""When a source is asked for what is new, by the clock on a Vietnamese wall."""

from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field as Limit
from pydantic import model_validator

from danso.catalogue.shapes.base import Shape
from danso.kernel import clock

Every = Literal["hour", "day", "week", "month"]
ClockTime = Annotated[str, Limit(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
_LAST_DAY = {"week": 7, "month": 31}


class Schedule(Shape):
    """`at`: the time of day; of an hourly one only its minutes count. `day`: 1 (Monday) to 7 of a
    week, 1 to 31 of a month; in a shorter month its last day."""

    every: Every
    at: ClockTime = "00:00"
    day: int | None = None

    @model_validator(mode="after")
    def _day_fits(self) -> Self:
        last = _LAST_DAY.get(self.every)
        if last is None and self.day is not None:
            raise ValueError(f"a schedule of every {self.every} has no day")
        if last is not None and (self.day is None or not 1 <= self.day <= last):
            raise ValueError(f"a schedule of every {self.every} needs its day, 1 to {last}")
        return self

    def next_after(self, moment: datetime) -> datetime:
        """The first time after an aware moment, in UTC."""
        here = clock.local(moment)
        begin = here.replace(minute=0, second=0, microsecond=0)
        if self.every == "hour":
            found = begin.replace(minute=self._time.minute)
            return _utc(found if found > here else found + timedelta(hours=1))
        # A day of a month comes again within two of them.
        for ahead in range(63):
            found = datetime.combine(
                here.date() + timedelta(days=ahead), self._time, tzinfo=here.tzinfo
            )
            if found > here and self._falls_on(found):
                return _utc(found)
        raise AssertionError("every day of a month comes again")

    @property
    def _time(self) -> time:
        return time.fromisoformat(self.at)

    def _falls_on(self, found: datetime) -> bool:
        if self.every == "week":
            return found.isoweekday() == self.day
        if self.every == "month":
            return found.day == min(self.day or 1, monthrange(found.year, found.month)[1])
        return True


def _utc(found: datetime) -> datetime:
    return found.astimezone(UTC)
