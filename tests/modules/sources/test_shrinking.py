"""A delivery that lacks a large part of a source ends nothing until somebody says that it is so."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from danso.kernel.errors import Conflict
from danso.modules.sources import interface as sources
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.models import SourceRecord
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.modules.sources.conftest import STEWARD
from tests.modules.sources.test_loading import HEADINGS, row

SOURCE = "insurance"
ALL = 40


@pytest.fixture
def folder(fresh_db: Database, settings: Settings, tmp_path: Path) -> Path:
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def load(folder: Path, name: str, numbers: range) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *(row(f"99{n:08}") for n in numbers)])
    source = province().source(SOURCE)
    assert source.transport.kind == "file"
    connector = FilesConnector(source, source.transport, folder, quiet=0.0)
    sources.load_source(SOURCE, connector, actor=STEWARD)


def there() -> int:
    return SourceRecord.objects.filter(source=SOURCE, gone_at__isnull=True).count()


def alerts() -> set[str]:
    return {one.code for one in sources.source_alerts(SOURCE) if one.kind == "shrunk"}


def test_a_delivery_without_rows_ends_nothing_and_opens_an_alert(folder: Path) -> None:
    load(folder, "a", range(ALL))
    load(folder, "b", range(0))

    assert there() == ALL
    assert alerts() == {"records_shrunk"}


def test_a_delivery_that_lacks_a_few_ends_them(folder: Path) -> None:
    load(folder, "a", range(ALL))
    load(folder, "b", range(ALL - 5))

    assert there() == ALL - 5
    assert alerts() == set()


def test_what_is_held_ends_when_somebody_says_so_and_only_once(folder: Path) -> None:
    load(folder, "a", range(ALL))
    load(folder, "b", range(10))
    assert there() == ALL

    assert sources.let_end(SOURCE, actor=STEWARD) == ALL - 10

    assert there() == 10
    assert alerts() == set()
    with pytest.raises(Conflict) as again:
        sources.let_end(SOURCE, actor=STEWARD)
    assert again.value.code == "sweep_not_held"


def test_what_is_held_is_forgotten_when_the_records_come_again(folder: Path) -> None:
    load(folder, "a", range(ALL))
    load(folder, "b", range(0))
    load(folder, "c", range(ALL + 1))

    assert there() == ALL + 1
    assert alerts() == set()
    with pytest.raises(Conflict):
        sources.let_end(SOURCE, actor=STEWARD)
