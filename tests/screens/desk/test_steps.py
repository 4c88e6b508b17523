"""Every step of a file from its page: whose it is, what it asks, who was first."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from danso.kernel import clock
from danso.modules.cases import interface as cases
from danso.modules.cases.data import CaseData, Status
from danso.modules.cases.models import Case
from danso.modules.documents import interface as documents
from danso.modules.documents.data import LARGEST
from danso.modules.identity.data import AccountData
from danso.toolkit.platform import province
from tests.cases_world import Family, Officer, file_birth, officer, opened, to_work
from tests.officers import enter, make_officer
from tests.screens.desk.conftest import at_desk
from tests.screens.steward.conftest import text_of

pytestmark = pytest.mark.clause("II.2.1", partly="the desk's pages; the services are to come")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def looker(home: Family) -> Officer:
    """Looks at files without touching the signed-in officer's session."""
    return officer("desk_officer", f"commune:{home.commune}")


def page(client: Client, key: UUID) -> str:
    return client.get(f"/mot-cua/ho-so/{key}/").content.decode()


def offered(client: Client, key: UUID) -> set[str]:
    return set(re.findall(r"/buoc/([a-z-]+)/", page(client, key)))


def take(client: Client, key: UUID, step: str, **given: Any) -> Any:
    """As the form does: with the version that the page shows."""
    found = re.search(r'name="version" value="(\d+)"', page(client, key))
    version = given.pop("version", found[1] if found else "0")
    return client.post(f"/mot-cua/ho-so/{key}/buoc/{step}/", {"version": version, **given})


def done(answer: Any, key: UUID) -> None:
    assert answer.status_code == HTTPStatus.FOUND, text_of(answer.content)
    assert answer["Location"] == f"/mot-cua/ho-so/{key}/"


def test_the_page_tells_the_whole_file(home: Family, client: Client, clerk: AccountData) -> None:
    filed = file_birth(home)
    shown = text_of(client.get(f"/mot-cua/ho-so/{filed.key}/").content)
    for words in (
        "Nguyễn Văn Ấm", "Trạm y tế xã", "20/11/2026", "Trần Thị Chén", "Nguyễn Văn Nước",
        "Giấy chứng sinh", "Cơ sở dữ liệu dân cư", "Nộp hồ sơ", "Luật Hộ tịch 2014",
    ):  # fmt: skip
        assert words in shown, words


def test_steps_are_those_of_the_role(home: Family, client: Client, clerk: AccountData) -> None:
    filed = file_birth(home)
    assert offered(client, filed.key) == {"receive", "refuse-receipt", "assign", "transfer"}
    at_desk(client, "steward")
    assert offered(client, filed.key) == {"assign", "transfer"}
    refused = take(client, filed.key, "receive")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    at_desk(client, "commune_police")
    assert client.get(f"/mot-cua/ho-so/{filed.key}/").status_code == HTTPStatus.NOT_FOUND


