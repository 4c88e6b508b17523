"""The queue: what is within reach, narrowed and searched; nothing of another unit's."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client

from danso.modules.cases import interface as cases
from danso.modules.identity.data import AccountData
from tests.cases_world import Family, file_birth, officer, to_work
from tests.officers import sign_in
from tests.screens.desk.conftest import at_desk
from tests.screens.steward.conftest import text_of

pytestmark = pytest.mark.clause("II.2.1", partly="the desk's pages; the services are to come")
PAGE = "/mot-cua/"


def test_shows_what_waits_with_words_for_its_light(
    home: Family, client: Client, clerk: AccountData
) -> None:
    filed = file_birth(home)
    page = text_of(client.get(PAGE).content)
    assert filed.code in page
    assert "Mới đăng ký" in page
    assert "Còn hạn" in page
    assert "Trần Thị Chén" in page
    assert "Đăng ký khai sinh" in page


def test_another_commune_sees_nothing_of_it(home: Family, client: Client) -> None:
    filed = file_birth(home)
    at_desk(client, place=1)
    assert filed.code not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}ho-so/{filed.key}/").status_code == HTTPStatus.NOT_FOUND
    step = client.post(f"{PAGE}ho-so/{filed.key}/buoc/receive/", {"version": "0"})
    assert step.status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{PAGE}ho-so/{filed.key}/in/kiem-soat/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("trang-thai=1", True),
        ("trang-thai=4", False),
        ("thu-tuc=birth-registration", True),
        ("thu-tuc=passport", False),
        ("han=green", True),
        ("han=red", False),
        ("kenh=online", True),
        ("kenh=direct", False),
        ("cua-toi=1", False),
        ("trang-thai=nonsense&han=nonsense", True),
    ],
)
def test_filters_narrow(
    home: Family, client: Client, clerk: AccountData, query: str, is_there: bool
) -> None:
    filed = file_birth(home)
    assert (filed.code in client.get(f"{PAGE}?{query}").content.decode()) is is_there


def test_a_search_is_posted_and_a_code_opens_its_file(
    home: Family, client: Client, clerk: AccountData
) -> None:
    filed = file_birth(home)
    found = client.post(PAGE, {"words": f" {filed.code.lower()} "})
    assert found["Location"] == f"{PAGE}ho-so/{filed.key}/"
    assert filed.code in client.post(PAGE, {"words": "trần thị chén"}).content.decode()
    assert "Không có hồ sơ nào như vậy" in client.post(PAGE, {"words": "Lê Văn"}).content.decode()


def test_mine_are_those_that_were_given_to_me(
    home: Family, client: Client, clerk: AccountData
) -> None:
    filed = file_birth(home)
    to_work(filed.key, officer("desk_officer", f"commune:{home.commune}"))
    assert filed.code not in client.get(f"{PAGE}?cua-toi=1").content.decode()
    version = cases.open_case(
        filed.key,
        reach=(desk := officer("desk_officer", f"commune:{home.commune}")).reach,
        actor=desk.actor,
    ).version
    client.post(f"{PAGE}ho-so/{filed.key}/buoc/assign/", {"version": version, "officer": ""})
    assert filed.code in client.get(f"{PAGE}?cua-toi=1").content.decode()


def test_counts_come_alone_for_the_live_part(
    home: Family, client: Client, clerk: AccountData
) -> None:
    file_birth(home)
    page = client.get(f"{PAGE}so-luong/")
    assert "Chờ tiếp nhận 1" in text_of(page.content)
    assert "<html" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("role", ["desk_officer", "commune_police", "steward"])
def test_those_who_handle_files_find_the_desk(home: Family, client: Client, role: str) -> None:
    at_desk(client, role)
    page = client.get(PAGE)
    assert page.status_code == HTTPStatus.OK
    assert 'href="/mot-cua/"' in page.content.decode()
    takes_in = role != "steward"
    assert ("Tiếp nhận hồ sơ mới" in page.content.decode()) is takes_in


@pytest.mark.parametrize("role", ["leader", "auditor", "operator", "guardian"])
def test_other_roles_stay_out(home: Family, client: Client, role: str) -> None:
    sign_in(client, role, "province")
    assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert "/mot-cua/" not in client.get("/").content.decode()


def test_a_place_that_is_none_begins_at_the_first_page(
    home: Family, client: Client, clerk: AccountData
) -> None:
    assert client.get(f"{PAGE}?after=zzz").status_code == HTTPStatus.BAD_REQUEST
