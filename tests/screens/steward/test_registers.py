"""Hosted registers at the desk: entering, searching, files, rights, usage, defining."""

from __future__ import annotations

import html
import io
import re
from http import HTTPStatus
from uuid import UUID

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from danso.modules.sources.models import Fact, RegisterRecord, RegisterUpload
from tests.conftest import Database
from tests.officers import journal, sign_in
from tests.screens.steward.conftest import NUMBER, SignIn, enrol, text_of

ALL = "/du-lieu/so/"
TEAMS = "/du-lieu/so/digital-teams/"
LEGAL = "/du-lieu/so/commune-legal-aid/"
MEMBER = {
    "number": NUMBER,
    "commune": "",
    "f-team": "Tổ Thôn 1",
    "f-role": "leader",
    "f-decision": "QĐ 12/2024",
    "f-joined_on": "01/07/2024",
    "f-phone": "0912000001",
}


@pytest.fixture
def steward(client: Client, person: UUID, at_desk: SignIn) -> Client:
    at_desk("steward", "province", "hosted-registers")
    return client


def entered(client: Client, **changes: str) -> RegisterRecord:
    answer = client.post(f"{TEAMS}nhap/", MEMBER | changes)
    assert answer.status_code == HTTPStatus.FOUND, text_of(answer.content)
    return RegisterRecord.objects.latest("number")


def test_the_three_registers_are_there_with_what_to_do(steward: Client) -> None:
    page = text_of(steward.get(ALL).content)
    for words in (
        "Người hưởng trợ giúp xã hội hằng tháng tại cộng đồng",
        "Vụ việc trợ giúp pháp lý tiếp nhận tại xã",
        "Thành viên tổ công nghệ số cộng đồng",
    ):
        assert words in page
    assert "Sổ chưa có bản ghi nào" in text_of(steward.get(TEAMS).content)


@pytest.mark.clause("II.2.8")
def test_a_record_is_entered_on_one_page_and_reads_back_in_words(
    steward: Client, person: UUID
) -> None:
    record = entered(steward)
    page = text_of(steward.get(f"{TEAMS}{record.key}/").content)
    assert "Nguyễn Thị Sông" in page
    assert "Tổ trưởng" in page
    assert "01/07/2024" in page
    assert Fact.objects.get().person == person
    listed = text_of(steward.get(TEAMS).content)
    assert "CNS-000001 Nguyễn Thị Sông" in listed


def test_every_fault_shows_beside_its_field_at_once(steward: Client) -> None:
    wrong = MEMBER | {
        "number": "099084000124",
        "f-team": "",
        "f-joined_on": "2024",
        "f-phone": "12",
    }
    answer = steward.post(f"{TEAMS}nhap/", wrong)
    page = text_of(answer.content)
    assert answer.status_code == HTTPStatus.OK
    for words in (
        "Số định danh cá nhân: Không có ai mang số này",
        "Tên tổ: Cần nhập",
        "Tham gia từ ngày: Chỉ có năm hoặc tháng, thiếu ngày",
        "Điện thoại: Không đúng dạng quy định",
    ):
        assert words in page, words
    assert not RegisterRecord.objects.exists()


def test_whose_number_it_is_can_be_seen_before_entering(
    steward: Client, fresh_db: Database, person: UUID
) -> None:
    page = text_of(steward.post(f"{TEAMS}nhap/", MEMBER | {"buoc": "tim"}).content)
    assert "Nguyễn Thị Sông" in page
    assert "03/02/1984" not in page
    assert not RegisterRecord.objects.exists()
    assert str(person) in {row.subject for row in journal(fresh_db)}


def test_the_name_that_was_looked_up_stays_when_something_else_is_wrong(
    steward: Client, fresh_db: Database, person: UUID
) -> None:
    found = steward.post(f"{TEAMS}nhap/", MEMBER | {"buoc": "tim"}).content.decode()
    signed = re.search(r'name="la" value="([^"]+)"', found)
    assert signed
    looks = len([row for row in journal(fresh_db) if row.subject == str(person)])
    wrong = MEMBER | {"f-joined_on": "hôm qua", "la": signed[1]}
    assert "Nguyễn Thị Sông" in text_of(steward.post(f"{TEAMS}nhap/", wrong).content)
    other = wrong | {"number": "099084000999"}
    assert "Nguyễn Thị Sông" not in text_of(steward.post(f"{TEAMS}nhap/", other).content)
    forged = wrong | {"la": signed[1][:-2]}
    assert "Nguyễn Thị Sông" not in text_of(steward.post(f"{TEAMS}nhap/", forged).content)
    assert looks == len([row for row in journal(fresh_db) if row.subject == str(person)])


