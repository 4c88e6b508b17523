"""The sealer as a process: killed in the middle, cut off from the database, behind a head."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from danso.kernel import clock
from danso.modules.audit.adapters.head_files import HeadFiles
from danso.modules.audit.adapters.sealing_key import SealingKey, is_signed
from danso.modules.audit.data import JournalBehindHead
from danso.modules.audit.interface import (
    journal_health,
    public_keys,
    record_many,
    tree_head,
)
from danso.modules.audit.jobs import Desk, Sealer, run_sealer
from danso.modules.audit.jobs.process import check_against
from danso.wire import leaf, merkle
from danso.wire.merkle import TiledTree
from tests.conftest import Database
from tests.modules.audit.conftest import look, pem

PROGRAM = """
import sys, threading
from pathlib import Path
from danso.modules.audit.jobs import Desk, SealingKey, run_sealer
dsn, key, heads = sys.argv[1:]
load = lambda: SealingKey.load(Path(key))
run_sealer(Desk(dsn, load, Path(heads), pause=0.01, batch=200), threading.Event())
"""


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)


@pytest.fixture
def desk(fresh_db: Database, key_path: Path, tmp_path: Path) -> Desk:
    return Desk(
        fresh_db.dsn("sealer"),
        lambda: SealingKey.load(key_path),
        tmp_path / "heads",
        pause=0.02,
        head_every=0.2,
        batch=200,
    )


@pytest.fixture
def running(desk: Desk) -> Iterator[threading.Thread]:
    """A sealer at work in a thread; stopped, and what waits sealed, when the test ends."""
    stop = threading.Event()
    thread = threading.Thread(target=run_sealer, args=(desk, stop))
    thread.start()
    yield thread
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def start(desk: Desk, key_path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROGRAM, desk.dsn, str(key_path), str(desk.heads)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": "src"})


def test_sealer_killed_in_the_middle_loses_and_doubles_nothing(
    desk: Desk, owner: psycopg.Connection, key_path: Path
) -> None:
    total = 6_000
    for _ in range(3):
        record_many([look() for _ in range(total // 3)])
        process = start(desk, key_path)
        wait_for(_grows_from(journal_health().sealed_size))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    process = start(desk, key_path)
    wait_for(lambda: journal_health().sealed_size == total + 1)  # and the key that was added
    process.kill()
    process.wait()
    rows = owner.execute(
        "SELECT e.position, e.second, e.salt, e.entry, l.hash FROM audit_entry e "
        "JOIN audit_leaf l USING (position, second) WHERE e.entry LIKE '%population.viewed%' "
        "ORDER BY e.position"
    ).fetchall()
    assert len(rows) == total
    for position, second, salt, entry, stored in rows:
        assert leaf.entry_leaf(position, second, salt, entry.encode()) == stored
    positions = owner.execute("SELECT count(*), max(position) + 1 FROM audit_leaf").fetchone()
    assert positions == (total + 1, total + 1)


def _grows_from(size: int) -> Callable[[], bool]:
    return lambda: journal_health().sealed_size > size


def test_running_sealer_seals_within_a_second_and_signs_when_idle(
    running: threading.Thread, desk: Desk
) -> None:
    record_many([look() for _ in range(300)])
    wait_for(lambda: journal_health().sealed_size == 301, seconds=5)
    wait_for(lambda: _head_size() == 301, seconds=5)
    first = journal_health().head
    wait_for(lambda: journal_health().head != first, seconds=5)
    assert _head_size() == 301


def _head_size() -> int:
    head = journal_health().head
    return -1 if head is None else head.head.size


def test_published_files_are_signed_heads_of_the_journal(
    running: threading.Thread, desk: Desk, owner: psycopg.Connection
) -> None:
    files = HeadFiles(desk.heads)
    wait_for(lambda: files.find_latest() is not None)
    signed = files.published()[0]
    key = desk.load_key()
    assert is_signed(signed, {signed.key_id: key.public})
    hashes = owner.execute("SELECT hash FROM audit_leaf ORDER BY position").fetchall()
    assert signed.head.root == merkle.root([one for (one,) in hashes[: signed.head.size]])
    assert (desk.heads / f"{clock.local(signed.head.at):%Y-%m-%d}.txt").exists()
    assert signed.key_id in (desk.heads / "keys.txt").read_text()


def test_sealer_reconnects_after_its_connection_is_cut(
    running: threading.Thread, owner: psycopg.Connection, fresh_db: Database
) -> None:
    wait_for(lambda: journal_health().sealed_size == 1)
    with psycopg.connect(fresh_db.dsn("super"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = 'danso_sealer' AND datname = current_database()"
        )
    record_many([look() for _ in range(50)])
    wait_for(lambda: journal_health().sealed_size == 51)


def test_sealer_command_seals_what_waits_and_signs_before_it_stops(
    fresh_db: Database, key_path: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / "secrets").mkdir(parents=True)
    key_path.rename(home / "secrets" / "sealing-key")
    settings = {"DANSO_HOME": str(home), "DANSO_SEALER_DSN": fresh_db.dsn("sealer")}
    process = subprocess.Popen(
        [sys.executable, "-m", "danso.config.main", "sealer"],
        env={**os.environ, **settings, "PYTHONPATH": "src"},
    )
    wait_for(lambda: journal_health().head is not None)
    record_many([look() for _ in range(500)])
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert journal_health().backlog == 0
    assert tree_head().head.size == 501
    assert HeadFiles(home / "files" / "heads").find_latest() == tree_head()


def test_rotated_key_signs_the_next_heads_and_old_ones_still_check(
    running: threading.Thread, desk: Desk, key_path: Path
) -> None:
    wait_for(lambda: journal_health().head is not None)
    old = tree_head()
    key_path.write_bytes(pem())
    wait_for(lambda: tree_head().key_id != old.key_id)
    assert is_signed(old, public_keys())
    assert is_signed(tree_head(), public_keys())
    assert len((desk.heads / "keys.txt").read_text().splitlines()) == 2


def test_new_key_is_journaled_and_the_old_one_kept(sealer: Sealer, tmp_path: Path) -> None:
    sealer.register_key()
    sealer.register_key()
    sealer.key = SealingKey(Ed25519PrivateKey.generate())
    sealer.register_key()
    assert sealer.seal() == 2
    assert len(sealer.public_keys()) == 2


def test_database_older_than_its_published_head_is_not_sealed(
    sealer: Sealer, tmp_path: Path
) -> None:
    record_many([look() for _ in range(5)])
    sealer.seal()
    signed = sealer.sign_head()
    assert signed is not None
    files = HeadFiles(tmp_path / "heads")
    files.publish(signed, sealer.public_keys())
    check_against(sealer, files)
    newer = type(signed.head)(signed.head.origin, 9, bytes(32), signed.head.at)
    files.publish(sealer.key.sign(newer), sealer.public_keys())
    with pytest.raises(JournalBehindHead, match="positions 5 to 8"):
        check_against(sealer, files)


def test_database_with_another_past_than_published_is_not_sealed(
    sealer: Sealer, tmp_path: Path
) -> None:
    record_many([look() for _ in range(5)])
    sealer.seal()
    signed = sealer.sign_head()
    assert signed is not None
    files = HeadFiles(tmp_path / "heads")
    other = type(signed.head)(signed.head.origin, 4, bytes(32), signed.head.at)
    files.publish(sealer.key.sign(other), sealer.public_keys())
    with pytest.raises(JournalBehindHead, match="not the one that was published"):
        check_against(sealer, files)


def test_head_is_the_root_of_tiles_at_many_sizes(sealer: Sealer, owner: psycopg.Connection) -> None:
    for count in (1, 255, 1, 300, 700):
        record_many([look() for _ in range(count)])
        sealer.seal()
        size, _ = sealer.size_and_origin()
        hashes = owner.execute("SELECT hash FROM audit_leaf ORDER BY position").fetchall()
        assert TiledTree(sealer.fetch).root(size) == merkle.root([one for (one,) in hashes])
