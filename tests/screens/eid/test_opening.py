"""Level 1 from home: the way through, what is checked, and that nothing is told to strangers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from danso.config.home import Home
from danso.config.message_homes import HomeCarriers
from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import EnrolmentKind
from danso.modules.identity.models import Citizen, Enrolment
from danso.modules.notices import interface as notices
from danso.modules.population import interface as population
from tests.conftest import Database
from tests.eid_world import (
    BORN,
    CLERK,
    GROUNDS,
    NAME,
    NUMBER,
    PHONE,
    SECRET,
    account_of,
    answer,
    at_of,
    citizen,
    code_told,
    enrol,
    give_password,
    newest,
    told,
)
from tests.officers import journal

pytestmark = pytest.mark.clause("II.2.2")


def test_somebody_known_opens_an_account_and_signs_in_with_the_number(
    client: Client, fresh_db: Database
) -> None:
    person = citizen()
    enrol(client)
    assert told() == [("eid.code", PHONE), ("eid.opened", PHONE)]
    made = account_of(person)
    assert (made.level, made.state, made.name) == (1, "active", "")
    assert NUMBER not in made.username
    other = Client()
    answer = give_password(other, f"{NUMBER[:3]} {NUMBER[3:]}")
    assert answer["Location"] == "/cua-toi/"
    page = other.get("/dinh-danh/").content.decode()
    assert "Mức độ 1" in page
    steps = [(row.action, row.outcome, row.subject) for row in journal(fresh_db)]
    assert ("eid.verified", "match", str(person)) in steps
    assert ("eid.enrolled", "done", str(person)) in steps


def test_nothing_typed_is_left_readable_or_kept(client: Client, fresh_db: Database) -> None:
    citizen()
    client.post("/dinh-danh/dang-ky/")
    answer(client, "so", number=NUMBER)
    assert NUMBER not in repr(list(Enrolment.objects.values_list()))
    enrol(client)
    assert NUMBER not in repr(list(Citizen.objects.values_list()))
    assert PHONE not in repr(list(Citizen.objects.values_list()))
    assert set(Enrolment.objects.filter(finished_at__isnull=False).values_list("answers")) == {
        ("",)
    }


@pytest.mark.parametrize("who", ["unknown", "wrong name", "wrong birth", "dead", "held", "no card"])
def test_pages_are_the_same_to_the_letter_whoever_is_meant(
    client: Client, fresh_db: Database, who: str
) -> None:
    citizen("099084000999", "Lê Văn Mẫu", BORN)
    known = enrol(Client(), "099084000999", "Lê Văn Mẫu", phone="0912000001")
    born, name = BORN, NAME
    if who != "unknown":
        person = citizen(has_card=who != "no card")
        if who == "dead":
            population.record_death(person, BORN, actor=CLERK, grounds=GROUNDS)
        if who == "held":
            enrol(Client(), phone="0912000002")
    if who == "wrong name":
        name = "Nguyễn Thị Suối"
    if who == "wrong birth":
        born = PartialDate(1984, 2, 4)
    assert enrol(client, NUMBER, name, born) == known
    assert ("eid.not_opened", PHONE) in told()
    assert ("eid.opened", PHONE) not in told()
    if who == "held":
        assert ("eid.tried", "0912000002") in told(), "the holder is told"
    elif who != "unknown":
        assert not give_password(client).get("Location")


def test_code_is_good_for_five_tries_and_five_minutes(client: Client, fresh_db: Database) -> None:
    citizen()
    with clock.frozen(clock.now()) as watch:
        client.post("/dinh-danh/dang-ky/")
        key = client.session["eid_enrolment"]
        answer(client, "so", number=NUMBER)
        answer(client, "ten", full_name=NAME)
        identity.give_birth(key, BORN)
        identity.send_code(key, PHONE)
        wrong = f"{(int(code_told()) + 1) % 10**6:06}"
        for _ in range(5):
            with pytest.raises(InvalidValue, match="not the code"):
                identity.prove_code(key, wrong)
        with pytest.raises(Refused, match="no longer good"):
            identity.prove_code(key, code_told())
        identity.send_code(key, PHONE)
        watch.advance(timedelta(minutes=5, seconds=1))
        with pytest.raises(Refused, match="no longer good"):
            identity.prove_code(key, code_told())
        identity.send_code(key, PHONE)
        identity.prove_code(key, code_told())
        with pytest.raises(Refused, match="as it may today"):
            identity.send_code(key, PHONE)


def test_a_telephone_gets_so_many_codes_a_day(client: Client, fresh_db: Database) -> None:
    for _ in range(6):
        identity.send_code(identity.begin_enrolment(EnrolmentKind.OPEN, network=""), PHONE)
    with pytest.raises(Refused, match="as it may today"):
        identity.send_code(identity.begin_enrolment(EnrolmentKind.OPEN, network=""), PHONE)


def test_a_network_begins_so_many_an_hour(client: Client, fresh_db: Database) -> None:
    for _ in range(60):
        identity.begin_enrolment(EnrolmentKind.OPEN, network="203.0.113.0/24")
    with pytest.raises(Refused, match="Too many"):
        identity.begin_enrolment(EnrolmentKind.OPEN, network="203.0.113.0/24")
    assert identity.security_events()[0].what == "enrolment_storm"


def test_weak_passwords_are_refused_with_the_reason(client: Client, fresh_db: Database) -> None:
    citizen()
    key = identity.begin_enrolment(EnrolmentKind.OPEN, network="")
    identity.give_answers(key, number=NUMBER, full_name=NAME)
    assert identity.password_faults(key, "ngắn")
    assert identity.password_faults(key, NUMBER)
    assert identity.password_faults(key, NAME)
    assert not identity.password_faults(key, SECRET)


def test_under_fourteen_is_sent_to_the_parents(client: Client, fresh_db: Database) -> None:
    client.post("/dinh-danh/dang-ky/")
    answer(client, "so", number=NUMBER)
    answer(client, "ten", full_name=NAME)
    born = {"birth-day": "1", "birth-month": "1", "birth-year": str(clock.today().year - 10)}
    page = answer(client, "ngay-sinh", **born).content.decode()
    assert "14 tuổi" in page


def test_back_button_does_not_change_what_was_compared(client: Client, fresh_db: Database) -> None:
    citizen()
    client.post("/dinh-danh/dang-ky/")
    answer(client, "so", number=NUMBER)
    answer(client, "ten", full_name=NAME)
    assert "value" in client.get("/dinh-danh/buoc/so/").content.decode()
    answer(client, "ngay-sinh", **{"birth-day": "3", "birth-month": "2", "birth-year": "1984"})
    assert client.get("/dinh-danh/buoc/so/")["Location"] == "/dinh-danh/buoc/dien-thoai/"
    assert answer(client, "so", number="099084000999")["Location"] == "/dinh-danh/buoc/dien-thoai/"
    assert client.get("/dinh-danh/buoc/mat-khau/")["Location"] == "/dinh-danh/buoc/dien-thoai/"


def test_second_tab_does_not_answer_for_the_first(client: Client, fresh_db: Database) -> None:
    client.post("/dinh-danh/dang-ky/")
    first = at_of(client)
    client.post("/dinh-danh/dang-ky/")
    page = client.post("/dinh-danh/buoc/so/", {"at": first, "number": NUMBER})
    assert "lần khai đã bỏ" in page.content.decode()
    assert not identity.get_enrolment(client.session["eid_enrolment"]).answers.number


def test_finished_once(client: Client, fresh_db: Database) -> None:
    person = citizen()
    enrol(client)
    again = client.post("/dinh-danh/buoc/mat-khau/", {"password": "x", "again": "x", "at": ""})
    assert again["Location"].startswith("/dinh-danh/dang-ky/")
    assert account_of(person).check_password(SECRET)


def test_half_an_hour_and_it_is_over(client: Client, fresh_db: Database) -> None:
    with clock.frozen(clock.now()) as watch:
        client.post("/dinh-danh/dang-ky/")
        watch.advance(timedelta(minutes=31))
        assert client.get("/dinh-danh/buoc/so/")["Location"].endswith("?het-han=1")


def test_broker_opens_nothing_and_names_the_law(
    client: Client, fresh_db: Database, settings: Settings
) -> None:
    citizen()
    enrol(client)
    settings.DANSO = replace(settings.DANSO, identity_mode="broker")
    for page in ("dang-ky", "khoi-phuc"):
        text = client.get(f"/dinh-danh/{page}/").content.decode()
        assert "Nghị định 69/2024" in text
        assert "VNeID" in text
    with pytest.raises(Refused, match="VNeID"):
        identity.begin_enrolment(EnrolmentKind.OPEN, network="")
    other = Client()
    assert "Location" not in give_password(other), "an account of before is off"


def home_with_sms(folder: Path) -> Home:
    """A home whose messages have a way out."""
    home = Home(folder / "home")
    home.files.mkdir(parents=True)
    (home.files / "messages.toml").write_text('[sms]\naddress = "https://sms.example/send"\n')
    return home


def test_a_real_home_without_messages_opens_nothing(
    client: Client, fresh_db: Database, settings: Settings, tmp_path: Path
) -> None:
    settings.DANSO = replace(settings.DANSO, is_demo=False)
    assert "chưa gửi được tin nhắn" in client.get("/dinh-danh/dang-ky/").content.decode()
    assert client.post("/dinh-danh/dang-ky/").status_code == 503
    release = notices.use_carriers(HomeCarriers(home_with_sms(tmp_path)))
    try:
        key = identity.begin_enrolment(EnrolmentKind.OPEN, network="")
        identity.send_code(key, PHONE)
    finally:
        release()
    assert newest("code")
