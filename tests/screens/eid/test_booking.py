"""A desk books level 2; places are counted; the police see who comes and open the counter."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.identity import interface as identity
from danso.modules.identity.data import officer_actor
from danso.toolkit.html.formats import moment
from danso.toolkit.platform import province
from tests.acting_world import GIVER, GIVER_NAME, HELPER
from tests.conftest import Database
from tests.eid_world import citizen, newest, told
from tests.officers import journal, sign_in

pytestmark = pytest.mark.clause("II.2.2", partly="the desk books, the police receive")
NAMES = {GIVER: GIVER_NAME, HELPER: "Lê Văn Núi", "099090000789": "Trần Thị Mây"}


@pytest.fixture
def place(fresh_db: Database) -> str:
    for number, name in NAMES.items():
        citizen(number, name, PartialDate(1984, 2, 3))
    return province().units.communes[0].code


@pytest.fixture
def desk(place: str) -> Client:
    client = Client()
    sign_in(client, "desk_officer", f"commune:{place}", fresh=True)
    return client


def day() -> date:
    return next(one for one in identity.days_open() if one > clock.today())


def book(client: Client, place: str, at: datetime, number: str = GIVER) -> Any:
    card = f"{number}||{NAMES[number]}|03021984|Nữ|Xã Mẫu|01052022"
    given = {"card": card, "phone": "0912345678", "at": at.isoformat()}
    return client.post(f"/dinh-danh/hen/?noi={place}&ngay={day()}", given)


def test_booked_person_is_told_and_received_at_the_counter(
    desk: Client, place: str, fresh_db: Database
) -> None:
    at = identity.free_slots(place, day())[0].at
    booked = book(desk, place, at)
    assert booked.status_code == 302
    page = desk.get(booked["Location"]).content.decode()
    name = province().units.by_code[place].name
    assert f"{moment(at)}, Công an {name}" in page
    text = newest("appointment_booked")
    assert day().strftime("%d/%m/%Y") in text
    assert GIVER_NAME not in text
    assert GIVER not in text
    police = Client()
    sign_in(police, "commune_police", f"commune:{place}", fresh=True)
    page = police.get(f"/dinh-danh/cong-an/hen/?noi={place}&ngay={day()}").content.decode()
    assert GIVER_NAME in page
    key = re.search(r"hen/([0-9a-f-]{36})/tiep/", page)
    assert key
    opened = police.post(f"/dinh-danh/cong-an/hen/{key[1]}/tiep/", {"noi": place})
    assert GIVER_NAME in police.get(opened["Location"]).content.decode()
    again = police.post(f"/dinh-danh/cong-an/hen/{key[1]}/tiep/", {"noi": place})
    assert again.status_code == 409
    seen = {row.action for row in journal(fresh_db)}
    assert {"eid.appointment_booked", "eid.appointment_listed", "eid.appointment_came"} <= seen


def test_places_of_a_slot_are_counted_and_nobody_has_two(desk: Client, place: str) -> None:
    first, second = identity.free_slots(place, day())[:2]
    assert first.left == province().identity.eid.counters.places_at(place) == 2
    assert book(desk, place, first.at).status_code == 302
    assert book(desk, place, second.at).status_code == 200, "one appointment each"
    assert book(desk, place, first.at, HELPER).status_code == 302
    assert identity.free_slots(place, day())[0].left == 0
    assert book(desk, place, first.at, "099090000789").status_code == 200
    assert len([code for code, _ in told() if code == "eid.appointment_booked"]) == 2


def test_called_off_place_is_free_again_and_the_person_is_told(desk: Client, place: str) -> None:
    at = identity.free_slots(place, day())[0].at
    book(desk, place, at)
    police = Client()
    officer = sign_in(police, "commune_police", f"commune:{place}", fresh=True)
    one = identity.list_appointments(place, day(), actor=officer_actor(officer))[0]
    police.post(f"/dinh-danh/cong-an/hen/{one.key}/huy/", {"noi": place})
    assert newest("appointment_cancelled")
    assert identity.free_slots(place, day())[0].left == 2


def test_other_communes_police_neither_see_nor_receive(desk: Client, place: str) -> None:
    at = identity.free_slots(place, day())[0].at
    book(desk, place, at)
    other = province().units.communes[1].code
    police = Client()
    sign_in(police, "commune_police", f"commune:{other}", fresh=True)
    assert police.get(f"/dinh-danh/cong-an/hen/?noi={place}").status_code == 403


@pytest.mark.parametrize("when", ["past", "no slot", "too far"])
def test_time_that_the_counter_does_not_have_is_refused(
    desk: Client, place: str, when: str
) -> None:
    at = identity.free_slots(place, day())[0].at
    moved = {
        "past": at - timedelta(days=30),
        "no slot": at + timedelta(minutes=7),
        "too far": at + timedelta(days=200),
    }[when]
    assert book(desk, place, moved).status_code == 200
    assert newest("appointment_booked") == ""


def test_desk_officer_raises_nobody(desk: Client, place: str) -> None:
    assert desk.get("/dinh-danh/cong-an/").status_code == 403
    assert desk.get("/dinh-danh/cong-an/hen/").status_code == 403


def test_person_without_a_card_is_not_sent_in_vain(desk: Client, place: str) -> None:
    number, name = "099090000888", "Phạm Thị Lúa"
    NAMES[number] = name
    person: UUID = citizen(number, name, PartialDate(1984, 2, 3), has_card=False)
    at = identity.free_slots(place, day())[0].at
    assert book(desk, place, at, number).status_code == 200
    assert newest("appointment_booked") == ""
    assert person
