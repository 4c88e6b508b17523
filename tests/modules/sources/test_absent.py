"""A source in a home whose register is absent: loaded and told without anybody to match it to."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from danso.modules.linkage.models import Link
from danso.modules.sources.actions.running import is_unmatched
from danso.modules.sources.models import Fact
from danso.toolkit.platform import platform, province
from danso.wire.keys import unregistered_key
from tests.conftest import Database
from tests.modules.sources.test_loading import HEADINGS, SOURCE, load, row

NUMBER = "099084000017"


@pytest.fixture(autouse=True)
def _absent(fresh_db: Database, settings: Settings, tmp_path: Path) -> None:
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home", register_mode="absent")


def drop(folder: Path, name: str, *rows: tuple[str, ...]) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([(*HEADINGS, "SO_CCCD"), *rows])
    return folder


@pytest.mark.clause("I.A.2022.4", partly="no owner's own system was seen")
def test_records_tell_under_their_own_number_and_birth_date(tmp_path: Path) -> None:
    folder = drop(
        tmp_path / "drop",
        "a.csv",
        (*row("9900000001"), NUMBER),
        (*row("9900000002", birth="1984"), NUMBER),
        (*row("9900000003"), ""),
    )
    load(folder)
    assert not Link.objects.exists()
    (fact,) = Fact.objects.filter(kind="health_insurance")
    assert (fact.record, fact.person) == ("9900000001", unregistered_key(NUMBER, "1984-03-21"))
    # What the owner drops ends.
    load(drop(folder, "b.csv", (*row("9900000003"), "")))
    assert not Fact.objects.exists()


def test_a_run_by_itself_matches_nobody_and_does_not_stop(tmp_path: Path) -> None:
    load(drop(tmp_path / "drop", "a.csv", (*row("9900000001"), NUMBER)))
    assert not is_unmatched(province().source(SOURCE))
