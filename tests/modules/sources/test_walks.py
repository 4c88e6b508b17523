"""Where a pull over pages is, worked out without a service."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from danso.kernel import clock
from danso.modules.sources.adapters.walks import Walk, rank

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_walk_comes_back_from_its_checkpoint_as_it_was() -> None:
    walk = Walk(underway=True, since="1", next="t", newest=("a",), pages=("p",), twice=True)
    assert Walk.of(json.loads(json.dumps(dict(walk.as_checkpoint())))) == walk
    assert Walk.of(None) == Walk()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("9", "10"),
        ("9007199254740992", "9007199254740993"),
        ("2026-01-31T23:00:00+07:00", "2026-01-31T17:00:00Z"),
        ("2026-01-31", "2026-01-31 00:00:01"),
        ("abc", "abd"),
    ],
)
def test_moments_are_in_order(before: str, after: str) -> None:
    assert rank(before) < rank(after)


def test_a_long_row_of_digits_is_a_text() -> None:
    assert rank("9" * 10_000)[0] == 2


def test_rows_ahead_of_time_stay_known_whatever_comes_behind_them() -> None:
    with clock.frozen(NOW):
        walk = Walk(underway=True).noted([("2999-01-01", "far"), ("2026-02-01", "near")])
    assert (walk.high, walk.newest, walk.ahead) == ("2026-02-01", ("near",), ("far",))
    assert Walk.of(walk.ended().as_checkpoint()).begun().known == ("near", "far")


def test_rows_of_the_newest_moment_are_known_next_time() -> None:
    with clock.frozen(NOW):
        walk = Walk().noted([("1", "a"), ("2", "b"), ("2", "c"), ("", "d")]).noted([("2", "e")])
    assert (walk.high, walk.newest) == ("2", ("b", "c", "e"))
