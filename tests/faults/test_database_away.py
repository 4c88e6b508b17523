"""The database away for a whole minute under load: reasons while it lasts, nothing lost after."""

from __future__ import annotations

import os
import signal
import time

import httpx
import pytest

from tests.faults.load import Load
from tests.faults.test_processes import eventually, is_gateway_ready, kill_postmaster
from tests.running_home import RunningHome

AWAY_SECONDS = 60


@pytest.mark.timeout(400)
def test_a_minute_without_a_database_is_refused_with_the_reason_and_loses_nothing(
    home: RunningHome,
) -> None:
    supervisor = home.process
    assert supervisor is not None
    before = home.pids()
    with Load(home) as load:
        eventually(lambda: len(load.answered) > 100, "load")
        os.kill(supervisor.pid, signal.SIGSTOP)  # so that nobody brings it back
        try:
            kill_postmaster(home)
            gone = time.monotonic()
            eventually(lambda: not is_gateway_ready(home), "the gateway to close its door", 20)
            closed = len(load.answered)
            while time.monotonic() - gone < AWAY_SECONDS:
                ready = httpx.get(f"{home.gateway}/ready", timeout=10)
                assert ready.status_code == 503
                assert ready.text.startswith("no_news:")
                assert httpx.get(f"{home.pages}/san-sang", timeout=10).status_code == 503
                assert httpx.get(f"{home.gateway}/health", timeout=10).status_code == 200
                time.sleep(1)
            assert len(load.answered) == closed
        finally:
            os.kill(supervisor.pid, signal.SIGCONT)
        eventually(lambda: len(load.answered) > closed + 100, "answers by themselves", 60)
    # Rows of before the outage are older than the grace when it ends: first they are sealed.
    assert set(load.refused) <= {"no_news", "database_down", "journal_behind"}
    assert "no_news" in load.refused
    assert load.statuses == {503}
    assert load.lost() == set()
    # It waited: nothing that lives on the database had to be started anew.
    eventually(home.is_ready, "readiness")
    assert {name: home.pids()[name] for name in ("gateway", "web")} == {
        name: before[name] for name in ("gateway", "web")
    }
    home.danso("journal", "verify")
