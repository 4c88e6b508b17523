"""From the search box to a file with its code: nothing asked that the state holds."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from danso.kernel.dates import PartialDate
from danso.modules.cases import interface as cases
from danso.modules.cases.data import Status
from danso.modules.cases.models import Case, CaseEffect, CasePaper
from danso.modules.population.models import Person
from tests.cases_world import FATHER, MOTHER, commune
from tests.conftest import Database
from tests.eid_world import NAME, citizen, enrol, give_password
from tests.modules.documents.test_telling_forms import PDF, PNG

pytestmark = pytest.mark.clause("II.2.4", partly="the citizen's side of the services")

HERE = "/dich-vu/"
ANSWERS = {
    "hamlet": "Thôn 1",
    "address": "Số 5",
    "moved_on-day": "01",
    "moved_on-month": "10",
    "moved_on-year": "2026",
    "relation": "CH01",
}


@pytest.fixture
def draft(mine: Client, person: UUID) -> UUID:
    """Permanent residence, begun."""
    Person.objects.filter(key=person).update(commune=commune())
    answer = mine.post(f"{HERE}permanent-residence/bat-dau/")
    assert answer.status_code == 302
    return UUID(answer["Location"].split("/")[4])


def page(draft: UUID, tail: str) -> str:
    return f"{HERE}ho-so/nhap/{draft}/{tail}/"


def sent(content: bytes = PDF, name: str = "nha.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def fill(mine: Client, draft: UUID) -> None:
    answers = {**ANSWERS, "commune": commune(1)}
    told = mine.post(page(draft, "cau-hoi"), answers)
    assert told.status_code == 302, told.content.decode()
    told = mine.post(
        page(draft, "giay-to/lawful_dwelling"), {"kind": "dwelling-proof", "file": sent()}
    )
    assert told.status_code == 302, told.content.decode()


def filed(mine: Client, draft: UUID) -> str:
    fill(mine, draft)
    told = mine.post(page(draft, "xem-lai"))
    assert told.status_code == 302, told.content.decode()
    return str(told["Location"])


@pytest.mark.parametrize(
    ("state", "said", "shown", "hidden"),
    [
        ("waiting", "", "Chờ cấp số định danh.", "Số định danh được cấp"),
        ("asked", "", "Chờ cấp số định danh.", "Số định danh được cấp"),
        ("done", "099226000001", "099226000001", "Chờ cấp số định danh."),
        ("done", "settled in words", "", "Số định danh được cấp"),
    ],
)
def test_the_file_shows_that_a_number_is_awaited_and_then_the_number(
    mine: Client, draft: UUID, state: str, said: str, shown: str, hidden: str
) -> None:
    place = filed(mine, draft)
    CaseEffect.objects.create(case=Case.objects.get(), kind="issue-number", state=state, said=said)
    seen = mine.get(place).content.decode()
    assert shown in seen
    assert hidden not in seen


def test_anybody_finds_a_service_and_reads_what_it_asks(client: Client, fresh_db: Database) -> None:
    del fresh_db
    found = client.get(HERE, {"q": "nhập khẩu"}).content.decode()
    assert f"{HERE}permanent-residence/" in found
    told = client.get(f"{HERE}permanent-residence/").content.decode()
    assert "Không phải khai: nhà nước đã có" in told
    assert "7 ngày làm việc" in told
    assert "10.000 đồng (nộp trực tuyến)" in told
    assert client.get(f"{HERE}no-such-service/").status_code == 404
    assert "Không tìm thấy" in client.get(HERE, {"q": "zzzz"}).content.decode()


def test_what_is_not_known_is_said_to_be_unknown(client: Client, fresh_db: Database) -> None:
    del fresh_db
    assert "Chưa rõ" in client.get(f"{HERE}driving-licence-renewal/").content.decode()


def test_a_stranger_signs_in_first_and_level_1_is_told_how(
    client: Client, mine: Client, person: UUID
) -> None:
    assert client.get(f"{HERE}ho-so/").status_code == 302
    get_user_model().objects.filter(person=person).update(level=1)
    assert "mức độ 2" in mine.get(f"{HERE}ho-so/").content.decode()


def test_an_application_goes_from_start_to_a_code(mine: Client, draft: UUID, person: UUID) -> None:
    first = mine.get(page(draft, "xem-lai")).content.decode()
    assert NAME in first
    assert "Chưa nhập" in first
    case_page = filed(mine, draft)
    told = mine.get(case_page).content.decode()
    (case,) = cases.cases_of((person,))
    assert case.code in told
    assert case.status is Status.FILED
    assert "Đã nộp. Cơ quan đang kiểm tra hồ sơ." in told
    assert case.code in mine.get(f"{HERE}ho-so/").content.decode()


def test_what_the_state_holds_cannot_be_typed(mine: Client, draft: UUID) -> None:
    questions = mine.get(page(draft, "cau-hoi")).content.decode()
    assert 'name="applicant_name"' not in questions
    mine.post(page(draft, "cau-hoi"), {"applicant_name": "Ai Đó", "commune": commune(1)})
    assert "Ai Đó" not in mine.get(page(draft, "xem-lai")).content.decode()


def test_faults_stand_beside_their_field_and_what_was_typed_stays(
    mine: Client, draft: UUID
) -> None:
    answers = {**ANSWERS, "commune": "99999", "moved_on-year": "2027"}
    told = mine.post(page(draft, "cau-hoi"), answers)
    assert told.status_code == 200
    text = told.content.decode()
    assert "Chọn xã, phường trong danh sách của tỉnh" in text
    assert "Ngày này chưa đến" in text
    assert "Thôn 1" in mine.get(page(draft, "cau-hoi")).content.decode()


def test_nothing_is_handed_in_by_skipping_pages(mine: Client, draft: UUID, person: UUID) -> None:
    told = mine.post(page(draft, "xem-lai"))
    assert told.status_code == 200
    assert "Cần giấy tờ chứng minh" in told.content.decode()
    assert cases.cases_of((person,)) == ()


def test_a_file_that_is_not_what_its_name_says_is_refused(mine: Client, draft: UUID) -> None:
    address = page(draft, "giay-to/lawful_dwelling")
    for content, name in ((PNG, "nha.pdf"), (b"MZ" + b"\0" * 99, "nha.pdf")):
        told = mine.post(address, {"kind": "dwelling-proof", "file": sent(content, name)})
        assert told.status_code == 200
        assert "Tệp không đúng như tên của nó." in told.content.decode()
    assert "Chọn tệp" in mine.post(address, {"kind": "dwelling-proof"}).content.decode()


def test_the_same_application_twice_is_told_the_first_code(
    mine: Client, draft: UUID, person: UUID
) -> None:
    filed(mine, draft)
    (first,) = cases.cases_of((person,))
    answer = mine.post(f"{HERE}permanent-residence/bat-dau/")
    second = UUID(answer["Location"].split("/")[4])
    fill(mine, second)
    told = mine.post(page(second, "xem-lai"))
    assert told.status_code == 200
    assert first.code in told.content.decode()
    assert len(cases.cases_of((person,))) == 1


def test_another_persons_draft_and_file_look_as_if_they_were_not_there(mine: Client) -> None:
    for tail in ("cau-hoi", "xem-lai", "giay-to/lawful_dwelling"):
        assert mine.get(page(uuid4(), tail)).status_code == 404
    assert mine.get(f"{HERE}ho-so/{uuid4()}/").status_code == 404
    assert mine.post(f"{HERE}ho-so/{uuid4()}/rut/", {"why": "nhầm"}).status_code == 404


def test_a_file_is_withdrawn_with_a_reason(mine: Client, draft: UUID, person: UUID) -> None:
    case_page = filed(mine, draft)
    assert "Lý do" in mine.post(f"{case_page}rut/", {"why": ""}).content.decode()
    assert mine.post(f"{case_page}rut/", {"why": "Nộp nhầm"}).status_code == 302
    (case,) = cases.cases_of((person,))
    assert case.status is Status.WITHDRAWN
    assert "Bạn đã rút hồ sơ." in mine.get(case_page).content.decode()


def test_a_draft_is_dropped(mine: Client, draft: UUID) -> None:
    assert mine.post(page(draft, "bo")).status_code == 302
    assert mine.get(page(draft, "xem-lai")).status_code == 404


def test_a_party_is_named_by_all_three_or_not_at_all(mine: Client, person: UUID) -> None:
    Person.objects.filter(key=person).update(commune=commune())
    answer = mine.post(f"{HERE}birth-registration/bat-dau/")
    address = answer["Location"]
    assert "/nguoi/mother/" in address
    wrong = {"number": "099190000009", "name": "Ai Đó", "birth-day": "1", "birth-month": "1"}
    told = mine.post(address, {**wrong, "birth-year": "1990"})
    assert told.status_code == 200
    assert "Không có người nào có đủ" in told.content.decode()
    empty = {"number": "", "name": "", "birth-day": "", "birth-month": "", "birth-year": ""}
    assert "/nguoi/father/" in mine.post(address, empty)["Location"]


def birth_page(mine: Client, person: UUID) -> str:
    """A birth, begun: the page of the mother."""
    Person.objects.filter(key=person).update(commune=commune())
    return str(mine.post(f"{HERE}birth-registration/bat-dau/")["Location"])


def test_whoever_applies_for_what_is_theirs_types_nothing_of_themself(
    mine: Client, person: UUID
) -> None:
    mother = birth_page(mine, person)
    assert f"Là {NAME}" in mine.get(mother).content.decode()
    father = str(mine.post(mother, {"own": "1"})["Location"])
    assert "/nguoi/father/" in father
    assert f"Là {NAME}" not in mine.get(father).content.decode(), "she is the mother already"
    assert f'value="{NAME}"' in mine.get(mother).content.decode()
    assert mine.post(father, {"own": "1"})["Location"].endswith("/cau-hoi/")
    (draft,) = cases.drafts_of(get_user_model().objects.get(person=person).pk, person)
    assert set(draft.claims) == {"mother"}
    mine.get(mother)
    told = mine.get(page(draft.key, "xem-lai")).content.decode()
    assert told.count(NAME) == 2, "the mother, and whoever registers; no third line"


def test_a_parent_whose_birth_is_known_by_its_year_alone(mine: Client, person: UUID) -> None:
    citizen(FATHER, "Nguyễn Văn Nước", PartialDate(1950))
    mother = birth_page(mine, person)
    father = str(mine.post(mother, {"own": "1"})["Location"])
    named = {"number": FATHER, "name": "Nguyễn Văn Nước", "birth-day": "", "birth-month": ""}
    assert mine.post(father, {**named, "birth-year": "1950"})["Location"].endswith("/cau-hoi/")
    assert 'value="1950"' in mine.get(father).content.decode()


def test_a_childs_sex_is_offered_with_unknown_last(mine: Client, person: UUID) -> None:
    father = str(mine.post(birth_page(mine, person), {"own": "1"})["Location"])
    questions = mine.get(str(mine.post(father, {"number": ""})["Location"])).content.decode()
    offered = re.findall(r'name="child_sex"[^>]*value="(\d)"', questions)
    assert offered == ["1", "2", "0"]


def test_a_service_says_that_of_others_the_names_are_asked(
    client: Client, fresh_db: Database
) -> None:
    del fresh_db
    told = client.get(f"{HERE}birth-registration/").content.decode()
    assert "Họ tên mẹ" not in told
    assert "Người nộp hồ sơ không phải khai về mình." in told


def test_whoever_applied_opens_the_papers_of_the_file_and_nobody_elses(
    mine: Client, draft: UUID
) -> None:
    place = filed(mine, draft)
    paper = CasePaper.objects.get()
    address = f"{place}giay/{paper.key}/"
    assert address in mine.get(place).content.decode()
    opened = mine.get(address)
    assert (opened.content, opened["Content-Type"]) == (PDF, "application/pdf")
    assert "no-store" in opened["Cache-Control"]
    assert mine.get(f"{place}giay/{uuid4()}/").status_code == 404
    other = citizen(MOTHER, "Trần Thị Chén", PartialDate(1990, 5, 6))
    enrol(Client(), MOTHER, "Trần Thị Chén", PartialDate(1990, 5, 6))
    get_user_model().objects.filter(person=other).update(level=2)
    stranger = Client()
    give_password(stranger, MOTHER)
    assert stranger.get(f"{HERE}ho-so/").status_code == 200
    assert stranger.get(address).status_code == 404
