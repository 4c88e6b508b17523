"""Pure decisions of protection: terms, whose turn it is, when a clock is to be cried out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from danso.catalogue.shapes.rights import RightTerm
from danso.kernel.working_days import WorkingDays, YearNotDecided

# More open complaints, or requests of all kinds, than anybody has: a script.
MOST_OPEN: Final = 20
LONGEST_TEXT: Final = 4_000
# With so many hours left somebody is told: once at each.
ALERTS: Final = (24, 6, 0)
# Beyond it messages are no way to tell people: that is for public announcements.
MOST_TOLD: Final = 2_000
_SATURDAY: Final = 5


def due(term: RightTerm, start: date, calendar: WorkingDays, *, more: int = 0) -> date:
    """The last day of a term, `more` days longer where it was extended.

    A calendar term that ends on a day off ends on the next working day (Civil Code 2015, art.
    148). Where the days off of that year are not decided it is counted as if there were none
    besides weekends: the day shown is never later than the law's.
    """
    days = term.days + more
    if term.counted == "calendar":
        end = start + timedelta(days=days)
        try:
            return calendar.add(end, 0)
        except YearNotDecided:
            return end
    try:
        return calendar.add(start, days)
    except YearNotDecided:
        return _weekdays(start, days)


def _weekdays(start: date, days: int) -> date:
    day = start
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


def alert_due(notify_by: datetime, now: datetime, cried: int | None) -> int | None:
    """The hours left that somebody must be told of now; None where that has been done.

    `cried` is the lowest that was told of already.
    """
    left = (notify_by - now) / timedelta(hours=1)
    reached = [hours for hours in ALERTS if left <= hours]
    if not reached:
        return None
    now_due = min(reached)
    return now_due if cried is None or now_due < cried else None
