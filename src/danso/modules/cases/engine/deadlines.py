"""When a file is due: terms counted in the office's working time (domain.md 6.6). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Self

from danso.catalogue.shapes.procedures import Desk, Term
from danso.kernel import clock
from danso.kernel.working_days import WorkingDays

# The one-stop software stores terms in hours and divides by eight, whatever the office's halves.
HOURS_A_DAY: Final = 8


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The office's halves on the days it works. All instants are aware; YearNotDecided passes
    through wherever a year without decided days off is reached."""

    halves: tuple[tuple[time, time], ...]
    calendar: WorkingDays

    @classmethod
    def of(cls, desk: Desk, calendar: WorkingDays) -> Self:
        """From the province's files."""
        halves = (
            (time.fromisoformat(one.opens), time.fromisoformat(one.closes)) for one in desk.halves
        )
        return cls(tuple(sorted(halves)), calendar)

    def start(self, instant: datetime) -> datetime:
        """When work on something that came at `instant` begins: at once, or when the office opens
        next."""
        local = clock.local(instant)
        if self.calendar.is_working(local.date()):
            for opens, closes in self.halves:
                if local.time() < closes:
                    return max(local, _at(local.date(), opens))
        return _at(self.calendar.add(local.date(), 1), self.halves[0][0])

    def add_hours(self, instant: datetime, hours: int) -> datetime:
        """So many hours later: whole days of eight keep the time of day, the rest is counted inside
        office hours."""
        begun = self.start(instant)
        days, rest = divmod(hours, HOURS_A_DAY)
        day = self.calendar.add(begun.date(), days) if days else begun.date()
        return self._within(_at(day, begun.timetz().replace(tzinfo=None)), timedelta(hours=rest))

    def due(self, term: Term, received: datetime) -> datetime:
        """The end of a term. Calendar days that end on a day off go on to the next working day
        (Civil Code 2015, art. 148)."""
        if term.unit == "working-days":
            return self.add_hours(received, term.amount * HOURS_A_DAY)
        if term.unit == "working-hours":
            return self.add_hours(received, term.amount)
        begun = self.start(received)
        end = self.calendar.add(begun.date() + timedelta(days=term.amount), 0)
        return _at(end, begun.timetz().replace(tzinfo=None))

    def after_pause(self, due: datetime, since: datetime, until: datetime) -> datetime:
        """The new end after a file lay with its applicant: longer by that time, less one day, and
        one working day more."""
        moved = due + (until - since) - timedelta(days=1)
        return self.add_hours(max(moved, until), HOURS_A_DAY)

    def _within(self, instant: datetime, left: timedelta) -> datetime:
        """`left` of working time after an instant that lies in it."""
        while left:
            closes = next(end for _, end in self.halves if instant.time() < end)
            room = _at(instant.date(), closes) - instant
            if left <= room:
                return instant + left
            left -= room
            instant = self.start(_at(instant.date(), closes))
        return instant


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=clock.VIETNAM)
