"""Police answer courts: who was looked for, and what was decided; nobody else sees any of it."""

from __future__ import annotations

import json
from http import HTTPStatus
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import PartnerBody
from danso.modules.population import interface as population
from danso.toolkit.platform import province
from danso.wire import keys
from tests.conftest import Database
from tests.exchange_world import make_partner
from tests.officers import journal, sign_in
from tests.screens.steward.conftest import NUMBER, SignIn, enrol, text_of

CASE = {"number": "12/2026/TLST-HNGĐ", "division": "", "procedure": "2.002", "officer": "tk-1"}
LISTS = ("tim-nguoi/", "quyet-dinh-toa/")


def court() -> str:
    """A court of the province's catalogue: the first that others stand under."""
    return next(one.under for one in province().agencies.values() if one.under)


@pytest.fixture
def partner(fresh_db: Database) -> int:
    code = court()
    make_partner(code, PartnerBody.COURT, code)
    return exchange.get_partner(code).id


def asked_for(database: Database, partner: int, commune: str) -> UUID:
    """A request as the gateway writes it."""
    key = new_key()
    said = {
        "case": CASE | {"court": court()},
        "full_name": "Nguyễn Thị Sông",
        "birth_year": "1984",
        "commune": commune,
        "father_name": "Nguyễn Văn Biển",
        "reason": "bị đơn vắng mặt",
        "judge": "Thẩm phán Hà",
        "approval": "3/QĐ",
        "approved_on": "2026-01-05",
    }
    _, plain = keys.name_keys("Nguyễn Thị Sông")
    entry = '{"action":"person-request","actor":"court","detail":{"agreement":"A"'
    with psycopg.connect(database.dsn("owner")) as connection:
        connection.execute(
            "SELECT * FROM gateway_v1.seek_person(%s, %s, 'd', %s, %s, %s::jsonb, %s)",
            [partner, f"key-{key}", key, plain, json.dumps(said), entry],
        )
    return key


def decided(database: Database, partner: int, person: UUID, kind: str = "divorce") -> UUID:
    """A decision as the gateway writes it, routed."""
    key = new_key()
    said = {"case": CASE | {"court": court()}, "number": "5/2026/HNGĐ-ST", "kind": kind}
    said |= {"date": "2026-02-02", "effective_on": "2026-03-03"}
    with psycopg.connect(database.dsn("owner")) as connection:
        connection.execute(
            "INSERT INTO exchange_court_decision (key, partner, said, court, number, kind, person,"
            " digest, at) VALUES (%s, %s, %s, %s, %s, %s, %s, 'd', %s)",
            [key, partner, json.dumps(said), court(), said["number"], kind, person, clock.now()],
        )
    exchange.route_court_decision(key)
    return key


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize(
    ("role", "scope"), [("provincial_police", "province"), ("commune_police", "commune:14758")]
)
def test_lists_open_for_police(
    fresh_db: Database, client: Client, page: str, role: str, scope: str
) -> None:
    sign_in(client, role, scope)
    answer = client.get(f"/du-lieu/{page}")
    assert answer.status_code == HTTPStatus.OK
    assert "chờ trả lời" in text_of(answer.content)


@pytest.mark.parametrize(
    "role", ["steward", "leader", "auditor", "operator", "agreement_officer", "guardian"]
)
def test_pages_are_closed_to_other_roles(fresh_db: Database, client: Client, role: str) -> None:
    sign_in(client, role, "province")
    nobody = "00000000-0000-4000-8000-000000000000/"
    for page in (*LISTS, *(one + nobody for one in LISTS)):
        assert client.get(f"/du-lieu/{page}").status_code == HTTPStatus.FORBIDDEN, page


