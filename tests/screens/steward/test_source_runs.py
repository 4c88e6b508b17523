"""Sources on screen: made to run, paused, sent files; who may; what moves; whose data is shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from danso.catalogue.shapes.sources import Source
from danso.kernel import clock
from danso.modules.sources import interface as sources
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.models import Load, SourceRun, Trial
from danso.screens.steward import source_run_words as ran
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.officers import TESTER, journal, sign_in
from tests.screens.steward.conftest import SignIn, text_of

SOURCE = "insurance"
BOARD, PAGE = "/du-lieu/nguon/", f"/du-lieu/nguon/{SOURCE}/"
HEADINGS = ("MA_SO_BHXH", "MA_THE_BHYT", "HO_TEN", "NGAY_SINH", "GIOI_TINH", "GT_THE_DEN")
GOOD = ("9900000001", "GD4389900000001", "Trương Quý Khoát", "21/03/1984", "Nam", "31/12/2026")
BAD = ("9900000002", "SAI", "Cầm Bá Lai", "31/02/1984", "?", "2027")


class Home:
    """Where the one source of these tests is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def placed(self) -> Collection[str]:
        return {SOURCE}

    def open(self, source: Source) -> Connector:
        assert source.transport.kind == "file"
        folder = self.path / "files" / "uploads" / SOURCE
        folder.mkdir(parents=True, exist_ok=True)
        return FilesConnector(source, source.transport, folder, quiet=0.0)


@pytest.fixture(autouse=True)
def home(fresh_db: Database, settings: Settings, tmp_path: Path) -> Iterator[Path]:
    del fresh_db
    path = tmp_path / "home"
    (path / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=path)
    take_back = sources.use_connectors(Home(path))
    yield path
    take_back()


@pytest.fixture
def owner() -> str:
    return province().source(SOURCE).owner


