"""Files as they should not be: refused whole with a clear message, or read as they were meant."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from danso.kernel.errors import DansoError, InvalidValue
from danso.kernel.legacy import encode_tcvn3, encode_vni
from danso.modules.population import interface as population
from danso.modules.population.data import FileReport, ImportOptions
from danso.modules.population.engine.importing import opening
from danso.modules.population.models import Import, Person, Quarantined
from danso.toolkit.tables import archives, files
from tests.modules.population.conftest import OFFICER
from tests.modules.population.files import csv_file, person

pytestmark = pytest.mark.usefixtures("db")


def load(path: Path) -> FileReport:
    options = ImportOptions(with_quality=False)
    return population.import_people(path, actor=OFFICER, options=options).files[0]


def refusal(path: Path) -> str:
    """The code of the refusal of a whole file, which leaves nothing behind."""
    with pytest.raises(DansoError) as caught:
        load(path)
    assert caught.value.fix
    assert not Person.objects.exists()
    assert not Import.objects.filter(state="done").exists()
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    name = "Trần Thị Bình"
    rows = [person(**{"Họ và tên": name, "Số định danh": f"0990840001{n:02}"}) for n in range(20)]

    report = load(csv_file(tmp_path, rows, encoding=encoding, delimiter=delimiter))

    assert (report.loaded, report.quarantined) == (20, 0)
    assert set(Person.objects.values_list("full_name", flat=True)) == {name}


@pytest.mark.parametrize("encode", [encode_tcvn3, encode_vni])
def test_old_font_encodings_are_read(tmp_path: Path, encode: object) -> None:
    names = ["Trần Thị Bình", "Nguyễn Văn Đức", "Lê Hữu Phước", "Phạm Thúy Quỳnh"]
    assert callable(encode)
    rows = [
        {encode(heading): encode(cell) for heading, cell in row.items()}
        for place, name in enumerate(names)
        for row in [person(**{"Họ và tên": name, "Số định danh": f"09908400012{place}"})]
    ]
    report = load(csv_file(tmp_path, rows, encoding="latin-1"))

    assert report.encoding in ("tcvn3", "vni")
    assert sorted(Person.objects.values_list("full_name", flat=True)) == sorted(names)


def test_mixed_encodings_are_refused_with_the_line(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [person()])
    good = path.read_bytes()
    path.write_bytes(good + b"x" * 70_000 + b"\n" + "Đặng".encode("utf-16-le") + b"\xff\xfe\n")
    assert refusal(path) == "encoding_mismatch"


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.csv"
    path.write_bytes(bytes(range(256)) * 40)
    assert refusal(path) == "file_binary"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    assert refusal(path) == "file_empty"


def test_a_file_too_large_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file(tmp_path, [person()])
    monkeypatch.setattr(files, "MOST_CLEAN_BYTES", 10)
    assert refusal(path) == "file_too_large"


def test_an_old_excel_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert refusal(path) == "file_xls"


def test_a_column_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("Họ và tên,Ngày sinh,Họ tên\nNguyễn Văn An,1984,Nguyễn Văn An\n")
    assert refusal(path) == "column_twice"


def test_a_missing_column_is_refused_with_the_headings_found(tmp_path: Path) -> None:
    path = tmp_path / "strange.csv"
    path.write_text("Tên gọi,Sinh ngày,Ghi chú\nNguyễn Văn An,1984,\n")
    with pytest.raises(InvalidValue, match=r"Tên gọi.*Ghi chú") as caught:
        load(path)
    assert caught.value.code == "column_missing"


def test_what_a_heading_means_is_said_once_and_remembered(tmp_path: Path) -> None:
    path = tmp_path / "strange.csv"
    path.write_text("Người dân,Sinh ngày,Ghi chú\nNguyễn Văn An,1984,x\n")
    said = ImportOptions(columns={"Người dân": "full_name"}, mapping="ward", with_quality=False)
    report = population.import_people(path, actor=OFFICER, options=said).files[0]
    assert (report.loaded, report.unknown_columns) == (1, ("Ghi chú",))

    path.write_text("Người dân,Sinh ngày,Ghi chú\nTrần Thị Bình,1985,x\n")
    assert load(path).loaded == 1
    path.write_text("Người dân,Sinh ngày\nLê Thị Cúc,1986\n")
    named = ImportOptions(mapping="ward", with_quality=False)
    assert population.import_people(path, actor=OFFICER, options=named).files[0].loaded == 1


def test_titles_above_the_header_are_skipped(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [person()])
    path.write_text("DANH SÁCH NHÂN KHẨU,,,,\nNăm 2026,,,,\n\n" + path.read_text())
    assert load(path).loaded == 1


def test_a_half_written_row_waits_and_the_others_enter(tmp_path: Path) -> None:
    rows = [person(**{"Số định danh": f"0990840001{n:02}"}) for n in range(3)]
    path = csv_file(tmp_path, rows)
    path.write_text(path.read_text().rstrip()[:-25])

    report = load(path)

    assert (report.loaded, report.reasons) == (2, {"row_short": 1})
    assert Quarantined.objects.get().line == 4


def test_an_unclosed_quotation_mark_is_named_by_line(tmp_path: Path) -> None:
    rows = [person(**{"Số định danh": f"09908400{n:04}"}) for n in range(100)]
    path = csv_file(tmp_path, rows)
    lines = path.read_text().splitlines()
    lines[2] = '"' + lines[2]
    path.write_text("\n".join(lines))
    with pytest.raises(InvalidValue, match="line 3") as caught:
        load(path)
    assert caught.value.code == "quote_unclosed"
    assert not Person.objects.exists()


def test_a_row_with_a_stray_separator_waits(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [person()])
    path.write_text(path.read_text() + "Trần, Bình,1985,Nữ,099185000018,14758,,\n")
    assert load(path).reasons == {"row_long": 1}


def workbook(path: Path, *, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_excel_dates_titles_and_lost_zeros_are_understood(tmp_path: Path) -> None:
    code = person()["Mã xã"]
    path = workbook(
        tmp_path / "list.xlsx",
        rows=[
            ["DANH SÁCH"],
            [],
            ["Họ và tên", "Ngày sinh", "Giới tính", "Số định danh", "Mã xã"],
            ["Nguyễn Văn An", date(1984, 3, 21), "Nam", 99084000017, int(code)],
            ["Trần Thị Bình", 31128, "Nữ", "099185000018", code],
            ["Lê Thị Cúc", "1965", "Nữ", 99165000019.0, code],
        ],
    )
    report = load(path)

    assert (report.loaded, report.notes.get("number_padded")) == (3, 2)
    found = dict(Person.objects.values_list("number", "birth"))
    assert found == {
        "099084000017": "1984-03-21",
        "099185000018": "1985-03-22",
        "099165000019": "1965",
    }


def test_a_formula_is_never_run(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.xlsx",
        rows=[
            ["Họ và tên", "Ngày sinh"],
            ['=HYPERLINK("http://x.invalid","An")', "1984"],
            ["Nguyễn Văn An", "1984"],
        ],
    )
    report = load(path)
    assert report.loaded == 1
    assert sum(report.reasons.values()) == 1


def bomb(path: Path, sheet: bytes, *, parts: int = 1) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(parts):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", sheet)
    return path


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    assert refusal(bomb(tmp_path / "bomb.xlsx", b"\0" * (32 << 20))) == "file_bomb"


def test_a_cell_at_the_far_corner_is_refused(tmp_path: Path) -> None:
    sheet = (
        b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"/></row></sheetData></worksheet>'
    )
    assert refusal(bomb(tmp_path / "corner.xlsx", sheet)) == "file_bomb"


def test_one_long_text_in_a_million_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shared.xlsx"
    cells = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % row for row in range(1, 80_001))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<sheetData>" + cells + b"</sheetData>")
        archive.writestr("xl/sharedStrings.xml", b"<si><t>" + b"a" * 32_000 + b"</t></si>")
    assert refusal(path) == "file_bomb"


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = bomb(tmp_path / "parts.xlsx", b"<a/>", parts=archives.MOST_PARTS + 1)
    assert refusal(path) == "file_bomb"


def test_a_cut_off_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", rows=[["Họ và tên", "Ngày sinh"], ["An Văn", "1984"]])
    path.write_bytes(path.read_bytes()[:-400])
    assert refusal(path) == "file_damaged"


MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<dc:CongdanCollection xmlns:dc="http://www.mic.gov.vn/dancu/1.0">
<dc:CongDan id="1"><dc:SoDinhDanh>099084000017</dc:SoDinhDanh>
<dc:HoVaTen><dc:Ho/><dc:ChuDem/><dc:Ten>NGUYỄN VĂN AN</dc:Ten></dc:HoVaTen>
<dc:GioiTinh>1</dc:GioiTinh>
<dc:NgayThangNamSinh><dc:Nam/><dc:NgayThangNam>19840321</dc:NgayThangNam></dc:NgayThangNamSinh>
</dc:CongDan>
</dc:CongdanCollection>
"""


def test_a_citizen_message_is_read(tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_text(MESSAGE)
    assert load(path).loaded == 1
    found = Person.objects.get()
    assert (found.full_name, found.birth, found.sex) == ("NGUYỄN VĂN AN", "1984-03-21", 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (MESSAGE[:-60], "xml_broken"),
        ("<CongdanCollection></CongdanCollection>", "xml_broken"),
        (
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
            "<CongdanCollection><CongDan><SoDinhDanh>&b;</SoDinhDanh></CongDan></CongdanCollection>",
            "xml_forbidden",
        ),
        (
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            "<CongdanCollection><CongDan><GhiChu>&a;</GhiChu></CongDan></CongdanCollection>",
            "xml_forbidden",
        ),
    ],
)
def test_a_broken_or_dangerous_message_is_refused_whole(
    tmp_path: Path, text: str, code: str
) -> None:
    path = tmp_path / "message.xml"
    path.write_text(text)
    assert refusal(path) == code


def test_a_file_of_danso_that_was_cut_off_says_so(tmp_path: Path) -> None:
    path = tmp_path / "people.csv.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00" + b"\0" * 40)
    with pytest.raises(InvalidValue) as caught:
        opening.open_file(path)
    assert caught.value.code == "file_cut_off"
