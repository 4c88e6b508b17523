"""A device's own key and a face before police, as factors of one session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from danso.kernel import clock
from danso.modules.identity.models import Account, DeviceKey, FaceFactor
from danso.toolkit.platform import province
from tests import id_database
from tests.conftest import Database
from tests.device import Device
from tests.eid_world import NAME, NUMBER, account_of, citizen, enrol, give_password
from tests.id_database import FACE, StandIn
from tests.officers import journal, sign_in

pytestmark = pytest.mark.clause("II.2.2")
ORIGIN = "http://testserver"
CARD = f"{NUMBER}||{NAME}|03021984|Nữ|Thôn 1, Xã Mẫu, Tỉnh Mẫu|01052022"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with id_database.started(tmp_path_factory.mktemp("id-database")) as made:
        made.enter(NUMBER)
        yield made


@pytest.fixture
def person(fresh_db: Database, client: Client) -> UUID:
    """Signed in with the password alone."""
    key = citizen()
    enrol(Client())
    give_password(client)
    return key


def challenge_of(page: Any) -> str:
    found = re.search(r'data-challenge="([^"]+)"', page.content.decode())
    assert found, page.content.decode()[:500]
    return found[1]


def add(client: Client, device: Device, name: str = "Máy của tôi") -> Any:
    challenge = challenge_of(client.get("/dinh-danh/thiet-bi/them/"))
    given = {
        "name": name,
        "public": device.public,
        "signature": device.sign("add", ORIGIN, challenge),
    }
    return client.post("/dinh-danh/thiet-bi/them/", given)


def give(client: Client, device: Device, challenge: str = "", **changes: str) -> Any:
    page = client.get("/dinh-danh/thiet-bi/xac-nhan/?next=/dinh-danh/")
    row = DeviceKey.objects.filter(public=device.public).first()
    given = {
        "key": str(row.key) if row else "",
        "signature": device.sign("give", ORIGIN, challenge or challenge_of(page)),
        "next": "/dinh-danh/",
    }
    return client.post("/dinh-danh/thiet-bi/xac-nhan/", given | changes)


def level_shown(client: Client) -> str:
    page = client.get("/dinh-danh/").content.decode()
    found = re.search(r"Phiên này xác thực ở mức.*?<dd[^>]*>\s*(\d)", page, re.DOTALL)
    assert found, page
    return found[1]


def test_password_and_this_device_are_level_2(client: Client, person: UUID) -> None:
    device = Device()
    assert level_shown(client) == "1"
    assert add(client, device)["Location"] == "/dinh-danh/"
    assert level_shown(client) == "1", "adding a key proves nothing yet"
    assert give(client, device)["Location"] == "/dinh-danh/"
    assert level_shown(client) == "2"
    assert "Máy của tôi" in client.get("/dinh-danh/").content.decode()
    assert DeviceKey.objects.get().used_at is not None


def test_another_key_another_challenge_and_a_second_time_are_refused(
    client: Client, fresh_db: Database, person: UUID
) -> None:
    device, other = Device(), Device()
    add(client, device)
    key = str(DeviceKey.objects.get().key)
    assert give(client, other, key=key).status_code == 200
    assert give(client, device, challenge="another").status_code == 200
    page = client.get("/dinh-danh/thiet-bi/xac-nhan/")
    signed = {"key": key, "signature": device.sign("give", ORIGIN, challenge_of(page))}
    before = client.session.session_key
    assert client.post("/dinh-danh/thiet-bi/xac-nhan/", signed).status_code == 302
    assert client.session.session_key != before
    assert client.post("/dinh-danh/thiet-bi/xac-nhan/", signed).status_code == 200
    failed = [row for row in journal(fresh_db) if row.outcome == "failed"]
    assert [row.detail["method"] for row in failed] == ["device_key", "device_key"]


def test_a_locked_device_is_worth_nothing(client: Client, person: UUID) -> None:
    device = Device()
    add(client, device)
    key = str(DeviceKey.objects.get().key)
    assert client.post("/dinh-danh/thiet-bi/khoa/", {"device": key}).status_code == 302
    assert give(client, device, key=key).status_code == 200
    assert level_shown(client) == "1"


def test_nobody_is_sent_elsewhere_afterwards(client: Client, person: UUID) -> None:
    device = Device()
    add(client, device)
    assert give(client, device, next="//evil.example/")["Location"] == "/dinh-danh/"
    assert give(client, device, next="https://evil.example/")["Location"] == "/dinh-danh/"


@pytest.fixture
def at_counter(
    fresh_db: Database, client: Client, person: UUID, service: StandIn, settings: Settings
) -> tuple[Client, str]:
    """The person has level 2 and stands before an officer: the officer's browser, the counter."""
    settings.ID_DATABASE_ADDRESS = service.address
    settings.ID_DATABASE_SECRET = service.secret
    Account.objects.filter(person=person).update(level=2)
    desk = Client()
    sign_in(desk, "commune_police", f"commune:{province().units.communes[0].code}")
    began = desk.post("/dinh-danh/cong-an/", {"card": CARD, "name": ""})
    return desk, str(began["Location"])