def as_csv(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


def send(client: Client, content: bytes, name: str = "thang-11.csv") -> str:
    """Upload a file and have it checked; the address of its page."""
    sheet = SimpleUploadedFile(name, content, content_type="text/csv")
    answer = client.post(f"{PAGE}tai-len/", {"sheet": sheet})
    assert answer.status_code == HTTPStatus.FOUND, text_of(answer.content)
    where: str = answer["Location"]
    return where


def checked(client: Client, content: bytes) -> str:
    where = send(client, content)
    sources.try_rows(Trial.objects.get().key)
    return where


def test_a_file_is_checked_shown_confirmed_and_loaded(client: Client, home: Path) -> None:
    sign_in(client, "steward", "province")
    where = send(client, as_csv(GOOD, BAD))
    waiting = client.get(where).content.decode()
    assert f'hx-get="{where}tien-do"' in waiting
    assert "Chờ kiểm tra" in text_of(waiting.encode())
    assert "HX-Refresh" not in client.get(f"{where}tien-do").headers

    sources.try_rows(Trial.objects.get().key)
    assert client.get(f"{where}tien-do")["HX-Refresh"] == "true"
    page = text_of(client.get(where).content)
    assert "thang-11.csv" in page
    assert "Bản ghi mới 2" in page
    assert "Ngày sinh Tháng ấy không có ngày này 1" in page
    assert "HO_TEN Họ và tên" in page
    assert "Không có cột (không bắt buộc):" in page
    assert "Thiếu cột bắt buộc" not in page
    for secret in (*GOOD[:3], *BAD[:3]):
        assert secret not in page

    assert client.post(f"{where}nap/").status_code == HTTPStatus.FOUND
    assert "Đang chờ nạp" in text_of(client.get(where).content)
    sources.run_source(SOURCE)
    assert Load.objects.get().rows == 2
    assert not [path for path in (home / "files").rglob("*") if path.is_file()]


def test_a_cancelled_file_leaves_nothing(client: Client, home: Path) -> None:
    sign_in(client, "steward", "province")
    where = checked(client, as_csv(GOOD))
    page = text_of(client.post(f"{where}bo/", follow=True).content)
    assert "Đã bỏ; tệp đã xóa" in page
    assert not [path for path in (home / "files").rglob("*") if path.is_file()]


def test_a_file_that_is_unfit_says_why_and_offers_no_loading(client: Client) -> None:
    sign_in(client, "steward", "province")
    where = checked(client, as_csv(("1", "An"), headings=("MST", "TEN")))
    raw = client.get(where).content
    page = text_of(raw)
    assert "Thiếu cột bắt buộc: Mã số bảo hiểm xã hội" in page
    assert "Gửi tệp khác" in page
    assert "Dòng đọc được" not in page
    assert f"{where}nap/" not in raw.decode()


def test_a_picture_is_told_to_be_no_table(client: Client) -> None:
    sign_in(client, "steward", "province")
    where = checked(client, b"\x89PNG\r\n\x1a\n" + b"\x01\x02" * 99)
    page = text_of(client.get(where).content)
    assert "không phải bảng dữ liệu" in page
    assert "Thiếu cột" not in page


def test_the_page_names_the_kinds_that_its_source_takes(client: Client) -> None:
    sign_in(client, "steward", "province")
    page = client.get(f"{PAGE}tai-len/").content.decode()
    assert "CSV hoặc XLSX hoặc DBF hoặc PARQUET, tối đa 1 GB" in page
    assert 'accept=".csv,.txt,.xlsx,.dbf,.parquet"' in page


def test_a_broken_line_is_told_by_its_number(client: Client) -> None:
    sign_in(client, "steward", "province")
    where = checked(client, as_csv(GOOD) + b"9900000009,x\r\n")
    page = text_of(client.get(where).content)
    assert "3 Thiếu ô so với tiêu đề" in page
    assert "Nạp tệp này" in page


def test_the_first_rows_need_a_purpose_and_are_journaled(
    client: Client, at_desk: SignIn, fresh_db: Database
) -> None:
    sign_in(client, "steward", "province")
    where = checked(client, as_csv(GOOD, BAD))
    answer = client.get(f"{where}dong-dau/")
    assert answer["Location"].startswith("/du-lieu/muc-dich/")
    client.post("/du-lieu/muc-dich/", {"purpose": "data-quality", "file_code": "HS-12/2026"})
    answer = client.get(f"{where}dong-dau/")
    page = text_of(answer.content)
    assert "Trương Quý Khoát" in page
    assert "Tháng ấy không có ngày này" in page
    assert "no-store" in answer["Cache-Control"]
    assert journal(fresh_db)[-1].action == "sources.preview_trial"

    at_desk("steward", "province", "data-quality")
    page = text_of(client.get(f"{where}dong-dau/").content)
    assert "•••" in page
    assert "GD4389900000001" not in page


@pytest.mark.parametrize(
    ("role", "scope", "upload", "run"),
    [
        ("steward", "province", HTTPStatus.OK, HTTPStatus.FOUND),
        ("steward", "agency:{owner}", HTTPStatus.OK, HTTPStatus.FOUND),
        ("steward", "agency:so-tu-phap", HTTPStatus.FORBIDDEN, HTTPStatus.FORBIDDEN),
        ("operator", "province", HTTPStatus.FORBIDDEN, HTTPStatus.FOUND),
        ("leader", "province", HTTPStatus.FORBIDDEN, HTTPStatus.FORBIDDEN),
        ("provincial_police", "province", HTTPStatus.FORBIDDEN, HTTPStatus.FORBIDDEN),
        ("commune_police", "commune:{commune}", HTTPStatus.FORBIDDEN, HTTPStatus.FORBIDDEN),
    ],
)
def test_files_come_from_the_owner_or_the_provinces_stewards(
    client: Client,
    owner: str,
    commune: str,
    role: str,
    scope: str,
    upload: HTTPStatus,
    run: HTTPStatus,
) -> None:
    steward = Client()
    sign_in(steward, "steward", "province")
    where = checked(steward, as_csv(GOOD))
    sign_in(client, role, scope.format(owner=owner, commune=commune), fresh=True)
    assert client.get(f"{PAGE}tai-len/").status_code == upload
    shown = HTTPStatus.OK if run == HTTPStatus.FOUND else HTTPStatus.FORBIDDEN
    for path in (where, f"{where}tien-do"):
        assert client.get(path).status_code == shown
    for path in (f"{PAGE}lich/", f"{PAGE}xem-thu/"):
        assert client.post(path, {"viec": "chay"}).status_code == run
    taken = HTTPStatus.FOUND if upload == HTTPStatus.OK else HTTPStatus.FORBIDDEN
    client.post("/du-lieu/muc-dich/", {"purpose": "data-quality", "file_code": "HS-1"})
    assert (client.get(f"{PAGE}loi/").status_code == HTTPStatus.FORBIDDEN) == (
        taken == HTTPStatus.FORBIDDEN
    )
    assert (client.get(f"{where}dong-dau/").status_code == HTTPStatus.FORBIDDEN) == (
        run == HTTPStatus.FORBIDDEN
    )
    assert client.post(f"{where}nap/").status_code == taken
    if taken == HTTPStatus.FORBIDDEN:
        assert client.post(f"{where}bo/").status_code == run


def test_what_changes_something_is_posted(client: Client) -> None:
    sign_in(client, "steward", "province")
    where = checked(client, as_csv(GOOD))
    for path in (f"{PAGE}lich/", f"{PAGE}xem-thu/", f"{where}nap/", f"{where}bo/"):
        assert client.get(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, "steward", "province")
    sheet = SimpleUploadedFile("a.csv", as_csv(GOOD))
    assert strict.post(f"{PAGE}tai-len/", {"sheet": sheet}).status_code == HTTPStatus.FORBIDDEN
    assert Trial.objects.count() == 1


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    sign_in(client, "steward", "province")
    answer = client.post(f"{PAGE}tai-len/", {"sheet": SimpleUploadedFile("a.csv", b"x")})
    assert answer.status_code == HTTPStatus.FOUND
    sheet = SimpleUploadedFile("a.csv", b"x")
    page = client.post(f"{PAGE}tai-len/", {"sheet": sheet}, CONTENT_LENGTH=str(2 << 30))
    assert "lớn hơn 1 GB" in text_of(page.content)
    assert Trial.objects.count() == 1


def test_a_source_is_paused_resumed_and_run_by_buttons(client: Client, fresh_db: Database) -> None:
    sign_in(client, "steward", "province")
    sources.tend_sources()
    paused = text_of(client.post(f"{PAGE}lich/", {"viec": "dung"}, follow=True).content)
    assert "Đang tạm dừng" in paused
    assert "Cho chạy tiếp" in paused
    assert "Đang tạm dừng" in text_of(client.get(BOARD).content)
    client.post(f"{PAGE}lich/", {"viec": "tiep"})
    client.post(f"{PAGE}lich/", {"viec": "chay"})
    page = client.get(PAGE).content
    assert "Chờ tới lượt" in text_of(page)
    assert f'hx-get="{PAGE}tien-do"' in page.decode()
    client.post(f"{PAGE}lich/", {"viec": "nonsense"})
    actions = [one.action for one in journal(fresh_db)]
    assert [one for one in actions if one.startswith("sources.")] == [
        "sources.pause_source",
        "sources.resume_source",
        "sources.run_now",
    ]


def test_a_run_shows_how_far_it_is(client: Client, fresh_db: Database) -> None:
    sign_in(client, "leader")
    now = clock.now()
    Load.objects.create(
        source=SOURCE,
        started_at=now.replace(year=now.year - 1),
        started_by="x",
        rows=123_456,
        moved_at=now,
    )
    with psycopg.connect(fresh_db.dsn("app")) as loading:
        loading.execute("SELECT pg_advisory_lock(hashtextextended('sources.load:insurance', 0))")
        for path in (PAGE, f"{PAGE}tien-do", BOARD):
            assert "Đang lấy dữ liệu 123.456 dòng" in text_of(client.get(path).content)
        loading.execute("SELECT pg_advisory_unlock_all()")
    SourceRun.objects.create(source=SOURCE, phase="matching", step="score", phase_at=now)
    with psycopg.connect(fresh_db.dsn("app")) as running:
        running.execute("SELECT pg_advisory_lock(hashtextextended('sources.run:insurance', 0))")
        page = text_of(client.get(f"{PAGE}tien-do").content)
        assert "Đang đối chiếu với dân cư so sánh phần còn lại" in page
        running.execute("SELECT pg_advisory_unlock_all()")


def test_what_needs_somebody_stands_on_the_board_and_the_page(client: Client, home: Path) -> None:
    sign_in(client, "steward", "province")
    folder = home / "files" / "uploads" / SOURCE
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(as_csv(("1", "An"), headings=("MST", "TEN")))
    sources.run_source_now(SOURCE, actor=TESTER)
    sources.run_source(SOURCE)
    for path in (BOARD, PAGE):
        page = text_of(client.get(path).content)
        assert "Cần xử lý" in page
        assert "Không nạp được Thiếu cột bắt buộc" in page
    assert "thử 1 lần liền" in text_of(client.get(PAGE).content)


def test_faulty_records_are_downloaded_by_key_and_journaled(
    client: Client, at_desk: SignIn, home: Path, fresh_db: Database
) -> None:
    folder = home / "files" / "uploads" / SOURCE
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(as_csv(GOOD, ("=1+1", *BAD[1:])))
    sources.load_source(SOURCE, Home(home).open(province().source(SOURCE)), actor=TESTER)
    at_desk("steward", "province", "data-quality")
    assert "theo bản ghi" in text_of(client.get(PAGE).content)
    assert "Không có giá trị nào của người" in text_of(client.get(f"{PAGE}loi/").content)
    answer = client.post(f"{PAGE}loi/")
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert ["'=1+1", "Ngày sinh", "date_day_range", "Tháng ấy không có ngày này"] in rows
    for secret in (GOOD[0], BAD[2], "31/02/1984"):
        assert secret not in text
    assert journal(fresh_db)[-1].action == "sources.export_faults"
    assert ".csv" in answer["Content-Disposition"]


def test_no_phase_step_or_state_is_without_words() -> None:
    assert set(ran.PHASES) == {"checking", "pulling", "matching", "telling"}
    assert set(ran.TRIALS) >= {"waiting", "checking", "checked", "failed", "loaded"}
    for code in ("source_late", "columns_drifted", "source_unplaced", "load_broken_off"):
        assert ran.problem_text(code) != code
