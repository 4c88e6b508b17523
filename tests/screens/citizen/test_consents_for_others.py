"""Consent and requests about data for a child by the parent, and at a desk without a device."""

from __future__ import annotations

import re
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.exchange import interface as exchange
from danso.modules.exchange import rules as exchange_rules
from danso.modules.exchange.data import ConsentVoice
from danso.modules.exchange.models import Consent, ConsentRequest
from danso.modules.identity.actions.eids import make_citizen
from danso.modules.protection import interface as protection
from danso.toolkit.platform import province
from tests.acting_world import GIVER, GIVER_NAME, HELPER, HELPER_NAME, holder, mandate, person_of
from tests.bank_world import ask, make_bank
from tests.conftest import Database
from tests.eid_world import NAME, NUMBER, citizen
from tests.officers import journal, sign_in
from tests.signon_world import enter_with

pytestmark = pytest.mark.clause("II.2.2", partly="a parent for a child, a desk for a person")
PAGE, RIGHTS = "/cua-toi/dong-y/", "/cua-toi/yeu-cau/"
CHILD, CHILD_NAME = "099220000777", "Nguyễn Văn Mầm"


@pytest.fixture
def bank(fresh_db: Database) -> int:
    del fresh_db
    return make_bank()


@pytest.fixture
def parent(bank: int) -> UUID:
    del bank
    return holder(GIVER, GIVER_NAME)


def child_of(parent: UUID, age: int) -> tuple[UUID, tuple[str, str, str]]:
    """The parent's child of that age, as the register and as a bank names it."""
    born = PartialDate(clock.today().year - age, 1, 1)
    person = citizen(CHILD, CHILD_NAME, born, mother_number=GIVER)
    make_citizen(CHILD, "0912345678", person, parent)
    return person, (CHILD, CHILD_NAME, born.iso)


def acting(account: UUID, ground: str, key: UUID) -> Client:
    """Signed in with two factors just now, and turned to somebody else."""
    client = Client()
    enter_with(client, account, ("password", "totp"))
    turned = client.post("/cua-toi/lam-thay/", {"ground": ground, "key": str(key)})
    assert turned.status_code == 302
    return client


def digest_of(client: Client, key: str) -> str:
    page = client.get(f"{PAGE}yeu-cau/{key}/").content.decode()
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def stands(database: Database, given: Consent) -> bool:
    """Whether the gateway's statement would answer by it."""
    with psycopg.connect(database.dsn("owner")) as connection:
        row = connection.execute(
            "SELECT exchange_consent_stands(%s, %s)", [given.account, given.person]
        ).fetchone()
    return bool(row and row[0])


def test_parent_and_child_of_seven_agree_together_and_both_are_named(
    parent: UUID, bank: int, fresh_db: Database
) -> None:
    child, whom = child_of(parent, 9)
    key = ask(fresh_db, bank, whom=whom)
    client = acting(parent, "child", child)
    assert CHILD_NAME in client.get(f"{PAGE}yeu-cau/{key}/").content.decode()
    sent = {"digest": digest_of(client, key)}
    page = client.post(f"{PAGE}yeu-cau/{key}/dong-y-nhan/", sent).content.decode()
    assert "Con từ đủ 7 tuổi phải cùng đồng ý" in page
    assert not Consent.objects.exists()
    sent["child"] = "1"
    assert client.post(f"{PAGE}yeu-cau/{key}/dong-y-nhan/", sent)["Location"] == PAGE
    given = Consent.objects.get()
    assert (given.person, given.account, given.way) == (child, parent, "parent_and_child")
    assert "con tôi cùng đồng ý" in given.text
    rows = [one for one in journal(fresh_db) if one.action == "consent.given"]
    row = next(one for one in rows if one.outcome == "done")
    assert (row.actor, row.subject) == (str(parent), str(child))
    assert "cùng con" in client.get(f"{PAGE}{given.key}/").content.decode()
    client.post("/cua-toi/lam-thay/thoi/")
    assert exchange.consents_of(parent, [person_of(parent)]) == (), "it is not the parent's own"
    assert stands(fresh_db, given)


def test_parent_alone_agrees_for_a_child_under_seven_and_takes_it_back(
    parent: UUID, bank: int, fresh_db: Database
) -> None:
    child, whom = child_of(parent, 5)
    key = ask(fresh_db, bank, whom=whom)
    client = acting(parent, "child", child)
    sent = {"digest": digest_of(client, key)}
    assert client.post(f"{PAGE}yeu-cau/{key}/dong-y-nhan/", sent)["Location"] == PAGE
    given = Consent.objects.get()
    assert given.way == "parent"
    assert client.post(f"{PAGE}{given.key}/rut-lai/")["Location"] == PAGE
    assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_parent_declines_for_a_child(parent: UUID, bank: int, fresh_db: Database) -> None:
    child, whom = child_of(parent, 9)
    key = ask(fresh_db, bank, whom=whom)
    client = acting(parent, "child", child)
    assert client.post(f"{PAGE}yeu-cau/{key}/tu-choi/")["Location"] == PAGE
    assert ConsentRequest.objects.get(key=key).state == "declined"


