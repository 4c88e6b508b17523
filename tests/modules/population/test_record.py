"""Actions through the door: the row, the version, the journal row and the event, in one commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.population import interface as population
from danso.modules.population.data import (
    Correction,
    Move,
    NewCard,
    NothingChanges,
    NumberTaken,
    PersonNotFound,
    Scope,
)
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, Inbox, enrol

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


def keys_row(number: str) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM population_v1.keys WHERE number = %s", [number])
        row = cursor.fetchone()
        names = [column.name for column in cursor.description]
    return dict(zip(names, row, strict=True))


def test_record_person_writes_row_keys_journal_and_event(
    fresh_db: Database, inbox: Callable[[], Inbox], communes: list[str]
) -> None:
    key = enrol("  Nguyễn  Thị Hòa ", sex=2, number="099184000123", commune=communes[0])

    person = population.get_person(key)
    assert (person.full_name, person.given, person.birth) == ("Nguyễn Thị Hòa", "Hòa", "1984-03-21")
    assert person.version == 0
    assert population.history_of(key) == ()
    keys = keys_row("099184000123")
    assert (keys["person"], keys["status"], keys["life"]) == (key, "active", "alive")
    assert (keys["plain_key"], keys["birth"], keys["sex"], keys["commune"]) == (
        "nguyen thi hoa",
        "1984-03-21",
        2,
        communes[0],
    )
    assert inbox().actions == [("population.record_person", "done", str(key))]
    assert inbox().kinds == ["population.person_recorded"]
    assert inbox().entries[0]["file_code"] == "F-1"


def test_record_person_with_a_taken_number_leaves_nothing_but_the_refusal(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    enrol(number="099084000123")
    with pytest.raises(NumberTaken):
        enrol("Trần Văn Bình", number="099084000123")

    assert inbox().actions[-1] == ("population.record_person", "refused:number_taken", None)
    assert inbox().kinds == ["population.person_recorded"]
    found = population.find_by_number("099084000123").people
    assert [one.full_name for one in found] == ["Nguyễn Văn An"]


def test_record_person_with_a_number_of_no_province_is_refused(fresh_db: Database) -> None:
    with pytest.raises(InvalidValue) as caught:
        enrol(number="005084000123")
    assert caught.value.code == "number_prefix_unknown"


def test_record_death_changes_row_keys_history_and_tells(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    key = enrol(number="099084000123")
    outcome = population.record_death(key, PartialDate(2026, 3), actor=OFFICER, grounds=GROUNDS)

    assert (outcome.fields, outcome.version) == (("death",), 1)
    person = population.get_person(key)
    assert (person.status, person.ended_on) == ("dead", "2026-03")
    assert population.get_person(key, date(2026, 2, 28)).status == "alive"
    assert keys_row("099084000123")["life"] == "dead"
    entry = population.history_of(key)[0]
    assert (entry.action, entry.reason, entry.evidence) == (
        "record_death",
        "declared at the desk",
        "paper-17",
    )
    assert inbox().actions[-1] == ("population.record_death", "done", str(key))
    assert inbox().entries[-1]["fields"] == ["death"]
    assert inbox().events[-1]["person"] == str(key)
    assert inbox().kinds[-1] == "population.person_died"


def test_record_death_twice_is_refused_and_correctable(fresh_db: Database) -> None:
    key = enrol()
    population.record_death(key, PartialDate(2026, 3, 1), actor=OFFICER, grounds=GROUNDS)
    with pytest.raises(Conflict) as caught:
        population.record_death(key, PartialDate(2026, 3, 2), actor=OFFICER, grounds=GROUNDS)
    assert caught.value.code == "person_dead"

    mistake = Correction("death", {"status": "alive", "ended_on": None})
    population.correct_field(key, mistake, actor=OFFICER, grounds=GROUNDS)
    assert population.get_person(key).status == "alive"
    assert population.get_person(key, date(2026, 3, 5)).status == "alive"


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (PartialDate(2026, 11, 24), "date_in_future"),
        (PartialDate(1984, 3, 20), "date_before_birth"),
    ],
)
def test_record_death_on_an_impossible_day_is_refused(
    fresh_db: Database, on: PartialDate, code: str
) -> None:
    key = enrol()
    with clock.frozen(NOON), pytest.raises(InvalidValue) as caught:
        population.record_death(key, on, actor=OFFICER, grounds=GROUNDS)
    assert caught.value.code == code


def test_record_missing_tells_in_its_own_word(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    key = enrol()
    population.record_missing(key, PartialDate(2025), actor=OFFICER, grounds=GROUNDS)
    assert population.get_person(key).status == "missing"
    assert inbox().kinds[-1] == "population.person_missing"


def test_record_move_moves_row_keys_and_household(
    fresh_db: Database, inbox: Callable[[], Inbox], communes: list[str]
) -> None:
    head = enrol("Lê Văn Cường", number="099084000200", commune=communes[1])
    household = population.record_household(head, actor=OFFICER, grounds=GROUNDS)
    key = enrol(number="099084000123", commune=communes[0])
    for person in (head, key):
        move = Move(date(2026, 5, 1), communes[1], household=household, hamlet="Thôn 3")
        population.record_move(person, move, actor=OFFICER, grounds=GROUNDS)

    home = population.household_of(key)
    assert home is not None
    assert [one.key for one in home.members] == [head, key]
    assert (home.commune, home.hamlet) == (communes[1], "Thôn 3")
    guardian = Scope(sees_protected=True)
    population.protect(head, actor=OFFICER, grounds=GROUNDS, scope=guardian)
    seen = [population.household_of(key), population.household_of(key, guardian)]
    assert [[one.key for one in home.members] for home in seen if home] == [[key], [head, key]]
    assert population.get_person(key, date(2026, 4, 30)).commune == communes[0]
    assert keys_row("099084000123")["commune"] == communes[1]
    moved = next(one for one in reversed(inbox().events) if "reached" in one)
    assert (moved["event"], moved["left"], moved["reached"]) == (
        "population.person_moved",
        communes[0],
        communes[1],
    )


def test_record_move_reported_late_keeps_the_later_residence(
    fresh_db: Database, communes: list[str]
) -> None:
    key = enrol(commune=communes[0])
    for day, commune, hamlet in [
        (date(2026, 6, 1), communes[2], "Thôn 2"),
        (date(2025, 6, 1), communes[1], "Thôn 1"),
    ]:
        move = Move(day, commune, hamlet=hamlet)
        population.record_move(key, move, actor=OFFICER, grounds=GROUNDS)

    seen = [
        (one.commune, one.hamlet)
        for one in (
            population.get_person(key, date(2025, 5, 31)),
            population.get_person(key, date(2025, 6, 1)),
            population.get_person(key),
        )
    ]
    assert seen == [(communes[0], None), (communes[1], "Thôn 1"), (communes[2], "Thôn 2")]


def test_record_move_to_an_unknown_commune_is_refused(fresh_db: Database) -> None:
    with pytest.raises(Exception, match="commune"):
        population.record_move(
            enrol(), Move(date(2026, 5, 1), "99999"), actor=OFFICER, grounds=GROUNDS
        )


def test_correct_field_renews_name_keys_and_remembers(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    with clock.frozen(NOON) as time:
        key = enrol("Nguyễn Văn An", number="099084000123")
        time.advance(NOON - NOON.replace(hour=4))
        before = clock.now()
        time.advance(NOON - NOON.replace(hour=4))
        fix = Correction("full_name", "Nguyễn Văn Ân")
        population.correct_field(key, fix, actor=OFFICER, grounds=GROUNDS)

    person = population.get_person(key)
    assert (person.full_name, person.search_key) == ("Nguyễn Văn Ân", "nguyen van an")
    assert keys_row("099084000123")["name_key"] == "nguyễn văn ân"
    assert population.get_person(key, date(2000, 1, 1)).full_name == "Nguyễn Văn Ân"
    assert population.get_person(key, known_at=before).full_name == "Nguyễn Văn An"
    assert inbox().entries[-1]["fields"] == ["full_name"]
    assert "Ân" not in str(inbox().entries) + str(inbox().events)


def test_correct_field_to_what_is_held_changes_nothing(fresh_db: Database) -> None:
    with pytest.raises(NothingChanges):
        population.correct_field(enrol(), Correction("sex", 1), actor=OFFICER, grounds=GROUNDS)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("shoe_size", "42", "field_unknown"),
        ("sex", "7", "sex_unknown_code"),
        ("birth", "31/02/1984", "date_day_range"),
        ("full_name", "", "value_missing"),
        ("death", {"status": "undead"}, "life_unknown"),
        ("birth", {"commune": "1"}, "column_unknown"),
        ("temporary_absence", "soon", "value_shape"),
    ],
)
def test_correct_field_refuses_what_can_not_be(
    fresh_db: Database, field: str, value: Any, code: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        population.correct_field(enrol(), Correction(field, value), actor=OFFICER, grounds=GROUNDS)
    assert caught.value.code == code


def test_correct_number_cancels_for_ever_and_draws_another(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    key = enrol(number="099184000123")  # a woman's number on a man
    population.correct_field(key, Correction("number", None), actor=OFFICER, grounds=GROUNDS)

    active, cancelled = population.numbers_of(key)
    assert active.number.startswith("099084")
    assert (cancelled.number, cancelled.status) == ("099184000123", "cancelled")
    assert cancelled.replaced_by == active.number
    found = population.find_by_number("099184000123")
    assert (found.outcome, [one.key for one in found.people]) == ("cancelled", [key])
    assert inbox().kinds[-2:] == ["population.number_cancelled", "population.person_corrected"]
    with pytest.raises(NumberTaken):
        enrol("Trần Văn Bình", number="099184000123")


@pytest.mark.clause("I.A.2022.6", partly="birth registration and social security are not built")
def test_issue_number_draws_anew_until_one_is_free(
    fresh_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(number="099084000001")
    draws = iter([1, 1, 2])
    monkeypatch.setattr("secrets.randbelow", lambda below: next(draws))
    key = enrol("Trần Văn Bình")
    assert population.issue_number(key, actor=OFFICER, grounds=GROUNDS) == "099084000002"
    with pytest.raises(Conflict) as caught:
        population.issue_number(key, actor=OFFICER, grounds=GROUNDS)
    assert caught.value.code == "number_exists"


def test_issue_number_needs_sex_and_birth_year(fresh_db: Database) -> None:
    with pytest.raises(Conflict) as caught:
        population.issue_number(enrol(sex=0), actor=OFFICER, grounds=GROUNDS)
    assert caught.value.code == "number_needs_sex_and_birth"


def test_add_card_keeps_the_earlier_one(fresh_db: Database) -> None:
    key = enrol(number="099084000123")
    first = NewCard("cccd", date(2019, 5, 1), date(2024, 3, 21))
    population.add_card(key, first, actor=OFFICER, grounds=GROUNDS)
    second = NewCard("can_cuoc", date(2024, 8, 1), date(2044, 3, 21))
    population.add_card(key, second, actor=OFFICER, grounds=GROUNDS)

    assert population.get_person(key).card_kind == "can_cuoc"
    assert population.get_person(key, date(2020, 1, 1)).card_kind == "cccd"
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, status FROM population_card WHERE person = %s", [key])
        assert cursor.fetchall() == [("cccd", "replaced")]


def test_mark_field_flags_the_value_and_its_key(fresh_db: Database) -> None:
    key = enrol(number="099084000123")
    population.mark_field(key, "birth", "under_investigation", actor=OFFICER, grounds=GROUNDS)
    assert keys_row("099084000123")["flags"] == '{"birth": "under_investigation"}'
    population.mark_field(key, "birth", None, actor=OFFICER, grounds=GROUNDS)
    assert population.get_person(key).flags == {}


def test_actions_outside_the_scope_find_nobody(fresh_db: Database, communes: list[str]) -> None:
    key = enrol(commune=communes[0])
    with pytest.raises(PersonNotFound):
        population.record_death(
            key,
            PartialDate(2026, 3, 1),
            actor=OFFICER,
            grounds=GROUNDS,
            scope=Scope(communes=(communes[1],)),
        )
    assert population.get_person(key).status == "alive"


def test_an_action_that_fails_late_leaves_nothing(
    fresh_db: Database, inbox: Callable[[], Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = enrol(number="099084000123")

    def break_down(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("the journal is gone")

    monkeypatch.setattr("danso.modules.audit.actions.frame.record_many", break_down)
    with pytest.raises(psycopg.OperationalError):
        population.record_death(key, PartialDate(2026, 3, 1), actor=OFFICER, grounds=GROUNDS)
    assert population.get_person(key).status == "alive"
    assert population.history_of(key) == ()
    assert inbox().actions[1:] == [("population.record_death", "failed:OperationalError", str(key))]


def test_grounds_reach_the_journal_word_for_word(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    grounds = replace(GROUNDS, procedure="1.004194", purpose="birth-registration")
    key: UUID = enrol()
    population.mark_field(key, "birth", "unverified", actor=OFFICER, grounds=grounds)
    entry = inbox().entries[-1]
    assert (entry["procedure"], entry["purpose"], entry["actor"], entry["unit"]) == (
        "1.004194",
        "birth-registration",
        "officer-1",
        "commune-police",
    )
