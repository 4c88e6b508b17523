"""`danso journal` as an auditor and an operator use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from danso.config.commands.journal import app
from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.audit.adapters.head_files import HeadFiles
from danso.modules.audit.interface import record_many, tree_head
from danso.modules.audit.jobs import Sealer
from danso.modules.audit.jobs.process import check_against
from tests.modules.audit.conftest import look


def run(*words: str) -> Result:
    """Errors of danso come through as they are: `danso` itself turns them into one line."""
    done = CliRunner().invoke(app, list(words), catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def told(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DANSO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def sealed(sealer: Sealer) -> Sealer:
    sealer.register_key()
    record_many([look() for _ in range(30)])
    sealer.seal()
    sealer.sign_head()
    return sealer


def test_verify_says_sound_and_exits_0(sealed: Sealer, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(tree_head().note(), encoding="utf-8")
    done = run("verify", "--against", str(kept))
    assert (done.exit_code, "Sound." in done.stdout) == (0, True)
    report = told("verify")
    assert (report["sound"], report["size"], report["findings"]) == (True, 31, [])


def test_verify_of_a_tampered_journal_names_the_row_and_exits_1(
    sealed: Sealer, tamper: Any
) -> None:
    tamper("UPDATE audit_entry SET entry = '{}' WHERE position = 7")
    done = run("verify", "--json")
    assert done.exit_code == 1
    findings = json.loads(done.stdout)["findings"]
    assert [(one["code"], one["position"]) for one in findings] == [("altered", 7)]


def test_verify_against_a_file_that_is_no_head_says_what_to_give(
    sealed: Sealer, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("hello", encoding="utf-8")
    with pytest.raises(InvalidValue, match="Give the whole file"):
        run("verify", "--against", str(wrong))
    with pytest.raises(InvalidValue, match="can't be read"):
        run("verify", "--against", str(tmp_path / "none.txt"))


def test_head_is_the_signed_note(sealed: Sealer) -> None:
    assert run("head").stdout == tree_head().note()
    assert told("head")["keys"][0].startswith(tree_head().head.origin)


def test_head_before_the_first_one_says_when_it_comes(sealer: Sealer) -> None:
    with pytest.raises(NotFound, match="each minute"):
        run("head")


def test_export_is_journaled_and_never_overwrites(sealed: Sealer, tmp_path: Path) -> None:
    assert told("export", str(tmp_path / "out"))["size"] == 31
    assert sealed.seal() == 1
    with pytest.raises(InvalidValue, match="not empty"):
        run("export", str(tmp_path / "out"))


def test_health_tells_what_waits(sealed: Sealer) -> None:
    record_many([look(), look()])
    figures = told("health")
    assert (figures["backlog"], figures["sealed_size"], figures["head_size"]) == (2, 31, 31)
    assert figures["oldest_unsealed_seconds"] >= 0


def test_resume_journals_the_loss_and_lets_sealing_go_on(sealed: Sealer, home: Path) -> None:
    files = HeadFiles(home / "files" / "heads")
    files.publish(tree_head(), sealed.public_keys())
    head = tree_head().head
    newer = type(head)(head.origin, 50, bytes(32), head.at)
    files.publish(sealed.key.sign(newer), sealed.public_keys())
    ill = run("health", "--json")
    assert (ill.exit_code, "positions 31 to 49" in ill.stdout) == (1, True)
    assert f"danso --home {home} journal resume --confirm" in json.loads(ill.stdout)["held"]
    with pytest.raises(InvalidValue, match="--confirm"):
        run("resume")
    assert run("resume", "--confirm").exit_code == 0
    check_against(sealed, files)
    assert (run("health").exit_code, told("health")["held"]) == (0, None)
    assert len(list((files.folder / "lost").iterdir())) == 1
    assert run("verify").exit_code == 0
    sealed.seal()
    row = sealed.connection.execute(
        "SELECT entry::json -> 'detail' FROM audit_entry ORDER BY position DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    assert (row[0]["lost_from"], row[0]["lost_to"]) == (31, 49)


def test_resume_of_a_journal_that_lost_nothing_is_refused(sealed: Sealer, home: Path) -> None:
    with pytest.raises(Conflict, match="no published head"):
        run("resume", "--confirm")
    files = HeadFiles(home / "files" / "heads")
    files.publish(tree_head(), sealed.public_keys())
    with pytest.raises(Conflict, match="not behind"):
        run("resume", "--confirm")


def test_verify_compares_the_heads_published_as_files(sealed: Sealer, home: Path) -> None:
    head = tree_head().head
    # Dated as the row it ends on: the head was perhaps signed a second later.
    (sealed_at,) = sealed._one("SELECT to_timestamp(second) FROM audit_leaf WHERE position = 19")
    other = type(head)(head.origin, 20, bytes(32), sealed_at)
    HeadFiles(home / "files" / "heads").publish(sealed.key.sign(other), sealed.public_keys())
    assert [one["code"] for one in json.loads(run("verify", "--json").stdout)["findings"]] == [
        "rewritten"
    ]
