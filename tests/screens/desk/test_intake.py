"""Intake at the desk, from a card's text to the receipt; who is not one person gets no further."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from danso.modules.cases import interface as cases
from danso.modules.cases.data import Status
from danso.modules.documents import interface as documents
from danso.modules.documents.data import Grounds, Index, NewPaper, Reach
from danso.modules.identity.data import AccountData
from tests.cases_world import BIRTH, FATHER, MOTHER, Family, officer, opened
from tests.eid_world import CLERK
from tests.screens.desk.conftest import at_desk
from tests.screens.desk.test_steps import PDF
from tests.screens.steward.conftest import text_of

pytestmark = pytest.mark.clause("II.2.1", partly="the desk's pages; the services are to come")
CARD = f"{MOTHER}||Trần Thị Chén|06051990|Nữ|Thôn 1, Xã Mẫu|01052022"
FATHERS_CARD = f"{FATHER}||Nguyễn Văn Nước|08071988|Nam|Thôn 1, Xã Mẫu|01052022"
PAGE = "/mot-cua/tiep-nhan/"
ANSWERS = {f"answer-{code}": answer for code, answer in BIRTH.items()}


def begin(client: Client, service: str = "birth-registration") -> str:
    """Card read, service chosen; the address of the dense page."""
    who = client.post(PAGE, {"card": CARD})
    assert who["Location"] == f"{PAGE}dich-vu/", text_of(who.content)
    what = client.post(f"{PAGE}dich-vu/", {"service": service})
    assert what.status_code == HTTPStatus.FOUND, text_of(what.content)
    return str(what["Location"])


def given(**more: Any) -> dict[str, Any]:
    return {
        **ANSWERS,
        "party-mother": CARD,
        "party-father": FATHERS_CARD,
        "proof-birth_happened": "shown:birth-notification",
        **more,
    }


def filed_key(answer: Any) -> UUID:
    assert answer.status_code == HTTPStatus.FOUND, text_of(answer.content)
    found = re.search(r"/xong/([0-9a-f-]+)/", answer["Location"])
    assert found, answer["Location"]
    return UUID(found[1])


def test_from_a_card_to_the_receipt(home: Family, client: Client, clerk: AccountData) -> None:
    place = begin(client)
    shown = text_of(client.get(place).content)
    assert "Trần Thị Chén" in shown
    assert "Cơ sở dữ liệu dân cư" in shown
    key = filed_key(client.post(place, given()))
    desk = officer("desk_officer", f"commune:{home.commune}")
    case = opened(key, desk)
    assert case.status is Status.RECEIVED
    assert case.listed.channel == "direct"
    assert case.filed_at_unit == home.commune
    assert case.parties["father"].number == FATHER
    assert case.papers[0].digest == ""
    assert case.papers[0].checked_by == str(clerk.id)
    end = client.get(f"{PAGE}xong/{key}/")
    assert case.code in text_of(end.content)
    assert f"/mot-cua/ho-so/{key}/in/giay-tiep-nhan/" in end.content.decode()


def test_typed_by_hand_with_name_and_birth(
    home: Family, client: Client, clerk: AccountData
) -> None:
    typed = {"card": "0991 9000 0001", "name": "trần thị chén"}
    born = {"birth-day": "6", "birth-month": "5", "birth-year": "1990"}
    assert client.post(PAGE, {**typed, **born})["Location"] == f"{PAGE}dich-vu/"


@pytest.mark.parametrize(
    "card",
    [
        CARD.replace("06051990", "07051990"),
        CARD.replace("Chén", "Bát"),
        CARD.replace(MOTHER, "099190000009"),
        f"{MOTHER}|nonsense",
        MOTHER,
    ],
)
def test_who_is_not_one_person_gets_no_further(
    home: Family, client: Client, clerk: AccountData, card: str
) -> None:
    answer = client.post(PAGE, {"card": card})
    assert answer.status_code == HTTPStatus.OK
    assert "Cần sửa trước khi tiếp tục" in text_of(answer.content)
    assert client.get(f"{PAGE}dich-vu/")["Location"] == PAGE


def test_a_service_is_found_by_a_persons_words(
    home: Family, client: Client, clerk: AccountData
) -> None:
    client.post(PAGE, {"card": CARD})
    page = client.get(f"{PAGE}dich-vu/?q=lam+khai+sinh").content.decode()
    first = re.search(r'name="service" type="radio" value="([a-z-]+)"', page)
    assert first
    assert first[1] == "birth-registration"
    assert "Không có dịch vụ nào như vậy" in client.get(f"{PAGE}dich-vu/?q=zzz").content.decode()


def test_faults_stand_beside_their_fields_and_nothing_is_lost(
    home: Family, client: Client, clerk: AccountData
) -> None:
    place = begin(client)
    wrong = given(**{"answer-child_birth": "31/02/2026", "party-father": "099088000002"})
    answer = client.post(place, wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    shown = text_of(answer.content)
    assert "Nhập đủ ngày, tháng, năm" in shown
    assert "Không có người nào có đủ số định danh" in shown
    assert 'value="Nguyễn Văn Ấm"' in answer.content.decode()
    assert cases.cases_of([home.mother]) == ()


def test_saved_it_is_gone_on_with_or_dropped(
    home: Family, client: Client, clerk: AccountData
) -> None:
    place = begin(client)
    client.post(place, {**given(), "decision": "save"})
    assert 'value="Nguyễn Văn Ấm"' in client.get(place).content.decode()
    assert place in client.get(f"{PAGE}dich-vu/").content.decode()
    client.post(f"{place}bo/")
    assert client.get(place).status_code == HTTPStatus.NOT_FOUND


def test_a_scan_goes_into_the_store(home: Family, client: Client, clerk: AccountData) -> None:
    place = begin(client)
    scan = SimpleUploadedFile("chung-sinh.pdf", PDF)
    missing = client.post(place, given(**{"proof-birth_happened": "scan:birth-notification"}))
    assert "Chọn tệp quét" in text_of(missing.content)
    given_scan = {"proof-birth_happened": "scan:birth-notification", "scan-birth_happened": scan}
    key = filed_key(client.post(place, given(**given_scan)))
    paper = opened(key, officer("desk_officer", f"commune:{home.commune}")).papers[0]
    assert documents.find_kept(home.mother, paper.kind, paper.digest) is not None


def test_what_is_in_the_store_is_used_again_and_counted(
    home: Family, client: Client, clerk: AccountData
) -> None:
    grounds = Grounds("civil-status")
    kept = documents.keep_paper(
        NewPaper(home.mother, "birth-notification", PDF, "a.pdf", home.commune, "desk"),
        actor=CLERK,
        grounds=grounds,
    )
    documents.check_paper(
        kept, Index(), reach=Reach(person=home.mother), actor=at_actor(home), grounds=grounds
    )
    place = begin(client)
    assert "đã có trong kho, dùng lại" in client.get(place).content.decode()
    key = filed_key(client.post(place, given(**{"proof-birth_happened": ""})))
    paper = opened(key, officer("desk_officer", f"commune:{home.commune}")).papers[0]
    assert paper.reused_from == kept
    assert documents.count_reuse()["birth-notification"] == (1, 1)


def at_actor(home: Family) -> Any:
    return officer("desk_officer", f"commune:{home.commune}").actor


def test_a_file_of_another_unit_is_handed_in_and_named_by_its_code(
    home: Family, client: Client
) -> None:
    at_desk(client, place=1)
    place = begin(client)
    key = filed_key(client.post(place, given(unit=home.commune)))
    case = opened(key, officer("desk_officer", f"commune:{home.commune}"))
    assert case.status is Status.FILED
    assert case.filed_at_unit != home.commune
    end = client.get(f"{PAGE}xong/{key}/")
    assert case.code in text_of(end.content)
    assert "Chén" not in text_of(end.content)


def test_the_double_is_told_the_firsts_code(
    home: Family, client: Client, clerk: AccountData
) -> None:
    first = filed_key(client.post(begin(client), given()))
    code = opened(first, officer("desk_officer", f"commune:{home.commune}")).code
    again = client.post(begin(client), given())
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert code in text_of(again.content)
    assert cases.find_case_key(code) == first


def test_stewards_take_nobody_in(home: Family, client: Client) -> None:
    at_desk(client, "steward")
    assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN


def test_the_cursor_stands_in_the_first_box_and_what_is_none_is_not_asked(
    home: Family, client: Client, clerk: AccountData
) -> None:
    """The register holds no temporary residence of hers: that is an answer."""
    at_desk(client, "commune_police")
    shown = client.get(begin(client, "residence-confirmation")).content.decode()
    assert "answer-applicant_stay" not in shown
    box = re.search(r"<[a-z]+ [^>]*\bautofocus\b[^>]*>", shown)
    assert box
    assert 'name="answer-use"' in box[0]