def test_parents_own_consents_are_not_on_the_childs_page(
    parent: UUID, bank: int, fresh_db: Database
) -> None:
    child, _ = child_of(parent, 9)
    mine = Client()
    enter_with(mine, parent, ("password", "totp"))
    key = ask(fresh_db, bank, whom=(GIVER, GIVER_NAME, "1984-02-03"))
    mine.post(f"{PAGE}yeu-cau/{key}/dong-y-nhan/", {"digest": digest_of(mine, key)})
    given = Consent.objects.get()
    client = acting(parent, "child", child)
    assert "Ngân hàng Mẫu" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}{given.key}/").status_code == 404
    assert client.post(f"{PAGE}{given.key}/rut-lai/").status_code == 404


@pytest.mark.parametrize("age", [14, 17])
def test_from_fourteen_on_the_parent_agrees_no_more(parent: UUID, age: int) -> None:
    child, _ = child_of(parent, age)
    client = acting(parent, "child", child)
    assert client.get(PAGE).status_code == 403
    assert client.get(RIGHTS).status_code == 403


def test_no_mandate_opens_consents_or_requests(parent: UUID) -> None:
    helper = holder(HELPER, HELPER_NAME)
    client = acting(helper, "mandate", mandate(parent, helper))
    assert client.get(PAGE).status_code == 403
    assert client.get(RIGHTS).status_code == 403


def test_parent_files_a_request_for_a_child(parent: UUID, fresh_db: Database) -> None:
    child, _ = child_of(parent, 9)
    client = acting(parent, "child", child)
    client.post(f"{RIGHTS}moi/erase/", {"text": "Xóa số điện thoại cũ"})
    (one,) = protection.requests_of([child])
    assert (one.account, one.person) == (parent, child)
    assert client.get(f"{RIGHTS}{one.key}/").status_code == 200
    row = next(row for row in journal(fresh_db) if row.action == "rights.request_filed")
    assert (row.actor, row.subject) == (str(parent), str(child))
    client.post("/cua-toi/lam-thay/thoi/")
    assert client.get(f"{RIGHTS}{one.key}/").status_code == 404, "not among the parent's own"
    assert protection.requests_of([person_of(parent)]) == ()
    client.post("/cua-toi/lam-thay/", {"ground": "child", "key": str(child)})
    client.post(f"{RIGHTS}{one.key}/rut/")
    assert protection.requests_of([child])[0].state == "withdrawn"


def beside(database: Database, scopes: list[str]) -> tuple[Client, UUID, UUID]:
    """A desk officer beside somebody who has no account; officer and person."""
    person = citizen()
    client = Client()
    commune = province().units.communes[0].code
    officer = sign_in(client, "desk_officer", f"commune:{commune}", fresh=True).id
    enter_with(client, officer, ("password", "totp"))
    card = f"{NUMBER}||{NAME}|03021984|Nữ|Thôn 1, Xã Mẫu, Tỉnh Mẫu|01052022"
    met = client.post("/dinh-danh/ho-tro/", {"card": card, "scopes": scopes})
    key = met["Location"].rstrip("/").rpartition("/")[2]
    client.post(f"/dinh-danh/ho-tro/{key}/xac-nhan/", {"way": "card", "compared": "1"})
    return client, officer, person


def test_officer_writes_down_consent_of_somebody_without_an_account(
    bank: int, fresh_db: Database
) -> None:
    client, officer, person = beside(fresh_db, ["consent"])
    key = ask(fresh_db, bank)
    sent = {"digest": digest_of(client, key)}
    assert client.post(f"{PAGE}yeu-cau/{key}/dong-y-nhan/", sent)["Location"] == PAGE
    given = Consent.objects.get()
    assert (given.person, given.way) == (person, "desk")
    assert "ghi thay tôi" in given.text
    assert stands(fresh_db, given), "it hangs on nobody's account"
    row = next(one for one in journal(fresh_db) if one.action == "consent.given")
    assert (row.actor, row.subject) == (str(officer), str(person))
    assert client.post(f"{PAGE}{given.key}/rut-lai/")["Location"] == PAGE
    assert client.get(RIGHTS).status_code == 403, "not what was agreed to be done"


def test_officer_files_a_request_for_somebody_beside_them(fresh_db: Database) -> None:
    client, officer, person = beside(fresh_db, ["rights"])
    client.post(f"{RIGHTS}moi/erase/", {"text": "Xóa số điện thoại cũ"})
    (one,) = protection.requests_of([person])
    assert (one.account, one.person) == (officer, person)
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("born", "voice"),
    [
        ("2019-12-01", ConsentVoice.PARENT_AND_CHILD),
        ("2019-12-02", ConsentVoice.PARENT),
        ("2019", ConsentVoice.PARENT_AND_CHILD),
        ("2020", ConsentVoice.PARENT),
        (None, ConsentVoice.PARENT_AND_CHILD),
    ],
)
def test_child_that_may_be_seven_is_asked(born: str | None, voice: ConsentVoice) -> None:
    known = PartialDate.from_iso(born) if born else None
    today = clock.today().replace(year=2026, month=12, day=1)
    assert exchange_rules.voice_for_child(known, today) is voice
