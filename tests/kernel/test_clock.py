"""One clock, which tests can stop."""

from contextvars import copy_context
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from danso.kernel import clock
from danso.kernel.errors import InvalidValue

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().utcoffset() == timedelta(0)


def test_frozen_time_stands_still_until_advanced() -> None:
    with clock.frozen(NOON) as frozen:
        assert clock.now() == clock.now() == NOON
        frozen.advance(timedelta(hours=1))
        assert clock.now() == NOON + timedelta(hours=1)
    assert clock.now() > NOON + timedelta(days=1)


def test_frozen_time_is_given_back_in_utc() -> None:
    with clock.frozen(datetime(2026, 7, 1, 19, tzinfo=timezone(timedelta(hours=7)))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_freezing_nests_and_ends_even_on_an_error() -> None:
    with clock.frozen(NOON):
        with pytest.raises(RuntimeError), clock.frozen(NOON + timedelta(days=1)):
            raise RuntimeError
        assert clock.now() == NOON


def test_freezing_does_not_leak_into_another_context() -> None:
    outside = copy_context()
    with clock.frozen(NOON):
        assert outside.run(clock.now) > NOON


def test_today_changes_at_midnight_in_vietnam_not_in_greenwich() -> None:
    with clock.frozen(datetime(2026, 7, 1, 16, 59, tzinfo=UTC)) as frozen:
        assert clock.today() == date(2026, 7, 1)
        frozen.advance(timedelta(minutes=1))
        assert clock.today() == date(2026, 7, 2)


def test_local_shows_the_wall_clock_of_vietnam() -> None:
    assert clock.local(NOON).isoformat() == "2026-07-01T19:00:00+07:00"


@pytest.mark.parametrize("use", [clock.local, lambda at: clock.frozen(at).__enter__()])
def test_an_instant_without_a_zone_is_refused(use: object) -> None:
    with pytest.raises(InvalidValue) as caught:
        use(datetime(2026, 7, 1))  # type: ignore[operator]
    assert caught.value.code == "instant_naive"
