"""The page about consents: read, decide with a second factor, take back, end access elsewhere."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.models import Consent, ConsentRequest
from danso.modules.identity import interface as identity
from danso.modules.identity.data import LockReason
from danso.modules.identity.models import Citizen
from danso.modules.notices.models import OutgoingMessage
from danso.modules.signon.models import AuthenticationEvent, Family
from danso.modules.signon.models import Client as RelyingParty
from tests.bank_world import ask, make_bank
from tests.conftest import Database
from tests.eid_world import CLERK, NAME, account_of, citizen
from tests.officers import journal
from tests.signon_world import enter_with

PAGE = "/cua-toi/dong-y/"


@pytest.fixture
def bank(fresh_db: Database) -> int:
    """A bank that shares by consent; its row's number."""
    del fresh_db
    return make_bank()


def sure(client: Client, person: UUID) -> Client:
    """Signed in with two factors just now."""
    enter_with(client, account_of(person).pk, ("password", "totp"))
    return client


def form_of(page: str) -> str:
    """The digest of what is read."""
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


@pytest.mark.clause("II.3.1", partly="chip and VNeID are not read, no bank is connected")
def test_a_holder_reads_decides_and_takes_back(
    mine: Client, person: UUID, bank: int, fresh_db: Database
) -> None:
    key = ask(fresh_db, bank)
    assert "Ngân hàng Mẫu" in mine.get(PAGE).content.decode()
    read = mine.get(f"{PAGE}yeu-cau/{key}/").content.decode()
    for said in (
        "Ngân hàng Mẫu",
        "Mở tài khoản theo hồ sơ",
        "90 ngày",
        "91/2025/QH15",
        "phòng, chống rửa tiền",
    ):
        assert said.lower() in read.lower()
    # A password alone decides nothing here; nothing is ticked before.
    assert "Xác nhận chính tôi" in read or "/tai-khoan/" in read
    assert "checked" not in read
    sure(mine, person)
    read = mine.get(f"{PAGE}yeu-cau/{key}/").content.decode()
    assert "checked" not in read
    sent = {"digest": form_of(read), "wished": ["card"]}
    assert mine.post(f"{PAGE}yeu-cau/{key}/dong-y-nhan/", sent)["Location"] == PAGE
    (row,) = Consent.objects.all()
    assert (row.fields, row.level, row.authentication) == (["full_name", "birth", "card"], 2, 2)
    page = mine.get(PAGE).content.decode()
    assert "đang có hiệu lực" in page
    assert "Ngân hàng Mẫu" in mine.get(f"{PAGE}{row.key}/").content.decode()
    assert "Rút lại" in mine.get(f"{PAGE}{row.key}/rut-lai/").content.decode()
    assert Consent.objects.filter(withdrawn_at=None).exists()
    assert mine.post(f"{PAGE}{row.key}/rut-lai/")["Location"] == PAGE
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert "đã rút lại" in mine.get(PAGE).content.decode()
    done = [
        (one.action, one.outcome) for one in journal(fresh_db) if one.action.startswith("consent.")
    ]
    assert done == [("consent.given", "done"), ("consent.withdrawn", "done")]


def test_a_password_alone_never_agrees(
    mine: Client, person: UUID, bank: int, fresh_db: Database
) -> None:
    key = ask(fresh_db, bank)
    digest = exchange.consent_asked(UUID(key), person).digest
    answer = mine.post(f"{PAGE}yeu-cau/{key}/dong-y-nhan/", {"digest": digest})
    assert answer.status_code == 302
    assert answer["Location"] != PAGE
    assert not Consent.objects.exists()


def test_what_was_ticked_before_the_second_factor_is_ticked_after_it(
    mine: Client, person: UUID, bank: int, fresh_db: Database
) -> None:
    key = ask(fresh_db, bank)
    page = f"{PAGE}yeu-cau/{key}/"
    read = mine.get(page).content.decode()
    assert "disabled" not in read.partition("<main")[2]
    sent = {"digest": form_of(read), "wished": ["card"]}
    away = mine.post(f"{page}dong-y-nhan/", sent)["Location"]
    assert away.startswith("/tai-khoan/")
    assert not Consent.objects.exists()
    session = mine.session
    sure(mine, person)
    kept = mine.session
    kept["consent_ticked"] = session["consent_ticked"]
    kept.save()
    assert 'value="card" checked' in mine.get(page).content.decode()
    mine.post(f"{page}dong-y-nhan/", sent)
    assert "consent_ticked" not in mine.session


def test_the_form_sent_again_from_the_back_button(
    mine: Client, person: UUID, bank: int, fresh_db: Database
) -> None:
    key = ask(fresh_db, bank)
    sure(mine, person)
    sent = {"digest": form_of(mine.get(f"{PAGE}yeu-cau/{key}/").content.decode())}
    for _ in range(2):
        assert mine.post(f"{PAGE}yeu-cau/{key}/dong-y-nhan/", sent)["Location"] == PAGE
    assert Consent.objects.count() == 1
    assert "Bạn đã trả lời yêu cầu này rồi" in mine.get(PAGE).content.decode()
    assert mine.get(f"{PAGE}yeu-cau/{key}/")["Location"] == PAGE


