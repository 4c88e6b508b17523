"""Rules of a source's description, put to its values: ranges, days to come, order, uniqueness; and
a source about things, which is brought in and matched to nobody."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from pytest_django import Settings

from danso.kernel.errors import Refused
from danso.modules.sources import interface as sources
from danso.modules.sources.data import LoadRecord
from danso.modules.sources.engine.cleaning import Rules, clean, judge_of, rules_of
from danso.modules.sources.models import SourceRecord
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.modules.sources.conftest import STEWARD

INSPECTIONS = "vehicle-inspection"
HEADINGS = ("SO_GCN", "SO_TEM", "BIEN_SO", "NGAY_KIEM_DINH", "HAN_KIEM_DINH")
Row = tuple[str, ...]
ONE = ("C1", "T1", "36A12345", "01/02/2026", "01/02/2027")
OTHER = ("C2", "T2", "36A12346", "01/02/2026", "01/02/2027")


@pytest.fixture
def home(fresh_db: Database, settings: Settings, tmp_path: Path) -> None:
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")


def rules() -> Rules:
    return rules_of(province(), accepts_synthetic=True, today=date(2026, 6, 30))


def judged(code: str, **values: str) -> dict[str, str]:
    """What is wrong with the given values of one row, by field."""
    source = province().source(code)
    row = {field.code: values.get(field.code, "") for field in source.fields}
    cleaned = clean(source, pl.DataFrame([row]), rules())
    return {name: cleaned[f"{name}?"][0] for name in values}


def test_amount_outside_its_range_is_told() -> None:
    for points, fault in {"0": "", "12": "", "13": "too_large", "-1": "too_small"}.items():
        assert judged("driving-licence", points=points) == {"points": fault}


def column(*values: str) -> list[tuple[str, str]]:
    """A column of amounts as it is kept, each value with its fault."""
    source = province().source("driving-licence")
    rows = [
        {field.code: value if field.code == "points" else "" for field in source.fields}
        for value in values
    ]
    cleaned = clean(source, pl.DataFrame(rows), rules())
    return list(zip(cleaned["points"], cleaned["points?"], strict=True))


def test_marks_of_an_amount_are_read_as_its_column_uses_them() -> None:
    assert column("0,5", "1.500") == [("0.5", ""), ("1500", "too_large")]
    assert column("2.000.000", "1.500")[1] == ("1500", "too_large")
    assert column("0.5", "1.500") == [("0.5", ""), ("1.500", "")]
    assert column("-1.234,5") == [("-1234.5", "too_small")]


def test_amount_that_may_be_a_thousand_times_another_is_refused() -> None:
    assert column("1.500", "7") == [("1.500", "amount_unclear"), ("7", "")]
    assert column("0.5", "0,5", "1,500")[2] == ("1,500", "amount_unclear")
    assert column("1.50.0")[0] == ("1.50.0", "amount")


def test_typed_amounts_are_read_as_pages_show_them() -> None:
    judge = judge_of(province().source("driving-licence").by_code["points"], rules())
    assert judge("1.500") == ("1500", "too_large")
    assert judge("12") == ("12", "")
    assert judge("1,5") == ("1.5", "")


def test_number_whose_zero_a_spreadsheet_ate_is_named() -> None:
    number = next(
        field.code
        for field in province().source("driving-licence").fields
        if field.term == "number"
    )
    lost = judged("driving-licence", **{number: "38099012345"})
    assert lost == {number: "number_zero_lost"}
    assert judged("driving-licence", **{number: "3809901234"}) == {number: "number_length"}


def test_day_that_has_come_is_asked_for_where_the_description_says_so() -> None:
    told = judged("driving-licence", passed_on="2026-07-01", expires_on="2036-07-01")
    assert told == {"passed_on": "date_in_future", "expires_on": ""}
    assert judged("crime-statistics", period="2026-08") == {"period": "date_in_future"}
    assert judged("crime-statistics", period="2026-06") == {"period": ""}


def test_dates_out_of_order_are_told_at_the_later_one() -> None:
    told = judged("driving-licence", issued_on="2020-05-01", expires_on="2020-04-30")
    assert told == {"issued_on": "", "expires_on": "date_too_early"}
    same = judged("driving-licence", issued_on="2020-05-01", expires_on="2020-05-01")
    assert same["expires_on"] == ""


def test_too_young_on_a_day_is_told_and_the_birthday_itself_is_enough() -> None:
    assert judged("driving-licence", birth="2002-03-01", passed_on="2020-02-28") == {
        "birth": "",
        "passed_on": "date_too_early",
    }
    assert judged("driving-licence", birth="2002-03-01", passed_on="2020-03-01")["passed_on"] == ""
    assert judged("driving-licence", birth="2004-02-29", passed_on="2022-02-28")["passed_on"] == ""


def test_dates_that_are_wrong_or_vague_are_not_compared() -> None:
    vague = judged("driving-licence", birth="2019", issued_on="2020-03-01")
    assert vague == {"birth": "date_partial", "issued_on": ""}
    wrong = judged("driving-licence", issued_on="2020-05-01", expires_on="31/02/2020")
    assert wrong["expires_on"] == "date_day_range"


def drop(folder: Path, name: str, *rows: Row) -> LoadRecord:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    connector = sources.files_connector(INSPECTIONS, folder)
    return sources.load_source(INSPECTIONS, connector, actor=STEWARD)


def marked() -> dict[str, dict[str, str]]:
    rows = SourceRecord.objects.filter(source=INSPECTIONS).exclude(faults={})
    return dict(rows.values_list("record", "faults"))


def test_value_that_two_records_hold_is_marked_until_one_lets_go(
    home: None, tmp_path: Path
) -> None:
    del home
    drop(tmp_path / "in", "1.csv", ONE, OTHER)
    assert marked() == {}
    again = drop(tmp_path / "in", "2.csv", ("C3", "T1", "36A99999", *ONE[3:]))
    twice = {"stamp": "value_twice"}
    assert marked() == {"C1": twice, "C3": twice}
    assert again.faults == {"stamp:value_twice": 2}
    drop(tmp_path / "in", "3.csv", ("C3", "T3", "36A99999", *ONE[3:]))
    assert marked() == {}


def test_source_about_things_is_loaded_and_matched_to_nobody(home: None, tmp_path: Path) -> None:
    del home
    assert drop(tmp_path / "in", "1.csv", ONE).new == 1
    with pytest.raises(Refused) as refusal:
        sources.match_source(INSPECTIONS, actor=STEWARD)
    assert refusal.value.code == "source_of_no_people"
