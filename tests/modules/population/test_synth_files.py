"""The files of a synthetic province: the same bytes again, faults at their rates, and the whole
truth."""

from __future__ import annotations

import csv
import gzip
import io
import json
import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from defusedxml import ElementTree
from python_calamine import CalamineWorkbook

from danso import catalogue
from danso.kernel.errors import InvalidValue, Refused
from danso.kernel.legacy import decode_tcvn3, decode_vni
from danso.kernel.text import tidy
from danso.modules.population.engine.synth.dialects import DIALECTS
from danso.modules.population.engine.synth.faults import EXPECTED, FAULTS, FaultRates
from danso.modules.population.engine.synth.from_catalogue import inputs_from_catalogue
from danso.modules.population.engine.synth.inputs import SynthInputs
from danso.modules.population.engine.synth.messages import NAMESPACE
from danso.modules.population.engine.synth.people import make_people
from danso.modules.population.engine.synth.rows import COLUMNS
from danso.modules.population.engine.synth.write import ProvinceWriter

TEAHOUSE = Path(__file__).parents[2] / "catalogues" / "teahouse"
PEOPLE = 4_000
Rows = list[dict[str, str]]


def read_inputs(copies: int = 1) -> SynthInputs:
    """The teahouse, its communes repeated under further districts: every dialect gets a file."""
    inputs = inputs_from_catalogue(catalogue.load(TEAHOUSE))
    communes = [
        replace(unit, area=f"{unit.area} {copy}")
        for copy in range(copies)
        for unit in inputs.communes
    ]
    # A prefix with the leading zero that sheets lose.
    return replace(inputs, communes=tuple(communes), synthetic_prefix="090")


@pytest.fixture(scope="module")
def inputs() -> SynthInputs:
    return read_inputs(copies=4)


def write(inputs: SynthInputs, folder: Path, rates: FaultRates, *, messy: bool = True) -> Path:
    population = make_people(inputs, people=PEOPLE, seed=11)
    ProvinceWriter(population, folder, rates).write(messy=messy)
    return folder


