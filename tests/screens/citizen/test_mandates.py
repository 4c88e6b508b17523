"""The pages of mandates, and a session that acts for somebody else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from danso.modules.audit import interface as audit
from danso.modules.audit.adapters.sealing_key import SealingKey
from danso.modules.audit.data import Entry
from danso.modules.audit.jobs import Sealer
from danso.modules.identity import interface as identity
from danso.modules.identity.data import MandateScope
from tests.acting_world import (
    GIVER,
    GIVER_NAME,
    HELPER,
    HELPER_NAME,
    OTHER,
    actor_of,
    enter,
    holder,
    mandate,
    person_of,
)
from tests.conftest import Database
from tests.modules.audit.conftest import pem
from tests.officers import journal

pytestmark = pytest.mark.clause("II.2.2", partly="acting for others; filing comes with the cases")
OFFER = {"number": HELPER, "full_name": HELPER_NAME, "scopes": ["see_data"], "months": "6"}


@pytest.fixture
def giver(fresh_db: Database) -> UUID:
    return holder(GIVER, GIVER_NAME)


@pytest.fixture
def helper(giver: UUID) -> UUID:
    return holder(HELPER, HELPER_NAME)


def begin(client: Client, ground: str, key: UUID) -> int:
    answer = client.post("/cua-toi/lam-thay/", {"ground": ground, "key": str(key)})
    return int(answer.status_code)


def test_giving_accepting_acting_and_withdrawing(
    giver: UUID, helper: UUID, fresh_db: Database
) -> None:
    mine, theirs = enter(Client(), giver), enter(Client(), helper)
    page = mine.post("/cua-toi/uy-quyen/moi/", OFFER, follow=True).content.decode()
    assert HELPER_NAME in page
    assert "chờ trả lời" in page
    key = identity.mandates_received(helper)[0].key
    page = theirs.get(f"/cua-toi/uy-quyen/{key}/").content.decode()
    assert GIVER_NAME in page
    theirs.post(f"/cua-toi/uy-quyen/{key}/", {"answer": "accept"})
    assert begin(theirs, "mandate", key) == 302
    page = theirs.get("/cua-toi/").content.decode()
    assert "Bạn đang làm thay cho" in page
    assert GIVER_NAME in page
    mine.post(f"/cua-toi/uy-quyen/{key}/cham-dut/")
    over = theirs.get("/cua-toi/")
    assert over.status_code == 403
    after = theirs.get("/cua-toi/")
    assert after.status_code == 200
    assert GIVER_NAME not in after.content.decode()
    begun = [row for row in journal(fresh_db) if row.action == "eid.acting_begun"]
    assert [(row.actor, row.subject) for row in begun] == [(str(helper), str(person_of(giver)))]


def test_mistyped_name_is_said_at_once_and_not_whose_number_it_is(
    giver: UUID, helper: UUID
) -> None:
    mine = enter(Client(), giver)
    page = mine.post("/cua-toi/uy-quyen/moi/", OFFER | {"full_name": "Lê Văn Nui"})
    text = page.content.decode()
    assert "Không xác nhận được số và tên này là của cùng một người." in text
    assert HELPER_NAME not in text
    assert "Chưa ủy quyền cho ai." in mine.get("/cua-toi/uy-quyen/").content.decode()


def test_step_up_is_asked_before_giving_and_accepting(giver: UUID, helper: UUID) -> None:
    stale = enter(Client(), giver, fresh=False)
    answer = stale.post("/cua-toi/uy-quyen/moi/", OFFER)
    assert answer["Location"].startswith("/tai-khoan/xac-nhan")
    assert identity.mandates_given(giver) == ()


def test_own_pages_are_closed_while_acting_for_somebody(giver: UUID, helper: UUID) -> None:
    key = mandate(giver, helper)
    client = enter(Client(), helper)
    begin(client, "mandate", key)
    assert client.get("/cua-toi/uy-quyen/").status_code == 403
    assert client.post("/cua-toi/uy-quyen/moi/", OFFER).status_code == 403
    client.post("/cua-toi/lam-thay/thoi/")
    assert client.get("/cua-toi/uy-quyen/").status_code == 200


@pytest.mark.parametrize("ground", ["mandate", "child", "nonsense"])
def test_acting_for_a_stranger_is_refused(giver: UUID, helper: UUID, ground: str) -> None:
    client = enter(Client(), helper)
    status = begin(client, ground, person_of(giver))
    assert status == (404 if ground == "nonsense" else 403)
    assert "Bạn đang làm thay cho" not in client.get("/cua-toi/").content.decode()


def test_pages_say_whose_they_are_while_acting_for_somebody(giver: UUID, helper: UUID) -> None:
    scopes = frozenset({MandateScope.SEE_DATA, MandateScope.SEE_LOOKS, MandateScope.CORRECT})
    key = mandate(giver, helper, scopes)
    client = enter(Client(), helper)
    begin(client, "mandate", key)
    for path, title in (
        ("", f"Làm thay {GIVER_NAME}"),
        ("du-lieu/", f"Dữ liệu của {GIVER_NAME}"),
        ("ai-da-xem/", f"Ai đã xem dữ liệu của {GIVER_NAME}"),
        ("bao-sai/", f"Điều đã báo sai về {GIVER_NAME}"),
        ("bao-sai/birth/", "Báo sai: "),
    ):
        page = client.get(f"/cua-toi/{path}").content.decode()
        body = page.partition('class="govuk-width-container">')[2].rpartition("<footer")[0]
        assert title in re.search(r"<h1[^>]*>([^<]*)", page)[1], path  # type: ignore[index]
        assert "của tôi" not in body.partition("<main")[2], path
        assert "về bạn" not in body, path


def test_acting_ends_with_the_session(giver: UUID, helper: UUID) -> None:
    key = mandate(giver, helper)
    client = enter(Client(), helper)
    begin(client, "mandate", key)
    client.post("/tai-khoan/dang-xuat/")
    enter(client, helper)
    assert "Bạn đang làm thay cho" not in client.get("/cua-toi/").content.decode()


def test_session_of_another_account_never_inherits_it(giver: UUID, helper: UUID) -> None:
    key = mandate(giver, helper)
    client = enter(Client(), helper)
    begin(client, "mandate", key)
    kept = dict(client.session["danso_acting"])
    other = enter(Client(), giver)
    session = other.session
    session["danso_acting"] = kept
    session.save()
    assert other.get("/cua-toi/").status_code == 403


def test_what_was_done_is_shown_to_both_and_to_nobody_else(
    giver: UUID, helper: UUID, fresh_db: Database, tmp_path: Path
) -> None:
    key = mandate(giver, helper)
    client = enter(Client(), helper)
    begin(client, "mandate", key)
    done = replace(actor_of(helper), behalf=str(person_of(giver)))
    audit.record(Entry(done, "sources.correction_open", "done", subject=person_of(giver)))
    own = person_of(helper)
    audit.record(Entry(actor_of(helper), "sources.correction_open", "done", subject=own))
    seal(fresh_db, tmp_path)
    client.post("/cua-toi/lam-thay/thoi/")
    stranger = holder(OTHER, "Trần Thị Mây")
    shown = {
        account: enter(Client(), account).get("/cua-toi/uy-quyen/da-lam/").content.decode()
        for account in (giver, helper, stranger)
    }
    assert [page.count("Báo sai, đề nghị sửa") for page in shown.values()] == [1, 1, 0]
    assert GIVER_NAME in shown[helper]
    assert HELPER_NAME in shown[giver]
    looks = enter(Client(), giver).get("/cua-toi/ai-da-xem/").content.decode()
    assert f"{HELPER_NAME}, làm thay bạn" in looks


def test_a_form_left_open_in_another_tab_is_not_sent_in_their_name(
    giver: UUID, helper: UUID
) -> None:
    key = mandate(giver, helper, frozenset({MandateScope.CORRECT}))
    client = enter(Client(enforce_csrf_checks=True), helper)

    def token() -> str:
        page = client.get("/cua-toi/").content.decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None
        return found[1]

    other_tab = token()
    turned = {"ground": "mandate", "key": str(key), "csrfmiddlewaretoken": token()}
    assert client.post("/cua-toi/lam-thay/", turned).status_code == 302
    report = {"value": "Nguyễn Văn Khác", "evidence": "giấy", "csrfmiddlewaretoken": other_tab}
    assert client.post("/cua-toi/bao-sai/full_name/", report).status_code == 403
    report["csrfmiddlewaretoken"] = token()
    assert client.post("/cua-toi/bao-sai/full_name/", report).status_code != 403
    home = client.get("/cua-toi/").content.decode()
    assert GIVER_NAME in home, "the session itself acts on"


def seal(database: Database, folder: Path) -> None:
    """As the sealer's process does within a second."""
    (folder / "sealing-key").write_bytes(pem())
    with psycopg.connect(database.dsn("sealer"), autocommit=True) as connection:
        Sealer(connection, SealingKey.load(folder / "sealing-key")).seal()
