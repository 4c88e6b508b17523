"""Old accounts on the pages: police decide, stewards count, the holder disowns."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from danso.modules.identity import interface as identity
from danso.modules.identity.data import PortalFilter
from danso.modules.identity.models import PortalAccount
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.eid_world import NAME, NUMBER, PHONE, citizen, enrol, give_password
from tests.modules.identity.test_portals import BIRTH, OPERATOR, PORTAL, write
from tests.officers import sign_in

pytestmark = pytest.mark.clause(
    "I.A.2022.8", partly="files of old accounts; no portal's own system was seen"
)
PAGE = "/dinh-danh/cong-an/tai-khoan-cu/"


@pytest.fixture
def waiting(fresh_db: Database, tmp_path: Path) -> str:
    """One account that waits, and one that is linked; the page of the first."""
    citizen()
    rows = [("u1", NUMBER, "Lê Văn Khác", BIRTH, ""), ("u2", NUMBER, NAME, BIRTH, PHONE)]
    path = write(tmp_path, rows)
    identity.reconcile(path, PORTAL, tmp_path / "r.csv", actor=OPERATOR)
    return f"{PAGE}{identity.waiting_accounts(PortalFilter(), limit=1)[0].key}/"


def commune() -> str:
    return f"commune:{province().units.communes[0].code}"


def test_police_see_both_sides_and_decide(client: Client, waiting: str) -> None:
    sign_in(client, "commune_police", commune())
    listed = client.get(PAGE).content.decode()
    assert "Lê Văn Khác" not in listed, "the list names nobody"
    assert waiting in listed
    page = client.get(waiting).content.decode()
    assert "Lê Văn Khác" in page
    assert NAME in page
    assert client.post(waiting, {"decision": "link", "number": NUMBER}).status_code == 200
    given = {"decision": "link", "number": NUMBER, "evidence": "thẻ căn cước"}
    assert client.post(waiting, given)["Location"] == PAGE
    assert client.get(waiting).status_code == 404
    assert PortalAccount.objects.filter(state="linked").count() == 2


def test_nobody_is_a_decision_too(client: Client, waiting: str) -> None:
    sign_in(client, "provincial_police")
    client.post(waiting, {"decision": "nobody", "evidence": "cổng trả lời"})
    assert PortalAccount.objects.filter(state="rejected", reason="not_theirs").count() == 1


def test_a_steward_counts_and_opens_nothing(client: Client, waiting: str) -> None:
    sign_in(client, "steward")
    listed = client.get(PAGE).content.decode()
    assert "Một số, nhiều họ tên" in listed
    assert waiting not in listed
    assert client.get(waiting).status_code == 403
    assert client.post(f"{PAGE}xlsx/").status_code == 403


def test_what_waits_for_a_portal_is_counted_and_listed_to_nobody(
    client: Client, fresh_db: Database, tmp_path: Path
) -> None:
    path = write(tmp_path, [("u1", "099084000999", NAME, BIRTH, "")])
    identity.reconcile(path, PORTAL, tmp_path / "r.csv", actor=OPERATOR)
    sign_in(client, "provincial_police")
    listed = client.get(PAGE).content.decode()
    assert "Không còn tài khoản nào chờ" in listed
    assert "Chờ cổng sửa, không cần công an" in listed
    assert "Không có số định danh này" in listed


def test_other_communes_see_nothing(client: Client, waiting: str) -> None:
    sign_in(client, "commune_police", f"commune:{province().units.communes[1].code}")
    assert "Không còn tài khoản nào chờ" in client.get(PAGE).content.decode()
    assert client.get(waiting).status_code == 404


def test_a_sheet_goes_out_for_a_fresh_session_and_comes_back(client: Client, waiting: str) -> None:
    sign_in(client, "provincial_police", fresh=True)
    answer = client.post(f"{PAGE}xlsx/", {"cong": "", "ly-do": ""})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    back = client.post(f"{PAGE}gui-lai/", {"sheet": SimpleUploadedFile("a.xlsx", answer.content)})
    assert "Đã nhận 0 dòng" in back.content.decode()
    broken = client.post(f"{PAGE}gui-lai/", {"sheet": SimpleUploadedFile("a.xlsx", b"x")})
    assert broken.status_code == 200
    assert "Đã nhận" not in broken.content.decode()


def test_the_holder_sees_old_accounts_and_disowns_one(client: Client, waiting: str) -> None:
    enrol(Client())
    give_password(client)
    page = client.get("/dinh-danh/").content.decode()
    assert PORTAL in page
    key = PortalAccount.objects.get(state="confirmed").key
    assert client.post("/dinh-danh/tai-khoan-cu/khong-phai/", {"portal": "x"}).status_code == 404
    client.post("/dinh-danh/tai-khoan-cu/khong-phai/", {"portal": str(key)})
    assert PORTAL not in client.get("/dinh-danh/").content.decode()
    assert PortalAccount.objects.get(pk=key).reason == "disowned"
