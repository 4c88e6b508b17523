"""Whole homes whose register is a copy or absent, with the national service killed under them."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.test_processes import eventually
from tests.running_home import RunningHome, running_home
from tests.stand_in import AM, StandIn, started

NUMBER = "099084000123"


@pytest.fixture
def national(tmp_path: Path) -> Iterator[StandIn]:
    with started(tmp_path / "national") as made:
        made.pace("pause = 0.5\nanswers = 0.0")
        yield made


def start(folder: Path, national: StandIn, register: str) -> Iterator[RunningHome]:
    arguments = (f"--register={register}", f"--upstream={national.file}")
    with running_home(folder / "home", 200, *arguments) as made:
        yield made


@pytest.fixture
def copy(tmp_path: Path, national: StandIn) -> Iterator[RunningHome]:
    yield from start(tmp_path, national, "copy")


@pytest.fixture
def absent(tmp_path: Path, national: StandIn) -> Iterator[RunningHome]:
    yield from start(tmp_path, national, "absent")


def verified(home: RunningHome, birth: str, number: str = NUMBER) -> str:
    keys = sorted((home.home.secrets / "partners").glob("*.jwk"))
    partner = next(key.stem for key in keys if not key.stem.startswith("demo-"))
    asked = ("verify", number, AM["full_name"], birth, f"--partner={partner}", "--json")
    done = home.danso(*asked, check=False)
    return done.stdout + done.stderr


def link(home: RunningHome) -> str:
    return str(json.loads(home.danso("status", "--json", check=False).stdout)["upstream"])


def test_a_copy_follows_its_upstream_through_kills(copy: RunningHome, national: StandIn) -> None:
    with gzip.open(copy.home.files / "demo/clean/people.csv.gz", "rt") as lines:
        person = next(one for one in csv.DictReader(lines) if one["number"])
    state = copy.json("upstream", "state")
    assert state["position"] == 0

    national.happen(
        kind="corrected", number=person["number"], field="birth", values={"birth": "1971-02-03"}
    )
    national.enter(number=NUMBER)
    eventually(lambda: copy.json("upstream", "state")["position"] == 2, "the feed")
    assert '"match"' in verified(copy, "1984-03-21")

    national.stop(signal.SIGKILL)
    eventually(lambda: "down since" in link(copy), "the outage to be seen")
    assert '"match"' in verified(copy, "1984-03-21"), "a copy answers meanwhile"
    os.kill(copy.pids()["worker"], signal.SIGKILL)
    national.start()
    national.happen(kind="corrected", number=NUMBER, field="birth", values={"birth": "1984-03-22"})
    eventually(lambda: copy.json("upstream", "state")["position"] == 3, "the feed again", 90)
    assert '"match"' in verified(copy, "1984-03-22")
    assert "answers since" in link(copy)
    copy.danso("journal", "verify")


def test_an_absent_register_forwards_through_an_outage_and_a_restart(
    absent: RunningHome, national: StandIn
) -> None:
    national.enter(number=NUMBER)
    assert '"match"' in verified(absent, "1984-03-21")
    assert "no_match_upstream" in verified(absent, "1984-03-22")

    national.stop(signal.SIGKILL)
    assert "Could not be verified yet" in verified(absent, "1984-03-21")
    eventually(lambda: "down since" in link(absent), "the outage to be seen")
    os.kill(absent.pids()["gateway"], signal.SIGKILL)
    national.start()
    eventually(lambda: '"match"' in verified(absent, "1984-03-21"), "the first answer", 90)
    eventually(lambda: "answers since" in link(absent), "the link to be seen")
    absent.danso("journal", "verify")
