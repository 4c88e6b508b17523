"""A copy is proven by restoring it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from danso.config.home import Home
from tests.demo_partner import partner_of, people_of
from tests.running_home import RunningHome, free_ports


@pytest.fixture
def key(home: RunningHome, tmp_path: Path) -> Path:
    """The operator's private key; the public half lies in the home."""
    private = tmp_path / "operator.key"
    home.danso("keys", "operator", str(private))
    public = private.read_text().splitlines()[0].removeprefix("# public key: ")
    (home.home.path / "operator.pub").write_text(public)
    return private


@pytest.fixture
def other(tmp_path: Path) -> Iterator[RunningHome]:
    made = RunningHome(Home(tmp_path / "other"), free_ports(), 0)
    yield made
    made.remove()


def restore(copy: Path, key: Path, target: RunningHome, *more: str) -> tuple[int, str]:
    done = target.danso(
        "restore",
        str(copy),
        f"--identity={key}",
        f"--keys={copy}-keys",
        f"--home={target.home.path}",
        *(more or ("--no-published-head",)),
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_restored_copy_answers_and_its_journal_verifies(
    home: RunningHome, key: Path, other: RunningHome, tmp_path: Path
) -> None:
    somebody = people_of(home)[0]
    home.danso("backup", str(tmp_path / "copy"))
    code, said = restore(tmp_path / "copy", key, other)
    assert code == 0, said
    other.start()
    with partner_of(other) as (danso, why):
        assert danso.verify(why, somebody).result == "match"
    other.danso("journal", "verify")


def test_restore_refuses_a_home_in_use_a_wrong_key_and_a_changed_copy(
    home: RunningHome, key: Path, other: RunningHome, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    home.danso("backup", str(copy))
    code, said = restore(copy, key, home)
    assert (code, "not empty" in said) == (1, True)

    stranger = tmp_path / "stranger.key"
    home.danso("keys", "operator", str(stranger))
    code, said = restore(copy, stranger, other)
    assert (code, "cannot be opened with this key" in said) == (1, True)

    shutil.copytree(copy, tmp_path / "changed")
    shutil.copytree(f"{copy}-keys", tmp_path / "changed-keys")
    with (tmp_path / "changed" / "database.age").open("r+b") as file:
        file.seek(1000)
        file.write(b"x")
    code, said = restore(tmp_path / "changed", key, other)
    assert (code, "was changed" in said) == (1, True)
    assert not any(path.name != "lock" for path in other.home.path.glob("*"))


def test_a_copy_older_than_a_published_head_stays_held_until_confirmed(
    home: RunningHome, key: Path, other: RunningHome, tmp_path: Path
) -> None:
    home.danso("backup", str(tmp_path / "copy"))
    with partner_of(home) as (danso, why):
        for somebody in people_of(home)[:5]:
            danso.verify(why, somebody)
    home.stop()  # the sealer signs what was sealed last
    head = tmp_path / "head.txt"
    head.write_text((home.home.files / "heads" / "latest.txt").read_text())
    code, said = restore(tmp_path / "copy", key, other, f"--published-head={head}")
    assert code == 0, said
    other.start()
    assert "are missing here" in other.sealer_log()
    refused = other.danso("journal", "resume", check=False)
    assert refused.returncode == 1
    other.danso("journal", "resume", "--confirm")
    with partner_of(other) as (danso, why):
        assert danso.verify(why, people_of(home)[0]).result == "match"
    other.danso("journal", "verify")


def test_nothing_personal_is_readable_in_a_copy(
    home: RunningHome, key: Path, tmp_path: Path
) -> None:
    home.danso("backup", str(tmp_path / "copy"))
    somebody = people_of(home)[0]
    for part in (tmp_path / "copy").iterdir():
        content = part.read_bytes()
        assert somebody.number.encode() not in content
        assert somebody.full_name.encode() not in content