def test_declining_needs_no_second_factor(
    mine: Client, bank: int, fresh_db: Database, person: UUID
) -> None:
    key = ask(fresh_db, bank)
    assert mine.post(f"{PAGE}yeu-cau/{key}/tu-choi/")["Location"] == PAGE
    assert ConsentRequest.objects.get(key=key).state == "declined"
    assert exchange.consents_asked(person) == ()


def test_somebody_elses_request_and_consent_are_nobodys(
    mine: Client, person: UUID, bank: int, fresh_db: Database
) -> None:
    key = ask(fresh_db, bank)
    sure(mine, person)
    mine.post(
        f"{PAGE}yeu-cau/{key}/dong-y-nhan/",
        {"digest": exchange.consent_asked(UUID(key), person).digest},
    )
    given = Consent.objects.get()
    other = citizen("099084000129", "Lê Thị Khác")
    thief = Client()
    account = account_of(person)
    row = type(account).objects.create(
        pk=new_key(), username="thief", person=other, level=2, must_change_password=False
    )
    Citizen.objects.create(
        account=row,
        number_key="x" * 64,
        number_sealed=Citizen.objects.get(pk=account.pk).number_sealed,
        phone_sealed=Citizen.objects.get(pk=account.pk).phone_sealed,
        opened_at=clock.now(),
    )
    enter_with(thief, row.pk, ("password", "totp"))
    assert "Ngân hàng Mẫu" not in thief.get(PAGE).content.decode()
    for path in (f"yeu-cau/{key}/", f"{given.key}/", f"{given.key}/rut-lai/"):
        assert thief.get(PAGE + path).status_code == 404
    assert thief.post(f"{PAGE}{given.key}/rut-lai/").status_code == 404
    assert Consent.objects.get().withdrawn_at is None


def test_a_locked_account_reads_and_agrees_to_nothing(
    mine: Client, person: UUID, bank: int, fresh_db: Database
) -> None:
    key = ask(fresh_db, bank)
    sure(mine, person)
    digest = exchange.consent_asked(UUID(key), person).digest
    identity.lock_eid(account_of(person).pk, LockReason.POLICE, actor=CLERK, evidence="x")
    assert mine.get(PAGE).status_code == 302
    assert mine.post(f"{PAGE}yeu-cau/{key}/dong-y-nhan/", {"digest": digest}).status_code == 302
    assert not Consent.objects.exists()


def test_a_name_with_markup_stays_text(mine: Client, bank: int, fresh_db: Database) -> None:
    key = ask(fresh_db, bank, reason="<script>alert(1)</script> mở tài khoản")
    page = mine.get(f"{PAGE}yeu-cau/{key}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_ending_within_a_month_is_marked(
    mine: Client, person: UUID, bank: int, fresh_db: Database
) -> None:
    key = ask(fresh_db, bank, days=10)
    sure(mine, person)
    mine.post(
        f"{PAGE}yeu-cau/{key}/dong-y-nhan/",
        {"digest": exchange.consent_asked(UUID(key), person).digest},
    )
    assert "còn 10 ngày" in mine.get(PAGE).content.decode()


def test_the_holder_is_told_without_a_word_about_who(
    mine: Client, person: UUID, bank: int, fresh_db: Database
) -> None:
    key = ask(fresh_db, bank)
    exchange.tell_holder("asked", UUID(key))
    (row,) = OutgoingMessage.objects.filter(code="consent.asked")
    assert "Ngân hàng" not in row.text
    assert NAME not in row.text
    exchange.tell_holder("asked", new_key())
    assert OutgoingMessage.objects.filter(code="consent.asked").count() == 1


def test_access_elsewhere_is_ended_here(
    mine: Client, person: UUID, bank: int, fresh_db: Database
) -> None:
    account = account_of(person).pk
    party = RelyingParty.objects.create(
        partner="ngan-hang",
        redirect_uris=["https://x.example/"],
        purpose="thử",
        sector="x",
        added_by="t",
    )
    event = AuthenticationEvent.objects.create(
        account=account,
        person=person,
        level=2,
        authentication=2,
        methods=["pwd"],
        at=clock.now(),
        session="s",
    )
    Family.objects.create(
        client=party,
        event=event,
        account=account,
        sub="sub",
        scope=["openid"],
        began_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )
    page = mine.get(PAGE).content.decode()
    assert "Kết thúc" in page
    assert mine.post(f"{PAGE}dich-vu/ket-thuc/", {"client": "ngan-hang"})["Location"] == PAGE
    family = Family.objects.get()
    assert family.ended_why == "holder"
    assert ("signon.access_ended", "done") in [
        (one.action, one.outcome) for one in journal(fresh_db)
    ]
    assert "Không có dịch vụ nào" in mine.get(PAGE).content.decode()
