"""`danso home`: a home goes with its database, never one that runs, a real one by its name only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from danso.config import postgres
from danso.config.commands.home import app
from danso.config.home import Home
from danso.config.leftovers import find_leftovers
from danso.config.postgres import Cluster
from danso.kernel.errors import Conflict, InvalidValue, NotFound

OPTIONS = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of databases of this test's own; PostgreSQL's user must be able to reach it."""
    folder = Path("/var/lib") / f"danso-test-{os.getpid()}" if os.geteuid() == 0 else tmp_path
    programs = Path(Cluster(tmp_path, "").program("postgres"))
    monkeypatch.setattr(postgres, "ROOT_FOLDER", folder)
    if os.geteuid() == 0:
        folder.mkdir()
        copy = next(path for path in programs.parents if path.name.startswith("postgresql-"))
        (folder / copy.name).symlink_to(copy)
    return folder


@pytest.fixture
def home(root: Path, tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / "province")
    made.make()
    made.write_stamp({"kind": "demo"})
    Cluster(made.path / "postgres", "secret", OPTIONS).initialise()
    yield made
    Cluster(made.path / "postgres", "").remove()
    if os.geteuid() == 0:
        shutil.rmtree(root)


def run(*arguments: str, typed: str = "") -> str:
    done = CliRunner().invoke(app, list(arguments), input=typed)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return f"{done.exit_code} {done.output}"


def test_remove_takes_the_database_along(home: Home) -> None:
    base = Cluster(home.path / "postgres", "").base
    assert run("remove", str(home.path), typed="y\n").startswith("0 ")
    assert not home.path.exists()
    assert not base.exists()


def test_remove_without_a_yes_leaves_everything(home: Home) -> None:
    assert run("remove", str(home.path), typed="n\n").startswith("1 ")
    assert (Cluster(home.path / "postgres", "").data / "PG_VERSION").exists()


def test_remove_of_a_real_home_needs_its_name_even_with_yes(home: Home) -> None:
    home.write_stamp({"kind": "real"})
    with pytest.raises(InvalidValue):
        run("remove", str(home.path), "--yes", typed="y\n")
    assert home.stamp.exists()
    assert run("remove", str(home.path), typed="province\n").startswith("0 ")
    assert not home.path.exists()


def test_remove_of_a_home_in_use_and_of_another_folder_is_refused(
    home: Home, tmp_path: Path
) -> None:
    with home.lock(), pytest.raises(Conflict):
        run("remove", str(home.path), "--yes")
    with pytest.raises(InvalidValue):
        run("remove", str(tmp_path), "--yes")
    assert home.stamp.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's databases lie outside their home")
def test_leftovers_are_databases_that_no_home_leads_to(home: Home) -> None:
    place = Cluster(home.path / "postgres", "").base
    assert find_leftovers() == []
    with pytest.raises(NotFound):
        run("leftovers", "--remove", place.name, "--yes")
    Cluster(home.path / "postgres", "secret", OPTIONS).start()
    kept = home.path.rename(home.path.with_name("moved"))
    with pytest.raises(Conflict):
        run("leftovers", "--remove", place.name, "--yes")
    Cluster(kept / "postgres", "").stop()
    assert place.name in run("leftovers")
    assert run("leftovers", "--remove", place.name, "--yes").startswith("0 ")
    assert not place.exists()
    kept.rename(home.path)
