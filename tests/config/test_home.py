"""A home is held by one process at a time and its stamp is written whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from danso.config.home import Home
from danso.kernel.errors import Conflict

HOLD = """
import sys, time
from pathlib import Path
from danso.config.home import Home
with Home(Path(sys.argv[1])).lock():
    print("held", flush=True)
    time.sleep(60)
"""


def test_lock_while_another_process_holds_it_is_refused_with_its_pid(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Conflict) as refused, Home(tmp_path).lock():
            pass
        other.kill()
    assert refused.value.code == "home_locked"
    assert str(other.pid) in refused.value.message


def test_lock_after_its_holder_was_killed_is_free(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        other.kill()
    with Home(tmp_path).lock():
        assert (tmp_path / "lock").read_text() != str(other.pid)


def test_make_keeps_secrets_and_run_to_their_owner(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    assert home.secrets.stat().st_mode & 0o777 == 0o700
    assert home.run.stat().st_mode & 0o777 == 0o700


def test_write_stamp_can_be_read_back(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.read_stamp() == {}
    home.write_stamp({"kind": "demo", "people": 5})
    assert home.read_stamp() == {"kind": "demo", "people": 5}
    assert json.loads(home.stamp.read_text())["kind"] == "demo"
