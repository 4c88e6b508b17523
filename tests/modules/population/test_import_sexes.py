"""Lists of households with two columns, Nam and Nữ, as communes keep them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from danso.kernel.errors import InvalidValue
from danso.modules.population import interface as population
from danso.modules.population.data import FileReport, ImportOptions
from danso.modules.population.engine.importing import headings
from danso.modules.population.models import Person
from tests.modules.population.conftest import OFFICER
from tests.modules.population.files import csv_file

pytestmark = pytest.mark.usefixtures("db")


def load(folder: Path, *rows: dict[str, str]) -> FileReport:
    path = csv_file(folder, list(rows))
    options = ImportOptions(with_quality=False)
    return population.import_people(path, actor=OFFICER, options=options).files[0]


def listed(name: str, male: str, female: str, **more: str) -> dict[str, str]:
    return {"STT": "1", "Họ và tên": name, "Nam": male, "Nữ": female} | more


def entered() -> dict[str, tuple[int, str]]:
    rows = Person.objects.values_list("full_name", "sex", "birth")
    return {name: (sex, str(birth)) for name, sex, birth in rows}


@pytest.mark.parametrize("mark", ["x", "X", "✓", "1", "+", "v", "'1"])
def test_a_mark_in_one_of_two_columns_is_the_sex(tmp_path: Path, mark: str) -> None:
    report = load(
        tmp_path,
        listed("Lê Văn Tám", mark, "", **{"Ngày sinh": "02/09/1961"}),
        listed("Phạm Thị Hoa", "", mark, **{"Ngày sinh": "1965"}),
    )
    assert (report.loaded, report.unknown_columns) == (2, ())
    assert entered() == {"Lê Văn Tám": (1, "1961-09-02"), "Phạm Thị Hoa": (2, "1965")}


def test_a_year_or_date_in_one_of_them_is_sex_and_birth(tmp_path: Path) -> None:
    report = load(
        tmp_path,
        listed("Lê Văn Tám", "1961", ""),
        listed("Phạm Thị Hoa", "", "15/3/1965"),
        listed("Lê Văn Chín", "'1990", "0"),
        listed("Lê Thị Mười", "-", "45"),
    )
    assert entered() == {
        "Lê Văn Tám": (1, "1961"),
        "Phạm Thị Hoa": (2, "1965-03-15"),
        "Lê Văn Chín": (1, "1990"),
    }
    assert report.reasons == {"birth_unreadable": 1}


def test_what_stands_in_both_or_in_neither_tells_no_sex(tmp_path: Path) -> None:
    birth = {"Ngày sinh": "1970"}
    report = load(
        tmp_path,
        listed("Lê Văn Tám", "x", "x", **birth),
        listed("Phạm Thị Hoa", "", "", **birth),
        listed("Lê Văn Chín", "", "chưa rõ", **birth),
        listed("Phạm Thị Năm", "", "1971", **birth),
    )
    assert {name: sex for name, (sex, _) in entered().items()} == {
        "Lê Văn Tám": 0,
        "Phạm Thị Hoa": 0,
        "Lê Văn Chín": 0,
        "Phạm Thị Năm": 2,
    }
    assert (report.notes["sex_unknown"], report.notes["value_unknown"]) == (3, 2)
    # A column of births goes before the pair.
    assert entered()["Phạm Thị Năm"] == (2, "1970")


def test_titles_above_such_a_list_are_skipped(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [listed("Lê Văn Tám", "1961", "")])
    path.write_text("DANH SÁCH HỘ GIA ĐÌNH,,,\nThôn 3,,,\n" + path.read_text())
    options = ImportOptions(with_quality=False)
    assert population.import_people(path, actor=OFFICER, options=options).total("loaded") == 1


def test_a_column_of_years_is_not_the_column_of_men() -> None:
    with pytest.raises(InvalidValue, match="birth"):
        headings.match(["Họ và tên", "Năm", "Nữ"])
    found = headings.match(["HỌ VÀ TÊN", "NAM", "NỮ", "Năm"])
    assert found.columns == {"full_name": 0, "male": 1, "female": 2}
    assert found.unknown == {"Năm": 3}
    found = headings.match(["Họ và tên", "Năm sinh Nam", "Năm sinh Nữ"])
    assert found.columns == {"full_name": 0, "male": 1, "female": 2}


TWO_ROWS = [
    ["DANH SÁCH NHÂN KHẨU THÔN 3"],
    ["STT", "Họ và tên", "Năm sinh", "", "Quan hệ"],
    ["", "", "Nam", "Nữ", ""],
    ["1", "Lê Văn Tám", "1961", "", "Chủ hộ"],
    ["2", "Phạm Thị Hoa", "", "1965", "Vợ"],
]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_nam_and_nu_may_stand_below_one_heading(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"list.{ending}"
    if ending == "csv":
        path.write_text("\n".join(",".join(row + [""] * (5 - len(row))) for row in TWO_ROWS))
    else:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in TWO_ROWS:
            book.active.append(row)
        book.save(path)
    options = ImportOptions(with_quality=False)
    report = population.import_people(path, actor=OFFICER, options=options).files[0]
    assert (report.loaded, report.quarantined) == (2, 0)
    assert entered() == {"Lê Văn Tám": (1, "1961"), "Phạm Thị Hoa": (2, "1965")}


def test_a_row_of_somebody_is_no_second_row_of_headings() -> None:
    assert headings.with_second_row(["Họ và tên", "Phái"], ["Lê Văn Tám", "Nam", "Nữ"]) is None
    assert headings.with_second_row(["Họ và tên", "Năm sinh"], ["", "1961"]) is None
