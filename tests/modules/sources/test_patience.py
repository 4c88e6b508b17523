"""A pull that outlives short outages."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from danso.kernel.errors import Unavailable
from danso.modules.sources.adapters.faults import SourceDown
from danso.modules.sources.adapters.patience import pull_patiently
from danso.modules.sources.adapters.port import Batch, Checked, Checkpoint


class Flaky:
    """Hands out numbers from 0 to 9, and goes away before some of them, so often each."""

    def __init__(self, away: dict[int, int], retry_after: float = 0) -> None:
        self.away = away
        self.retry_after = retry_after

    def check(self) -> Checked:
        return Checked(ok=True)

    def preview(self, limit: int = 20) -> Batch:
        return Batch(pl.DataFrame(), (), {})

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        for number in range(since["next"] if since else 0, 10):
            if self.away.get(number):
                self.away[number] -= 1
                raise SourceDown("away", self.retry_after)
            yield Batch(pl.DataFrame({"n": [number]}), (), {"next": number + 1})


def numbers(batches: Iterator[Batch]) -> list[int]:
    return [batch.rows["n"][0] for batch in batches]


def test_every_batch_comes_once_and_waits_grow() -> None:
    waits: list[float] = []
    pulled = pull_patiently(Flaky({3: 3, 7: 1}), None, wait=waits.append)
    assert numbers(pulled) == list(range(10))
    assert waits == [1.0, 2.0, 4.0, 1.0]


def test_a_source_that_stays_away_is_given_up() -> None:
    waits: list[float] = []
    pulled = pull_patiently(Flaky({3: 99}), {"next": 2}, tries=3, wait=waits.append)
    assert next(pulled).after == {"next": 3}
    with pytest.raises(Unavailable):
        next(pulled)
    assert waits == [1.0, 2.0]


def test_a_source_that_wants_to_be_left_alone_is() -> None:
    waits: list[float] = []
    with pytest.raises(Unavailable):
        list(pull_patiently(Flaky({0: 1}, retry_after=600), None, wait=waits.append))
    assert numbers(pull_patiently(Flaky({0: 1}, retry_after=30), None, wait=waits.append))
    assert waits == [30.0]
