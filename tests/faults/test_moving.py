"""A newer danso takes over a home: it copies, migrates, survives a kill, and refuses to go back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import danso
from danso.config.database import Address
from danso.config.home import Home
from danso.config.postgres import Cluster
from danso.config.secrets import Secrets
from tests.faults.test_processes import alive, answers_on_record, eventually, is_answering
from tests.running_home import RunningHome, free_ports

SOURCE = Path(danso.__file__).resolve().parent
NEWER = "99.0.0"
# Fills a column for everybody, then waits in its transaction while a file named "wait" is there.
MIGRATION = """
import time
from pathlib import Path
from django.db import migrations

HERE = Path({here!r})


def linger(apps, schema_editor):
    (HERE / "reached").touch()
    while (HERE / "wait").exists():
        time.sleep(0.05)


class Migration(migrations.Migration):
    dependencies = [("population", {latest!r})]
    operations = [
        migrations.RunSQL("ALTER TABLE population_person ADD COLUMN length integer"),
        migrations.RunSQL("UPDATE population_person SET length = length(full_name)"),
        migrations.RunPython(linger),
    ]
"""


pytestmark = pytest.mark.timeout(600)


@pytest.fixture(autouse=True)
def _up() -> None:
    """These tests have a home of their own."""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The source folder of a danso of a later version, with one migration more."""
    root = tmp_path / "newer"
    code = root / "src" / "danso"
    shutil.copytree(SOURCE, code)
    for beside in ("provinces", "build"):
        shutil.copytree(SOURCE.parents[1] / beside, root / beside)
    (code / "__init__.py").write_text(f'__version__ = "{NEWER}"\n')
    folder = code / "modules" / "population" / "migrations"
    latest = max(path.stem for path in folder.glob("0*.py"))
    text = MIGRATION.format(here=str(tmp_path), latest=latest)
    (folder / f"{int(latest[:4]) + 1:04}_later.py").write_text(text)
    return root / "src"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[RunningHome]:
    """A home that this danso made and left, with answered calls in its journal."""
    made = RunningHome(Home(tmp_path / "home"), free_ports(), 200)
    try:
        made.start()
        assert is_answering(made)
        made.stop()
        yield made
    finally:
        made.remove()


def copies(home: RunningHome) -> list[Path]:
    return sorted(home.home.backups.glob("*-before-migration"))


def lengths(home: RunningHome) -> int:
    """How many people the newer danso's column holds a value for."""
    cluster = Cluster(home.home.path / "postgres", Secrets(home.home).get("db-super"))
    address = Address("127.0.0.1", cluster.port, "danso")
    with psycopg.connect(address.dsn("super", cluster.password)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM population_person WHERE length > 0"
        ).fetchone()
    assert row is not None
    return int(row[0])


def people(home: RunningHome) -> int:
    counted = home.json("population", "count")
    return sum(row["alive"] + row["dead"] + row["missing"] for row in counted)


def test_a_newer_danso_copies_migrates_and_keeps_everything(
    old: RunningHome, newer: Path, tmp_path: Path
) -> None:
    old.start()
    before, asked = people(old), answers_on_record(old)
    old.stop()
    old.code = newer
    old.start()
    assert old.home.read_stamp()["danso"] == NEWER
    assert "moving_from" not in old.home.read_stamp()
    assert (people(old), lengths(old)) == (before, before)
    assert answers_on_record(old) == asked
    assert is_answering(old)
    old.danso("journal", "verify")
    made = copies(old)
    assert len(made) == 1

    old.stop()
    old.start()
    assert copies(old) == made
    assert old.log.read_text().count("backing up") == 1
    old.stop()
    the_copy_from_before_opens_with_the_old_danso(old, made[0], tmp_path, before)


def the_copy_from_before_opens_with_the_old_danso(
    home: RunningHome, copy: Path, folder: Path, people_before: int
) -> None:
    back = RunningHome(Home(folder / "back"), free_ports(), 0)
    key = home.home.secrets / "operator-demo-key"
    try:
        back.danso(
            "restore",
            str(copy),
            f"--identity={key}",
            f"--keys={copy}-keys",
            f"--home={back.home.path}",
            "--no-published-head",
        )
        assert back.home.read_stamp()["danso"] == danso.__version__
        back.start()
        assert people(back) == people_before
        back.danso("journal", "verify")
    finally:
        back.remove()


def test_killed_in_the_middle_of_migrating_it_goes_on_and_the_old_danso_is_refused(
    old: RunningHome, newer: Path, tmp_path: Path
) -> None:
    (tmp_path / "wait").touch()
    old.code = newer
    old.begin()
    eventually((tmp_path / "reached").exists, "the migration", 90)
    assert old.process is not None
    migrating = children_of(old.process.pid)
    old.process.kill()
    old.process.wait()
    eventually(lambda: not any(map(alive, migrating)), "the migration to end with it")
    (tmp_path / "wait").unlink()

    old.code = None
    refused = old.danso("up", f"--home={old.home.path}", check=False)
    assert refused.returncode == 1
    assert f"last used by danso {NEWER}" in refused.stderr
    assert "restore the copy" in refused.stderr

    old.code = newer
    old.start()
    assert len(copies(old)) == 1
    assert lengths(old) == people(old) > 0
    assert is_answering(old)
    old.danso("journal", "verify")


def test_a_copy_that_cannot_be_made_leaves_the_home_as_it_was(
    old: RunningHome, newer: Path
) -> None:
    """A real home without an operator's key, say; here its file holds none."""
    (old.home.path / "operator.pub").write_text("no key\n")
    old.code = newer
    refused = old.danso("up", f"--home={old.home.path}", check=False)
    assert refused.returncode == 1
    assert "this is no operator's public key" in refused.stderr
    assert old.home.read_stamp()["danso"] == danso.__version__
    old.code = None
    old.start()
    assert is_answering(old)


def children_of(parent: int) -> list[int]:
    """Process ids of whatever this process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found