def test_records_are_searched_without_a_word_in_the_address(steward: Client) -> None:
    entered(steward)
    for typed in ("nguyen thi song", NUMBER, "cns-000001"):
        assert "CNS-000001" in text_of(steward.post(TEAMS, {"q": typed}).content), typed
    assert "Không tìm thấy" in text_of(steward.post(TEAMS, {"q": "không ai"}).content)
    assert "CNS-000001" in text_of(steward.get(f"{TEAMS}?f-role=leader").content)
    assert "CNS-000001" not in text_of(steward.get(f"{TEAMS}?f-role=member").content)


def test_a_record_is_changed_and_ended_with_its_history(
    fresh_db: Database, steward: Client
) -> None:
    record = entered(steward)
    here = f"{TEAMS}{record.key}/"
    form = steward.get(f"{here}sua/").content.decode()
    assert 'value="01/07/2024"' in form
    changed = MEMBER | {"f-role": "member", "revision": "1", "why": "thay tổ trưởng"}
    assert steward.post(f"{here}sua/", changed).status_code == HTTPStatus.FOUND
    stale = text_of(steward.post(f"{here}sua/", changed).content)
    assert "Có người đã sửa bản ghi này" in stale
    end = {"how": "ended", "on": "01/09/2025", "why": "chuyển nơi ở", "revision": "2"}
    assert steward.post(f"{here}ket-thuc/", end).status_code == HTTPStatus.FOUND
    with psycopg.connect(fresh_db.dsn("owner")) as owner:
        owner.execute("UPDATE sources_registerrecordversion SET unit = 'province'")
    page = text_of(steward.get(here).content)
    assert "thay tổ trưởng" in page
    assert " province " not in page
    assert "Cấp tỉnh" in page
    assert "chuyển nơi ở" in page
    assert "Đã kết thúc" in page
    assert str(Fact.objects.get().until) == "2025-09-01"


def test_police_of_a_commune_see_their_own_and_no_telephone(
    client: Client, steward: Client, commune: str, elsewhere: str, at_desk: SignIn
) -> None:
    enrol(elsewhere, "Lê Văn Núi", number="099084000131")
    record = entered(steward)
    other = entered(steward, number="099084000131")
    at_desk("commune_police", f"commune:{commune}", "hosted-registers")
    page = text_of(client.get(TEAMS).content)
    assert "CNS-000001" in page
    assert "CNS-000002" not in page
    assert client.get(f"{TEAMS}{other.key}/").status_code == HTTPStatus.NOT_FOUND
    shown = text_of(client.get(f"{TEAMS}{record.key}/").content)
    assert "0912000001" not in shown
    assert client.get(f"{TEAMS}nhap/").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{TEAMS}su-dung/").status_code == HTTPStatus.NOT_FOUND
    assert client.get(LEGAL).status_code == HTTPStatus.NOT_FOUND