@pytest.fixture(scope="module")
def province(inputs: SynthInputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(inputs, tmp_path_factory.mktemp("messy") / "out", FaultRates())


@pytest.fixture(scope="module")
def faultless(inputs: SynthInputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(inputs, tmp_path_factory.mktemp("good") / "out", FaultRates(scale=0))


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def truth(folder: Path, kind: str) -> pl.DataFrame:
    return pl.read_parquet(folder / "truth" / kind / "*.parquet")


def read_text(path: Path) -> Rows:
    raw = path.read_bytes()
    if "tcvn3" in path.name:
        text = decode_tcvn3(raw.decode("latin-1"))
    elif "vni" in path.name:
        text = decode_vni(raw.decode("latin-1"))
    else:
        text = raw.decode("utf-8-sig")
    delimiter = max(";,\t", key=text.splitlines()[0].count)
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def read_sheet(path: Path) -> Rows:
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    start = next(place for place, row in enumerate(cells) if row[0] == "TT")
    return [
        dict(zip(map(str, cells[start]), map(str, row), strict=True)) for row in cells[start + 1 :]
    ]


def read_messages(path: Path) -> Rows:
    root = ElementTree.parse(path).getroot()
    space = f"{{{NAMESPACE}}}"
    assert root is not None
    assert root.tag == f"{space}CongdanCollection"
    return [
        {
            "name": person.findtext(f"{space}HoVaTen/{space}Ten") or "",
            "number": person.findtext(f"{space}SoDinhDanh") or "",
        }
        for person in root
    ]


def read(path: Path) -> Rows:
    return {".csv": read_text, ".xlsx": read_sheet, ".xml": read_messages}[path.suffix](path)


def name_in(row: dict[str, str]) -> str:
    headings = ("Họ và tên", "Họ tên", "Họ, chữ đệm và tên", "HO TEN", "name")
    return next(row[heading] for heading in headings if heading in row)


def messy_files(folder: Path) -> list[Path]:
    return sorted((folder / "messy").iterdir())


def test_write_twice_gives_the_same_bytes(
    inputs: SynthInputs, province: Path, tmp_path: Path
) -> None:
    again = write(inputs, tmp_path / "again", FaultRates())
    files = sorted(p.relative_to(province) for p in province.rglob("*") if p.is_file())
    assert [p.relative_to(again) for p in sorted(again.rglob("*")) if p.is_file()] == files
    assert [p for p in files if (province / p).read_bytes() != (again / p).read_bytes()] == []


def test_write_uses_every_dialect(province: Path) -> None:
    used = {path.stem.split("-", 1)[1] for path in messy_files(province)}
    assert used == {dialect.code for dialect in DIALECTS}


def test_write_into_a_used_folder_is_refused(inputs: SynthInputs, province: Path) -> None:
    with pytest.raises(Refused) as refusal:
        write(inputs, province, FaultRates())
    assert refusal.value.code == "synth_folder_not_empty"


def test_clean_file_holds_the_true_people(province: Path) -> None:
    with gzip.open(province / "clean" / "people.csv.gz") as raw:
        clean = pl.read_csv(raw.read(), infer_schema=False)
    assert tuple(clean.columns) == COLUMNS
    assert clean.equals(truth(province, "people"))
    assert len(clean) == PEOPLE


def test_write_clean_only_leaves_the_rest_out(inputs: SynthInputs, tmp_path: Path) -> None:
    folder = write(inputs, tmp_path / "clean-only", FaultRates(), messy=False)
    assert sorted(path.name for path in folder.iterdir()) == ["clean", "manifest.json"]


def test_truth_covers_every_row_of_every_file(province: Path) -> None:
    told = truth(province, "rows")
    for path in messy_files(province):
        mine = told.filter(pl.col("file") == f"messy/{path.name}")
        assert mine["row"].to_list() == list(range(1, len(read(path)) + 1))
    assert set(told["key"]) == set(truth(province, "people")["key"])
    assert set(told["expect"]) <= {"", *EXPECTED.values()}


def test_rows_without_a_fault_say_the_truth(province: Path) -> None:
    told = truth(province, "rows")
    names = dict(truth(province, "people").select("key", "full_name").iter_rows())
    for path in messy_files(province):
        mine = told.filter(pl.col("file") == f"messy/{path.name}")
        for row, key, faults in zip(read(path), mine["key"], mine["faults"], strict=True):
            if not faults:
                assert tidy(name_in(row)).casefold() == tidy(names[key]).casefold()


def test_no_rates_no_faults(faultless: Path) -> None:
    told = truth(faultless, "rows")
    assert set(told["faults"]) == {""}
    assert told["key"].to_list() == truth(faultless, "people")["key"].to_list()


@pytest.mark.parametrize("code", ["name_upper_case", "name_spaces", "number_missing", "row_twice"])
def test_faults_come_at_their_rates(inputs: SynthInputs, tmp_path: Path, code: str) -> None:
    rates = FaultRates(scale=0, override={code: 0.08})
    told = truth(write(inputs, tmp_path / "out", rates), "rows")
    found = told.filter(pl.col("faults") == code)
    # Five standard deviations of a binomial draw.
    assert abs(len(found) - 0.08 * PEOPLE) < 5 * (PEOPLE * 0.08 * 0.92) ** 0.5
    assert set(told["faults"]) == {"", code}
    assert set(found["expect"]) == {EXPECTED[code]}


def test_manifest_counts_what_was_done(province: Path) -> None:
    manifest = manifest_of(province)
    told = truth(province, "rows")
    counted = Counter(fault for faults in told["faults"] for fault in faults.split("|") if fault)
    assert manifest["faults"] == dict(sorted(counted.items()))
    assert manifest["people"] == PEOPLE
    assert manifest["synthetic"] is True
    files = {path.relative_to(province).as_posix() for path in province.rglob("*.*")}
    assert {entry["path"] for entry in manifest["files"]} | {"manifest.json"} == files


def test_every_fault_of_a_value_comes_up(inputs: SynthInputs, tmp_path: Path) -> None:
    counted = manifest_of(write(inputs, tmp_path / "much", FaultRates(scale=8)))["faults"]
    missing = {fault.code for fault in FAULTS} - set(counted)
    # The teahouse has nobody called Hòa or Lý.
    assert missing <= {"name_tone_place"}


def test_fault_unknown_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidValue) as refusal:
        FaultRates(override={"number_upside_down": 0.1})
    assert "number_13_digits" in refusal.value.fix


def rows_with(folder: Path, code: str, dialect: str) -> list[tuple[dict[str, str], str]]:
    """Rows of one fault in one dialect's files, each with its person's true number."""
    told = truth(folder, "rows").filter(pl.col("faults") == code)
    numbers = dict(truth(folder, "people").select("key", "number").iter_rows())
    found = []
    for path in messy_files(folder):
        if dialect in path.name:
            content = read(path)
            mine = told.filter(pl.col("file") == f"messy/{path.name}")
            found += [
                (content[row - 1], numbers[key]) for row, key in mine.select("row", "key").rows()
            ]
    assert found
    return found


def spoiled(inputs: SynthInputs, folder: Path, code: str) -> Path:
    return write(inputs, folder, FaultRates(scale=0, override={code: 0.1}))


def test_number_faults_look_as_they_are_called(inputs: SynthInputs, tmp_path: Path) -> None:
    long = rows_with(
        spoiled(inputs, tmp_path / "a", "number_13_digits"), "number_13_digits", "codes"
    )
    assert all(len(row["SO DDCN"]) == 13 and row["SO DDCN"].startswith(no) for row, no in long)
    other = rows_with(
        spoiled(inputs, tmp_path / "b", "number_of_another"), "number_of_another", "codes"
    )
    numbers = set(truth(tmp_path / "b", "people")["number"])
    assert all(row["SO DDCN"] in numbers - {number} for row, number in other)


def test_future_births_are_in_the_future(inputs: SynthInputs, tmp_path: Path) -> None:
    folder = spoiled(inputs, tmp_path / "out", "birth_in_future")
    rows = rows_with(folder, "birth_in_future", "codes")
    now = inputs.as_of.strftime("%Y%m%d")
    assert all(row["NGAY SINH"] > now for row, _ in rows)


def test_typed_sheet_loses_leading_zeros_under_a_merged_title(faultless: Path) -> None:
    path = next(path for path in messy_files(faultless) if "sheet-typed" in path.name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [str(cells) for cells in sheet.merged_cells.ranges] == ["A1:Q1"]
    first = [cell.value for cell in sheet[4]]
    numbers = set(truth(faultless, "people")["number"])
    assert isinstance(first[4], int)
    assert f"0{first[4]}" in numbers
    assert sheet["C5"].number_format == "dd/mm/yyyy" or isinstance(sheet["C5"].value, str)


def test_old_encodings_cannot_be_read_as_unicode(province: Path) -> None:
    for path in messy_files(province):
        if "tcvn3" in path.name or "vni" in path.name:
            with pytest.raises(UnicodeDecodeError):
                path.read_bytes().decode("utf-8")
