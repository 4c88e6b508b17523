"""Writing XLSX fast and byte for byte the same: sheet XML built by columns, a zip with fixed
times."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

import polars as pl

Cell = Literal["text", "day", "number"]

_MOMENT = (2026, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Style 1 is a date shown as dd/mm/yyyy; style 2 a bold title.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '</numFmts><fonts count="2"><font><sz val="11"/><name val="Times New Roman"/></font>'
    '<font><b/><sz val="14"/><name val="Times New Roman"/></font></fonts><fills count="1"><fill>'
    '<patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2"'
        f' Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": _STYLES,
}


def write_workbook(
    path: Path, rows: pl.DataFrame, *, title: str = "", kinds: Mapping[str, Cell] | None = None
) -> None:
    """One sheet: a merged title row where there is one, the header, the rows.

    Cells of columns named in `kinds` become Excel days (from dd/mm/yyyy) or numbers where they
    can; what cannot stays text, as in an office's sheet.
    """
    kinds = kinds or {}
    above = 2 if title else 0
    parts = [_HEAD, f'<worksheet xmlns="{_MAIN}"><sheetData>']
    if title:
        parts.append(f'<row r="1"><c r="A1" s="2" t="inlineStr">{_text(title)}</c></row>')
    header = "".join(
        f'<c r="{_letters(place)}{above + 1}" t="inlineStr">{_text(name)}</c>'
        for place, name in enumerate(rows.columns)
    )
    parts.append(f'<row r="{above + 1}">{header}</row>')
    parts.extend(_rows(rows, kinds, first=above + 2))
    parts.append("</sheetData>")
    if title:
        parts.append(
            f'<mergeCells count="1"><mergeCell ref="A1:{_letters(rows.width - 1)}1"/></mergeCells>'
        )
    parts.append("</worksheet>")
    _zip(path, "".join(parts))


def _rows(rows: pl.DataFrame, kinds: Mapping[str, Cell], *, first: int) -> list[str]:
    cells = [
        _cell(pl.col(name), _letters(place), kinds.get(name, "text"))
        for place, name in enumerate(rows.columns)
    ]
    line = pl.col("line_of_sheet")
    whole = pl.concat_str(
        [pl.format('<row r="{}">', line), *cells, pl.lit("</row>")], ignore_nulls=True
    )
    numbered = rows.with_row_index("line_of_sheet", offset=first)
    return numbered.select(whole.alias("row")).to_series().to_list()


def _cell(value: pl.Expr, letters: str, kind: Cell) -> pl.Expr:
    place = pl.format(f"{letters}{{}}", pl.col("line_of_sheet"))
    escaped = (
        value.str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
    )
    text = pl.format(
        '<c r="{}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>', place, escaped
    )
    cell = pl.when(value == "").then(pl.lit("")).otherwise(text)
    if kind == "number":
        number = pl.format('<c r="{}"><v>{}</v></c>', place, value.str.strip_chars_start("0"))
        cell = pl.when(value.str.contains("^[0-9]{9,15}$")).then(number).otherwise(cell)
    if kind == "day":
        serial = value.str.to_date("%d/%m/%Y", strict=False).cast(pl.Int32) + _EXCEL_EPOCH
        day = pl.format('<c r="{}" s="1"><v>{}</v></c>', place, serial)
        # Sheets know no day before 1 March 1900 that other programs agree on.
        cell = pl.when(serial > _FIRST_SAFE_SERIAL).then(day).otherwise(cell)
    return cell


_EXCEL_EPOCH = 25569
_FIRST_SAFE_SERIAL = 60


def _text(value: str) -> str:
    return f"<is><t>{escape(value)}</t></is>"


def _letters(place: int) -> str:
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def _zip(path: Path, sheet: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            entry = zipfile.ZipInfo(name, date_time=_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            head = "" if content.startswith(_HEAD) else _HEAD
            archive.writestr(entry, head + content)
