"""The leadership's page: who sees it, that figures are the counted truth, that it moves."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tools import messages

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.jobs import Sealer
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import PartnerBody
from danso.modules.population import interface as population
from danso.modules.population import jobs
from danso.modules.population.data import Grounds, NewCard
from danso.modules.sources import interface as sources
from danso.modules.sources.data import Wrong
from danso.screens.leadership.attention import points
from danso.screens.leadership.figures import overview
from danso.screens.leadership.reasons import in_words
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.modules.population.conftest import enrol
from tests.officers import TESTER, sign_in

PAGE, LIVE, MAP = "/lanh-dao/", "/lanh-dao/so-lieu", "/lanh-dao/ban-do"
NONE = "chưa có số liệu"
BY: dict[str, Any] = {
    "actor": Actor(kind="officer", id="officer-1"),
    "grounds": Grounds(reason="declared at the desk"),
}


@pytest.fixture
def leader(client: Client, fresh_db: Database) -> Client:
    sign_in(client, "leader")
    return client


@pytest.fixture
def commune() -> str:
    return province().units.communes[0].code


def ask(service: str, outcome: str, times: int = 1, partner: str = "demo-bank") -> None:
    actor = Actor(kind="partner", id=partner)
    entry = Entry(actor=actor, action=service, service=service, outcome=outcome, subject=uuid4())
    audit.record_many([entry] * times)


def body(client: Client, path: str = LIVE) -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def tile(page: str, label: str) -> tuple[str, str]:
    """A tile's value and its note."""
    found = re.search(
        rf'__label">{re.escape(label)}</span>\s*<span class="danso-tile__value">(.*?)</li>',
        page,
        re.DOTALL,
    )
    assert found, label
    value, _, note = found[1].partition('<span class="danso-tile__note">')
    return tuple(re.sub(r"<[^>]+>", "", part).strip() for part in (value, note))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        ("leader", "province", HTTPStatus.OK),
        ("provincial_police", "province", HTTPStatus.OK),
        ("auditor", "province", HTTPStatus.OK),
        ("commune_police", "commune:{commune}", HTTPStatus.FORBIDDEN),
        ("agreement_officer", "province", HTTPStatus.FORBIDDEN),
    ],
)
def test_only_whoever_answers_for_the_province_sees_it(
    client: Client, fresh_db: Database, commune: str, role: str, scope: str, status: HTTPStatus
) -> None:
    sign_in(client, role, scope.format(commune=commune))
    for path in (PAGE, LIVE, MAP, f"/lanh-dao/xa/{commune}"):
        assert client.get(path).status_code == status, path


def test_a_stranger_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE).status_code == HTTPStatus.FOUND


def test_an_empty_register_shows_no_data_and_a_zero_only_where_zero_is_known(
    leader: Client, commune: str
) -> None:
    page = body(leader)
    for label in ("Dân số", "Có thẻ căn cước còn hạn", "Tỷ lệ khớp hôm nay", "Đã quá hạn"):
        assert tile(page, label)[0] == NONE, label
    assert "Chưa có số liệu." in body(leader, MAP)
    of_commune = body(leader, f"/lanh-dao/xa/{commune}")
    assert tile(of_commune, "Dân số")[0] == NONE
    for label in ("Đang mở", "Đã quá hạn", "Đã chấp nhận trong 90 ngày"):
        assert tile(of_commune, label)[0] == "0", label


def map_values(page: str) -> dict[str, float | None]:
    found = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return {area["code"]: area["value"] for area in json.loads(found[1])["areas"]}


def test_figures_are_the_counted_truth(
    leader: Client,
    sealer: Sealer,  # noqa: F811
    commune: str,
) -> None:
    holder = enrol(commune=commune, number="099084000123")
    population.add_card(holder, NewCard("can_cuoc", date(2024, 8, 1)), **BY)
    enrol("Lê Thị Chi", sex=2, commune=commune)
    dead = enrol("Lê Văn Cũ", commune=commune)
    population.record_death(dead, PartialDate(2026, 6), **BY)
    exchange.create_partner(
        code="demo-bank", body=PartnerBody.BANK, name="Ngân hàng Mẫu", actor=TESTER
    )
    ask("verify", "match", 6)
    ask("batch", "match_incomplete", 2)
    ask("verify", "no_match")
    ask("verify", "not_found")
    ask("verify", "refused:not_agreed", 3)
    ask("verify", "too_many_attempts")
    ask("share", "shared", 4)
    sealer.seal(1000)
    population.recount()
    assert population.keep_quality(60.0) == 0
    page = body(leader, PAGE)
    assert tile(page, "Dân số")[0] == "2"
    assert tile(page, "Có số định danh") == ("1", "50,0%")
    assert tile(page, "Có thẻ căn cước còn hạn")[0] == "1"
    assert tile(page, "Phải có thẻ mà chưa có hoặc hết hạn")[0] == "1"
    assert tile(page, "Xác minh hôm nay")[0] == "10 lượt"
    assert tile(page, "Tỷ lệ khớp hôm nay") == ("80,0%", "2 lượt không khớp")
    assert tile(page, "Chia sẻ hôm nay")[0] == "4 lượt"
    assert tile(page, "Đơn vị khai thác hôm nay") == ("1", "trong 1 đơn vị đã kết nối")
    assert tile(page, "Lượt bị từ chối hôm nay")[0] == "4"
    assert "Ngân hàng Mẫu" in page
    assert "Không có thỏa thuận cho mục đích này" in page
    assert map_values(body(leader, MAP))[commune] == 2
    assert map_values(body(leader, MAP + "?so-lieu=the"))[commune] == 50.0
    assert map_values(body(leader, MAP + "?so-lieu=so-dinh-danh"))[commune] == 50.0
    one = body(leader, f"/lanh-dao/xa/{commune}")
    assert tile(one, "Dân số")[0] == "2"
    assert "Chưa có số định danh" in one
    for secret in ("Nguyễn Văn An", "099084000123", str(holder)):
        assert secret not in page + one


