"""How long to wait before a source that failed is tried again. Pure."""

from datetime import timedelta
from typing import Final

# Minutes. An outage is found over soon after it is; one of days costs four calls a day.
WAITS: Final = (1, 2, 5, 15, 30, 60, 120, 240, 360)
# From how many failures in a row the owner and the stewards are told.
TOLD_AFTER: Final = 3


def wait_after(tries: int, asked: float = 0.0) -> timedelta:
    """The wait after so many failures in a row (1 or more); `asked`: the seconds for which the
    source asked to be left alone."""
    own = timedelta(minutes=WAITS[min(tries, len(WAITS)) - 1])
    return max(own, timedelta(seconds=asked))
