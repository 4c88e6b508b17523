"""A home for runs, a register in which a name says something, and files of records."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from danso.kernel.actors import Actor
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import MatchRun
from danso.modules.population import interface as population
from danso.toolkit.platform import platform
from danso.toolkit.tables.files import digest_of
from tests.conftest import Database
from tests.modules.population.conftest import Inbox, read_inbox
from tests.modules.population.files import clean_file

STEWARD = Actor("officer", "steward-1", "province")
SOURCE = "file:records.csv"
HEADINGS = ("record_key", "full_name", "birth", "sex", "number", "old_number", "commune")


@pytest.fixture
def inbox(fresh_db: Database) -> Callable[[], Inbox]:
    return lambda: read_inbox(fresh_db)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    return make_home(settings, tmp_path)


def make_home(settings: Settings, tmp_path: Path) -> Path:
    """Where a run may put both sides while it lasts."""
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def others(fresh_db: Database, home: Path, tmp_path: Path) -> None:
    """A register in which a name says something."""
    del fresh_db, home
    population.import_people(clean_file(tmp_path / "others", people=500), actor=STEWARD)


def write(folder: Path, *rows: tuple[str, ...]) -> Path:
    file = folder / "records.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([HEADINGS, *rows])
    return file


def run(file: Path, *, whole: bool = True) -> MatchRun:
    matching = linkage.Matching(
        source=SOURCE,
        digest=digest_of(file),
        frames=population.read_people(file, keys=("record_key",)),
        whole=whole,
    )
    return linkage.match_records(matching, actor=STEWARD)


def record(
    key: str, name: str = "Nguyễn Văn An", birth: str = "21/03/1984", number: str = ""
) -> tuple[str, ...]:
    return (key, name, birth, "Nam", number, "", "")
