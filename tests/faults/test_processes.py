"""Kills and restarts: whatever falls comes back, and nothing that was answered is lost."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.demo_partner import FILE_CODE, partner_of, people_of
from tests.faults.load import Load
from tests.running_home import RunningHome


def eventually(condition: Callable[[], bool], what: str, seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_up_on_the_same_home_is_refused_and_the_first_goes_on(home: RunningHome) -> None:
    second = home.danso("up", f"--home={home.home.path}", check=False)
    assert second.returncode == 1
    assert "already up" in second.stderr
    assert "Traceback" not in second.stderr
    assert home.is_ready()


@pytest.mark.parametrize("name", ["sealer", "gateway", "web", "worker"])
def test_any_process_killed_comes_back_and_the_journal_is_whole(
    home: RunningHome, name: str
) -> None:
    before = home.pids()[name]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: home.pids()[name] != before, f"a new {name}")
    eventually(home.is_ready, "readiness")
    assert is_answering(home)
    home.danso("journal", "verify")


def test_a_killed_supervisor_leaves_nothing_running_and_the_next_start_cleans_up(
    home: RunningHome,
) -> None:
    children = home.pids()
    assert home.process is not None
    home.process.kill()
    home.process.wait()
    eventually(lambda: not any(map(alive, children.values())), "children to end")
    home.start()
    assert is_answering(home)
    home.danso("journal", "verify")


def test_postgres_killed_under_load_loses_no_answered_call(home: RunningHome) -> None:
    with Load(home) as load:
        eventually(lambda: len(load.answered) > 100, "load")
        kill_postmaster(home)
        seen = len(load.answered)
        eventually(lambda: len(load.answered) > seen + 100, "answers after the restart", 60)
    eventually(home.is_ready, "readiness")
    assert load.lost() == set()
    assert load.statuses <= {503}
    home.danso("journal", "verify")


def test_pages_without_a_database_say_so_and_recover(home: RunningHome) -> None:
    supervisor = home.process
    assert supervisor is not None
    os.kill(supervisor.pid, signal.SIGSTOP)  # so that nobody restarts it
    try:
        kill_postmaster(home)
        answer = httpx.get(f"{home.pages}/san-sang", timeout=10)
        assert answer.status_code == 503
        page = httpx.get(f"{home.pages}/nhat-ky", timeout=10)
        assert page.status_code == 503
        assert "Traceback" not in page.text
        eventually(lambda: not is_gateway_ready(home), "the gateway to close its door", 20)
    finally:
        os.kill(supervisor.pid, signal.SIGCONT)
    eventually(home.is_ready, "readiness")


def test_ctrl_c_stops_everything_cleanly(home: RunningHome) -> None:
    children = home.pids()
    home.stop()
    assert not any(map(alive, children.values()))
    assert "Everything is on disk" in home.log.read_text()
    assert home.danso("status", check=False).returncode == 1


def is_gateway_ready(home: RunningHome) -> bool:
    return httpx.get(f"{home.gateway}/ready", timeout=10).status_code == 200


def is_answering(home: RunningHome) -> bool:
    """Whether a verify of somebody who is there matches."""
    with partner_of(home) as (danso, why):
        return danso.verify(why, people_of(home)[0]).result == "match"


def kill_postmaster(home: RunningHome) -> None:
    """As the kernel's out-of-memory killer would."""
    pid = int((home.cluster_data / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not alive(pid), "the postmaster to end")


def answers_on_record(home: RunningHome) -> int:
    """How many answered verifies the exported journal holds."""
    target = Path(tempfile.mkdtemp()) / "export"
    home.danso("journal", "export", str(target))
    lines = (target / "journal.jsonl").read_text().splitlines()
    return sum(FILE_CODE in line and "verify" in line for line in lines)
