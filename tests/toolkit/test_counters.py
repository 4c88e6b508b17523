"""What every process of the pages counts together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection

from danso.toolkit import statements
from danso.toolkit.counters.backend import sweep
from danso.toolkit.counters.models import Counter
from tests.conftest import Database


@pytest.fixture(autouse=True)
def _a_database(fresh_db: Database) -> None:
    del fresh_db


def test_values_come_back_until_they_expire() -> None:
    cache.set("tries", [1.5, 0.25], 60)
    assert cache.get("tries") == [1.5, 0.25]
    cache.set("tries", [2.5], 0)
    assert cache.get("tries", "none") == "none"
    assert not cache.touch("tries", 60)
    cache.set("tries", 1, None)
    assert cache.touch("tries", 60)
    assert cache.delete("tries")
    assert not cache.delete("tries")


def test_of_those_who_add_at_once_one_has_done_it() -> None:
    def add(_: int) -> bool:
        try:
            return bool(cache.add("code used", "y", 60))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(8))) == [False] * 7 + [True]


def test_what_is_over_can_be_added_again_and_is_swept() -> None:
    assert cache.add("over", 1, 0)
    assert cache.add("over", 2, 0)
    assert not cache.add("over", 3, 60) or cache.get("over") == 3
    cache.set("past", 1, 0)
    assert sweep() == 1
    assert Counter.objects.count() == 1


def test_no_name_is_kept_and_nothing_is_written_to_the_log() -> None:
    cache.set("198.51.100.7", 1, 60)
    assert "198.51" not in Counter.objects.get().digest
    kind = statements.row("SELECT relpersistence FROM pg_class WHERE relname = 'counters_counter'")
    assert kind == ("u",)
