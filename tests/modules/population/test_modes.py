"""Whose register: the authority changes, the copy asks upstream, the absent one knows nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue
from danso.kernel.names import PersonName
from danso.modules.population import interface as population
from danso.modules.population.data import (
    Correction,
    Move,
    NewPerson,
    NumberTaken,
    RegisterAbsent,
    RegisterIsCopy,
    Scope,
    Wanted,
)
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, SECOND, UPSTREAM, Inbox, enrol

BY: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS}


@pytest.fixture
def set_mode(settings: Settings) -> Callable[[str], None]:
    def switch(mode: str) -> None:
        settings.DANSO = replace(settings.DANSO, register_mode=mode)

    return switch


def test_copy_refuses_an_officer_and_journals_it(
    fresh_db: Database, inbox: Callable[[], Inbox], set_mode: Callable[[str], None]
) -> None:
    key = enrol()
    set_mode("copy")
    with pytest.raises(RegisterIsCopy):
        population.record_death(key, PartialDate(2026, 3, 1), **BY)
    with pytest.raises(RegisterIsCopy):
        population.issue_number(key, **BY)
    with pytest.raises(RegisterIsCopy):
        population.merge_people(key, enrol_upstream(), officers=(OFFICER,), grounds=GROUNDS)

    refusals = [one for one in inbox().actions if one[1] == "refused:register_is_copy"]
    assert [one[0] for one in refusals] == [
        "population.record_death",
        "population.issue_number",
        "population.merge_people",
    ]
    assert population.get_person(key).status == "alive"


def enrol_upstream() -> UUID:
    new = NewPerson(PersonName.parse("Lê Thị Chi"), PartialDate(1990), 2, "upstream")
    return population.record_person(new, actor=UPSTREAM, grounds=GROUNDS)


def test_copy_follows_its_upstream(fresh_db: Database, set_mode: Callable[[str], None]) -> None:
    key = enrol()
    set_mode("copy")
    population.record_death(key, PartialDate(2026, 3, 1), actor=UPSTREAM, grounds=GROUNDS)
    assert population.get_person(key).status == "dead"


def test_copy_turns_a_correction_into_a_request_once(
    fresh_db: Database, inbox: Callable[[], Inbox], set_mode: Callable[[str], None]
) -> None:
    key = enrol(number="099084000123")
    set_mode("copy")
    wanted = Correction("full_name", "Nguyễn Văn Ân")
    outcome = population.correct_field(key, wanted, **BY)

    assert not outcome.is_recorded
    assert outcome.request is not None
    assert population.get_person(key).full_name == "Nguyễn Văn An"
    assert inbox().actions[-1] == ("population.request_change", "requested", str(key))
    assert inbox().kinds[-1] == "population.change_requested"
    with pytest.raises(Conflict) as caught:
        population.correct_field(key, wanted, actor=SECOND, grounds=GROUNDS)
    assert caught.value.code == "request_open"


def test_absent_register_answers_nothing_and_says_where_to_go(
    fresh_db: Database, inbox: Callable[[], Inbox], set_mode: Callable[[str], None]
) -> None:
    key = enrol()
    set_mode("absent")
    attempts: list[Callable[[], object]] = [
        lambda: population.get_person(key),
        lambda: population.find_by_number("099084000123"),
        lambda: population.household_of(key),
        lambda: population.history_of(key),
        lambda: population.count_people(),
        lambda: population.quality_report(),
        lambda: population.search(Wanted(number="099084000123"), **BY),
        lambda: population.open_person(key, **BY),
        lambda: population.record_move(key, Move(date(2026, 1, 1), ""), **BY),
        lambda: population.protect(key, **BY, scope=Scope(sees_protected=True)),
        lambda: population.correct_field(key, Correction("sex", 2), **BY),
    ]
    for attempt in attempts:
        with pytest.raises(RegisterAbsent) as caught:
            attempt()
        assert "gateway" in caught.value.fix
    refused = [
        action for action, outcome, _ in inbox().actions if outcome == "refused:register_absent"
    ]
    assert refused == [
        f"population.{action}"
        for action in ("search", "open_person", "record_move", "protect", "correct_field")
    ]


def newborn(number: str, **changes: Any) -> NewPerson:
    """A girl born this year, as a national service gave her a number."""
    given: dict[str, Any] = {"birth": PartialDate(2026, 11, 20), "sex": 2} | changes
    return NewPerson(PersonName.parse("Lê Thị Mây"), source="test", number=number, **given)


def test_only_a_copy_takes_a_newborn_with_a_number(
    fresh_db: Database, set_mode: Callable[[str], None]
) -> None:
    with pytest.raises(Conflict) as caught:
        population.record_issued(newborn("099326000001"), **BY)
    assert caught.value.code == "register_is_authority"
    set_mode("absent")
    with pytest.raises(RegisterAbsent):
        population.record_issued(newborn("099326000001"), **BY)
    set_mode("copy")
    key = population.record_issued(newborn("099 326 000001"), **BY)
    assert population.get_person(key).number == "099326000001"
    assert population.record_issued(newborn("099326000001"), **BY) == key
    with pytest.raises(NumberTaken):
        population.record_issued(newborn("099326000001", birth=PartialDate(2026, 1, 1)), **BY)


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        ("099226000001", {}),  # a boy's
        ("099126000001", {}),  # of the last century
        ("099325000001", {}),  # of last year
        ("001326000001", {}),  # of another place
        ("099326000001", {"sex": 1}),
    ],
)
def test_a_number_given_elsewhere_must_be_this_newborns(
    number: str, changes: dict[str, Any]
) -> None:
    new = newborn(number, **changes)
    with pytest.raises(InvalidValue) as caught:
        population.parse_issued(number, new.sex, new.birth)
    assert caught.value.code == "number_structure"


def test_a_newborns_number_needs_a_birth_date() -> None:
    with pytest.raises(InvalidValue) as caught:
        population.parse_issued("099326000001", 2, None)
    assert caught.value.code == "number_needs_sex_and_birth"


def test_a_home_is_stamped_once(fresh_db: Database) -> None:
    population.stamp_home("demo", "authority")
    population.stamp_home("demo", "authority")
    with pytest.raises(Conflict) as caught:
        population.stamp_home("real", "authority")
    assert caught.value.code == "home_stamped"


def test_a_real_home_refuses_made_up_numbers(fresh_db: Database, settings: Settings) -> None:
    settings.DANSO = replace(settings.DANSO, is_demo=False)
    with pytest.raises(Exception, match="demo"):
        enrol(number="099084000123")
    key = enrol()
    number = population.issue_number(key, **BY)
    assert not number.startswith("099")
