"""A journal that is not sealed closes the gateway once its grace is over, and opens it again."""

from __future__ import annotations

import os
import signal
import time

import httpx
import pytest

from danso.gateway.settings import Limits
from tests.demo_partner import people_of
from tests.faults.load import Load
from tests.faults.test_processes import eventually, is_answering
from tests.running_home import RunningHome

GRACE = Limits().grace


def test_past_the_grace_nobody_is_answered_and_sealing_again_mends_it(home: RunningHome) -> None:
    assert people_of(home)
    sealer = home.pids()["sealer"]
    os.kill(sealer, signal.SIGSTOP)  # alive, so that nobody restarts it
    try:
        began = time.monotonic()
        with Load(home) as load:
            eventually(lambda: len(load.answered) > 50, "answers within the grace")
            eventually(lambda: load.refused["journal_behind"] > 0, "the door to close", GRACE + 40)
            assert time.monotonic() - began > GRACE - 2
            closed = len(load.answered)
            ready = httpx.get(f"{home.gateway}/ready", timeout=10)
            assert (ready.status_code, "journal_behind" in ready.text) == (503, True)
            said = home.danso("status", "--json", check=False)
            assert said.returncode == 1
            assert "journal_behind" in said.stdout
            time.sleep(2)
            assert len(load.answered) == closed
            os.kill(sealer, signal.SIGCONT)
            eventually(lambda: len(load.answered) > closed + 20, "answers again", 30)
    finally:
        os.kill(sealer, signal.SIGCONT)
    assert load.statuses == {503}
    assert home.pids()["sealer"] == sealer
    assert load.lost() == set()
    home.danso("journal", "verify")


def test_no_sealer_at_start_closes_the_gateway_with_the_reason(home: RunningHome) -> None:
    """Its key is gone: the supervisor goes on trying, and a key put back mends it."""
    key = home.home.secrets / "sealing-key"
    aside = key.with_name("sealing-key.aside")
    key.rename(aside)
    try:
        os.kill(home.pids()["sealer"], signal.SIGKILL)
        eventually(lambda: "no sealing key" in home.sealer_log(), "the sealer to say why")
    finally:
        aside.rename(key)
    eventually(lambda: is_answering(home), "answers")
    eventually(lambda: home.danso("journal", "verify", check=False).returncode == 0, "a sound log")


@pytest.mark.parametrize("step", [-20, -7_200])
def test_a_clock_set_back_never_dates_a_row_before_an_earlier_one(
    home: RunningHome, step: int
) -> None:
    """Within the allowed skew calls are answered; hours back, new tokens are refused with the
    reason. Either way the journal stays in order, and all is well once the clock is right."""
    offset = home.home.path / "clock" / "offset"
    home.stop()
    offset.parent.mkdir(exist_ok=True)
    offset.write_text("0")
    (offset.parent / "sitecustomize.py").write_text(SHIFTED.format(offset=str(offset)))
    offset.parent.chmod(0o755)
    home.code = offset.parent
    try:
        home.start()
        assert is_answering(home)
        offset.write_text(str(step))
        with Load(home) as load:
            eventually(lambda: len(load.answered) + load.refused.total() > 20, "calls")
            if step > -Limits().clock_skew:
                eventually(lambda: len(load.answered) > 50, "answers")
        assert not load.refused or step < -Limits().clock_skew
        assert set(load.refused) <= {"invalid_client"}
        home.danso("journal", "verify")
        offset.write_text("0")
        eventually(lambda: is_answering(home), "answers")
        home.danso("journal", "verify")
        assert load.lost() == set()
    finally:
        home.stop()
        home.code = None


# Read at every look at the clock, in every process of the home: as if somebody had set it.
SHIFTED = """
from datetime import timedelta
from pathlib import Path

from danso.kernel import clock

OFFSET, real = Path({offset!r}), clock.now


def shifted():
    try:
        return real() + timedelta(seconds=int(OFFSET.read_text() or 0))
    except (OSError, ValueError):
        return real()


clock.now = shifted
"""
