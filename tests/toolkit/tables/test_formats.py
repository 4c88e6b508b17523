"""XML, JSON Lines, Parquet, XLSX and dBase files, written by other programs, as tables."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dbf
import openpyxl
import polars as pl
import pytest

from danso.kernel.errors import InvalidValue
from danso.kernel.legacy import encode_tcvn3
from danso.toolkit.tables import dbf as reader
from danso.toolkit.tables import nested
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.opening import open_table

KINDS = ("csv", "xlsx", "xml", "jsonl", "parquet", "dbf")
KNOWN = ("MA", "HO_TEN", "CHU.TEN", "NGAY", "SO")
WANTED = {"code": ["MA"], "name": ["HO_TEN", "chu.ten"], "day": ["NGAY"], "number": ["SO"]}
Row = tuple[Any, ...]


def read(path: Path, after: int = 0) -> tuple[list[Row], list[Fault]]:
    """All rows as (line, code, name, day, number), and all faults."""
    pieces = list(open_table(path, KNOWN, KINDS).read(WANTED, after=after))
    rows = [row for piece in pieces for row in piece.rows.select("line", *WANTED).rows()]
    return rows, [fault for piece in pieces for fault in piece.faults]


def refusal(path: Path) -> str:
    with pytest.raises(InvalidValue) as caught:
        read(path)
    assert caught.value.fix
    return caught.value.code


def made(path: Path, fields: str, rows: Sequence[Row], kind: str = "db3", **how: Any) -> Path:
    """A dBase file, written by the `dbf` package."""
    table = dbf.Table(str(path), fields, dbf_type=kind, **how)
    table.open(dbf.READ_WRITE)
    for row in rows:
        table.append(row)
    table.close()
    return path


def test_dbase_values_come_as_texts(tmp_path: Path) -> None:
    rows = [("K1", "Ấm".encode(), date(1984, 3, 21), 12.5), ("K2", b"", None, None)]
    path = made(
        tmp_path / "a.dbf",
        "MA C(5); HO_TEN C(30); NGAY D; SO N(8,2)",
        [(code, "", day, number) for code, _, day, number in rows],
    )
    assert read(path)[0] == [(1, "K1", "", "1984-03-21", "12.50"), (2, "K2", "", "", "")]


def test_foxpro_binary_values_come_as_texts(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.dbf",
        "MA C(5); NGAY T; SO I; HO_TEN Y",
        [("K1", datetime(1984, 3, 21, 9, 30), -7, Decimal("1.5")), ("K2", None, 0, Decimal(2))],
        kind="vfp",
    )
    assert read(path)[0] == [
        (1, "K1", "1.5", "1984-03-21 09:30:00", "-7"),
        (2, "K2", "2", "", "0"),
    ]


def test_old_fonts_in_dbase_stay_as_their_bytes(tmp_path: Path) -> None:
    hurt = encode_tcvn3("Nguyễn Văn Đức")
    path = made(tmp_path / "a.dbf", "MA C(5); HO_TEN C(30)", [("K1", "~" * len(hurt))])
    path.write_bytes(path.read_bytes().replace(b"~" * len(hurt), hurt.encode("latin-1")))
    assert read(path)[0] == [(1, "K1", hurt, "", "")]
    path.write_bytes(
        path.read_bytes().replace(hurt.encode("latin-1"), "Ấm nước".encode() + b" " * 3)
    )
    assert read(path)[0][0][2].startswith("Ấm nước")


def test_deleted_records_are_left_out_and_broken_ones_told(tmp_path: Path) -> None:
    path = made(tmp_path / "a.dbf", "MA C(5)", [("K1",), ("K2",), ("K3",)])
    table = open_table(path, KNOWN, KINDS)
    assert isinstance(table, reader.DbfTable)
    content = bytearray(path.read_bytes())
    content[table.first] = ord("*")
    content[table.first + table.width] = ord("?")
    path.write_bytes(content)
    assert read(path) == ([(3, "K3", "", "", "")], [Fault(2, "record_broken")])


def test_a_dbase_file_cut_off_gives_what_is_there_and_says_so(tmp_path: Path) -> None:
    path = made(tmp_path / "a.dbf", "MA C(5)", [(f"K{n}",) for n in range(10)])
    path.write_bytes(path.read_bytes()[:-20])
    pieces = open_table(path, KNOWN, KINDS).read(WANTED)
    assert next(pieces).rows.height == 6
    with pytest.raises(InvalidValue) as caught:
        next(pieces)
    assert caught.value.code == "file_cut_off"


def test_a_longer_heading_is_known_by_what_dbase_left_of_it(tmp_path: Path) -> None:
    path = made(tmp_path / "a.dbf", "NGAY_THANG C(5)", [("1984",)])
    pieces = open_table(path, KNOWN, KINDS).read({"day": ["NGAY_THANG_NAM"]})
    assert next(pieces).rows["day"].to_list() == ["1984"]


def test_a_memo_is_refused_only_where_it_is_wanted(tmp_path: Path) -> None:
    path = made(tmp_path / "a.dbf", "MA C(5); GHI_CHU M", [("K1", "x")])
    assert read(path)[0] == [(1, "K1", "", "", "")]
    with pytest.raises(InvalidValue) as caught:
        list(open_table(path, KNOWN, KINDS).read({"note": ["GHI_CHU"]}))
    assert caught.value.code == "dbf_memo"


@pytest.mark.parametrize("cut", [10, 40, 70])
def test_a_dbase_head_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    path = made(tmp_path / "a.dbf", "MA C(5); HO_TEN C(30)", [("K1", "x")])
    path.write_bytes(path.read_bytes()[:cut])
    assert refusal(path) in ("file_cut_off", "file_binary")


def test_lines_of_json_keep_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"MA": "K1", "CHU": {"TEN": "Ấm"}, "SO": 90071992547409930000001, "NGAY": null}\n'
        "\n"
        '{"MA": "K2", "CHU": [{"TEN": "A"}, {"TEN": "B"}], "SO": 1.50, "KHAC": true}\n'
        '{"MA": "K3"\n'
        '["K4"]\n'
        '{"MA": "K5", "HO_TEN": "", "CHU": {"TEN": "C"}}\n',
        encoding="utf-8",
    )
    rows, faults = read(path)
    assert rows == [
        (1, "K1", "Ấm", "", "90071992547409930000001"),
        (3, "K2", "A; B", "", "1.50"),
        (6, "K5", "C", "", ""),
    ]
    assert faults == [Fault(4, "json_broken"), Fault(5, "row_not_object")]
    assert read(path, after=3)[0] == rows[2:]


def test_json_nested_without_end_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"MA": "K1"}\n{"MA": ' + "[" * 100_000 + "\n" + '{"MA": "K2"}\n')
    rows, faults = read(path)
    assert ([row[1] for row in rows], faults) == (["K1", "K2"], [Fault(2, "json_broken")])


def test_a_row_of_too_many_values_is_a_fault_and_costs_its_length(tmp_path: Path) -> None:
    jsonl, xml = tmp_path / "a.jsonl", tmp_path / "a.xml"
    jsonl.write_text('{"MA": "K1"}\n{"MA": "K2", "HO_TEN": [' + ",".join(["1"] * 200_000) + "]}\n")
    xml.write_text(
        "<a><b><MA>K1</MA></b><b><MA>K2</MA>" + "<HO_TEN>1</HO_TEN>" * 200_000 + "</b></a>"
    )
    began = time.process_time()
    for path in (jsonl, xml):
        rows, faults = read(path)
        assert ([row[1] for row in rows], faults) == (["K1"], [Fault(2, "row_too_large")])
    assert time.process_time() - began < 10


def test_repeated_elements_are_rows_wherever_they_lie(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(
        '<t:tin xmlns:t="urn:x"><dau><MA>không</MA></dau><thon ten="1">'
        '<t:am MA="K1"><HO_TEN>Ấm</HO_TEN><NGAY>1984</NGAY></t:am>'
        "<t:am><MA>K2</MA><chu><ten>A</ten></chu><chu><ten>B</ten></chu></t:am></thon>"
        '<thon ten="2"><t:am><MA>K3</MA><SO> 7 </SO></t:am></thon></t:tin>',
        encoding="utf-8",
    )
    rows = [
        (1, "K1", "Ấm", "1984", ""),
        (2, "K2", "A; B", "", ""),
        (3, "K3", "", "", "7"),
    ]
    assert read(path) == (rows, [])
    assert read(path, after=2)[0] == rows[2:]


def test_xml_that_breaks_off_gives_what_came_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<a>" + "".join(f"<b><MA>K{n}</MA></b>" for n in range(30_000)) + "<b>")
    monkeypatch.setattr(nested, "ROWS_AT_ONCE", 12_000)
    pieces = open_table(path, KNOWN, KINDS).read(WANTED)
    assert [next(pieces).rows.height for _ in range(3)] == [12_000, 12_000, 6_000]
    with pytest.raises(InvalidValue) as caught:
        next(pieces)
    assert caught.value.code == "xml_broken"


def test_elements_in_each_other_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<a b='1'>" * 20_000 + "</a>" * 20_000)
    began = time.process_time()
    assert refusal(path) == "xml_too_deep"
    assert time.process_time() - began < 2
    path.write_text("<a>" * 30 + "<b><MA>K1</MA></b>" + "</a>" * 30)
    assert read(path)[0] == [(1, "K1", "", "", "")]


def test_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<!DOCTYPE a [<!ENTITY x "y">]><a><b><MA>&x;</MA></b></a>')
    assert refusal(path) == "xml_forbidden"


def test_parquet_values_come_as_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {"MA": ["K1", None], "NGAY": [date(1984, 3, 21), None], "SO": [1, None], "X": [[1], [2]]}
    ).write_parquet(path)
    assert read(path)[0] == [(1, "K1", "", "1984-03-21", "1"), (2, "", "", "", "")]
    assert read(path, after=1)[0] == [(2, "", "", "", "")]


def test_a_workbook_is_read_from_the_sheet_with_the_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["Giới thiệu"])
    second = book.create_sheet("Dữ liệu")
    for row in (["Sở"], ["Mã", "x"], ["MA", "HO_TEN", "NGAY"], ["K1", "Ấm", date(1984, 3, 21)]):
        second.append(row)
    second.append([None, None])
    second.append(["K2"])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx")[0] == [
        (4, "K1", "Ấm", "1984-03-21", ""),
        (6, "K2", "", "", ""),
    ]
    assert read(tmp_path / "a.xlsx", after=4)[0] == [(6, "K2", "", "", "")]


def test_letters_are_composed_and_nothing_else_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"MA": " k 1 ", "HO_TEN": "A\\u0302\\u0301m  a"}\n')
    assert read(path)[0] == [(1, " k 1 ", "Ấm  a", "", "")]


@pytest.mark.parametrize("head", [b"\x89PNG\r\n\x1a\nxx", b"\xff\xd8\xff\xe0x", b"%PDF-1.7\nx"])
def test_a_picture_is_no_table(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "ảnh.csv"
    path.write_bytes(head * 40)
    assert refusal(path) == "file_binary"
