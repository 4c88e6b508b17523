"""Where root starts danso, each process has a user of its own and can't read another's secrets."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from danso.config.identities import HOLDERS, USERS
from tests.faults.test_processes import eventually, is_answering
from tests.running_home import RunningHome

NOBODYS = ("db-super", "db-owner", "demo-logins.json")
# Opens a file with the users, groups and view of the file system of a process that runs.
OPEN_AS = """
import ctypes, os, sys
pid, path = sys.argv[1:]
lines = open(f"/proc/{pid}/status").read().splitlines()
status = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
view = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
assert ctypes.CDLL(None).setns(view, 0) == 0
os.setgroups([int(group) for group in status["Groups"]])
os.setresgid(*map(int, status["Gid"][:3]))
os.setresuid(*map(int, status["Uid"][:3]))
try:
    assert open(path).read(1)
except OSError as error:
    sys.exit(error.errno)
"""


@pytest.fixture(autouse=True)
def _as_root() -> None:
    if os.geteuid() != 0:
        pytest.fail("NOT RUN: users of their own need root")


def open_as(home: RunningHome, process: str, path: Path) -> int:
    """0 where the process could read this file, else the error's number."""
    program = [sys.executable, "-c", OPEN_AS, str(home.pids()[process]), str(path)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.returncode


def status_of(pid: int) -> dict[str, list[str]]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}


@pytest.mark.parametrize("process", list(USERS))
def test_each_process_reads_its_own_secrets_and_nobody_elses(
    home: RunningHome, process: str
) -> None:
    secrets = home.home.secrets
    for name in (*HOLDERS, *NOBODYS):
        if not (secrets / name).exists():
            continue
        allowed = HOLDERS.get(name) == USERS[process]
        assert open_as(home, process, secrets / name) == (0 if allowed else errno.EACCES), name


@pytest.mark.parametrize("process", list(USERS))
def test_no_process_is_root_or_can_become_it_again(home: RunningHome, process: str) -> None:
    status = status_of(home.pids()[process])
    assert "0" not in status["Uid"]
    assert "0" not in status["Gid"]
    assert status["Groups"] == []
    assert status["CapPrm"] == ["0000000000000000"]
    assert status["NoNewPrivs"] == ["1"]


def test_users_of_sealer_gateway_and_pages_differ(home: RunningHome) -> None:
    users = {name: status_of(pid)["Uid"][0] for name, pid in home.pids().items()}
    assert len({users["sealer"], users["gateway"], users["web"]}) == 3


def test_no_process_is_handed_the_password_of_another(home: RunningHome) -> None:
    secrets = home.home.secrets
    texts = {
        name: (secrets / name).read_text().strip()
        for name in (*HOLDERS, *NOBODYS[:2])
        if (secrets / name).exists()
    }
    for process, pid in home.pids().items():
        environment = Path(f"/proc/{pid}/environ").read_text()
        seen = {name for name, text in texts.items() if text in environment}
        assert {HOLDERS.get(name) for name in seen} <= {USERS[process]}, (process, seen)


def test_a_rotated_key_is_the_sealers_alone_again(home: RunningHome) -> None:
    key = home.home.secrets / "sealing-key"
    before = key.read_text()
    home.danso("keys", "rotate", "sealing-key")
    assert key.read_text() != before
    assert open_as(home, "sealer", key) == 0
    assert open_as(home, "web", key) == open_as(home, "gateway", key) == errno.EACCES


def test_a_home_made_when_all_ran_as_root_is_handed_over_at_the_next_start(
    home: RunningHome,
) -> None:
    home.stop()
    place = home.home
    for path in (place.path, *place.path.rglob("*")):
        if place.path / "postgres" not in (path, *path.parents):
            os.chown(path, 0, 0, follow_symlinks=False)
            path.chmod(0o700 if path.is_dir() else 0o600)
    home.start()
    assert is_answering(home)
    assert open_as(home, "web", place.secrets / "sealing-key") == errno.EACCES
    eventually(lambda: open_as(home, "web", place.heads / "latest.txt") == 0, "a published head")
    home.danso("journal", "verify")
