"""The only source of time. Tests freeze it; nothing else in danso reads the machine's clock."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

from danso.kernel.errors import InvalidValue

# No tz database is needed: Vietnam has kept UTC+7 all year since 1975, and no instant before that
# is ever recorded here (older facts are dates).
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


class FrozenClock:
    """What `frozen()` yields: stands still until told to move."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def advance(self, step: timedelta) -> datetime:
        self.at += step
        return self.at


_frozen: ContextVar[FrozenClock | None] = ContextVar("danso_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    frozen_clock = _frozen.get()
    return datetime.now(UTC) if frozen_clock is None else frozen_clock.at


def timestamp() -> float:
    """The present instant in seconds since 1970: for what asks too often to afford a datetime."""
    frozen_clock = _frozen.get()
    return time.time() if frozen_clock is None else frozen_clock.at.timestamp()


def local(instant: datetime) -> datetime:
    """An aware instant as a clock on a Vietnamese wall shows it."""
    return _aware(instant).astimezone(VIETNAM)


def today() -> date:
    """The present day in Vietnam."""
    return now().astimezone(VIETNAM).date()


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Stop the clock at an aware instant for this context (thread or task) only."""
    clock = FrozenClock(_aware(at).astimezone(UTC))
    token = _frozen.set(clock)
    try:
        yield clock
    finally:
        _frozen.reset(token)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise InvalidValue(
            "An instant without a time zone says nothing.",
            code="instant_naive",
            fix="Give it one, for example datetime(..., tzinfo=UTC).",
        )
    return instant
