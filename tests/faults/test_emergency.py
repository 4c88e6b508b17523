"""The glass is broken while the journal is held: it opens, and its trace is sealed afterwards."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.faults.sealed import backlog, sealed_entries
from tests.faults.test_processes import eventually
from tests.interop.person import Person
from tests.running_home import RunningHome

POST = {"role": "steward", "kind": "province", "code": ""}
STEPS = ("break_glass.made", "break_glass.begun", "break_glass.ended")


@pytest.mark.timeout(600)
@pytest.mark.clause("II.2.3")
def test_the_glass_breaks_while_the_journal_is_held_and_its_rows_are_sealed_afterwards(
    home: RunningHome, tmp_path: Path
) -> None:
    hold(home)
    assert home.danso("status", check=False).returncode == 1
    made = home.json("break-glass", "start", "--reason=The journal is held, an account is needed")
    person = Person(home.pages)
    try:
        person.go(f"{home.pages}/tai-khoan/khan-cap/")
        assert person.submit("khan-cap/$|^$", code=made["code"]).endswith("/van-hanh/")
        assert "journal resume" in person.page, "the page says what to do about the journal"
        person.go(f"{home.pages}/van-hanh/tai-khoan/moi/")
        person.submit(
            "moi/$|^$", username="can-bo-khan-cap", name="Cán bộ khẩn cấp", unit="", **POST
        )
        assert "Mật khẩu dùng một lần" in person.page, person.page[-3000:]
    finally:
        person.http.close()
    home.danso("break-glass", "end")
    held = sealed_actions(home, tmp_path / "held")
    assert not set(STEPS) & set(held), "nothing is sealed meanwhile"

    home.danso("journal", "resume", "--confirm")
    eventually(lambda: home.danso("status", check=False).returncode == 0, "ready again")
    eventually(lambda: not backlog(home), "the sealer")
    home.danso("journal", "verify")
    sealed = sealed_actions(home, tmp_path / "sealed")
    assert [one for one in sealed if one in STEPS] == list(STEPS)
    assert sealed.count("account.created") == held.count("account.created") + 1


def sealed_actions(home: RunningHome, target: Path) -> list[str]:
    """What the sealed journal says was done, in its order."""
    return [one["action"] for one in sealed_entries(home, target) if "action" in one]


def hold(home: RunningHome) -> None:
    """A head was published that this database does not reach: as after an old copy came back."""
    latest = home.home.heads / "latest.txt"
    eventually(latest.exists, "a published head")
    sealer = home.pids()["sealer"]
    os.kill(sealer, signal.SIGSTOP)
    origin, size, *rest = latest.read_text(encoding="utf-8").split("\n")
    latest.write_text("\n".join((origin, str(int(size) + 1_000), *rest)), encoding="utf-8")
    os.kill(sealer, signal.SIGKILL)
    eventually(lambda: "are missing here" in home.sealer_log(), "the sealer to refuse")
