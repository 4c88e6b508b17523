"""The auditor's pages: searching, proving, closing unusual looks, two officers for withholding."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.names import PersonName
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry, EntryFilter, Positioned
from danso.modules.audit.jobs import Sealer
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import PartnerBody
from danso.modules.identity import interface as identity
from danso.modules.identity import jobs
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, NewPerson, PeopleLookedUp, ProtectedLookedUp
from danso.screens.auditor.deeds import DEEDS, deed_words
from tests.conftest import Database
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import enter, journal, make_officer, sign_in

HERE = "/kiem-tra/"
NUMBER = "099184000001"


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK, path
    return answer.content.decode()


def days(**more: str) -> dict[str, str]:
    """A search form that asks for today."""
    today = clock.today()
    parts = {"day": today.day, "month": today.month, "year": today.year}
    return {
        f"{end}-{name}": str(part) for end in ("first", "last") for name, part in parts.items()
    } | more


def enrol() -> UUID:
    new = NewPerson(
        name=PersonName.parse("Nguyễn Văn Ấm"),
        source="test",
        number=NUMBER,
        birth=PartialDate(1984),
        sex=1,
    )
    return population.record_person(
        new, actor=Actor(kind="system", id="tests"), grounds=Grounds(reason="test")
    )


def looked(by: str, outcome: str = "shown", purpose: str = "", unit: str = "so-y-te") -> Entry:
    actor = Actor(kind="officer", id=by, unit=unit, system="pages")
    return Entry(
        actor=actor,
        action="population.open_person",
        outcome=outcome,
        subject=uuid4(),
        purpose=purpose,
        file_code=f"HS-{unit}-{outcome}",
    )


def decision(**changes: str) -> dict[str, str]:
    last = clock.today() + timedelta(days=30)
    return {
        "body": "investigation",
        "unit": "cong-an-tinh",
        "number": "12/QĐ-CQĐT",
        "file": "",
        "person": NUMBER,
        "last_day-day": str(last.day),
        "last_day-month": str(last.month),
        "last_day-year": str(last.year),
    } | changes


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["operator", "leader", "steward", "guardian"])
def test_other_roles_are_kept_out(client: Client, role: str) -> None:
    sign_in(client, role, fresh=True)
    for path in ("", "nhat-ky/", "nhat-ky/0/", "bat-thuong/", "tam-an/", f"can-bo/{uuid4()}/"):
        assert client.get(HERE + path).status_code == HTTPStatus.FORBIDDEN


def test_entries_are_found_by_unit_officer_and_outcome_and_the_search_is_journaled(
    fresh_db: Database,
    sealer: Sealer,  # noqa: F811
    client: Client,
) -> None:
    officer = make_officer("steward", username="can-bo-mot")
    audit.record_many(
        [
            looked(str(officer.id)),
            looked(str(officer.id), "refused:role_missing"),
            looked("somebody-else", unit="so-tu-phap"),
        ]
    )
    sealer.seal(1000)
    auditor = sign_in(client, "auditor")

    def found(**asked: str) -> str:
        return client.post(f"{HERE}nhat-ky/", days(**asked)).content.decode()

    everything = found()
    assert everything.count("HS-") == 3
    assert officer.name in everything
    assert found(officer="can-bo-mot").count("HS-") == 2
    assert found(unit="so-tu-phap").count("HS-") == 1
    assert found(officer="can-bo-mot", outcome="refused").count("HS-") == 1
    assert "Không có dòng nào như vậy" in found(unit="nowhere")
    last = journal(fresh_db)[-1]
    assert (last.action, last.actor) == ("journal.searched", str(auditor.id))
    assert last.detail["unit"] == "nowhere"
    assert last.subject is None


@pytest.mark.django_db
def test_a_search_spans_a_month_at_most(client: Client) -> None:
    sign_in(client, "auditor")
    asked = days() | {"first-year": "2020"}
    assert "31 ngày" in client.post(f"{HERE}nhat-ky/", asked).content.decode()


def test_days_bound_the_search(
    fresh_db: Database,
    sealer: Sealer,  # noqa: F811
    client: Client,
) -> None:
    audit.record(looked("x"))
    sealer.seal(1000)
    sign_in(client, "auditor")
    yesterday = clock.today() - timedelta(days=1)
    parts = {"day": yesterday.day, "month": yesterday.month, "year": yesterday.year}
    asked = {
        f"{end}-{name}": str(part) for end in ("first", "last") for name, part in parts.items()
    }
    page = client.post(f"{HERE}nhat-ky/", asked).content.decode()
    assert "Không có dòng nào như vậy" in page


def test_an_entry_is_proven_and_opening_it_leaves_no_trace_at_the_person(
    fresh_db: Database,
    sealer: Sealer,  # noqa: F811
    client: Client,
) -> None:
    entry = looked("x")
    audit.record(entry)
    sealer.seal(1000)
    sealer.sign_head()
    sign_in(client, "auditor")
    today = clock.today()
    (found,) = audit.find_entries(EntryFilter(today, today, unit="so-y-te"))
    page = text_of(client, f"{HERE}nhat-ky/{found.position}/")
    assert "Đã tính lại từ nội dung dòng này" in page
    assert str(entry.subject) in page
    last = journal(fresh_db)[-1]
    assert (last.action, last.subject) == ("journal.opened", None)
    assert client.get(f"{HERE}nhat-ky/99999/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.django_db
def test_unusual_looks_are_listed_and_closed_with_a_note(client: Client) -> None:
    officer = make_officer("steward")
    event = PeopleLookedUp(str(officer.id), tuple(uuid4() for _ in range(40)), ())
    jobs.note_looks([Positioned(7, clock.now(), event)])
    (look,) = identity.unusual_looks()
    sign_in(client, "auditor")
    assert "nhiều hơn ba lần" in text_of(client, HERE)
    where = f"{HERE}bat-thuong/{look.id}/"
    assert "40 người" in text_of(client, where)
    assert "bắt buộc" in client.post(where, {"note": ""}).content.decode()
    client.post(where, {"note": "Theo kế hoạch rà soát"})
    assert identity.get_unusual_look(look.id).note == "Theo kế hoạch rà soát"
    assert "Theo kế hoạch rà soát" in text_of(client, where)
    assert officer.name not in text_of(client, f"{HERE}bat-thuong/")
    assert officer.name in text_of(client, f"{HERE}bat-thuong/?state=closed")
    assert "40" in text_of(client, f"{HERE}can-bo/{officer.id}/")


def test_nobody_closes_a_look_of_their_own(fresh_db: Database, client: Client) -> None:
    auditor = sign_in(client, "auditor")
    event = PeopleLookedUp(str(auditor.id), tuple(uuid4() for _ in range(40)), ())
    with transaction.atomic():
        jobs.note_looks([Positioned(7, clock.now(), event)])
    (look,) = identity.unusual_looks()
    answer = client.post(f"{HERE}bat-thuong/{look.id}/", {"note": "tự xem"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert identity.count_open_unusual_looks() == 1
    assert journal(fresh_db)[-1].outcome == "refused:own_look"


@pytest.mark.django_db
def test_the_guardian_sees_alerts_about_protected_people_only(client: Client) -> None:
    officer = make_officer("steward")
    person = uuid4()
    jobs.note_protected([Positioned(1, clock.now(), ProtectedLookedUp(person, str(officer.id)))])
    many = PeopleLookedUp(str(officer.id), tuple(uuid4() for _ in range(40)), ())
    jobs.note_looks([Positioned(2, clock.now(), many)])
    sign_in(client, "guardian")
    page = text_of(client, f"{HERE}canh-bao/")
    assert officer.name in page
    assert str(person)[-8:] in page
    assert "nhiều hơn ba lần" not in page


@pytest.mark.django_db
def test_the_guardian_reads_a_partner_by_its_name(client: Client) -> None:
    bank = exchange.create_partner(
        code="ngan-hang-mau",
        body=PartnerBody.BANK,
        name="Ngân hàng Mẫu",
        actor=Actor(kind="system", id="tests"),
    )
    asked = ProtectedLookedUp(uuid4(), f"partner:{bank.id}")
    jobs.note_protected([Positioned(1, clock.now(), asked)])
    sign_in(client, "guardian")
    page = text_of(client, f"{HERE}canh-bao/")
    assert "Ngân hàng Mẫu" in page
    assert "partner:" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["moi/", "1/ky/", "1/gia-han/", "1/ket-thuc/"])
def test_withholding_asks_for_the_password_again(client: Client, path: str) -> None:
    sign_in(client, "auditor")
    answer = client.post(f"{HERE}tam-an/{path}")
    assert answer["Location"].startswith("/tai-khoan/xac-nhan/")


def test_a_withholding_holds_once_another_officer_signed(
    fresh_db: Database, client: Client
) -> None:
    enrol()
    first = sign_in(client, "auditor", fresh=True)
    where = client.post(f"{HERE}tam-an/moi/", decision())["Location"]
    assert audit.withholdings_in_force() == []
    assert "cán bộ khác phải ký" in text_of(client, where)

    refused = client.post(f"{where}ky/")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    last = journal(fresh_db)[-1]
    assert (last.action, last.outcome, last.actor) == (
        "journal.withholding_signed",
        "refused:withholding_same_officer",
        str(first.id),
    )

    second = make_officer("auditor")
    other = Client()
    enter(other, second, fresh=True)
    page = text_of(other, f"{where}ky/")
    last_day = clock.today() + timedelta(days=30)
    for said in (NUMBER, "Nguyễn Văn Ấm", f"hết ngày {last_day:%d/%m/%Y}", "Công an tỉnh"):
        assert said in page
    look = journal(fresh_db)[-1]
    assert (look.action, look.outcome, look.actor, look.subject) == (
        "journal.withholding_person",
        "shown",
        str(second.id),
        None,
    )
    other.post(f"{where}ky/")
    (held,) = audit.withholdings_in_force()
    assert held.decision_number == "12/QĐ-CQĐT"
    assert "đang tạm ẩn" in text_of(client, f"{HERE}tam-an/")


def test_a_withholding_is_renewed_and_ended_by_further_signed_decisions(
    fresh_db: Database, client: Client
) -> None:
    enrol()
    sign_in(client, "auditor", fresh=True)
    other = Client()
    enter(other, make_officer("auditor"), fresh=True)
    where = client.post(f"{HERE}tam-an/moi/", decision())["Location"]
    waiting = client.post(f"{where}gia-han/", {"number": "13"})
    assert waiting.status_code == HTTPStatus.CONFLICT
    other.post(f"{where}ky/")

    later = clock.today() + timedelta(days=60)
    client.post(
        f"{where}gia-han/",
        {
            "number": "13/QĐ",
            "last_day-day": str(later.day),
            "last_day-month": str(later.month),
            "last_day-year": str(later.year),
        },
    )
    other.post(f"{where}ky/")
    (held,) = audit.withholdings_in_force()
    assert clock.local(held.until - timedelta(seconds=1)).date() == later

    other.post(f"{where}ket-thuc/", {"number": "14/QĐ"})
    assert len(audit.withholdings_in_force()) == 1
    client.post(f"{where}ky/")
    assert audit.withholdings_in_force() == []


@pytest.mark.django_db
def test_a_civil_court_is_not_offered_and_an_unknown_number_is_told(client: Client) -> None:
    enrol()
    sign_in(client, "auditor", fresh=True)
    civil = client.post(f"{HERE}tam-an/moi/", decision(body="civil_court"))
    assert civil.status_code == HTTPStatus.OK
    unknown = client.post(f"{HERE}tam-an/moi/", decision(person="099184000002"))
    assert "Không có người nào mang số này" in unknown.content.decode()
    assert audit.withholding_cases() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("unit", "told"),
    [("cong-an-tinhh", "nhờ người vận hành bổ sung"), ("vks-tinh", "không phải cơ quan điều tra")],
)
def test_a_body_that_is_not_listed_or_of_another_kind_is_refused(
    client: Client, unit: str, told: str
) -> None:
    enrol()
    sign_in(client, "auditor", fresh=True)
    assert told in client.post(f"{HERE}tam-an/moi/", decision(unit=unit)).content.decode()
    assert audit.withholding_cases() == []


def test_a_row_not_yet_under_a_signed_head_is_told_so(
    client: Client,
    sealer: Sealer,  # noqa: F811
) -> None:
    sign_in(client, "auditor", "province")
    with transaction.atomic():
        audit.record(looked("x"))
    sealer.seal()
    page = client.get(f"{HERE}nhat-ky/0/", follow=True).content.decode()
    assert "gốc cây ký trong một phút tới mới có nó" in page


def test_every_deed_has_words_in_both_languages() -> None:
    for action in DEEDS:
        with override("vi"):
            assert deed_words(action) != action
        with override("en"):
            assert deed_words(action) not in (action, "")
    with override("vi"):
        assert deed_words("page.steward:pair") == "Mở trang steward:pair"


def test_an_entry_is_told_in_words(
    client: Client,
    sealer: Sealer,  # noqa: F811
) -> None:
    auditor = sign_in(client, "auditor")
    actor = Actor(kind="officer", id=str(auditor.id), unit="province", system="pages")
    detail = {"account": str(auditor.id), "method": "password"}
    with transaction.atomic():
        audit.record(Entry(actor=actor, action="sign_in", outcome="done", detail=detail))
    sealer.seal(1000)
    sealer.sign_head()
    today = clock.today()
    found = audit.find_entries(EntryFilter(today, today, actor=str(auditor.id)))
    (position,) = (
        one.position for one in found if one.action == "sign_in" and one.detail == detail
    )
    page = text_of(client, f"{HERE}nhat-ky/{position}/").partition("Nội dung nguyên văn")[0]
    for said in ("cán bộ", "trang làm việc", "Tài khoản", "Cách xác nhận", "mật khẩu"):
        assert said in page
    for code in (">officer<", ">pages<", ">account<", ">method<", ">password<"):
        assert code not in page
