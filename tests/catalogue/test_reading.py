"""Files are read as written: nothing converted in silence, every refusal with its line."""

from datetime import date
from pathlib import Path

import pytest

from danso.catalogue.faults import Faults
from danso.catalogue.reading import read_csv, read_json, read_yaml


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    return Faults(tmp_path)


def yaml_of(text: str, faults: Faults) -> object:
    file = faults.root / "x.yaml"
    file.write_text(text, encoding="utf-8")
    document = read_yaml(file, faults)
    return document.value if document else None


@pytest.mark.parametrize(
    "scalar",
    [
        "071",
        "12:30",
        "1:30:00",
        "no",
        "Yes",
        "on",
        "y",
        "0x1F",
        "0o17",
        "1_000",
        "1e3",
        ".5",
        "+5",
        "2022-12-31T10:00:00Z",
        "~",
        "Null",
        "TRUE",
        ".inf",
        "=",
        "0b11",
        "2022-1-3",
    ],
)
def test_a_scalar_that_yaml_would_change_is_refused_with_its_line(
    scalar: str, faults: Faults
) -> None:
    yaml_of(f"first: ok\ncode: {scalar}\n", faults)
    (fault,) = faults
    assert (fault.line, fault.item) == (2, "code")
    assert "quotes" in fault.fix


@pytest.mark.parametrize("scalar", ["071", "12:30", "no", "38", "2022-12-31", "null", "=", "<<"])
def test_a_quoted_scalar_is_text(scalar: str, faults: Faults) -> None:
    assert yaml_of(f'code: "{scalar}"\n', faults) == {"code": scalar}
    assert not faults.found


def test_plain_values_that_nothing_is_lost_in_are_read(faults: Faults) -> None:
    text = "a: 12\nb: -3\nc: 1.5\nd: true\ne: null\nf: 2022-12-31\ng: [x, 0]\nh: Huyện Ấm\n"
    assert yaml_of(text, faults) == {
        "a": 12,
        "b": -3,
        "c": 1.5,
        "d": True,
        "e": None,
        "f": date(2022, 12, 31),
        "g": ("x", 0),
        "h": "Huyện Ấm",
    }
    assert not faults.found


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "stands twice"),
        ("x:\n  - {k: 1, k: 2}\n", 2, "stands twice"),
        ("a:\n", 1, "(empty)"),
        ("no: 1\n", 1, "no"),
        ("12: x\n", 1, "not text"),
        ("a: 2022-02-30\n", 1, "no day"),
        ("a: &x 1\nb: *x\n", 2, "alias"),
        ("a: !!int '3'\nb: [\n", 3, "not YAML"),
        ("", 1, "empty"),
        ("base: {a: 1}\nmore:\n  <<: {b: 2}\n", 3, "<<"),
    ],
)
def test_what_is_not_plain_yaml_is_a_fault(
    text: str, line: int, words: str, faults: Faults
) -> None:
    yaml_of(text, faults)
    fault = next(iter(faults))
    assert fault.line == line
    assert words in fault.wrong
    assert fault.fix


def test_a_file_that_is_missing_or_not_utf8_is_a_fault(faults: Faults) -> None:
    assert read_yaml(faults.root / "gone.yaml", faults) is None
    (faults.root / "latin.yaml").write_bytes("a: Hòa".encode("cp1258", "replace") + b"\xff")
    assert read_yaml(faults.root / "latin.yaml", faults) is None
    assert next(fault.wrong for fault in faults) == "it is missing"
    assert any("not UTF-8" in fault.wrong for fault in faults)


def test_a_byte_order_mark_is_taken_off(faults: Faults) -> None:
    assert yaml_of("\ufeffa: 1\n", faults) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a,b\n1,2,3\n", 2, "3 cells"),
        ("a,b\n1,2\n3\n", 3, "1 cells"),
        ("a,a\n1,2\n", 1, "stands twice"),
        ("a,\n1,2\n", 1, "empty"),
        ('a,b\n"x"y,2\n', 2, "not CSV"),
    ],
)
def test_a_crooked_csv_is_a_fault(text: str, line: int, words: str, faults: Faults) -> None:
    file = faults.root / "x.csv"
    file.write_text(text, encoding="utf-8")
    read_csv(file, faults)
    fault = next(iter(faults))
    assert (fault.line, words in fault.wrong) == (line, True)


def test_csv_cells_stay_text(faults: Faults) -> None:
    file = faults.root / "x.csv"
    file.write_text('code,name\n00123,"Ấm, chén"\n', encoding="utf-8")
    document = read_csv(file, faults)
    assert document is not None
    assert document.value == ({"code": "00123", "name": "Ấm, chén"},)
    assert document.line((0,)) == 2


def test_json_that_is_none_is_a_fault(faults: Faults) -> None:
    file = faults.root / "x.geojson"
    file.write_text('{\n "a": ]\n', encoding="utf-8")
    assert read_json(file, faults) is None
    assert next(iter(faults)).line == 2


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 60_000 + "]" * 60_000,
        "a:\n  " + "- " * 60_000 + "x",
        "? " * 60_000 + "x",
        "{a: " * 17 + "1" + "}" * 17,
    ],
    ids=["flow", "block", "keys", "just"],
)
def test_nesting_without_end_is_refused_before_anything_is_built(text: str, faults: Faults) -> None:
    assert yaml_of(text + "\n", faults) is None
    (fault,) = faults
    assert "deep" in fault.wrong


def test_a_file_of_too_many_items_is_refused(faults: Faults) -> None:
    assert yaml_of("- 1\n" * 200_001, faults) is None
    (fault,) = faults
    assert "items" in fault.wrong
    assert yaml_of("a: " + "{a: " * 15 + "1" + "}" * 15 + "\n", faults) is not None
