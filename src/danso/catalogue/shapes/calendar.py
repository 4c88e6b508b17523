"""Working days as decided year by year; a year that nobody has decided is left undecided."""

import datetime
from typing import Literal, Self

from pydantic import model_validator

from danso.catalogue.shapes.base import Shape, Text, Words


class DayOff(Words):
    """A day without office hours that is no ordinary weekend."""

    date: datetime.date
    kind: Literal["holiday", "observed", "exchanged"]


class WorkingSaturday(Shape):
    """A day of a weekend on which offices work, in exchange for a day off."""

    date: datetime.date
    instead_of: datetime.date


class Year(Shape):
    """calendar/YEAR.yaml. `decided_by` cites the decision; without one the year is not decided."""

    year: int
    decided_by: Text | None
    source: Text
    days_off: tuple[DayOff, ...]
    working_saturdays: tuple[WorkingSaturday, ...] = ()
    note: str = ""

    @property
    def decided(self) -> bool:
        """Whether working days of this year may be counted."""
        return self.decided_by is not None

    @model_validator(mode="after")
    def _own_days(self) -> Self:
        strangers = [day.date for day in self.days_off if day.date.year != self.year]
        strangers += [day.date for day in self.working_saturdays if day.date.year != self.year]
        if strangers:
            raise ValueError(f"{strangers[0]} is not in {self.year}")
        return self
