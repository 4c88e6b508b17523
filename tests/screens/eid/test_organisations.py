"""Organisations' e-IDs through the pages: asked for, decided by police, acted for, mandated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from danso.kernel import clock
from danso.kernel.errors import Refused
from danso.modules.audit.adapters.sealing_key import SealingKey
from danso.modules.audit.jobs import Sealer
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Decided
from danso.modules.sources.models import Fact
from danso.toolkit.platform import province
from tests.acting_world import (
    GIVER,
    GIVER_NAME,
    HELPER,
    HELPER_NAME,
    actor_of,
    enter,
    holder,
    person_of,
)
from tests.conftest import Database
from tests.modules.audit.conftest import pem
from tests.officers import journal, sign_in
from tests.organisation_world import CLAIM, COMMUNE, NUMBER, decider, represent

pytestmark = pytest.mark.clause("II.2.2", partly="organisations; filing comes with the cases")
MINE, POLICE = "/cua-toi/to-chuc/", "/dinh-danh/cong-an/to-chuc/"
ASKED = {
    "kind": "enterprise",
    "number": NUMBER,
    "name": CLAIM.name,
    "head_office": CLAIM.head_office,
    "commune": COMMUNE,
    "role": "legal",
}
OFFER = {"number": HELPER, "full_name": HELPER_NAME, "scopes": ["file_applications"], "months": "6"}


@pytest.fixture
def owner(fresh_db: Database) -> UUID:
    return holder(GIVER, GIVER_NAME)


def turn(client: Client, ground: str, key: UUID) -> int:
    answer = client.post("/cua-toi/lam-thay/", {"ground": ground, "key": str(key)})
    return int(answer.status_code)


def test_asked_decided_on_paper_acted_for_and_employee_mandated(
    owner: UUID, fresh_db: Database
) -> None:
    mine, theirs, employee = enter(Client(), owner), Client(), holder(HELPER, HELPER_NAME)
    page = mine.post(f"{MINE}moi/", ASKED, follow=True).content.decode()
    assert "chờ công an quyết định" in page
    sign_in(theirs, "commune_police", f"commune:{COMMUNE}")
    assert CLAIM.name in theirs.get(POLICE).content.decode()
    key = identity.representations_of(owner)[0].key
    page = theirs.get(f"{POLICE}{key}/").content.decode()
    assert GIVER_NAME in page
    assert "Không nguồn dữ liệu nào ghi" in page
    page = theirs.post(f"{POLICE}{key}/", {"decision": "grant", "evidence": ""}).content.decode()
    assert "govuk-error-summary" in page, "neither source nor paper"
    decision = {"decision": "grant", "evidence": "giấy chứng nhận đăng ký"}
    theirs.post(f"{POLICE}{key}/", decision)
    found = identity.find_organisation(NUMBER)
    assert found is not None
    assert turn(mine, "organisation", found.key) == 302
    page = mine.get("/cua-toi/").content.decode()
    assert "Bạn đang làm thay cho" in page
    assert CLAIM.name in page
    assert mine.get("/cua-toi/du-lieu/").status_code == 403, "no page of a person is its own"
    mine.post(f"{MINE}dang-lam/uy-quyen/", OFFER)
    mandate = identity.mandates_received(employee)[0].key
    worker = enter(Client(), employee)
    worker.post(f"/cua-toi/uy-quyen/{mandate}/", {"answer": "accept"})
    assert turn(worker, "mandate", mandate) == 302
    assert worker.get(f"{MINE}dang-lam/").status_code == 200
    assert worker.get(f"{MINE}dang-lam/uy-quyen/").status_code == 404, "the head's alone"
    rows = [row for row in journal(fresh_db) if row.action == "eid.acting_begun"]
    assert {row.subject for row in rows} == {str(found.key)}
    assert {row.actor for row in rows} == {str(owner), str(employee)}
    mine.post(f"{MINE}dang-lam/uy-quyen/{mandate}/cham-dut/")
    assert worker.get("/cua-toi/").status_code == 403, "over, said once"


def test_source_that_names_the_asker_is_evidence_enough(owner: UUID) -> None:
    Fact.objects.create(
        person=person_of(owner),
        source="business-registration",
        record="1",
        kind=province().identity.eid.representative_fact,
        value=NUMBER,
        as_of=clock.now(),
        quality="good",
    )
    identity.ask_organisation(owner, CLAIM, actor=actor_of(owner))
    key = identity.representations_of(owner)[0].key
    client = Client()
    sign_in(client, "commune_police", f"commune:{COMMUNE}")
    assert "Không cần giấy tờ" in client.get(f"{POLICE}{key}/").content.decode()
    client.post(f"{POLICE}{key}/", {"decision": "grant", "evidence": ""})
    kept = identity.representations_of(owner)[0]
    assert (kept.way, kept.source) == ("source", "business-registration")


def test_police_of_another_commune_find_neither_request_nor_account(owner: UUID) -> None:
    organisation = represent(owner, decider())
    asker = holder(HELPER, HELPER_NAME)
    identity.ask_organisation(asker, CLAIM, actor=actor_of(asker))
    other = next(one.code for one in province().units.communes if one.code != COMMUNE)
    client = Client()
    sign_in(client, "commune_police", f"commune:{other}")
    assert CLAIM.name not in client.get(POLICE).content.decode()
    assert client.get(f"{POLICE}tai-khoan/{organisation}/").status_code == 404
    page = client.get(POLICE, {"number": NUMBER}).content.decode()
    assert "Không có tài khoản nào có mã số này" in page


def test_police_lock_with_a_ground_and_nobody_acts(owner: UUID) -> None:
    organisation = represent(owner, decider())
    mine, client = enter(Client(), owner), Client()
    assert turn(mine, "organisation", organisation) == 302
    sign_in(client, "provincial_police", "province")
    found = client.get(POLICE, {"number": NUMBER})
    assert found["Location"] == f"{POLICE}tai-khoan/{organisation}/"
    page = client.post(found["Location"], {"action": "lock", "evidence": ""}).content.decode()
    assert "Ghi căn cứ trước" in page
    client.post(found["Location"], {"action": "lock", "evidence": "quyết định 1"})
    assert mine.get("/cua-toi/").status_code == 403, "over, said once"
    assert turn(mine, "organisation", organisation) == 403


def test_representative_locks_it_and_is_back_at_their_own(owner: UUID) -> None:
    organisation = represent(owner, decider())
    mine = enter(Client(), owner)
    turn(mine, "organisation", organisation)
    page = mine.post(f"{MINE}dang-lam/khoa/", follow=True).content.decode()
    assert "tài khoản tổ chức đang khóa" in page
    assert identity.get_organisation(organisation).lock == "holder"


def test_pages_are_nobody_elses(owner: UUID) -> None:
    client = enter(Client(), holder(HELPER, HELPER_NAME))
    organisation = represent(owner, decider())
    assert client.get(f"{MINE}dang-lam/").status_code == 404
    assert turn(client, "organisation", organisation) == 403
    assert client.get(POLICE).status_code == 403
    key = identity.representations_of(owner)[0].key
    assert client.post(f"{MINE}{key}/thoi/").status_code == 404


def test_brokers_home_gives_organisations_nothing_and_names_the_law(
    owner: UUID, settings: Settings
) -> None:
    get_user_model().objects.filter(pk=owner).update(upstream="vneid")
    settings.DANSO = replace(settings.DANSO, identity_mode="broker")
    client = enter(Client(), owner)
    page = client.get(MINE).content.decode()
    assert "69/2024" in page
    assert "Đề nghị đại diện" not in page
    assert client.get(f"{MINE}moi/")["Location"] == MINE
    with pytest.raises(Refused) as refused:
        identity.ask_organisation(owner, CLAIM, actor=actor_of(owner))
    assert refused.value.code == "identity_is_broker"


def test_refused_asker_reads_why(owner: UUID) -> None:
    key = identity.ask_organisation(owner, CLAIM, actor=actor_of(owner))
    decided = Decided(False, "province", "Giấy đã hết hạn")
    officer = decider()
    identity.decide_representation(key, decided, communes=None, actor=actor_of(officer))
    page = enter(Client(), owner).get(MINE).content.decode()
    assert "Giấy đã hết hạn" in page


def test_deeds_in_its_name_are_on_its_page(owner: UUID, fresh_db: Database, tmp_path: Path) -> None:
    holder(HELPER, HELPER_NAME)
    organisation = represent(owner, decider())
    mine = enter(Client(), owner)
    turn(mine, "organisation", organisation)
    mine.post(f"{MINE}dang-lam/uy-quyen/", OFFER)
    (tmp_path / "sealing-key").write_bytes(pem())
    with psycopg.connect(fresh_db.dsn("sealer"), autocommit=True) as connection:
        Sealer(connection, SealingKey.load(tmp_path / "sealing-key")).seal()
    page = mine.get(f"{MINE}dang-lam/").content.decode()
    assert "Đề nghị ủy quyền" in page