def test_police_name_one_person_and_the_look_is_journaled(
    fresh_db: Database,
    client: Client,
    person: UUID,
    partner: int,
    commune: str,
    at_desk: SignIn,
) -> None:
    key = asked_for(fresh_db, partner, commune)
    at_desk("commune_police", f"commune:{commune}")
    exchange.plan_person_request(key)
    home = text_of(client.get("/du-lieu/").content)
    assert "Tòa án tìm người 1 hạn sớm nhất" in home
    assert "Quyết định của tòa án 0" in home
    listed = text_of(client.get("/du-lieu/tim-nguoi/").content)
    assert CASE["number"] in listed
    assert "Sông" not in listed
    page = text_of(client.get(f"/du-lieu/tim-nguoi/{key}/").content)
    assert "1. Nguyễn Thị Sông, 03/02/1984" in page
    assert "Thẩm phán Hà" in page
    answer = client.post(
        f"/du-lieu/tim-nguoi/{key}/", {"decision": str(person), "note": "đã gặp gia đình"}
    )
    assert answer.status_code == HTTPStatus.FOUND
    found = exchange.get_person_request(key, None)
    assert (found.state, found.person, found.note) == ("found", person, "đã gặp gia đình")
    rows = {(row.action, row.outcome, row.subject) for row in journal(fresh_db)}
    assert ("steward.person_request", "shown", None) in rows
    assert ("exchange.answer_person_request", "found", str(person)) in rows
    told = text_of(client.get("/du-lieu/tim-nguoi/?muc=xong").content)
    assert "Đã xác định" in told
    assert f"hồ sơ {CASE['number']}, tìm Nguyễn Thị Sông: Nguyễn Thị Sông." in told


def test_who_was_named_is_shown_and_a_slip_is_corrected_with_a_reason(
    fresh_db: Database, client: Client, person: UUID, partner: int, commune: str, at_desk: SignIn
) -> None:
    key = asked_for(fresh_db, partner, commune)
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/tim-nguoi/{key}/"
    client.post(where, {"decision": str(person)})
    page = text_of(client.get(where).content)
    assert "Người Nguyễn Thị Sông 03/02/1984" in page
    assert "Sửa câu trả lời" in page
    assert "đã được trả lời" in text_of(client.post(where, {"decision": "nobody"}).content)
    without = client.post(f"{where}?sua=1", {"decision": "nobody"}).content.decode()
    assert 'href="#id_note"' in without
    client.post(f"{where}?sua=1", {"decision": "nobody", "note": "bấm nhầm"})
    found = exchange.get_person_request(key, None)
    assert (found.state, found.person, found.note) == ("nobody", None, "bấm nhầm")


def test_a_number_found_otherwise_is_an_answer_too(
    fresh_db: Database, client: Client, person: UUID, partner: int, commune: str, at_desk: SignIn
) -> None:
    key = asked_for(fresh_db, partner, commune)
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/tim-nguoi/{key}/"
    for typed, why in (
        ("", "Nhập số định danh của người đó"),
        ("099084000999", "Không có ai trong địa bàn có số này"),
        ("12345", "Số định danh có 12 chữ số"),
    ):
        wrong = client.post(where, {"decision": "number", "number": typed}).content.decode()
        assert why in wrong
        assert 'href="#id_number"' in wrong, typed
    assert client.post(where, {"decision": "number", "number": NUMBER}).status_code == 302
    assert exchange.get_person_request(key, None).person == person


@pytest.mark.parametrize("answer", ["nobody", "unclear"])
def test_nobody_and_unclear_are_answers(
    fresh_db: Database, client: Client, partner: int, commune: str, at_desk: SignIn, answer: str
) -> None:
    key = asked_for(fresh_db, partner, commune)
    at_desk("commune_police", f"commune:{commune}")
    client.post(f"/du-lieu/tim-nguoi/{key}/", {"decision": answer})
    assert exchange.get_person_request(key, None).state == answer


def test_whoever_lives_elsewhere_is_neither_shown_nor_taken(
    fresh_db: Database,
    client: Client,
    partner: int,
    commune: str,
    elsewhere: str,
    at_desk: SignIn,
) -> None:
    other = enrol(elsewhere, number="099084000124")
    key = asked_for(fresh_db, partner, commune)
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/tim-nguoi/{key}/"
    assert "không có ai khớp" in text_of(client.get(where).content)
    page = client.post(where, {"decision": str(other)})
    assert "Không trả lời bằng người này được" in text_of(page.content)
    assert exchange.get_person_request(key, None).state == "open"


