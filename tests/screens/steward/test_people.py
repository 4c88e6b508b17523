"""Search and records: what the purpose shows, who is found by whom, what the journal then holds."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.jobs import Sealer
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import PartnerBody
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, Scope
from tests.conftest import Database
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import journal
from tests.screens.steward.conftest import CLERK, GROUNDS, NUMBER, SignIn, enrol, text_of

SEARCH = "/du-lieu/tra-cuu/"


def looks(database: Database, action: str) -> list[tuple[str, str | None]]:
    return [(row.outcome, row.subject) for row in journal(database) if row.action == action]


def entries(database: Database, action: str) -> list[dict[str, object]]:
    with psycopg.connect(database.dsn("owner")) as owner:
        rows = owner.execute("SELECT entry::json FROM audit_inbox WHERE kind = 1 ORDER BY id")
        return [entry for (entry,) in rows if entry["action"] == action]


def test_number_leads_straight_to_the_record_by_key(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    answer = client.post(SEARCH, {"number": NUMBER})
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"] == f"/du-lieu/nguoi/{person}/"


def test_name_with_birth_year_lists_people(client: Client, person: UUID, at_desk: SignIn) -> None:
    at_desk("steward", "province")
    answer = client.post(SEARCH, {"name": "nguyen thi song", "birth_year": "1984"})
    page = answer.content.decode()
    assert f"/du-lieu/nguoi/{person}/" in page
    assert "03/02/1984" in page
    assert NUMBER not in page
    assert answer["Cache-Control"] == "no-store, private"


def test_search_is_never_a_get(client: Client, person: UUID, at_desk: SignIn) -> None:
    at_desk("steward", "province")
    page = client.get(SEARCH, {"name": "nguyen thi song", "birth_year": "1984"}).content.decode()
    assert str(person) not in page
    assert 'method="post"' in page


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ({"name": "Nguyễn Thị Sông"}, "kèm năm sinh hoặc xã"),
        ({"number": "12345"}, "12 chữ số"),
        ({"name": "A", "birth_year": "2999"}, "không thể ở tương lai"),
        ({"name": "A", "birth_year": "mười"}, "4 chữ số"),
        ({}, "Nhập số định danh"),
    ],
)
def test_too_little_or_wrong_keys_say_what_to_type(
    client: Client, person: UUID, at_desk: SignIn, typed: dict[str, str], advice: str
) -> None:
    at_desk("steward", "province")
    page = text_of(client.post(SEARCH, typed).content)
    assert "Cần sửa trước khi tiếp tục" in page
    assert advice in page


def test_more_hits_than_shown_are_said_so(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    for _ in range(21):
        enrol(commune, "Lê Văn Hai")
    at_desk("steward", "province")
    page = text_of(client.post(SEARCH, {"name": "Lê Văn Hai", "birth_year": "1984"}).content)
    assert "hơn 20 người khớp" in page
    assert "thu hẹp" in page


def test_people_of_other_communes_and_protected_ones_are_nobody(
    client: Client, person: UUID, commune: str, elsewhere: str, at_desk: SignIn
) -> None:
    at_desk("commune_police", f"commune:{elsewhere}")
    outside = client.post(SEARCH, {"number": NUMBER}).content
    nobody = client.post(SEARCH, {"number": "099084999999"}).content
    assert "Không tìm thấy ai" in text_of(outside)
    assert text_of(outside).replace(NUMBER, "") == text_of(nobody).replace("099084999999", "")
    assert client.get(f"/du-lieu/nguoi/{person}/").status_code == HTTPStatus.NOT_FOUND
    at_desk("steward", "province")
    population.protect(person, actor=CLERK, grounds=GROUNDS, scope=Scope(sees_protected=True))
    assert "Không tìm thấy ai" in text_of(client.post(SEARCH, {"number": NUMBER}).content)
    for page in ("", "bao-sai/", "bao-sai/birth/", "danh-dau/birth/"):
        answer = client.get(f"/du-lieu/nguoi/{person}/{page}")
        assert answer.status_code == HTTPStatus.NOT_FOUND, page


@pytest.mark.clause("I.2.3", partly="the screens of officers; partners have their own test")
def test_record_shows_what_the_purpose_allows_and_says_what_would_show_the_rest(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    at_desk("steward", "province", "residence")
    page = text_of(client.get(f"/du-lieu/nguoi/{person}/").content)
    assert "Công giáo" in page
    assert NUMBER in page
    at_desk("steward", "province", "data-quality")
    page = text_of(client.get(f"/du-lieu/nguoi/{person}/").content)
    assert "Công giáo" not in page
    assert "Thái" in page
    assert "trường không hiện với mục đích này" in page
    assert "Tôn giáo nhạy cảm Hiện khi mục đích là: Quản lý cư trú" in page
    at_desk("steward", "province", "one-stop-desk")
    page = text_of(client.get(f"/du-lieu/nguoi/{person}/").content)
    assert "Thái" not in page
    assert "không cho hiện hộ gia đình" in page


def test_opening_is_journaled_with_purpose_file_and_the_fields_shown(
    fresh_db: Database, client: Client, person: UUID, at_desk: SignIn
) -> None:
    officer = at_desk("steward", "province", "one-stop-desk")
    client.get(f"/du-lieu/nguoi/{person}/")
    (look,) = entries(fresh_db, "population.open_person")
    assert look["subject"] == str(person)
    assert (look["purpose"], look["file_code"]) == ("one-stop-desk", "HS-12/2026")
    assert look["actor"] == str(officer.id)
    assert "religion" not in str(look["fields"])
    assert "birth" in str(look["fields"])


def test_history_shows_before_and_after_without_what_is_hidden(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    population.correct_field(
        person, Correction("birth", "1985-02-03"), actor=CLERK, grounds=GROUNDS
    )
    population.correct_field(person, Correction("religion", "01"), actor=CLERK, grounds=GROUNDS)
    at_desk("steward", "province", "data-quality")
    page = text_of(client.get(f"/du-lieu/nguoi/{person}/").content)
    assert "03/02/1984 → 03/02/1985" in page
    assert "paper 1" in page
    assert "Phật giáo" not in page


def test_record_as_it_was_on_a_day(client: Client, person: UUID, at_desk: SignIn) -> None:
    population.correct_field(
        person, Correction("birth", "1985-02-03"), actor=CLERK, grounds=GROUNDS
    )
    at_desk("steward", "province")
    page = text_of(client.get(f"/du-lieu/nguoi/{person}/", {"ngay": "01/01/2020"}).content)
    assert "như đúng vào ngày 01/01/2020" in page
    page = text_of(client.get(f"/du-lieu/nguoi/{person}/", {"ngay": "hôm qua"}).content)
    assert "Không đọc được ngày" in page


def test_household_members_are_journaled_and_protected_ones_left_out(
    fresh_db: Database, client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    home = population.record_household(person, actor=CLERK, grounds=GROUNDS)
    child = enrol(commune, "Lê Thị Con", extra={"household": home, "relation": "con"})
    hidden = enrol(commune, "Lê Văn Kín", extra={"household": home, "relation": "con"})
    population.protect(hidden, actor=CLERK, grounds=GROUNDS, scope=Scope(sees_protected=True))
    at_desk("steward", "province")
    page = text_of(client.get(f"/du-lieu/nguoi/{person}/").content)
    assert "Kín" not in page
    if "Lê Thị Con" in page:
        assert ("listed", str(child)) in looks(fresh_db, "steward.household_member")


def test_flag_of_an_investigation_is_shown_only_where_the_purpose_allows(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    population.mark_field(person, "birth", "under_investigation", actor=CLERK, grounds=GROUNDS)
    at_desk("steward", "province", "residence")
    assert "đang xác minh" in text_of(client.get(f"/du-lieu/nguoi/{person}/").content)
    at_desk("steward", "province", "data-quality")
    assert "đang xác minh" not in text_of(client.get(f"/du-lieu/nguoi/{person}/").content)


def test_who_looked_is_named_partners_that_are_no_agency_too(
    fresh_db: Database,
    sealer: Sealer,  # noqa: F811
    client: Client,
    person: UUID,
    at_desk: SignIn,
) -> None:
    exchange.create_partner(
        code="ngan-hang-mau", body=PartnerBody.BANK, name="Ngân hàng Mẫu", actor=CLERK
    )
    bank = Actor(kind="partner", id="ngan-hang-mau")
    audit.record_many([Entry(actor=bank, action="batch", outcome="match", subject=person)])
    sealer.seal(1000)
    at_desk("steward", "province")
    page = text_of(client.get(f"/du-lieu/nguoi/{person}/").content)
    assert "Xác thực theo lô Ngân hàng Mẫu" in page
