"""The board of connected sources and a source's page: figures, words, who sees them, whose data."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as live
from django.test import Client
from pytest_django import Settings
from tools import messages

import danso
from danso.catalogue.shapes.sources import Source
from danso.kernel import clock
from danso.kernel.errors import InvalidValue
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.data import SourceStanding
from danso.modules.sources.models import Load
from danso.screens.steward import source_words
from danso.screens.steward.standing import SourceLine
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.modules.population.files import clean_file
from tests.officers import TESTER, sign_in
from tests.screens.steward.conftest import text_of

BOARD, LIVE, PAGE = "/du-lieu/nguon/", "/du-lieu/nguon/so-lieu", "/du-lieu/nguon/insurance/"
HEADINGS = ("MA_SO_BHXH", "MA_THE_BHYT", "HO_TEN", "NGAY_SINH", "GIOI_TINH", "GT_THE_DEN")
GOOD = ("9900000001", "GD4389900000001", "Trương Quý Khoát", "21/03/1984", "Nam", "31/12/2026")
BAD = ("9900000002", "SAI", "Cầm Bá Lai", "31/02/1984", "?", "2027")
NAMELESS = ("", "GD4389900000003", "Không Có Mã", "1984", "Nam", "")


@pytest.fixture
def home(fresh_db: Database, settings: Settings, tmp_path: Path) -> Path:
    """A home with people, so that records can be matched."""
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    population.import_people(clean_file(tmp_path / "others", people=300), actor=TESTER)
    return tmp_path / "home"


@pytest.fixture
def steward(client: Client, fresh_db: Database) -> Client:
    sign_in(client, "steward", "province")
    return client


def load(folder: Path, *rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    sources.load_source("insurance", sources.files_connector("insurance", folder), actor=TESTER)


def row_of(page: str, source: str) -> str:
    """The words of one source's row on the board."""
    found = re.search(rf'<tr>(?:(?!</tr>).)*id="nguon-{source}".*?</tr>', page, re.DOTALL)
    assert found, source
    return text_of(found[0].encode())


def test_an_empty_board_says_what_to_do_and_how_long_is_left(
    client: Client, fresh_db: Database
) -> None:
    with clock.frozen(datetime(2026, 11, 1, 3, tzinfo=UTC)):
        sign_in(client, "steward", "province")
        raw = client.get(BOARD).content
    page = text_of(raw)
    assert "Chưa nguồn nào được nạp" in page
    assert "danso source load" in page
    assert "Còn lại để kết nối đủ 60 ngày hạn 31/12/2026, Nghị định 278/2025/NĐ-CP" in page
    for source in province().sources.values():
        assert source.vi in page
    assert "data-live" not in raw.decode()


def test_the_board_shows_what_a_load_and_its_matching_came_to(
    steward: Client, home: Path, tmp_path: Path
) -> None:
    load(tmp_path / "drop", GOOD, BAD)
    assert "chưa đối chiếu" in row_of(steward.get(BOARD).content.decode(), "insurance")
    sources.match_source("insurance", actor=TESTER)
    row = row_of(steward.get(BOARD).content.decode(), "insurance")
    assert "Người tham gia bảo hiểm xã hội, bảo hiểm y tế" in row
    assert "Bảo hiểm xã hội tỉnh · Kho của tỉnh Đã nạp 2 1 50,0%" in row
    assert "0 đã khớp 0 chờ người xem 2 không thấy" in row
    assert "nối muộn" in row
    assert "Nền tảng NDOP (NĐ 278/2025)" in row_of(steward.get(BOARD).content.decode(), _ndop())


def _ndop() -> str:
    return next(one.code for one in province().sources.values() if one.road == "ndop")


def test_a_source_older_than_its_rhythm_is_overdue(
    steward: Client, home: Path, tmp_path: Path
) -> None:
    load(tmp_path / "drop", GOOD)
    days = province().source("insurance").rhythm_days
    with clock.frozen(clock.now() + timedelta(days=days + 1)):
        sign_in(steward, "steward", "province")
        assert "Quá hạn cập nhật" in row_of(steward.get(BOARD).content.decode(), "insurance")


def test_a_stopped_load_says_why_in_words(steward: Client, home: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue):
        load(tmp_path / "drop", ("1", "An"), headings=("MST", "TEN"))
    words = "Dừng Thiếu cột bắt buộc: chủ quản đã đổi cấu trúc"
    assert words in row_of(steward.get(BOARD).content.decode(), "insurance")
    assert words in text_of(steward.get(PAGE).content)


