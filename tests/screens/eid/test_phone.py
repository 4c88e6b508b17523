"""Another telephone: a code to the old and one to the new, or nothing."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client

from danso.modules.identity import interface as identity
from danso.modules.notices.models import OutgoingMessage
from tests.acting_world import GIVER, GIVER_NAME, enter, holder
from tests.conftest import Database
from tests.eid_world import told
from tests.officers import journal

pytestmark = pytest.mark.clause("II.2.2")
OLD, NEW = "0912345678", "0987654321"


@pytest.fixture
def account(fresh_db: Database) -> UUID:
    cache.clear()
    return holder(GIVER, GIVER_NAME)


def code_to(phone: str) -> str:
    row = OutgoingMessage.objects.filter(code="eid.code", address=phone).order_by("created_at")
    found = re.search(r"\d{6}", row.reverse()[0].text)
    assert found
    return found[0]


def ask(client: Client, phone: str = NEW) -> int:
    return int(client.post("/dinh-danh/dien-thoai-moi/", {"phone": phone}).status_code)


def give(client: Client, old: str, new: str) -> int:
    return int(client.post("/dinh-danh/dien-thoai-moi/ma/", {"old": old, "new": new}).status_code)


def test_both_codes_change_the_telephone_and_both_are_told(
    account: UUID, fresh_db: Database
) -> None:
    client = enter(Client(), account)
    assert ask(client) == 302
    wrong = "000000" if code_to(OLD) != "000000" else "111111"
    assert give(client, code_to(OLD), wrong) == 200
    assert identity.get_eid(account).phone == OLD
    assert give(client, code_to(OLD), code_to(NEW)) == 302
    assert identity.get_eid(account).phone == NEW
    changed = [phone for code, phone in told() if code == "eid.phone_changed"]
    assert sorted(changed) == [OLD, NEW]
    assert ("eid.phone_changed", "done") in [(r.action, r.outcome) for r in journal(fresh_db)]


def test_new_telephones_code_alone_changes_nothing(account: UUID) -> None:
    client = enter(Client(), account)
    ask(client)
    new = code_to(NEW)
    wrong = "000000" if code_to(OLD) != "000000" else "111111"
    for _ in range(6):
        assert give(client, wrong, new) == 200
    assert give(client, code_to(OLD), new) == 200, "the tries are spent"
    assert identity.get_eid(account).phone == OLD


def test_level_1_and_a_stale_session_cannot_ask(account: UUID) -> None:
    low = holder("099090000789", "Trần Thị Mây", level=1)
    assert ask(enter(Client(), low)) == 200
    stale = enter(Client(), account, fresh=False)
    assert stale.post("/dinh-danh/dien-thoai-moi/", {"phone": NEW})["Location"].startswith(
        "/tai-khoan/xac-nhan"
    )
    assert told() == []


def test_proofs_of_another_account_do_not_count(account: UUID) -> None:
    client = enter(Client(), account)
    ask(client)
    other = holder("099090000789", "Trần Thị Mây")
    thief = enter(Client(), other)
    session = thief.session
    session["eid_phone"] = client.session["eid_phone"]
    session.save()
    assert give(thief, code_to(OLD), code_to(NEW)) == 200
    assert identity.get_eid(other).phone == "0912345670"