def ask(client: Client) -> str:
    client.post("/dinh-danh/khuon-mat/")
    page = client.get("/dinh-danh/khuon-mat/").content.decode()
    found = re.search(r"(\d{3}) (\d{3})</p>", page)
    assert found, page
    return found[1] + found[2]


def compare(desk: Client, place: str, code: str, face: str = FACE, **changes: str) -> Any:
    given = {
        "mat-code": code,
        "mat-face": SimpleUploadedFile("face.jpg", face.encode()),
        "mat-consents": "on",
    }
    return desk.post(f"{place}khuon-mat/", given | changes)


def test_a_face_that_fits_gives_level_3_for_ten_minutes_and_this_session(
    client: Client, fresh_db: Database, person: UUID, at_counter: tuple[Client, str]
) -> None:
    desk, place = at_counter
    other = Client()
    give_password(other)
    assert compare(desk, place, ask(client)).status_code == 302
    assert level_shown(client) == "3"
    assert level_shown(other) == "1"
    add(client, device := Device())
    give(client, device)
    assert level_shown(client) == "4"
    row = FaceFactor.objects.get()
    assert (row.officer_id is not None, bool(row.reference)) == (True, True)
    seen = [one for one in journal(fresh_db) if one.action == "eid.face_given"]
    assert [(one.outcome, one.subject) for one in seen] == [
        ("asked", str(person)),
        ("done", str(person)),
    ]
    FaceFactor.objects.update(until=clock.now())
    assert level_shown(client) == "2"


def test_another_face_code_or_no_consent_gives_nothing(
    client: Client, person: UUID, at_counter: tuple[Client, str]
) -> None:
    desk, place = at_counter
    code = ask(client)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for answer in (
        compare(desk, place, code, face="somebody else"),
        compare(desk, place, wrong),
        compare(desk, place, code, **{"mat-consents": ""}),
    ):
        assert answer.status_code == 200
    assert level_shown(client) == "1"
    assert account_of(person).state == "active"


def test_five_wrong_codes_end_it(
    client: Client, person: UUID, at_counter: tuple[Client, str]
) -> None:
    desk, place = at_counter
    code = ask(client)
    for _ in range(5):
        compare(desk, place, f"{(int(code) + 1) % 10**6:06}")
    compare(desk, place, code)
    assert level_shown(client) == "1"


def test_a_code_counts_once(client: Client, person: UUID, at_counter: tuple[Client, str]) -> None:
    desk, place = at_counter
    code = ask(client)
    assert compare(desk, place, code).status_code == 302
    assert compare(desk, place, code).status_code == 200


def test_level_1_gets_no_face(client: Client, person: UUID) -> None:
    assert client.post("/dinh-danh/khuon-mat/").status_code == 403
