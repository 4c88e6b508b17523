"""A copy is proven by restoring it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from danso.config.home import Home
from tests.demo_partner import partner_of, people_of
from tests.faults.load import Load
from tests.faults.test_processes import eventually
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


def test_a_copy_made_under_load_holds_all_that_was_answered_before_it(
    home: RunningHome, key: Path, other: RunningHome, tmp_path: Path
) -> None:
    with Load(home) as load:
        eventually(lambda: len(load.answered) > 50, "load")
        before = list(load.answered)
        home.danso("backup", str(tmp_path / "copy"))
        assert len(load.answered) > len(before)  # nobody had to wait for the copy
    code, said = restore(tmp_path / "copy", key, other)
    assert code == 0, said
    other.start()
    other.danso("journal", "verify")
    there = Load(other, mark=load.mark, answered=before)
    assert there.lost() == set()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-50] ^= 1
    path.write_bytes(content)


def forge(path: Path, spoil: Callable[[Path], None]) -> None:
    """Spoil a part and make the manifest agree: only the encryption can tell."""
    spoil(path)
    manifest = path.with_name("manifest.json")
    found = json.loads(manifest.read_text())
    found["digests"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(found))


SPOILED: dict[str, tuple[Callable[[Path], object], str]] = {
    "manifest cut short": (lambda copy: cut(copy / "manifest.json"), "changed or cut short"),
    "manifest gone": (lambda copy: (copy / "manifest.json").unlink(), "is no copy of a home"),
    "part gone": (lambda copy: (copy / "files.age").unlink(), "is missing"),
    "part cut short": (lambda copy: cut(copy / "files.age"), "changed or cut short"),
    "byte flipped": (lambda copy: flip(copy / "database.age"), "changed or cut short"),
    "cut short, manifest forged": (lambda copy: forge(copy / "database.age", cut), "was changed"),
    "flipped, manifest forged": (lambda copy: forge(copy / "files.age", flip), "was changed"),
    "keys flipped": (lambda copy: flip(copy.with_name("copy-keys") / "keys.age"), "was changed"),
    "keys gone": (
        lambda copy: (copy.with_name("copy-keys") / "keys.age").unlink(),
        "keys.age is missing",
    ),
    "of a newer danso": (
        lambda copy: (copy / "manifest.json").write_text(
            (copy / "manifest.json").read_text().replace('"danso": "', '"danso": "99')
        ),
        "last used by danso 99",
    ),
}


def test_restore_refuses_every_spoiled_copy_and_leaves_an_empty_folder(
    home: RunningHome, key: Path, other: RunningHome, tmp_path: Path
) -> None:
    home.danso("backup", str(tmp_path / "whole" / "copy"))
    for name, (spoil, reason) in SPOILED.items():
        place = tmp_path / name
        shutil.copytree(tmp_path / "whole", place)
        spoil(place / "copy")
        code, said = restore(place / "copy", key, other)
        assert (code, reason in said, "Traceback" in said) == (1, True, False), (name, said)
        assert not any(path.name != "lock" for path in other.home.path.glob("*")), name
    no_key, no_head = tmp_path / "no.key", tmp_path / "no-head.txt"
    no_key.write_text("AGE-SECRET-KEY-NONSENSE\n")
    no_head.write_text("nonsense\n")
    code, said = restore(tmp_path / "whole" / "copy", no_key, other)
    assert (code, "no operator's private key" in said) == (1, True)
    code, said = restore(tmp_path / "whole" / "copy", key, other, f"--published-head={no_head}")
    assert (code, "is no signed tree head" in said) == (1, True)


def test_a_restore_that_was_killed_is_no_home_and_goes_with_one_command(
    home: RunningHome, key: Path, other: RunningHome, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    home.danso("backup", str(copy))
    command = [sys.executable, "-m", "danso.config.main", "restore", str(copy)]
    options = [f"--identity={key}", f"--keys={copy}-keys", f"--home={other.home.path}"]
    with subprocess.Popen(
        [*command, *options, "--no-published-head"],
        env=other.environment(),
        stdout=subprocess.DEVNULL,
    ) as cut_short:
        eventually((other.home.path / "postgres").exists, "the restore to be half-way")
        cut_short.kill()
    refused = other.danso("up", f"--home={other.home.path}", check=False)
    assert (refused.returncode, "was cut short" in refused.stderr) == (1, True)
    code, said = restore(copy, key, other)
    assert (code, "not empty" in said) == (1, True)
    other.danso("home", "remove", str(other.home.path), "--yes")
    assert not other.home.path.exists()
    code, said = restore(copy, key, other)
    assert code == 0, said
    other.start()
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
    next_command = f"danso --home {other.home.path} journal resume --confirm"
    assert (code, "are missing here" in said, next_command in said) == (0, True, True), said
    other.begin()
    eventually(lambda: "not everything is ready" in other.log.read_text(), "the start's last word")
    assert next_command in other.log.read_text()
    assert "are missing here" in other.sealer_log()
    state = other.danso("status", "--json", check=False)
    assert next_command in json.loads(state.stdout)["parts"]["journal"]
    assert other.danso("journal", "health", check=False).returncode == 1
    refused = other.danso("journal", "resume", check=False)
    assert refused.returncode == 1
    other.danso("journal", "resume", "--confirm")
    eventually(lambda: other.danso("status", check=False).returncode == 0, "ready again")
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