@pytest.mark.clause(
    "I.A.2022.11",
    partly="feeding the national assessment is not built",
)
def test_the_live_part_moves_with_the_next_event(
    leader: Client,
    sealer: Sealer,  # noqa: F811
    commune: str,
) -> None:
    ask("verify", "match")
    sealer.seal(1000)
    first = body(leader)
    assert tile(first, "Xác minh hôm nay")[0] == "1 lượt"
    assert tile(first, "Dân số")[0] == NONE
    ask("verify", "match")
    enrol(commune=commune)
    sealer.seal(1000)
    runs = audit.run_handlers(only={"population.tally"})
    assert [run.error for run in runs] == [""]
    assert jobs.keep_tallies.__name__ == "keep_tallies"
    second = body(leader)
    assert tile(second, "Xác minh hôm nay")[0] == "2 lượt"
    assert tile(second, "Dân số")[0] == "1"


def opened(person: UUID) -> UUID:
    return sources.open_correction(
        Wrong(person, "birth", "03/02/1972", "birth certificate", "steward"), actor=TESTER
    )


def test_late_corrections_stand_on_top(leader: Client, fresh_db: Database, commune: str) -> None:
    opened(enrol(commune=commune))
    assert "quá hạn:" not in body(leader)
    with psycopg.connect(fresh_db.dsn("owner")) as owner:
        owner.execute("UPDATE sources_correction SET due = '2020-01-01'")
    page = body(leader)
    assert f"1 đề nghị chỉnh sửa đã quá hạn: {province().units.communes[0].name} (1)." in page
    assert tile(page, "Đã quá hạn")[0] == "1"


def test_a_journal_that_stands_still_is_urgent(
    leader: Client,
    sealer: Sealer,  # noqa: F811
) -> None:
    sealer.seal(1000)
    assert "Nhật ký chưa được ký lần nào" in body(leader)
    sealer.sign_head()
    assert "Khẩn" not in body(leader)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert "Nhật ký không được ký đã 5 phút" in body(leader)
    ask("verify", "match")
    with clock.frozen(clock.now() + timedelta(seconds=40)):
        assert "cổng chia sẻ dừng trả lời" in body(leader)


def test_refusals_are_unusual_only_beside_a_usual_day(
    fresh_db: Database,
    sealer: Sealer,  # noqa: F811
) -> None:
    def said() -> str:
        sealer.seal(2000)
        return " ".join(point.text for point in points(overview()))

    ask("verify", "match", 900)
    ask("verify", "refused:not_agreed", 25)
    assert "bị từ chối" not in said()
    with clock.frozen(clock.now() + timedelta(days=1)):
        ask("verify", "refused:not_agreed", 70)
        assert "bị từ chối" not in said()
        ask("verify", "refused:not_agreed", 10)
        assert "nhiều bất thường: 80 hôm nay, ngày thường 25" in said()


def test_the_page_asks_a_bounded_number_of_questions(
    leader: Client,
    sealer: Sealer,  # noqa: F811
    fresh_db: Database,
) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            body(leader, path)
        return len(queries)

    def fill(times: int) -> None:
        for number in range(times):
            code = f"partner-{number}-{times}"
            exchange.create_partner(code=code, body=PartnerBody.BANK, name=code, actor=TESTER)
            ask("verify", "match", 3, partner=code)
            opened(enrol(commune=province().units.communes[number].code))
        sealer.seal(5000)
        population.recount()
        population.keep_quality(60.0)

    fill(1)
    body(leader, PAGE)
    few = asked(PAGE), asked(LIVE)
    fill(12)
    assert (asked(PAGE), asked(LIVE)) == few
    assert few[1] <= 20


def test_the_page_reads_counters_only(leader: Client, commune: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        for path in (PAGE, LIVE, MAP, f"/lanh-dao/xa/{commune}"):
            body(leader, path)
    asked = " ".join(query["sql"] for query in queries)
    assert "population_tally" in asked
    for large in ("audit_entry", "audit_leaf", "population_person", "population_number"):
        assert large not in asked


def test_english_is_one_switch_away(leader: Client) -> None:
    messages.compile_all()
    leader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = body(leader, PAGE)
    assert "Needs attention today" in page
    assert "Cần chú ý" not in page


def test_a_commune_that_is_not_there_is_not_found(leader: Client) -> None:
    assert leader.get("/lanh-dao/xa/99999").status_code == HTTPStatus.NOT_FOUND


def test_refusals_are_told_in_words_and_officers_own_in_one_line() -> None:
    told = in_words(
        {"not_agreed": 3, "number_taken": 2, "page.steward:pair": 1, "nothing_changes": 4}
    )
    assert told == [
        ("Việc của cán bộ không được chấp nhận", 6),
        ("Không có thỏa thuận cho mục đích này", 3),
        ("Mở trang không thành", 1),
    ]
