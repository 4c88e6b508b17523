"""A source that runs by itself in a whole home: its owner is away for a while, the worker is
killed in the middle. Nothing is lost, nothing doubled, and nobody had to do anything."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from danso.config.database import Address
from danso.config.postgres import Cluster
from danso.config.secrets import Secrets
from tests.running_home import RunningHome
from tests.source_stand_in import SourceStandIn, started

SOURCE = "civil-status"
ROWS = 60
PATIENCE = 90.0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SourceStandIn]:
    with started(tmp_path / "service", page_size=10, changed="capNhat") as made:
        yield made


@pytest.fixture
def placed(home: RunningHome, service: SourceStandIn, tmp_path: Path) -> RunningHome:
    """A home that has just been told where the service is; no restart."""
    settings = tmp_path / "sources.toml"
    settings.write_text(
        f'[{SOURCE}]\nurl = "{service.origin}/rows"\ntoken_url = "{service.origin}/token"\n'
        'account = "danso"\nsecret = "source-civil-status"\ninternal = true\nattempts = 2\n'
        "timeout = 5.0\nlongest_wait = 0.2\n"
    )
    (tmp_path / "source-civil-status").write_text(service.secret)
    home.danso("source", "setup", str(settings))
    wait_for(lambda: run_of(home)["next_at"], "its first time is planned")
    return home


def births(begin: int) -> list[dict[str, Any]]:
    return [
        {
            "maGKS": f"GKS{begin + n:04}",
            "ngayCap": "2026-01-02",
            "nksHoTen": "Nguyễn Văn Ấm",
            "nksNgaySinh": "2026-01-01",
            "capNhat": f"2026-02-01T00:{(begin + n) // 60:02}:{(begin + n) % 60:02}Z",
        }
        for n in range(ROWS)
    ]


def run_of(home: RunningHome) -> dict[str, Any]:
    runs = home.json("source", "schedule")["runs"]
    found: dict[str, Any] = next(one for one in runs if one["source"] == SOURCE)
    return found


def wait_for(reached: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def ask(home: RunningHome, statement: str) -> list[tuple[Any, ...]]:
    """As the database's owner, on whom no clock waits."""
    cluster = Cluster(home.home.path / "postgres", Secrets(home.home).get("db-super"))
    dsn = Address("127.0.0.1", cluster.port, "danso").dsn("super", cluster.password)
    with psycopg.connect(dsn) as connection:
        done = connection.execute(statement.encode())
        return done.fetchall() if done.description else []


def let_time_pass(home: RunningHome) -> None:
    """As if the source's next time had come."""
    ask(home, f"UPDATE sources_run SET next_at = now() WHERE source = '{SOURCE}'")


def records(home: RunningHome) -> int:
    return int(ask(home, "SELECT count(*) FROM sources_record WHERE gone_at IS NULL")[0][0])


def taken(home: RunningHome) -> tuple[int, int]:
    """Rows that came, and of them new ones, over all loads."""
    rows, new = ask(home, "SELECT sum(rows), sum(new) FROM sources_load")[0]
    return int(rows), int(new)


@pytest.mark.timeout(600)
@pytest.mark.clause("II.5.1.11", partly="the justice ministry's own service was not seen")
def test_an_outage_and_a_killed_worker_lose_and_double_nothing(
    placed: RunningHome, service: SourceStandIn
) -> None:
    home = placed
    service.add(*births(0))
    service.behave("down")
    let_time_pass(home)
    wait_for(lambda: run_of(home)["problem"] == "source_down", "the outage is on record")
    assert records(home) == 0
    failed = run_of(home)
    assert failed["tries"] >= 1
    assert failed["next_at"] > failed["problem_at"], "it is tried again by itself"

    service.behave("up")
    let_time_pass(home)
    wait_for(lambda: records(home) == ROWS, "the owner is back")
    wait_for(lambda: not run_of(home)["phase"], "matched too")
    assert (run_of(home)["tries"], run_of(home)["problem"]) == (0, "")

    service.add(*births(ROWS))
    service.behave("up", delay=0.5)
    let_time_pass(home)
    wait_for(lambda: ROWS < records(home) < 2 * ROWS, "in the middle of the second load")
    os.kill(home.pids()["worker"], signal.SIGKILL)
    wait_for(lambda: run_of(home)["problem"] == "load_broken_off", "the kill is on record")
    assert records(home) < 2 * ROWS
    service.behave("up")
    let_time_pass(home)
    wait_for(lambda: records(home) == 2 * ROWS, "it goes on by itself")
    wait_for(lambda: not run_of(home)["problem"], "to its end")

    assert taken(home) == (2 * ROWS, 2 * ROWS), "every row came once and was new"
    states = ask(home, "SELECT state, stopped FROM sources_load ORDER BY started_at")
    assert ("stopped", "source_down") in states
    assert ("stopped", "load_broken_off") in states
    assert states[-1] == ("done", "")
    listed = {one["code"]: one["records"] for one in home.json("source", "list")}
    assert listed[SOURCE] == 2 * ROWS
