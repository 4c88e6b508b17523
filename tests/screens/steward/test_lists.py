"""Cards, quality and worklists by commune; the XLSX that goes out and comes back."""

from __future__ import annotations

import io
from http import HTTPStatus
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from danso.kernel.dates import PartialDate
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.screens.steward.views import quality
from tests.conftest import Database
from tests.officers import journal
from tests.screens.steward.conftest import SignIn, enrol, text_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def unsure(fresh_db: Database, commune: str) -> UUID:
    """Somebody whose birthday is not known."""
    return enrol(commune, "Lê Văn Núi", birth=PartialDate(1965))


def listed(database: Database) -> list[str | None]:
    return [row.subject for row in journal(database) if row.action == "steward.listed"]


def test_cards_by_commune_then_by_hamlet_then_as_a_sheet(
    fresh_db: Database, client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    other = enrol(commune, "Lê Văn Đồi", extra={"hamlet": "Thôn 2"})
    at_desk("commune_police", f"commune:{commune}")
    assert f"/du-lieu/the/{commune}/" in client.get("/du-lieu/the/").content.decode()
    page = text_of(client.get(f"/du-lieu/the/{commune}/").content)
    assert "Nguyễn Thị Sông" in page
    assert "Chưa có thẻ" in page
    assert set(listed(fresh_db)) == {str(person), str(other)}
    page = text_of(client.get(f"/du-lieu/the/{commune}/", {"thon": "Thôn 2"}).content)
    assert "Sông" not in page
    sheet = client.post(f"/du-lieu/the/{commune}/xlsx", {"thon": "Thôn 2"})
    assert sheet["Content-Type"] == XLSX
    assert "Sông" not in sheet["Content-Disposition"]
    rows = list(load_workbook(io.BytesIO(sheet.content)).worksheets[0].iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == ["Lê Văn Đồi"]


@pytest.mark.parametrize("page", ["the/{}/", "chat-luong/{}/", "chat-luong/{}/birth_partial/"])
def test_lists_of_other_communes_are_not_there(
    client: Client, person: UUID, commune: str, elsewhere: str, at_desk: SignIn, page: str
) -> None:
    at_desk("commune_police", f"commune:{elsewhere}")
    where = f"/du-lieu/{page.format(commune)}"
    assert client.get(where).status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/du-lieu/{page.format(elsewhere)}").status_code == HTTPStatus.OK
    assert commune not in text_of(client.get("/du-lieu/the/").content)


def test_posts_for_other_communes_are_not_there(
    client: Client, unsure: UUID, commune: str, elsewhere: str, at_desk: SignIn
) -> None:
    at_desk("commune_police", f"commune:{elsewhere}")
    for where in (f"the/{commune}/xlsx", f"danh-sach/{commune}/birth_partial/lap"):
        assert client.post(f"/du-lieu/{where}").status_code == HTTPStatus.NOT_FOUND
    assert sources.list_worklists(None) == []


def test_quality_leads_from_the_counts_to_who(
    fresh_db: Database, client: Client, unsure: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    assert f"/du-lieu/chat-luong/{commune}/" in client.get("/du-lieu/chat-luong/").content.decode()
    page = client.get(f"/du-lieu/chat-luong/{commune}/").content.decode()
    assert f"/du-lieu/chat-luong/{commune}/birth_partial/" in page
    page = text_of(client.get(f"/du-lieu/chat-luong/{commune}/birth_partial/").content)
    assert "Lê Văn Núi" in page
    assert "Lập danh sách cả xã" in page
    assert listed(fresh_db) == [str(unsure)]
    answer = client.get(f"/du-lieu/chat-luong/{commune}/nonsense/")
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_what_a_list_cannot_check_offers_none(
    client: Client, unsure: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    page = text_of(client.get(f"/du-lieu/chat-luong/{commune}/no_number/").content)
    assert "Lê Văn Núi" in page
    assert "Lập danh sách" not in page
    assert "mở từng hồ sơ" in page


def test_worklist_goes_out_as_xlsx_and_its_answers_come_back(
    fresh_db: Database, client: Client, unsure: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("commune_police", f"commune:{commune}")
    made = client.post(f"/du-lieu/danh-sach/{commune}/birth_partial/lap", {"thon": ""})
    where = made["Location"]
    assert "0 / 1 dòng" in text_of(client.get(where).content)
    handed = client.post(f"{where}xlsx")
    assert handed["Cache-Control"] == "no-store, private"
    sent = answered(handed.content, "Sai", "21/03/1965")
    result = client.post("/du-lieu/danh-sach/gui-lai/", {"sheet": sent})
    assert result["Location"] == "/du-lieu/danh-sach/ket-qua/"
    assert "Đã cập nhật 1 dòng" in text_of(client.get(result["Location"]).content)
    assert population.get_person(unsure).birth == "1965-03-21"
    assert "1 / 1 dòng" in text_of(client.get(where).content)
    again = answered(handed.content, "Sai", "21/03/1965")
    client.post("/du-lieu/danh-sach/gui-lai/", {"sheet": again})
    assert "Đã nhận từ trước 1 dòng" in text_of(client.get("/du-lieu/danh-sach/ket-qua/").content)


def test_line_that_was_not_taken_says_why_without_a_name(
    fresh_db: Database, client: Client, unsure: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("commune_police", f"commune:{commune}")
    made = client.post(f"/du-lieu/danh-sach/{commune}/birth_partial/lap")
    handed = client.post(f"{made['Location']}xlsx")
    client.post("/du-lieu/danh-sach/gui-lai/", {"sheet": answered(handed.content, "Sai", "")})
    page = text_of(client.get("/du-lieu/danh-sach/ket-qua/").content)
    assert "phải ghi giá trị đúng" in page
    assert "Núi" not in page


@pytest.mark.parametrize(
    ("content", "advice"),
    [(b"khong phai excel", "Lưu lại ở dạng Excel"), (b"", "Tệp rỗng")],
)
def test_file_that_is_no_worklist_is_refused_with_a_next_step(
    client: Client, unsure: UUID, commune: str, at_desk: SignIn, content: bytes, advice: str
) -> None:
    at_desk("commune_police", f"commune:{commune}")
    sent = SimpleUploadedFile("a.xlsx", content)
    page = text_of(client.post("/du-lieu/danh-sach/gui-lai/", {"sheet": sent}).content)
    assert advice in page


def test_stewards_make_lists_but_police_answer_them(
    client: Client, unsure: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    made = client.post(f"/du-lieu/danh-sach/{commune}/birth_partial/lap")
    assert client.get(made["Location"]).status_code == HTTPStatus.OK
    assert client.get("/du-lieu/danh-sach/gui-lai/").status_code == HTTPStatus.FORBIDDEN


def test_list_of_another_commune_is_not_there(
    client: Client, unsure: UUID, commune: str, elsewhere: str, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    where = client.post(f"/du-lieu/danh-sach/{commune}/birth_partial/lap")["Location"]
    at_desk("commune_police", f"commune:{elsewhere}")
    assert client.get(where).status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{where}xlsx").status_code == HTTPStatus.NOT_FOUND
    assert where not in client.get("/du-lieu/danh-sach/").content.decode()


def test_export_asks_for_a_fresh_password_and_says_what_leaves(
    fresh_db: Database, client: Client, unsure: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    where = f"/du-lieu/the/{commune}/xlsx"
    page = text_of(client.get(where, {"thon": "Thôn 1"}).content)
    assert "Tải tệp có dữ liệu cá nhân" in page
    assert "Thôn 1" in page
    worklist = client.post(f"/du-lieu/danh-sach/{commune}/birth_partial/lap")["Location"]
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    for address in (where, f"{worklist}xlsx"):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == HTTPStatus.FOUND
            assert answer["Location"].startswith("/tai-khoan/xac-nhan/")
    assert not [one for one in journal(fresh_db) if one.action == "sources.card_list_row"]


def test_nobody_left_to_check_makes_no_list(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    answer = client.post(f"/du-lieu/danh-sach/{commune}/birth_partial/lap", follow=True)
    assert "Không còn ai cần kiểm tra" in text_of(answer.content)


def answered(content: bytes, answer: str, value: str) -> SimpleUploadedFile:
    """The handed-out workbook with its first line filled in."""
    book = load_workbook(io.BytesIO(content))
    book.worksheets[0]["J2"], book.worksheets[0]["K2"] = answer, value
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("danh-sach.xlsx", target.getvalue(), XLSX)


def test_the_province_is_paged_the_worst_communes_first(
    client: Client, commune: str, elsewhere: str, at_desk: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for where in (commune, elsewhere):
        enrol(where)
    at_desk("steward", "province")
    monkeypatch.setattr(quality, "COMMUNES_PER_PAGE", 1)
    shown = [client.get(f"/du-lieu/chat-luong/?page={n}").content.decode() for n in (1, 2)]
    both = [
        sum(f"/du-lieu/chat-luong/{where}/" in page for where in (commune, elsewhere))
        for page in shown
    ]
    assert both == [1, 1]
    assert shown[0] != shown[1]
