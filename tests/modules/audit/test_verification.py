"""`verify_journal` and the independent checker against every way of rewriting the past."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from danso.kernel import clock
from danso.modules.audit.data import SignedHead
from danso.modules.audit.interface import export_journal, record, record_many, verify_journal
from danso.modules.audit.jobs import Sealer
from danso.wire.leaf import entry_leaf
from danso.wire.merkle import TileBuilder
from tests.modules.audit.conftest import look

CHECKER = Path(__file__).parents[3] / "tools" / "check_journal.py"
BEGIN = datetime(2026, 11, 23, 8, 0, 30, tzinfo=UTC)
Tamper = Callable[..., None]


@pytest.fixture
def kept(sealer: Sealer) -> SignedHead:
    """600 looks sealed over an hour; the head over the first 300 is what somebody kept."""
    heads = []
    with clock.frozen(BEGIN) as frozen:
        sealer.register_key()
        for _ in range(2):
            for _ in range(3):
                record_many([look(uuid4()) for _ in range(100)])
                sealer.seal()
                frozen.advance(timedelta(minutes=12))
            heads.append(sealer.sign_head())
    assert heads[0] is not None
    return heads[0]


def codes(*against: SignedHead) -> set[str]:
    return {str(one["code"]) for one in verify_journal(against).findings}


def check(
    tmp_path: Path, *against: SignedHead, words: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run the independent checker on a fresh export, with nothing of danso in its way."""
    export_journal(tmp_path / "export")
    arguments = []
    for at, signed in enumerate(against):
        path = tmp_path / f"kept-{at}.txt"
        path.write_text(signed.note(), encoding="utf-8")
        arguments += ["--against", str(path)]
    command = [sys.executable, "-I", str(CHECKER), str(tmp_path / "export"), *arguments, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_untouched_journal_is_sound_for_both(kept: SignedHead, tmp_path: Path) -> None:
    report = verify_journal([kept])
    done = check(tmp_path, kept)
    assert report.findings == ()
    assert (report.size, report.entries, report.heads_checked) == (601, 601, 3)
    assert report.root is not None
    assert done.returncode == 0, done.stdout + done.stderr
    assert report.root.hex() in done.stdout


def reseal(owner: psycopg.Connection, tamper: Tamper, lo: int) -> None:
    """What a forger with every right does next: leaves, tiles, roots made to fit the new past.

    Only the signatures can't be made to fit, and the heads that others keep.
    """
    rows = owner.execute(
        "SELECT position, second, salt, entry FROM audit_entry WHERE position >= %s ORDER BY 1",
        [lo],
    ).fetchall()
    for position, second, salt, entry in rows:
        tamper(
            "UPDATE audit_leaf SET hash = %s, second = %s WHERE position = %s",
            entry_leaf(position, second, salt, entry.encode()),
            second,
            position,
        )
    hashes = owner.execute("SELECT hash FROM audit_leaf ORDER BY position").fetchall()
    tamper("DELETE FROM audit_tile")
    for tile in TileBuilder(0, []).extend([one for (one,) in hashes]):
        tamper("INSERT INTO audit_tile VALUES (%s, %s, %s)", *tile)


ALTER = (
    "UPDATE audit_entry SET entry = replace(entry, 'residence', 'marriage') WHERE position = 150"
)
SWAP = """
UPDATE audit_entry e SET entry = o.entry, salt = o.salt, subject = o.subject
FROM audit_entry o WHERE (e.position, o.position) IN ((10, 11), (11, 10))
"""
BACK_DATE = "UPDATE audit_entry SET second = second - 3600 WHERE position = 150"
LEAF_BACK_DATE = "UPDATE audit_leaf SET second = second - 3600 WHERE position = 150"
REFILE = "UPDATE audit_entry SET subject = gen_random_uuid() WHERE position = 150"
ADD = """
INSERT INTO audit_entry
SELECT position, second + 31 * 86400, kind, subject, recorded_at, salt, entry
FROM audit_entry WHERE position = 5
"""
TAMPERED = [
    ("altered", ALTER, "altered", "ALTERED"),
    ("reordered", SWAP, "altered", "ALTERED"),
    ("removed", "DELETE FROM audit_entry WHERE position = 150", "removed", "REMOVED"),
    ("leaf removed", "DELETE FROM audit_leaf WHERE position = 150", "removed", ""),
    ("end removed", "UPDATE audit_state SET size = 500", "removed", "REMOVED"),
    ("back-dated", BACK_DATE, "back_dated", ""),
    ("leaf back-dated", LEAF_BACK_DATE, "altered", "ALTERED"),
    ("refiled", REFILE, "misfiled", ""),
    ("hidden", "UPDATE audit_entry SET kind = 2 WHERE position = 150", "misfiled", ""),
]


@pytest.mark.parametrize(("statement", "code", "word"), [one[1:] for one in TAMPERED])
def test_clumsy_forgery_is_found_at_its_place(
    kept: SignedHead, tmp_path: Path, tamper: Tamper, statement: str, code: str, word: str
) -> None:
    tamper(statement)
    assert code in codes()
    if word:
        done = check(tmp_path)
        assert done.returncode == 1, done.stdout + done.stderr
        assert word in done.stdout


@pytest.mark.parametrize(
    ("statement", "lo"),
    [
        (ALTER, 150),
        (SWAP, 10),
        ("UPDATE audit_entry SET second = second - 60 WHERE position BETWEEN 101 AND 150", 101),
        ("UPDATE audit_entry SET second = second + 1 WHERE position = 200", 200),
    ],
)
def test_careful_forgery_is_found_by_the_signed_heads(
    kept: SignedHead,
    tmp_path: Path,
    tamper: Tamper,
    owner: psycopg.Connection,
    statement: str,
    lo: int,
) -> None:
    tamper(statement)
    reseal(owner, tamper, lo)
    assert codes() == {"rewritten"}
    done = check(tmp_path)
    assert done.returncode == 1
    assert "REWRITTEN" in done.stdout


def test_row_removed_and_all_behind_it_moved_up_is_found(
    kept: SignedHead, tmp_path: Path, tamper: Tamper, owner: psycopg.Connection
) -> None:
    tamper("DELETE FROM audit_entry WHERE position = 150")
    tamper("DELETE FROM audit_leaf WHERE position = 600")
    tamper("UPDATE audit_entry SET position = position - 1 WHERE position > 150")
    tamper("UPDATE audit_state SET size = 600")
    reseal(owner, tamper, 150)
    assert codes() >= {"rewritten", "removed"}
    done = check(tmp_path, kept)
    assert done.returncode == 1
    assert "REWRITTEN" in done.stdout


def test_forger_who_deletes_and_resigns_heads_is_found_by_the_head_somebody_kept(
    kept: SignedHead, tmp_path: Path, tamper: Tamper, owner: psycopg.Connection, sealer: Sealer
) -> None:
    """Even with the sealing key in hand: a head that left the house can't be taken back."""
    tamper(ALTER)
    reseal(owner, tamper, 150)
    tamper("DELETE FROM audit_tree_head")
    with clock.frozen(BEGIN + timedelta(hours=2)):
        sealer.sign_head()
    assert codes() == set()
    assert codes(kept) == {"rewritten"}
    assert check(tmp_path).returncode == 0
    done = check(tmp_path, kept)
    assert done.returncode == 1
    assert "REWRITTEN" in done.stdout


def test_head_signed_with_an_unknown_key_is_found(
    kept: SignedHead, tmp_path: Path, tamper: Tamper
) -> None:
    tamper("UPDATE audit_tree_head SET signature = substr(signature, 1, 63) || '\\x00'::bytea")
    assert codes() == {"head_unsigned"}
    done = check(tmp_path)
    assert done.returncode == 1
    assert "NOT SIGNED" in done.stdout


def test_checker_believes_the_key_it_is_given_over_the_exports_own(
    kept: SignedHead, tmp_path: Path
) -> None:
    stranger = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    done = check(tmp_path, words=("--key", stranger))
    assert done.returncode == 1
    assert "NOT SIGNED" in done.stdout


def test_row_back_dated_before_sealing_is_found(
    kept: SignedHead, tmp_path: Path, sealer: Sealer
) -> None:
    """Whoever may write journal rows may lie about the time; the sealing second gives it away."""
    with clock.frozen(BEGIN - timedelta(days=3)):
        record(look(uuid4()))
    with clock.frozen(BEGIN + timedelta(hours=2)):
        sealer.seal()
        sealer.sign_head()
    assert codes() == {"back_dated"}
    done = check(tmp_path)
    assert done.returncode == 1
    assert "BACK-DATED" in done.stdout


def test_wrong_tile_is_found(kept: SignedHead, tamper: Tamper) -> None:
    tamper("UPDATE audit_tile SET hash = sha256('x') WHERE index = 1")
    assert codes() == {"tiles"}


def test_second_row_slipped_in_at_a_taken_position_is_found(
    kept: SignedHead, tmp_path: Path, tamper: Tamper
) -> None:
    tamper("SELECT audit_v1.ensure_month(max(second) + 31 * 86400) FROM audit_entry")
    tamper(ADD)
    assert "reordered" in codes()
    done = check(tmp_path)
    assert done.returncode == 1
    assert "REORDERED" in done.stdout


def test_checker_says_when_an_export_is_unreadable(tmp_path: Path) -> None:
    command = [sys.executable, "-I", str(CHECKER), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "can't be read" in done.stderr
