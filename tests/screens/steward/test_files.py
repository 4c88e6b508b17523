"""Files that were loaded and the rows that could not enter: stewards only, within their scope."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client

from danso.modules.population import interface as population
from danso.modules.population.data import EVERYWHERE, QuarantinedRow
from danso.screens.steward import words
from danso.screens.steward.forms import ResolveForm
from tests.conftest import Database
from tests.officers import journal
from tests.screens.steward.conftest import CLERK, GROUNDS, SignIn, text_of

HEAD = "Họ và tên;Ngày sinh;Giới tính;Số định danh;Mã xã;Nơi thường trú\n"


@pytest.fixture
def row(fresh_db: Database, commune: str, tmp_path: Path) -> QuarantinedRow:
    """A row whose number lost a digit."""
    file = tmp_path / "cong-an-xa.csv"
    good = f"Lê Văn Đá;03/02/1984;Nam;099084000777;{commune};Thôn 1\n"
    bad = f"Lê Thị Mưa;03/02/1985;Nữ;0991850007;{commune};Thôn 1\n"
    file.write_text(HEAD + good + bad, encoding="utf-8")
    population.import_people(file, actor=CLERK, grounds=GROUNDS)
    (found,) = population.list_quarantine(EVERYWHERE)
    return found


def test_imports_count_rows_and_lead_to_quarantine(
    client: Client, row: QuarantinedRow, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    page = client.get("/du-lieu/tep/").content.decode()
    assert "cong-an-xa.csv" in page
    assert f"/du-lieu/cach-ly/?tep={row.import_key}" in page
    assert "Mưa" not in page
    assert "Dòng trong cách ly 1" in text_of(client.get("/du-lieu/").content)


def test_row_shows_its_text_why_and_what_to_do_and_is_journaled(
    fresh_db: Database, client: Client, row: QuarantinedRow, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    page = text_of(client.get("/du-lieu/cach-ly/").content)
    assert "Số định danh không đủ hoặc thừa chữ số" in page
    page = text_of(client.get(f"/du-lieu/cach-ly/{row.key}/").content)
    assert "Lê Thị Mưa" in page
    assert "0991850007" in page
    shown = [one for one in journal(fresh_db) if one.action == "steward.quarantine_row"]
    assert {one.detail["row"] for one in shown} == {str(row.key)}


def test_row_can_not_be_loaded_without_a_name_and_says_so_in_the_form(
    client: Client, row: QuarantinedRow, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    where = f"/du-lieu/cach-ly/{row.key}/"
    form = text_of(client.get(where).content).partition("Sửa và quyết định")[2]
    name, sex = words.cell_name("full_name"), words.cell_name("sex")
    assert f"{sex} (không bắt buộc)" in form
    assert f"{name} (không bắt buộc)" not in form
    given = {"birth": "03/02/1985", "number": "099185000777", "reason": "xem thẻ"}
    answer = client.post(where, given | {"full_name": "", "decision": "load"})
    assert answer.status_code == HTTPStatus.OK
    assert len(population.list_quarantine(EVERYWHERE)) == 1
    gone = client.post(where, {"decision": "dismiss", "reason": "dòng trống"})
    assert gone.status_code == HTTPStatus.FOUND


def test_suggestion_stands_beside_what_the_file_says(row: QuarantinedRow) -> None:
    form = ResolveForm(cells=row.cells, may_be_new=False, suggestion="099185000777")
    told = str(form.fields["number"].help_text)
    assert "0991850007." in told
    assert "099185000777" in told


def test_original_text_is_ordered_as_the_form_beside_it(
    client: Client, row: QuarantinedRow, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    page = text_of(client.get(f"/du-lieu/cach-ly/{row.key}/").content)
    original = page.partition("Nguyên văn trong tệp")[2].partition("Sửa và quyết định")[0]
    places = [
        original.index(words.cell_name(one)) for one in ("full_name", "birth", "sex", "number")
    ]
    assert places == sorted(places)


def test_mended_number_enters_the_register(
    client: Client, row: QuarantinedRow, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    where = f"/du-lieu/cach-ly/{row.key}/"
    given = {
        "full_name": row.cells["full_name"],
        "birth": row.cells["birth"],
        "sex": row.cells["sex"],
        "commune_recorded": row.cells.get("commune_recorded", ""),
        "residence": row.cells.get("residence", ""),
        "decision": "load",
        "reason": "xem thẻ",
    }
    still = text_of(client.post(where, given | {"number": "0991850007"}).content)
    assert "không đủ hoặc thừa chữ số" in still
    assert client.post(where, given | {"number": "099185000777"}).status_code == HTTPStatus.FOUND
    assert population.find_by_number("099185000777").people[0].full_name == "Lê Thị Mưa"
    assert population.list_quarantine(EVERYWHERE) == ()


def test_dismissed_row_needs_a_reason_and_is_gone_from_the_list(
    client: Client, row: QuarantinedRow, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    where = f"/du-lieu/cach-ly/{row.key}/"
    page = text_of(client.post(where, {"decision": "dismiss", "reason": ""}).content)
    assert "Cần sửa trước khi tiếp tục" in page
    client.post(where, {"decision": "dismiss", "reason": "dòng thử"})
    assert "Không có dòng nào trong cách ly" in text_of(client.get("/du-lieu/cach-ly/").content)
    assert "dòng thử" in text_of(client.get(where).content)


def test_rows_of_other_communes_are_not_there(
    client: Client, row: QuarantinedRow, elsewhere: str, at_desk: SignIn
) -> None:
    at_desk("steward", f"commune:{elsewhere}")
    assert "Mưa" not in client.get("/du-lieu/cach-ly/").content.decode()
    where = f"/du-lieu/cach-ly/{row.key}/"
    assert client.get(where).status_code == HTTPStatus.NOT_FOUND
    answer = client.post(where, {"decision": "dismiss", "reason": "x"})
    assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("role", ["provincial_police", "leader", "auditor"])
def test_original_text_is_for_stewards(
    client: Client, row: QuarantinedRow, at_desk: SignIn, role: str
) -> None:
    at_desk(role, "province")
    for page in ("tep/", "cach-ly/", f"cach-ly/{row.key}/"):
        assert client.get(f"/du-lieu/{page}").status_code == HTTPStatus.FORBIDDEN
