"""How a file stands against its day. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from danso.modules.cases.data import Light, Status

# Due within this is "about to be due", as the provincial reports count it (domain.md 6.7).
SOON: Final = timedelta(hours=24)
_WITH_THE_OFFICE: Final = (Status.FILED, Status.RECEIVED, Status.IN_PROCESS)
_OVER: Final = (
    Status.NOT_RECEIVED,
    Status.WITHDRAWN,
    Status.STOPPED,
    Status.DECIDED,
    Status.RETURNED,
)


def light_of(status: Status, due: datetime | None, now: datetime) -> Light:
    """Green, amber within a day of the end, red after it; none while it lies with the applicant or
    nobody knows its day."""
    if status in _OVER:
        return Light.DONE
    if due is None or status not in _WITH_THE_OFFICE:
        return Light.NONE
    if due < now:
        return Light.RED
    return Light.AMBER if due - now <= SOON else Light.GREEN
