"""An XLSX is refused before its reader makes room for what it promises, however it is written."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from danso.kernel.errors import InvalidValue
from danso.toolkit.tables.archives import check_archive
from danso.toolkit.tables.opening import open_table
from tests.toolkit.tables.test_formats import KINDS, KNOWN, WANTED, read

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADER: Final = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>MA</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>HO_TEN</t></is></c></row>'
)
FAR: Final = "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"


def workbook(
    path: Path, rows: str, *, part: str = "worksheets/sheet1.xml", more: Mapping[str, str] = {}
) -> Path:
    """A workbook of one sheet, which lies at `part` and consists of `rows` as they are written."""
    sheet = rows if "sheetData" in rows else f"<sheetData>{rows}</sheetData>"
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="a" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="b"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="b" '
        f'Type="{_OFFICE}/worksheet" Target="{part}"/></Relationships>',
        f"xl/{part}": f'<worksheet xmlns="{_MAIN}" xmlns:x="{_MAIN}">{sheet}</worksheet>',
        **more,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InvalidValue) as caught:
        open_table(path, KNOWN, KINDS)
    return caught.value.code


@pytest.mark.parametrize(
    "rows",
    [
        HEADER + FAR,
        HEADER + FAR.replace("XFD1", "xfd1").replace("'", '"'),
        HEADER + "<row r = '1048576'><c s='1' r =\n'XFD1048576'><v>1</v></c></row>",
        HEADER + "<row r='1048575'></row><row><c r='XFD1'><v>1</v></c></row>",
        HEADER + "<row r='1048576'>" + "<c><v>1</v></c>" * 2_000 + "</row>",
        "<x:sheetData><x:row r='9'><x:c r='XFD1048576'><x:v>1</x:v></x:c></x:row></x:sheetData>",
        HEADER + FAR.replace("XFD1048576", "XFD&#49;048576"),
    ],
    ids=["quotes", "small", "spaces", "unnamed-row", "unnamed-cells", "prefix", "reference"],
)
def test_a_sheet_of_billions_is_refused_however_its_cells_are_written(
    tmp_path: Path, rows: str
) -> None:
    assert refusal(workbook(tmp_path / "a.xlsx", rows)) == "file_bomb"


def test_a_sheet_of_billions_is_refused_wherever_it_lies(tmp_path: Path) -> None:
    assert refusal(workbook(tmp_path / "a.xlsx", HEADER + FAR, part="odd/s.dat")) == "file_bomb"


@pytest.mark.parametrize(
    "rows",
    [
        HEADER + "<row r='2'><c r='2'><v>1</v></c></row>",
        HEADER + "<row r='x'><c><v>1</v></c></row>",
        HEADER + "<row r='2'><c r='ABCD2'><v>1</v></c></row>",
        HEADER + "<row r='2'><c r='A2' r='B2'><v>1</v></c></row>",
        HEADER + "<row r='2'>",
        '<!DOCTYPE a [<!ENTITY b "c">]>' + HEADER,
    ],
)
def test_a_sheet_that_cannot_be_placed_is_refused(tmp_path: Path, rows: str) -> None:
    assert refusal(workbook(tmp_path / "a.xlsx", rows)) == "file_damaged"


@pytest.mark.parametrize("item", ["<si><t>{}</t></si>", "<x:si><x:t>{}</x:t></x:si>"])
def test_a_long_shared_text_cannot_hide_behind_its_markup(tmp_path: Path, item: str) -> None:
    text = ("a" * 500 + "<!--</si>-->") * 64
    cells = "".join(f"<row><c t='s' r='A{row}'><v>0</v></c></row>" for row in range(1, 80_001))
    shared = f'<sst xmlns="{_MAIN}" xmlns:x="{_MAIN}">{item.format(text)}</sst>'
    path = workbook(tmp_path / "a.xlsx", cells, more={"xl/SharedStrings.xml": shared})
    assert refusal(path) == "file_bomb"


@pytest.mark.parametrize("name", ["a.xlsb", "a.ods", "a.dat", "a"])
def test_a_workbook_is_read_as_xlsx_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    row = "<row><c t='inlineStr'><is><t>K1</t></is></c><c><v>7</v></c></row>"
    path = workbook(tmp_path / name, HEADER + row)
    assert read(path) == ([(2, "K1", "7", "", "")], [])


def test_cells_with_a_prefix_are_read(tmp_path: Path) -> None:
    rows = (HEADER + "<row r='2'><c r='A2'><v>7</v></c></row>").replace("</", "</x:")
    rows = rows.replace("<row", "<x:row").replace("<c", "<x:c").replace("<v", "<x:v")
    rows = rows.replace("<is", "<x:is").replace("<t>", "<x:t>")
    path = workbook(tmp_path / "a.xlsx", f"<x:sheetData>{rows}</x:sheetData>")
    (piece,) = open_table(path, KNOWN, KINDS).read(WANTED)
    assert piece.rows["code"].to_list() == ["7"]


def test_a_million_rows_pass(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        sheet.write(b"<worksheet><sheetData>")
        for row in range(1, 1_000_001):
            sheet.write(b'<row r="%d"><c r="A%d"><v>1</v></c><c r="L%d"/></row>' % (row, row, row))
        sheet.write(b"</sheetData></worksheet>")
    check_archive(path)
