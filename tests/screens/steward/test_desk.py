"""Who may work here, for which purpose; what needs doing; nothing personal in an address."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

import pytest
from django.test import Client

from danso.modules.sources import interface as sources
from danso.modules.sources.data import Wrong
from danso.toolkit.permission import routes
from tests.conftest import Database
from tests.officers import sign_in
from tests.screens.steward.conftest import CLERK, SignIn, enrol, text_of

PAGES = ("", "sai-lech/", "the/", "chat-luong/", "danh-sach/", "so/")
PEOPLE = ("tra-cuu/", "nguoi/00000000-0000-4000-8000-000000000000/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("steward", "province"),
        ("provincial_police", "province"),
        ("commune_police", "commune:14758"),
    ],
)
def test_pages_open_for_those_who_work_here(
    fresh_db: Database, client: Client, page: str, role: str, scope: str
) -> None:
    sign_in(client, role, scope)
    assert client.get(f"/du-lieu/{page}").status_code == HTTPStatus.OK


@pytest.mark.parametrize("role", ["leader", "auditor", "operator", "agreement_officer", "guardian"])
def test_pages_are_closed_to_other_roles(fresh_db: Database, client: Client, role: str) -> None:
    sign_in(client, role, "province")
    for page in (*PAGES, *PEOPLE, "muc-dich/", "danh-sach/gui-lai/"):
        assert client.get(f"/du-lieu/{page}").status_code == HTTPStatus.FORBIDDEN, page


def test_a_steward_of_an_agency_reaches_nobody(
    fresh_db: Database, client: Client, person: UUID, at_desk: SignIn
) -> None:
    at_desk("steward", "agency:so-tu-phap")
    assert client.get(f"/du-lieu/nguoi/{person}/").status_code == HTTPStatus.NOT_FOUND
    assert "Chưa có người nào trong địa bàn" in client.get("/du-lieu/").content.decode()


@pytest.mark.parametrize("page", PEOPLE)
def test_people_are_shown_only_after_purpose_and_file(
    fresh_db: Database, client: Client, page: str
) -> None:
    sign_in(client, "steward", "province")
    answer = client.get(f"/du-lieu/{page}")
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"].startswith("/du-lieu/muc-dich/?next=")


def test_purpose_is_asked_once_and_shown_on_every_page(fresh_db: Database, client: Client) -> None:
    sign_in(client, "steward", "province")
    told = {"purpose": "data-quality", "file_code": "KH 12/2026", "next": "/du-lieu/tra-cuu/"}
    answer = client.post("/du-lieu/muc-dich/", told)
    assert answer["Location"] == "/du-lieu/tra-cuu/"
    page = text_of(client.get("/du-lieu/tra-cuu/").content)
    assert "KH 12/2026" in page
    assert "Làm sạch dữ liệu" in page


@pytest.mark.parametrize(
    "told",
    [
        {"purpose": "residence", "file_code": ""},
        {"purpose": "residence", "file_code": "099084000123"},
        {"purpose": "tax-administration", "file_code": "HS-1"},
        {"purpose": "", "file_code": "HS-1"},
    ],
)
def test_purpose_must_be_an_officers_and_the_file_no_number_of_a_person(
    fresh_db: Database, client: Client, told: dict[str, str]
) -> None:
    sign_in(client, "steward", "province")
    answer = client.post("/du-lieu/muc-dich/", told)
    assert answer.status_code == HTTPStatus.OK
    assert "Cần sửa trước khi tiếp tục" in answer.content.decode()
    assert client.get("/du-lieu/tra-cuu/").status_code == HTTPStatus.FOUND


def test_next_page_is_one_of_ours(fresh_db: Database, client: Client) -> None:
    sign_in(client, "steward", "province")
    told = {"purpose": "residence", "file_code": "A", "next": "https://evil.invalid/"}
    assert client.post("/du-lieu/muc-dich/", told)["Location"] == "/du-lieu/tra-cuu/"


def test_home_shows_what_waits_in_ones_communes_and_nobodys_name(
    client: Client, person: UUID, commune: str, elsewhere: str, at_desk: SignIn
) -> None:
    sources.open_correction(Wrong(person, "birth", "03/02/1985", "sổ hộ khẩu", "desk"), actor=CLERK)
    at_desk("commune_police", f"commune:{commune}")
    page = text_of(client.get("/du-lieu/").content)
    assert "Ngày, tháng, năm sinh" in page
    assert "Sông" not in page
    assert "Sai lệch chờ trả lời 1" in page


def test_home_elsewhere_shows_none_of_it(
    client: Client, person: UUID, elsewhere: str, at_desk: SignIn
) -> None:
    sources.open_correction(Wrong(person, "birth", "03/02/1985", "sổ hộ khẩu", "desk"), actor=CLERK)
    at_desk("commune_police", f"commune:{elsewhere}")
    page = text_of(client.get("/du-lieu/").content)
    assert "Sai lệch chờ trả lời 0" in page
    assert "Không còn sai lệch nào chờ trả lời" in page


def test_no_route_takes_anything_personal() -> None:
    mine = [one for one in routes() if one.name.startswith("steward:")]
    kinds = {part for one in mine for part in one.pattern.split("/") if "<" in part}
    keys = {"<uuid:key>", "<uuid:one>", "<uuid:other>"}
    slugs = {f"<slug:{name}>" for name in ("field", "commune", "measure", "source", "code")}
    assert kinds == keys | slugs


def test_english_pages_have_no_vietnamese_left(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("provincial_police", "province")
    client.post("/language/", {"language": "en", "next": "/"})
    client.cookies["danso-language"] = "en"
    page = text_of(client.get("/du-lieu/").content)
    assert "What needs doing" in page
    enrol(commune)
    assert "Recorded history" in text_of(client.get(f"/du-lieu/nguoi/{person}/").content)


def test_a_purpose_of_other_posts_is_neither_offered_nor_taken(
    fresh_db: Database, client: Client
) -> None:
    sign_in(client, "commune_police", "commune:14758")
    page = client.get("/du-lieu/muc-dich/").content.decode()
    assert "data-quality" in page
    assert "criminal-investigation" not in page
    told = {"purpose": "criminal-investigation", "file_code": "QĐ 1", "next": "/du-lieu/tra-cuu/"}
    assert client.post("/du-lieu/muc-dich/", told).status_code == HTTPStatus.OK  # asked again
    answer = client.get("/du-lieu/tra-cuu/")
    assert answer["Location"].startswith("/du-lieu/muc-dich/")
