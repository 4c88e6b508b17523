"""An owner sends its records into a whole home that falls under it: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest

from danso.client import Danso, Refused, Unreachable
from danso.config.database import Address
from danso.config.postgres import Cluster
from danso.config.secrets import Secrets
from tests.faults.test_processes import eventually
from tests.running_home import RunningHome, running_home

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = "insurance"
BATCHES, IN_ONE = 40, 25


@pytest.fixture(autouse=True)
def _up() -> None:
    """The home of these tests is another one."""


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHome]:
    """A home of a province whose insurer sends its records, and has agreed to."""
    folder = tmp_path_factory.mktemp("pushing")
    province = folder / "thanh-hoa"
    shutil.copytree(ROOT / "provinces" / "thanh-hoa", province)
    file = province / "sources" / f"{SOURCE}.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    sent = "transport: {kind: push, holds: everything}"
    told = [sent if line.startswith("transport:") else line for line in lines]
    file.write_text("\n".join(told) + "\n", encoding="utf-8")
    with running_home(folder / "home", 200, f"--province={province}") as made:
        agency = next(line.split()[1] for line in lines if line.startswith("owner:"))
        made.danso(
            *("partner", "create", "insurer", "--kind=state", f"--agency={agency}"),
            *("--services=push", "--purpose=source-records", "--json"),
        )
        yield made


def record(number: int) -> dict[str, str]:
    return {"MA_SO_BHXH": f"{number:010}", "HO_TEN": "Nguyễn Văn Ấm", "NGAY_SINH": "21/03/1984"}


class Owner(threading.Thread):
    """What an owner's own program does: go on from the position after whatever happened."""

    def __init__(self, home: RunningHome) -> None:
        super().__init__(daemon=True)
        key = home.home.secrets / "partners" / "insurer.jwk"
        self._danso = Danso(home.gateway, partner="insurer", key=key, timeout=3)
        self.first = 0
        self.sent = 0
        self.outages = 0

    def run(self) -> None:
        with self._danso as danso:
            while self.sent < BATCHES + 1:
                try:
                    self._send(danso)
                except (Unreachable, Refused, httpx.HTTPError):
                    self.outages += 1
                    time.sleep(0.3)

    def _send(self, danso: Danso) -> None:
        sequence = danso.push_position(SOURCE).next
        self.first = self.first or sequence
        while (at := sequence - self.first) < BATCHES:
            records = [record(at * IN_ONE + n) for n in range(IN_ONE)]
            danso.push_records(SOURCE, records, sequence=sequence)
            # Sent a second time now and then, as a sender does that was not sure.
            if at % 7 == 0:
                danso.push_records(SOURCE, records, sequence=sequence)
            sequence += 1
            self.sent = sequence - self.first
            time.sleep(0.05)
        danso.push_records(SOURCE, [], sequence=sequence, finish=True)
        self.sent = BATCHES + 1


def connected(home: RunningHome) -> psycopg.Connection[tuple[Any, ...]]:
    """As the database's owner, on whom no clock waits."""
    cluster = Cluster(home.home.path / "postgres", Secrets(home.home).get("db-super"))
    dsn = Address("127.0.0.1", cluster.port, "danso").dsn("super", cluster.password)
    return psycopg.connect(dsn)


def standing(home: RunningHome) -> dict[str, Any]:
    listed = json.loads(home.danso("source", "list", "--json").stdout)
    return next(one for one in listed if one["code"] == SOURCE)


@pytest.mark.timeout(400)
@pytest.mark.clause("I.A.2022.2", partly="no owner's own system was seen")
def test_an_owner_sends_through_kills_and_a_stop_and_every_record_is_there_once(
    owned: RunningHome,
) -> None:
    owner = Owner(owned)
    owner.start()
    eventually(lambda: owner.sent > 4, "the first batches")
    os.kill(owned.pids()["gateway"], signal.SIGKILL)
    eventually(lambda: owner.sent > 12, "batches after a killed gateway", 90)
    os.kill(owned.pids()["worker"], signal.SIGKILL)
    eventually(lambda: owner.sent > 18, "batches after a killed worker", 90)
    owned.stop()
    time.sleep(1.0)
    owned.start()
    owner.join(180)
    assert owner.sent == BATCHES + 1, f"{owner.sent} batches, {owner.outages} outages"
    assert owner.outages > 0, "nothing fell"

    eventually(lambda: standing(owned)["records"] == BATCHES * IN_ONE, "all records", 180)
    done = owned.json("source", "list")
    assert next(one for one in done if one["code"] == SOURCE)["last"]["state"] == "done"
    owned.danso("journal", "verify")


@pytest.mark.timeout(400)
def test_a_worker_killed_while_it_loads_leaves_nothing_that_keeps_the_next_from_loading(
    owned: RunningHome,
) -> None:
    waits = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sources.take_pushed'"
    before = standing(owned)["records"]
    key = owned.home.secrets / "partners" / "insurer.jwk"
    with connected(owned) as holding, Danso(owned.gateway, partner="insurer", key=key) as danso:
        holding.execute("LOCK TABLE sources_record IN ACCESS EXCLUSIVE MODE")
        records = [record(9_000_000 + n) for n in range(IN_ONE)]
        danso.push_records(SOURCE, records, sequence=danso.push_position(SOURCE).next)
        with connected(owned) as looking:
            looking.autocommit = True
            at_work = f"{waits} AND status = 'doing'".encode()
            eventually(lambda: looking.execute(at_work).fetchone() == (1,), "a load at work")
        worker = owned.pids()["worker"]
        os.kill(worker, signal.SIGKILL)
        eventually(lambda: owned.pids()["worker"] != worker, "a new worker")
    eventually(lambda: standing(owned)["records"] == before + IN_ONE, "the records", 180)
