"""`danso identity reconcile` is killed in the middle of a file: the same command ends the work."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from danso.config.database import Address
from danso.config.postgres import Cluster
from danso.config.secrets import Secrets
from danso.modules.identity.actions.portals.running import CHUNK
from tests.demo_partner import people_of
from tests.faults.sealed import backlog, sealed_entries
from tests.faults.test_processes import eventually
from tests.running_home import RunningHome

PORTAL = "cong.example.vn"
CHUNKS = 5
ROWS = CHUNK * (CHUNKS - 1) + 1_000
_COUNTS = """
    SELECT (SELECT count(*) FROM identity_portal_account),
           (SELECT count(*) FROM identity_reconciled_chunk),
           (SELECT count(*) FROM identity_portal_account WHERE state = 'linked')
"""


@pytest.mark.timeout(600)
@pytest.mark.clause("I.A.2022.1")
def test_a_run_that_is_killed_is_ended_by_the_same_command(
    home: RunningHome, tmp_path: Path
) -> None:
    linked = write(home, tmp_path / "accounts.csv")
    with connected(home) as database:
        kill_in_the_middle(home, tmp_path / "accounts.csv", database)
        accounts, chunks, _ = counts(database)
        assert 0 < chunks < CHUNKS
        assert accounts == min(chunks * CHUNK, ROWS), "whole chunks and nothing else"
        assert not (tmp_path / "accounts.csv.report.csv").exists()
        assert "cut short" in home.danso("identity", "list").stdout

        done = reconcile(home, tmp_path / "accounts.csv")
        assert (done["done"], done["rows"]) == (ROWS, ROWS)
        assert counts(database) == (ROWS, CHUNKS, linked)
    report = (tmp_path / "accounts.csv.report.csv").read_text(encoding="utf-8")
    lines = list(csv.DictReader(report.splitlines()))
    assert len({line["account"] for line in lines}) == ROWS, "each account once"
    assert sum(line["outcome"] == "linked" for line in lines) == linked
    assert looked_up(home, tmp_path / "journal") == linked, "each person's look once"
    home.danso("journal", "verify")

    assert reconcile(home, tmp_path / "accounts.csv")["counts"] == done["counts"]
    with connected(home) as database:
        assert counts(database) == (ROWS, CHUNKS, linked), "a third time changes nothing"


def write(home: RunningHome, path: Path) -> int:
    """A portal's file: people of the register in every chunk, and many of nobody's numbers. How
    many will be linked."""
    people = people_of(home)
    grown_up = [one for one in people if (one.birth or "") < "2000"]
    step = ROWS // len(grown_up)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("login", "number", "full_name", "birth", "phone", "portal"))
        for at in range(ROWS):
            turn, rest = divmod(at, step)
            if rest == 0 and turn < len(grown_up):
                one = grown_up[turn]
                row = (one.number, one.full_name, one.birth or "")
            else:
                row = (f"038070{at:06d}", "Không Ai Cả", "1970-01-01")
            out.writerow((f"nguoi-{at}", *row, "", PORTAL))
    return len(grown_up)


def kill_in_the_middle(
    home: RunningHome, path: Path, database: psycopg.Connection[tuple[Any, ...]]
) -> None:
    """Nobody closes anything: it is gone while a chunk is being kept."""
    command = [sys.executable, "-m", "danso.config.main", "identity", "reconcile", str(path)]
    process = subprocess.Popen(
        command, env=home.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        eventually(lambda: counts(database)[1] >= 1, "the first chunk", 120)
    finally:
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL, "it was still at work"


def reconcile(home: RunningHome, path: Path) -> dict[str, Any]:
    done: dict[str, Any] = json.loads(
        home.danso("identity", "reconcile", str(path), "--json").stdout
    )
    return done


def connected(home: RunningHome) -> psycopg.Connection[tuple[Any, ...]]:
    """As the database's owner, each statement by itself."""
    cluster = Cluster(home.home.path / "postgres", Secrets(home.home).get("db-super"))
    dsn = Address("127.0.0.1", cluster.port, "danso").dsn("super", cluster.password)
    return psycopg.connect(dsn, autocommit=True)


def counts(database: psycopg.Connection[tuple[Any, ...]]) -> tuple[int, int, int]:
    """Accounts, chunks and linked accounts that are kept."""
    row = database.execute(_COUNTS).fetchone()
    assert row is not None
    accounts, chunks, linked = row
    return accounts, chunks, linked


def looked_up(home: RunningHome, target: Path) -> int:
    """Rows of the journal about somebody whom the file named and the register knew."""
    eventually(lambda: not backlog(home), "the sealer", 120)
    return sum(
        entry.get("action") == "eid.portal_verified" and entry["detail"].get("portal") == PORTAL
        for entry in sealed_entries(home, target)
    )
