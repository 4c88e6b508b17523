"""Level 2 before a police officer, with the ID database really asked; states and who decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from danso.kernel.dates import PartialDate
from danso.modules.identity import interface as identity
from danso.modules.identity.data import AccountData
from danso.modules.identity.models import Assurance
from danso.toolkit.platform import province
from tests import id_database
from tests.conftest import Database
from tests.eid_world import (
    NAME,
    NUMBER,
    PHONE,
    SECRET,
    account_of,
    citizen,
    code_told,
    enrol,
    give_password,
    told,
)
from tests.id_database import FACE, FINGERS, StandIn
from tests.officers import journal, sign_in

pytestmark = pytest.mark.clause("II.2.2")
CARD = f"{NUMBER}||{NAME}|03021984|Nữ|Thôn 1, Xã Mẫu, Tỉnh Mẫu|01052022"
PAGE = "/dinh-danh/cong-an/"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with id_database.started(tmp_path_factory.mktemp("id-database")) as made:
        made.enter(NUMBER)
        yield made


@pytest.fixture(autouse=True)
def _connected(service: StandIn, settings: Settings) -> None:
    settings.ID_DATABASE_ADDRESS = service.address
    settings.ID_DATABASE_SECRET = service.secret
    service.down(wanted=False)


@pytest.fixture
def officer(fresh_db: Database, client: Client) -> AccountData:
    return sign_in(client, "commune_police", f"commune:{province().units.communes[0].code}")


def begin(client: Client, card: str = CARD, **typed: str) -> Any:
    return client.post(PAGE, {"card": card, "name": "", **typed})


def present(client: Client, place: str, face: str = FACE, **changes: str) -> Any:
    """Telephone, code, and everything on the desk."""
    client.post(f"{place}dien-thoai/", {"phone": PHONE})
    given = {
        "code": code_told(),
        "face": SimpleUploadedFile("face.jpg", face.encode()),
        "fingerprints": [SimpleUploadedFile("f.wsq", one.encode()) for one in FINGERS],
        "evidence": "thẻ căn cước, còn hạn",
        "consents": "on",
    }
    return client.post(f"{place}cap/", given | changes)


def password_of(page: Any) -> str:
    return str(page.content.decode().split("<code>")[1].split("</code>")[0])


def test_card_face_fingers_and_consent_give_level_2(
    client: Client, fresh_db: Database, officer: AccountData
) -> None:
    person = citizen()
    place = begin(client)["Location"]
    assert NAME in client.get(place).content.decode()
    page = present(client, place)
    made = account_of(person)
    assert (made.level, made.must_change_password) == (2, True)
    record = identity.assurances(made.pk)[0]
    assert (record.officer, record.evidence) == (officer.id, "thẻ căn cước, còn hạn")
    assert record.place.startswith("commune:")
    assert record.reference
    assert len(record.consent) == 64
    steps = [(row.action, row.outcome) for row in journal(fresh_db) if row.subject == str(person)]
    assert [step for step in steps if step[0].startswith("eid.")] == [
        ("eid.counter_begun", "match"),
        ("eid.biometrics", "asked"),
        ("eid.raised", "done"),
    ]
    assert FACE not in repr(list(Assurance.objects.values_list()))
    assert client.get(place).status_code == 404, "it is over"

    holder = Client()
    assert give_password(holder, NUMBER, password_of(page)).status_code == 302
    assert holder.get("/dinh-danh/")["Location"].startswith("/tai-khoan/mat-khau/")


def test_another_face_is_refused_and_on_record(
    client: Client, fresh_db: Database, officer: AccountData
) -> None:
    person = citizen()
    page = present(client, begin(client)["Location"], face="another face")
    assert "người khác" in page.content.decode() or "somebody else" in page.content.decode()
    assert not identity.find_account("x")
    steps = [(row.action, row.outcome) for row in journal(fresh_db)]
    assert ("eid.biometrics", "no_match") in steps
    assert ("eid.raised", "refused:biometrics_no_match") in steps
    assert ("eid.raised", PHONE) not in told()
    with pytest.raises(Exception, match="does not exist"):
        account_of(person)


@pytest.mark.parametrize("lacking", ["consents", "evidence"])
def test_without_consent_or_evidence_nothing_is_asked(
    client: Client, fresh_db: Database, officer: AccountData, service: StandIn, lacking: str
) -> None:
    citizen()
    before = service.asked()
    present(client, begin(client)["Location"], **{lacking: ""})
    assert service.asked() == before
    assert ("eid.raised", PHONE) not in told()


def test_service_that_is_down_changes_nothing(
    client: Client, fresh_db: Database, officer: AccountData, service: StandIn
) -> None:
    citizen()
    service.down(wanted=True)
    page = present(client, begin(client)["Location"])
    assert page.status_code == 200
    assert ("eid.raised", "refused:id_database_down") in [
        (row.action, row.outcome) for row in journal(fresh_db)
    ]


def test_level_1_opened_by_a_stranger_is_taken_over(
    client: Client, fresh_db: Database, officer: AccountData
) -> None:
    person = citizen()
    stranger = Client()
    enrol(Client(), phone="0912000009")
    give_password(stranger)
    made = account_of(person)
    TOTP.activate(made, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert stranger.get("/dinh-danh/").status_code == 200
    present(client, begin(client)["Location"])
    assert stranger.get("/dinh-danh/").status_code == 302, "the old session is over"
    assert "Location" not in give_password(Client(), NUMBER, SECRET)
    assert not Authenticator.objects.filter(user_id=made.pk).exists()
    assert ("eid.replaced", "0912000009") in told()
    assert account_of(person).pk == made.pk


def test_forged_card_text_gives_nothing(
    client: Client, fresh_db: Database, officer: AccountData
) -> None:
    person = citizen()
    for text in (
        CARD.replace("Sông", "Suối"),
        CARD.replace("03021984", "03021985"),
        CARD.replace(NUMBER, "099084000777"),
        "rubbish|",
        f"{NUMBER}|<script>alert(1)</script>|x|y|z|t",
    ):
        page = begin(client, text)
        assert page.status_code == 200, text
        assert "<script>alert" not in page.content.decode()
    outcomes = [row.outcome for row in journal(fresh_db) if row.action == "eid.counter_begun"]
    assert outcomes.count("no_match") == 3
    assert str(person) in [row.subject for row in journal(fresh_db)]


def test_typed_number_needs_name_and_birth(
    client: Client, fresh_db: Database, officer: AccountData
) -> None:
    citizen()
    assert begin(client, NUMBER).status_code == 200
    typed = {"name": NAME, "birth-day": "3", "birth-month": "2", "birth-year": "1984"}
    assert begin(client, NUMBER, **typed).status_code == 302


def test_no_card_in_the_register_no_level_2(
    client: Client, fresh_db: Database, officer: AccountData
) -> None:
    citizen(has_card=False)
    place = begin(client)["Location"]
    assert "chưa có thẻ" in client.get(place).content.decode()


def test_under_six_stays_at_level_1(
    client: Client, fresh_db: Database, officer: AccountData
) -> None:
    citizen("099222000123", NAME, PartialDate(2022, 2, 3))
    card = CARD.replace(NUMBER, "099222000123").replace("03021984", "03022022")
    place = begin(client, card)["Location"]
    page = client.get(place).content.decode()
    assert "Dưới 6 tuổi" in page
    assert "người giám hộ phải có mặt" in page


def test_nobody_raises_their_own(client: Client, fresh_db: Database) -> None:
    person = citizen()
    sign_in(client, "provincial_police", person=person)
    present(client, begin(client)["Location"])
    assert ("eid.raised", "refused:own_eid") in [
        (row.action, row.outcome) for row in journal(fresh_db)
    ]


@pytest.mark.parametrize(
    "role", ["steward", "leader", "auditor", "operator", "agreement_officer", "guardian", ""]
)
def test_pages_of_the_police_are_closed_to_others(
    client: Client, fresh_db: Database, role: str
) -> None:
    sign_in(client, role)
    key = UUID(int=1)
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}{key}/").status_code == 403
    for page in ("dien-thoai", "cap", "trang-thai"):
        assert client.post(f"{PAGE}{key}/{page}/").status_code == 403


def test_counter_of_another_officer_is_not_there(
    client: Client, fresh_db: Database, officer: AccountData
) -> None:
    citizen()
    place = begin(client)["Location"]
    other = Client()
    sign_in(other, "provincial_police")
    assert other.get(place).status_code == 404


def test_police_lock_unlock_and_close(
    client: Client, fresh_db: Database, officer: AccountData
) -> None:
    person = citizen()
    enrol(Client())
    holder = Client()
    give_password(holder)
    made = account_of(person)
    place = begin(client)["Location"]
    change = f"{place}trang-thai/"
    client.post(change, {"action": "lock", "evidence": "QĐ 1"})
    assert identity.get_eid(made.pk).lock == "police"
    assert holder.get("/dinh-danh/").status_code == 302
    assert give_password(Client())["Location"] == "/dinh-danh/dang-khoa/"
    client.post(change, {"action": "unlock", "evidence": "QĐ 2"})
    assert holder.get("/dinh-danh/").status_code == 302, "a session ended by a lock stays ended"
    assert give_password(Client())["Location"] == "/cua-toi/"
    client.post(change, {"action": "close", "evidence": "đơn"})
    assert "Location" not in give_password(Client())
    assert [code for code, _ in told() if code in ("eid.locked", "eid.unlocked", "eid.closed")] == [
        "eid.locked",
        "eid.unlocked",
        "eid.closed",
    ]
    enrol(Client(), phone="0912000001")
    assert account_of(person).pk != made.pk, "a new one may be opened"
