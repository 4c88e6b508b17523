"""What a source's description promises beside its fields: when it is pulled, which dates follow
which, and who stands in it."""

from typing import Annotated, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

from danso.catalogue.shapes.base import FieldCode, Shape

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
# Every month has a 28th.
LAST_DAYS = {"week": 7, "month": 28}


class Schedule(Shape):
    """When a source is pulled, by the province's clock.

    `at`: the minute of the day; of an hourly one only its minutes count. `day`: Monday is 1 in a
    week; in a month the day of the month.
    """

    every: Literal["hour", "day", "week", "month"]
    at: TimeOfDay = "00:00"
    day: int | None = Limit(default=None, ge=1)

    @model_validator(mode="after")
    def _day_fits(self) -> Self:
        last = LAST_DAYS.get(self.every)
        if last is None and self.day is not None:
            raise ValueError("a day belongs to a schedule by week or month only")
        if last is not None and (self.day is None or self.day > last):
            raise ValueError(f"a schedule by {self.every} needs its day, from 1 to {last}")
        return self


class Order(Shape):
    """Two dates of a row of which `then` never lies before `first`; at least so many `years`
    after it, where the law says so. `usual_days`: how long it usually takes from the earliest day
    that may be, for made-up rows."""

    first: FieldCode
    then: FieldCode
    years: int = Limit(default=0, ge=0)
    usual_days: int | None = Limit(default=None, gt=0)


class Ages(Shape):
    """From one age to another, both included."""

    youngest: int = Limit(default=0, ge=0)
    oldest: int = Limit(default=150, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.oldest < self.youngest:
            raise ValueError("the oldest are younger than the youngest")
        return self


class Who(Shape):
    """Roughly who stands in a source, for made-up ones: of these ages, and which share of them.
    Nobody is refused by it."""

    are: Literal["living", "dead"] = "living"
    ages: Ages = Ages()
    share: float | None = Limit(default=None, gt=0, le=1)