def test_a_register_opens_for_its_own_purposes_only(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    at_desk("steward", "province", "residence")
    page = text_of(client.get(TEAMS).content)
    assert "Sổ này chỉ mở cho" in page
    assert "Quản lý sổ dữ liệu" in page


def file_of(*rows: str) -> SimpleUploadedFile:
    heading = "number,Tên tổ,Vai trò,decision,joined_on"
    return SimpleUploadedFile("to.csv", "\n".join([heading, *rows]).encode())


def test_a_file_is_looked_at_before_anything_is_taken(steward: Client, commune: str) -> None:
    enrol(commune, "Lê Văn Núi", number="099084000131")
    good = f"{NUMBER},Tổ 1,Tổ trưởng,QĐ 1,01/07/2024"
    bad = "099084000131,Tổ 1,Chủ tịch,QĐ 1,2024"
    seen = steward.post(f"{TEAMS}tep/", {"sheet": file_of(good, bad)}, follow=True)
    page = text_of(seen.content)
    assert "3 Vai trò Không có trong danh mục" in page
    assert "Nhập cả tệp" not in page
    here = seen.redirect_chain[-1][0]
    steward.post(here)
    assert not RegisterRecord.objects.exists()
    steward.post(here, {"buoc": "bo"})
    assert not RegisterUpload.objects.exists()

    mended = "099084000131,Tổ 1,Thành viên,QĐ 1,02/07/2024"
    seen = steward.post(f"{TEAMS}tep/", {"sheet": file_of(good, mended)}, follow=True)
    assert "Nhập cả tệp" in text_of(seen.content)
    here, page = seen.redirect_chain[-1][0], seen.content.decode()
    unseen = steward.post(here, follow=True)
    assert "Xem lại tệp" in text_of(unseen.content)
    assert not RegisterRecord.objects.exists()
    before = page.split('name="before" value="', 1)[1].split('"', 1)[0]
    done = steward.post(here, {"before": before}, follow=True)
    assert "2 bản ghi mới" in text_of(done.content)
    assert RegisterRecord.objects.count() == Fact.objects.count() == 2
    assert not RegisterUpload.objects.exists()


def test_somebody_elses_upload_is_not_there(
    steward: Client, client: Client, at_desk: SignIn
) -> None:
    row = f"{NUMBER},Tổ 1,Tổ trưởng,QĐ 1,01/07/2024"
    seen = steward.post(f"{TEAMS}tep/", {"sheet": file_of(row)}, follow=True)
    at_desk("steward", "province", "hosted-registers")
    answer = client.get(seen.redirect_chain[-1][0])
    assert answer.status_code == HTTPStatus.FOUND


def test_records_are_handed_out_and_each_person_is_on_record(
    steward: Client, fresh_db: Database, person: UUID
) -> None:
    entered(steward)
    assert "1" in text_of(steward.get(f"{TEAMS}xuat/").content)
    sheet = steward.post(f"{TEAMS}xuat/", {"loai": "csv"})
    text = b"".join(sheet).decode("utf-8-sig")
    assert "Nguyễn Thị Sông" in text
    assert "Tổ trưởng" in text
    book = steward.post(f"{TEAMS}xuat/", {"loai": "xlsx"})
    assert io.BytesIO(b"".join(book)).read(2) == b"PK"
    rows = [row for row in journal(fresh_db) if row.action == "sources.register_exported"]
    assert {row.subject for row in rows} == {str(person)}


def test_what_a_register_is_and_tells_stands_on_its_page(steward: Client) -> None:
    page = text_of(steward.get(f"{TEAMS}mau/").content)
    assert "Công văn 793/BTTTT-THH" in page
    assert "digital_team" in page
    assert "Người của một xã chỉ thấy bản ghi của xã mình" in page


def test_a_closed_register_takes_nothing_until_it_is_opened_again(steward: Client) -> None:
    steward.post(f"{TEAMS}dong/")
    assert "Sổ đã đóng" in text_of(steward.get(TEAMS).content)
    assert steward.post(f"{TEAMS}nhap/", MEMBER).status_code == HTTPStatus.FOUND
    assert not RegisterRecord.objects.exists()
    steward.post(f"{TEAMS}dong/")
    assert entered(steward).number == "CNS-000001"


BUILT = {
    "vi": "Hộ được hỗ trợ nhà ở",
    "code": "ho-tro-nha-o",
    "letters": "NHAO",
    "owner": "so-xay-dung",
    "law": "Quyết định của tỉnh",
    "read": ["steward"],
    "enter": ["steward"],
    "purposes": ["hosted-registers"],
    "retention": "hosted-record",
    "cites": "II.2.8",
    "rows": "4",
    "f0-vi": "Loại nhà",
    "f0-kind": "code",
    "f0-choices": "Xây mới\r\nSửa chữa",
    "f0-is_required": "on",
    "f0-listed": "on",
    "f0-told": "on",
    "f1-vi": "Ngày cấp",
    "f1-kind": "date",
    "told_to": ["public-services"],
}


@pytest.mark.clause("II.2.8")
def test_a_register_is_built_from_rows_kept_and_used(steward: Client) -> None:
    more = steward.post(f"{ALL}lap", BUILT | {"buoc": "them"}).content.decode()
    assert 'name="f7-vi"' in more
    made = steward.post(f"{ALL}lap", BUILT | {"buoc": "lap"})
    text = _text(made.content.decode())
    assert "code: loai_nha" in text
    kept = steward.post(f"{ALL}lap", {"text": text}, follow=True)
    assert "Đã lưu mẫu sổ, bản 1" in text_of(kept.content)
    here = f"{ALL}ho-tro-nha-o/"
    entry = {"number": NUMBER, "f-loai_nha": "xay_moi", "f-ngay_cap": "01/07/2024"}
    assert steward.post(f"{here}nhap/", entry).status_code == HTTPStatus.FOUND
    assert Fact.objects.get().kind == "ho_tro_nha_o_loai_nha"

    wider = text.replace("version: 1", "version: 2").replace(
        "fields:\n",
        "fields:\n- {code: floor, vi: Tầng, en: Floor, kind: text, basis: assumed,"
        " sensitivity: basic}\n",
    )
    again = steward.post(f"{here}mau/sua/", {"text": wider}, follow=True)
    assert "Đã lưu mẫu sổ, bản 2" in text_of(again.content)
    record = RegisterRecord.objects.get()
    assert "Xây mới" in text_of(steward.get(f"{here}{record.key}/").content)


def test_what_is_wrong_in_a_description_is_told_by_line(steward: Client) -> None:
    made = steward.post(f"{ALL}lap", BUILT | {"buoc": "lap"})
    text = _text(made.content.decode())
    wrong = text.replace("owner: so-xay-dung", "owner: so-nao-do").replace(
        "kind: date", "kind: day"
    )
    page = text_of(steward.post(f"{ALL}lap", {"text": wrong}).content)
    assert "fields[1].kind" in page
    mended = wrong.replace("kind: day", "kind: date")
    page = text_of(steward.post(f"{ALL}lap", {"text": mended}).content)
    assert "Không có cơ quan so-nao-do" in page


def test_only_stewards_of_the_province_define_registers(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("steward", f"commune:{commune}", "hosted-registers")
    made = client.post(f"{ALL}lap", BUILT | {"buoc": "lap"})
    page = text_of(client.post(f"{ALL}lap", {"text": _text(made.content.decode())}).content)
    assert "ho-tro-nha-o" not in text_of(client.get(ALL).content)
    assert "không cho phép" in page
    sign_in(client, "commune_police", f"commune:{commune}")
    assert client.get(f"{ALL}lap").status_code == HTTPStatus.FORBIDDEN


def _text(page: str) -> str:
    """What stands in the page's text area."""
    inside = page.split('name="text"', 1)[1].split(">", 1)[1].split("</textarea>", 1)[0]
    return html.unescape(inside)


def test_a_field_may_be_called_like_something_of_the_page(steward: Client) -> None:
    made = _text(steward.post(f"{ALL}lap", BUILT | {"buoc": "lap"}).content.decode())
    text = made.replace("loai_nha", "buoc").replace("ngay_cap", "why")
    steward.post(f"{ALL}lap", {"text": text})
    here = f"{ALL}ho-tro-nha-o/"
    entry = {"number": NUMBER, "f-buoc": "xay_moi", "f-why": "01/07/2024"}
    assert steward.post(f"{here}nhap/", entry).status_code == HTTPStatus.FOUND
    record = RegisterRecord.objects.get()
    assert record.payload == {"buoc": "xay_moi", "why": "2024-07-01"}
    changed = entry | {"f-buoc": "sua_chua", "revision": "1", "why": "nhầm"}
    assert steward.post(f"{here}{record.key}/sua/", changed).status_code == HTTPStatus.FOUND
    record.refresh_from_db()
    assert record.payload == {"buoc": "sua_chua", "why": "2024-07-01"}
    assert record.number in text_of(steward.get(f"{here}?f-buoc=sua_chua").content)