def test_a_birth_from_receipt_to_return(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    paper = opened(filed.key, looker).papers[0]
    done(take(client, filed.key, "receive", papers=[str(paper.key)]), filed.key)
    assert opened(filed.key, looker).papers[0].checked_by == str(clerk.id)
    done(take(client, filed.key, "begin"), filed.key)
    assert "approve" not in offered(client, filed.key)
    at_desk(client, "steward")
    done(take(client, filed.key, "approve"), filed.key)
    case = opened(filed.key, looker)
    assert case.status is Status.DECIDED
    settle_all(client, case)
    result = SimpleUploadedFile("khai-sinh.pdf", PDF, "application/pdf")
    done(take(client, filed.key, "issue", result=result, symbol="12/2026"), filed.key)
    issued = opened(filed.key, looker).papers[-1]
    assert issued.is_result
    assert not issued.is_signed
    kept = documents.find_kept(home.mother, issued.kind, issued.digest)
    assert kept is not None
    assert not kept.proves(clock.today())
    assert "bản chưa ký số" in text_of(client.get(f"/mot-cua/ho-so/{filed.key}/").content)
    enter(client, clerk)
    file = client.get(f"/mot-cua/ho-so/{filed.key}/giay/{issued.key}/")
    assert file.content == PDF
    assert file["Content-Type"] == "application/pdf"
    done(take(client, filed.key, "return"), filed.key)
    assert opened(filed.key, looker).status is Status.RETURNED


def settle_all(client: Client, case: CaseData) -> None:
    """What the register above has not answered is settled by hand."""
    for one in case.effects:
        if one.state != "done":
            done(
                take(client, case.key, "settle", kind=one.kind, words="Đã cấp số bằng công văn."),
                case.key,
            )


def test_two_officers_decide_and_the_second_sees_who_was_first(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    to_work(filed.key, looker)
    first = at_desk(client, "steward")
    seen = opened(filed.key, looker).version
    done(take(client, filed.key, "refuse", why="Trẻ đã được đăng ký ở xã khác."), filed.key)
    at_desk(client, "steward")
    second = take(client, filed.key, "approve", version=seen)
    assert second.status_code == HTTPStatus.CONFLICT
    shown = text_of(second.content)
    assert f"{first.name} vừa làm trước bạn: Từ chối giải quyết" in shown
    assert "Đã xử lý xong" in shown
    assert opened(filed.key, looker).outcome == "refused"


@pytest.mark.parametrize("step", ["refuse-receipt"])
def test_reasons_are_required(
    home: Family, client: Client, clerk: AccountData, looker: Officer, step: str
) -> None:
    filed = file_birth(home)
    empty = take(client, filed.key, step, why="  ")
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Cần sửa trước khi tiếp tục" in text_of(empty.content)
    assert opened(filed.key, looker).status is Status.FILED
    done(take(client, filed.key, step, why="Thiếu giấy chứng sinh."), filed.key)
    assert opened(filed.key, looker).status is Status.NOT_RECEIVED


def test_a_supplement_is_asked_once_and_taken_at_the_desk(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    to_work(filed.key, looker)
    done(take(client, filed.key, "ask-supplement", words="Bổ sung tên bệnh viện."), filed.key)
    assert opened(filed.key, looker).status is Status.SUPPLEMENT
    assert "hạn 31/12/2026" in text_of(page(client, filed.key).encode())
    scan = SimpleUploadedFile("chung-sinh.pdf", PDF)
    given = {
        "answer-birth_place": "Bệnh viện huyện",
        "shown-birth_happened": "birth-notification",
        "scan-birth_happened": scan,
    }
    done(take(client, filed.key, "take-supplement", **given), filed.key)
    case = opened(filed.key, looker)
    assert case.status is Status.IN_PROCESS
    assert case.answers["birth_place"] == "Bệnh viện huyện"
    added = case.papers[-1]
    assert documents.find_kept(home.mother, added.kind, added.digest) is not None
    assert "ask-supplement" not in offered(client, filed.key)


def test_a_scan_proves_once_an_officer_has_looked_at_it(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    to_work(filed.key, looker)
    take(client, filed.key, "ask-supplement", words="Bổ sung giấy chứng sinh.")
    scan = SimpleUploadedFile("chung-sinh.pdf", PDF)
    given = {"shown-birth_happened": "birth-notification", "scan-birth_happened": scan}
    done(take(client, filed.key, "take-supplement", **given), filed.key)
    paper = opened(filed.key, looker).papers[-1]
    assert documents.find_proof(home.mother, paper.kind) is None
    check = f"/mot-cua/ho-so/{filed.key}/giay/{paper.key}/kiem-tra/"
    at_desk(client)
    assert client.post(check, {"decision": "reject", "why": ""}).status_code == HTTPStatus.OK
    done(client.post(check, {"decision": "accept", "symbol": "GCS 12"}), filed.key)
    found = documents.find_proof(home.mother, paper.kind)
    assert found is not None
    assert found.index.symbol == "GCS 12"


def test_a_fee_is_asked_and_paid_in_cash_with_its_receipt(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    to_work(filed.key, looker)
    assert "pay" not in offered(client, filed.key)
    Case.objects.filter(key=filed.key).update(fee=8_000)
    done(take(client, filed.key, "ask-payment"), filed.key)
    done(take(client, filed.key, "pay", reference="AB/26P 0001"), filed.key)
    case = opened(filed.key, looker)
    assert case.status is Status.IN_PROCESS
    assert case.receipt is not None
    assert (case.receipt.amount, case.receipt.way) == (8_000, "cash")
    assert "8.000 đ" in text_of(page(client, filed.key).encode())
    at_desk(client, "steward")
    again = take(client, filed.key, "pay", reference="AB/26P 0002")
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_second_payment_is_told_the_firsts_receipt(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    to_work(filed.key, looker)
    Case.objects.filter(key=filed.key).update(fee=8_000)
    case = opened(filed.key, looker)
    cases.mark_paid(filed.key, 8_000, "cash", "AB/26P 0001", actor=looker.actor)
    late = client.post(
        f"/mot-cua/ho-so/{filed.key}/buoc/pay/",
        {"version": case.version, "reference": "AB/26P 0002"},
    )
    assert late.status_code == HTTPStatus.CONFLICT
    assert "vừa làm trước bạn: Đã nộp phí" in text_of(late.content)
    assert "AB/26P 0001" in text_of(late.content)


def test_a_scan_says_of_what_it_is(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    to_work(filed.key, looker)
    take(client, filed.key, "ask-supplement", words="Bổ sung giấy chứng sinh.")
    scan = SimpleUploadedFile("chung-sinh.pdf", PDF)
    answer = take(client, filed.key, "take-supplement", **{"scan-birth_happened": scan})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Chọn giấy tờ này là gì" in text_of(answer.content)
    large = SimpleUploadedFile("lon.pdf", PDF + b" " * LARGEST)
    given = {"shown-birth_happened": "birth-notification", "scan-birth_happened": large}
    answer = take(client, filed.key, "take-supplement", **given)
    assert "Tệp lớn hơn 20 MB" in text_of(answer.content)
    assert opened(filed.key, looker).status is Status.SUPPLEMENT


def test_transferred_it_leaves_the_desk(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    other = officer("desk_officer", "province")
    moved = take(client, filed.key, "transfer", unit=other_commune(home), why="Mẹ cư trú ở đó.")
    assert moved["Location"] == "/mot-cua/"
    assert client.get(f"/mot-cua/ho-so/{filed.key}/").status_code == HTTPStatus.NOT_FOUND
    assert opened(filed.key, other).listed.unit == other_commune(home)


def other_commune(home: Family) -> str:
    return next(one.code for one in province().units.communes if one.code != home.commune)


def test_given_to_a_colleague_by_log_in_name(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    colleague = make_officer("desk_officer", f"commune:{home.commune}", username="chi-ba")
    nobody = take(client, filed.key, "assign", officer="khong-co-ai")
    assert nobody.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    stranger = make_officer("leader", "province", username="lanh-dao")
    assert stranger
    elsewhere = take(client, filed.key, "assign", officer="lanh-dao")
    assert elsewhere.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    done(take(client, filed.key, "assign", officer="chi-ba"), filed.key)
    assert opened(filed.key, looker).listed.assigned == colleague.id


def test_sorry_and_stopped(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    to_work(filed.key, looker)
    again = clock.today() + timedelta(days=9)
    given = {"again-day": again.day, "again-month": again.month, "again-year": again.year}
    done(take(client, filed.key, "apologise", why="Chờ xác minh.", **given), filed.key)
    due = opened(filed.key, looker).listed.due_at
    assert due is not None
    assert clock.local(due).date() == again
    assert "apologise" not in offered(client, filed.key)
    done(take(client, filed.key, "stop", why="Người nộp không liên lạc được."), filed.key)
    assert opened(filed.key, looker).status is Status.STOPPED
    assert offered(client, filed.key) == set()


def test_what_is_no_pdf_is_no_result(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    to_work(filed.key, looker)
    at_desk(client, "steward")
    done(take(client, filed.key, "approve"), filed.key)
    settle_all(client, opened(filed.key, looker))
    file = SimpleUploadedFile("ket-qua.pdf", b"MZ not a pdf")
    answer = take(client, filed.key, "issue", result=file)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not any(paper.is_result for paper in opened(filed.key, looker).papers)


def test_a_paper_of_another_file_is_none_of_this_one(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    other = file_birth(home, child_name="Nguyễn Thị Ấm")
    foreign = opened(other.key, looker).papers[0].key
    for place in ("", "kiem-tra/"):
        gone = client.get(f"/mot-cua/ho-so/{filed.key}/giay/{foreign}/{place}")
        assert gone.status_code == HTTPStatus.NOT_FOUND


def test_nobody_handles_their_own(home: Family, client: Client) -> None:
    filed = file_birth(home)
    own = make_officer("desk_officer", f"commune:{home.commune}", person=home.mother)
    enter(client, own)
    answer = take(client, filed.key, "receive")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert cases.cases_of([home.mother])[0].status is Status.FILED
