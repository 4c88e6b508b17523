"""Alerts about columns that came or went close by themselves: with the next rows that have them, or
with a description that lets them be missing."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from danso.catalogue import find_faults
from danso.modules.sources import interface as sources
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.exchange_world import TEAHOUSE
from tests.modules.sources.conftest import STEWARD
from tests.modules.sources.test_loading import HEADINGS
from tests.modules.sources.test_loading import row as shortened
from tests.modules.sources.test_running import SOURCE, Owner, kinds, owner, run

assert owner, "every test here has one"


def whole(headings: tuple[str, ...]) -> tuple[str, ...]:
    """A row with every column: what the short ones say, and nothing in the others."""
    held = dict(zip(HEADINGS, shortened("9900000003"), strict=True))
    return tuple(held.get(name, "") for name in headings)


def every_column() -> tuple[str, ...]:
    fields = province().source(SOURCE).fields
    return tuple(next((c for c in one.columns if c in HEADINGS), one.columns[0]) for one in fields)


def test_columns_that_are_back_close_the_alert_with_the_next_run(owner: Owner) -> None:
    run()
    assert kinds() == {"drift"}
    owner.drop("b.csv", whole(every_column()), headings=every_column())
    run()
    assert kinds() == set()


def test_columns_that_are_back_close_the_alert_with_a_load_by_hand(owner: Owner) -> None:
    run()
    owner.drop("b.csv", whole(every_column()), headings=every_column())
    connector = owner.open(province().source(SOURCE))
    sources.load_source(SOURCE, connector, actor=STEWARD)
    assert kinds() == set()


def test_a_renamed_needed_column_is_named_beside_what_is_missing(owner: Owner) -> None:
    names = tuple("HO_VA_TEN" if name == "HO_TEN" else name for name in every_column())
    owner.drop("b.csv", whole(every_column()), headings=names)
    run()
    (drift,) = (one for one in sources.source_alerts(SOURCE) if one.kind == "drift")
    assert (list(drift.missing), list(drift.unknown)) == (["full_name"], ["HO_VA_TEN"])


def test_columns_that_may_be_missing_by_the_description_of_now_close_it(
    owner: Owner, settings: Settings, tmp_path: Path
) -> None:
    run()
    (alert,) = sources.source_alerts(SOURCE)
    strict = platform().province_path
    assert len(alert.missing) > 1
    kept, *forgiven = alert.missing
    settings.DANSO = replace(platform(), province_path=lenient(strict, tmp_path / "one", forgiven))
    sources.tend_sources()
    (left,) = sources.source_alerts(SOURCE)
    assert list(left.missing) == [kept]
    settings.DANSO = replace(
        platform(), province_path=lenient(strict, tmp_path / "all", alert.missing)
    )
    sources.tend_sources()
    assert kinds() == set()
    # And the next run of the same columns opens none.
    run()
    assert kinds() == set()


def lenient(strict: Path, folder: Path, fields: Sequence[str]) -> Path:
    """The province with these fields described as ones that may be missing."""
    made = folder / strict.name
    shutil.copytree(strict, made)
    file = made / "sources" / f"{SOURCE}.yaml"
    text = file.read_text(encoding="utf-8")
    for code in fields:
        assert f"code: {code}," in text
        text = text.replace(f"code: {code},", f"code: {code}, may_be_missing: true,")
    file.write_text(text, encoding="utf-8")
    return made


@pytest.mark.parametrize("extra", ["required: true, may_be_missing: true"])
def test_a_required_field_may_not_be_missing(
    tmp_path: Path, fresh_db: Database, extra: str
) -> None:
    made = tmp_path / "teahouse"
    shutil.copytree(TEAHOUSE, made)
    file = made / "sources" / "kettles.yaml"
    text = file.read_text(encoding="utf-8")
    assert "required: true" in text
    file.write_text(text.replace("required: true", extra, 1), encoding="utf-8")
    assert any("a required field may not be missing" in one.wrong for one in find_faults(made))