def test_the_board_asks_again_only_while_a_load_is_running(
    steward: Client, fresh_db: Database
) -> None:
    Load.objects.create(source="insurance", started_at=clock.now(), started_by="x")
    with psycopg.connect(fresh_db.dsn("app")) as loading:
        loading.execute("SELECT pg_advisory_lock(hashtextextended('sources.load:insurance', 0))")
        page = steward.get(BOARD).content.decode()
        assert f'hx-get="{LIVE}"' in page
        assert "Đang nạp" in row_of(steward.get(LIVE).content.decode(), "insurance")
        assert "Đang nạp" in text_of(steward.get(PAGE).content)
        # A session that ends lets go a moment later.
        loading.execute("SELECT pg_advisory_unlock_all()")
    page = steward.get(BOARD).content.decode()
    assert LIVE not in page
    assert "Dừng Đứt giữa chừng" in row_of(page, "insurance")


def test_the_page_tells_faults_lines_mapping_facts_and_matching_but_nobodys_data(
    steward: Client, home: Path, tmp_path: Path
) -> None:
    load(tmp_path / "drop", GOOD, BAD, NAMELESS)
    sources.match_source("insurance", actor=TESTER)
    raw = steward.get(PAGE).content
    page = text_of(raw)
    assert "Thiếu mã của bản ghi: 1" in page
    assert "Ngày sinh Tháng ấy không có ngày này 1 50,00%" in page
    assert "Giới tính Không có trong danh mục 1 50,00%" in page
    assert "MA_THE_BHYT, MA_THE" in page
    assert "Khám bệnh, chữa bệnh" in page
    assert "Liên kết đổi ở lần này 2" in page
    assert "Lỗi của lần nạp lúc" in page
    assert "12 tháng" in page
    for secret in (*GOOD[:3], *BAD[:3], "Không Có Mã"):
        assert secret not in raw.decode()
        assert secret not in steward.get(BOARD).content.decode()


def test_what_needs_a_look_stands_first_and_what_was_never_loaded_apart(
    steward: Client, home: Path, tmp_path: Path
) -> None:
    load(tmp_path / "drop", GOOD)
    Load.objects.create(
        source="tax", state="stopped", started_at=clock.now(), started_by="x", stopped="source_down"
    )
    page = steward.get(BOARD).content.decode()
    places = [page.index(f'id="nguon-{code}"') for code in ("tax", "insurance")]
    apart = page.index("Chưa nạp lần nào")
    assert places == sorted(places)
    assert places[-1] < apart < page.index('id="nguon-land"')


def test_the_board_is_narrowed_by_state_and_owner(
    steward: Client, home: Path, tmp_path: Path
) -> None:
    load(tmp_path / "drop", GOOD)
    by_owner = {one.code for one in province().sources.values() if one.owner == "so-y-te"}
    shown = re.findall(
        'id="nguon-([a-z-]+)"', steward.get(f"{BOARD}?chu-quan=so-y-te").content.decode()
    )
    assert set(shown) == by_owner
    page = steward.get(f"{BOARD}?tinh-trang=loaded").content.decode()
    assert re.findall('id="nguon-([a-z-]+)"', page) == ["insurance"]
    assert "Bỏ lọc" in page
    assert "Không có nguồn nào như vậy" in text_of(
        steward.get(f"{BOARD}?tinh-trang=loaded&chu-quan=so-y-te").content
    )
    everything = steward.get(f"{BOARD}?tinh-trang=%27&chu-quan=nobody").content.decode()
    assert len(re.findall('id="nguon-', everything)) == len(province().sources)


def test_a_running_board_keeps_asking_for_what_was_chosen(
    steward: Client, fresh_db: Database
) -> None:
    Load.objects.create(source="insurance", started_at=clock.now(), started_by="x")
    with psycopg.connect(fresh_db.dsn("app")) as loading:
        loading.execute("SELECT pg_advisory_lock(hashtextextended('sources.load:insurance', 0))")
        page = steward.get(f"{BOARD}?tinh-trang=running").content.decode()
        assert f'hx-get="{LIVE}?tinh-trang=running"' in page
        part = steward.get(f"{LIVE}?tinh-trang=running").content.decode()
        assert re.findall('id="nguon-([a-z-]+)"', part) == ["insurance"]


def test_the_page_of_a_source_tells_its_rules_and_who_may_read_what(
    steward: Client, home: Path
) -> None:
    page = text_of(steward.get("/du-lieu/nguon/driving-licence/").content)
    assert "sau «Ngày sinh» ít nhất 18 năm" in page
    assert "nhiều nhất 12" in page
    assert "theo danh mục Hạng giấy phép lái xe" in page
    assert "chỉ cho: Giấy phép lái xe, đăng ký và kiểm định phương tiện" in page