def test_another_communes_police_find_no_such_page(
    fresh_db: Database,
    client: Client,
    person: UUID,
    partner: int,
    commune: str,
    elsewhere: str,
    at_desk: SignIn,
) -> None:
    sought, came = asked_for(fresh_db, partner, commune), decided(fresh_db, partner, person)
    at_desk("commune_police", f"commune:{elsewhere}")
    for page in (f"tim-nguoi/{sought}/", f"quyet-dinh-toa/{came}/"):
        assert client.get(f"/du-lieu/{page}").status_code == HTTPStatus.NOT_FOUND
        posted = client.post(f"/du-lieu/{page}", {"decision": "accept"})
        assert posted.status_code == HTTPStatus.NOT_FOUND
    for page in LISTS:
        assert CASE["number"] not in text_of(client.get(f"/du-lieu/{page}").content)


def test_accepting_a_divorce_changes_the_register_after_its_summary(
    fresh_db: Database, client: Client, partner: int, commune: str, at_desk: SignIn
) -> None:
    married = {"marital_status": "2", "spouse_name": "Trần Văn Suối"}
    person = enrol(commune, number=NUMBER, extra=married)
    key = decided(fresh_db, partner, person)
    at_desk("commune_police", f"commune:{commune}")
    assert "5/2026/HNGĐ-ST" in text_of(client.get("/du-lieu/quyet-dinh-toa/").content)
    page = text_of(client.get(f"/du-lieu/quyet-dinh-toa/{key}/").content)
    assert "Có hiệu lực từ 03/03/2026" in page
    where = f"/du-lieu/quyet-dinh-toa/{key}/"
    summary = text_of(client.post(where, {"decision": "accept", "answer": "đã rõ"}).content)
    assert "Kiểm tra trước khi chấp nhận" in summary
    assert "Nguyễn Thị Sông, 03/02/1984" in summary
    assert "Tình trạng hôn nhân Đang có vợ hoặc chồng Ly hôn" in summary
    assert "Vợ hoặc chồng Trần Văn Suối – Hồ sơ của vợ hoặc chồng không đổi" in summary
    assert population.get_person(person).marital_status == "2"
    sure = {"decision": "accept", "checked": "1", "answer": "đã rõ"}
    assert client.post(where, sure).status_code == 302
    assert exchange.get_court_decision(key, None).answer == "đã rõ"
    divorced = province().courts.decision("divorce")
    assert divorced is not None
    assert population.get_person(person).marital_status == divorced.value


def test_a_rejection_needs_its_reason(
    fresh_db: Database, client: Client, person: UUID, partner: int, commune: str, at_desk: SignIn
) -> None:
    key = decided(fresh_db, partner, person)
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/quyet-dinh-toa/{key}/"
    assert "Ghi rõ vì sao" in text_of(client.post(where, {"decision": "reject"}).content)
    client.post(where, {"decision": "reject", "answer": "Chưa có hiệu lực pháp luật"})
    assert exchange.get_court_decision(key, None).answer == "Chưa có hiệu lực pháp luật"


def test_declared_dead_takes_a_mark_and_two_officers(
    fresh_db: Database, client: Client, person: UUID, partner: int, commune: str, at_desk: SignIn
) -> None:
    key = decided(fresh_db, partner, person, "dead")
    where, sure = f"/du-lieu/quyet-dinh-toa/{key}/", {"decision": "accept", "checked": "1"}
    at_desk("commune_police", f"commune:{commune}")
    assert "Còn sống, đã mất hay mất tích Còn sống" in text_of(client.get(where).content)
    client.post(where, {"decision": "accept"})
    assert "Đánh dấu khi đã đối chiếu" in text_of(client.post(where, sure).content)
    sure["sure"] = "on"
    assert client.post(where, sure).status_code == 302
    assert population.get_person(person).status == "alive"
    assert "Chờ cán bộ thứ hai" in text_of(client.get("/du-lieu/quyet-dinh-toa/").content)
    assert 'value="accept"' not in client.get(where).content.decode()
    again = text_of(client.post(where, sure).content)
    assert "một cán bộ khác trong địa bàn" in again
    assert population.get_person(person).status == "alive"
    at_desk("provincial_police", "province")
    assert client.post(where, sure).status_code == 302
    assert population.get_person(person).status == "dead"
    assert "đã được trả lời" in text_of(client.post(where, sure).content)