def test_the_page_of_a_source_about_things_says_that_nobody_is_matched(
    steward: Client, home: Path
) -> None:
    page = text_of(steward.get("/du-lieu/nguon/vehicle-inspection/").content)
    assert "phương tiện, đồ vật" in page
    assert "Nguồn này không nói về người" in page


def test_a_source_that_is_not_described_is_not_found(steward: Client) -> None:
    assert steward.get("/du-lieu/nguon/unheard-of/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        ("steward", "province", HTTPStatus.OK),
        ("provincial_police", "province", HTTPStatus.OK),
        ("leader", "province", HTTPStatus.OK),
        ("operator", "province", HTTPStatus.OK),
        ("auditor", "province", HTTPStatus.OK),
        ("commune_police", "commune:{commune}", HTTPStatus.FORBIDDEN),
        ("agreement_officer", "province", HTTPStatus.FORBIDDEN),
    ],
)
def test_counts_are_for_whoever_answers_for_the_province(
    client: Client, fresh_db: Database, commune: str, role: str, scope: str, status: HTTPStatus
) -> None:
    sign_in(client, role, scope.format(commune=commune))
    for path in (BOARD, LIVE, PAGE):
        assert client.get(path).status_code == status, path


def test_the_links_above_lead_only_where_the_reader_may_go(
    client: Client, fresh_db: Database, commune: str
) -> None:
    sign_in(client, "leader")
    page = client.get(BOARD).content.decode()
    assert "/du-lieu/tra-cuu/" not in page
    assert "/du-lieu/cach-ly/" not in page
    sign_in(client, "commune_police", f"commune:{commune}")
    assert BOARD not in client.get("/du-lieu/").content.decode()


def test_english_is_one_switch_away(steward: Client) -> None:
    messages.compile_all()
    steward.cookies[live.LANGUAGE_COOKIE_NAME] = "en"
    page = text_of(steward.get(PAGE).content)
    assert "People insured by social and health insurance" in page
    assert "The owner&#39;s columns" in page or "The owner's columns" in page
    assert "Chưa" not in page


def test_state_of_a_source_before_its_first_load_and_its_lateness() -> None:
    source: Source = province().source("insurance")
    none = SourceStanding("insurance", 0, 0, None, 0, None, None)
    line = SourceLine(source, none, None, source.due + timedelta(days=3))
    assert (line.state, line.days_late, line.next_due, line.faulty_share) == (
        "waiting",
        3,
        None,
        None,
    )


ROOT = Path(danso.__file__).parent
# Whatever reads values, and whatever reads rows or calls a source.
VALUES = ("kernel/dates.py", "kernel/numbers.py", "kernel/names.py")
CLEANING = "modules/sources/engine/cleaning.py"
ROWS = ("toolkit/tables", "modules/sources/adapters")
STATED = re.compile(r'code=f?"([a-z_{}]+)"|_invalid\(\s*"([a-z_]+)"|Fault\([^"()]*"([a-z_]+)"\)')
RETURNED = re.compile(r'(?:return|reason =) "([a-z]+(?:_[a-z]+)+)"$', re.MULTILINE)
# Of periods, which no field of a source is.
ELSEWHERE = {"period_reversed"}


def stated(text: str) -> set[str]:
    found = {next(filter(None, groups)) for groups in STATED.findall(text)}
    return {
        code.replace("{kind}", kind) for code in found for kind in ("number", "old_number")
    } | set(RETURNED.findall(text))


def second_of_pairs(node: ast.expr | None) -> Iterator[str]:
    """The text that stands second in a pair which an expression may give."""
    if isinstance(node, ast.IfExp):
        yield from second_of_pairs(node.body)
        yield from second_of_pairs(node.orelse)
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
        yield from texts(node.elts[1])


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def cleaning_faults() -> set[str]:
    tree = ast.parse((ROOT / CLEANING).read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Return):
            found |= set(second_of_pairs(node.value))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "fault":
            found |= set(texts(node.value))
    return found


def test_no_fault_of_a_value_is_without_words() -> None:
    codes = cleaning_faults()
    assert {"missing", "pattern", "check_digit", "code_unknown", "old_number_here"} <= codes
    for path in VALUES:
        codes |= stated((ROOT / path).read_text())
    assert sorted(codes - set(source_words.FAULTS) - ELSEWHERE) == []


def test_no_reason_of_a_row_or_a_stop_is_without_words() -> None:
    codes = {"key_twice"}
    for folder in ROWS:
        for path in (ROOT / folder).glob("*.py"):
            # Answers that come back as a sheet are refused on their page.
            codes |= stated(path.read_text()) if path.name != "sheets.py" else set()
    assert {"key_missing", "row_short", "source_down", "file_damaged", "page_twice"} <= codes
    assert sorted(codes - set(source_words.LINES) - set(source_words.STOPS)) == []
