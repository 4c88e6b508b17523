"""Looking: few keys are refused, hits capped, every look journaled, the protected are nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.audit import interface as audit
from danso.modules.population import interface as population
from danso.modules.population import jobs as population_jobs
from danso.modules.population.data import (
    HITS_CAP,
    Found,
    PeopleLookedUp,
    PersonNotFound,
    Scope,
    Wanted,
)
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, Inbox, enrol, seal

BY: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS}
GUARDIAN = Scope(sees_protected=True)


def protected_person(**changes: Any) -> UUID:
    key = enrol(**changes)
    population.protect(key, **BY, scope=GUARDIAN)
    return key


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(name="Nguyễn Văn An"),
        Wanted(birth_year=1984),
        Wanted(commune="1"),
        Wanted(number="123"),
    ],
)
def test_search_with_too_few_keys_is_refused_and_journaled(
    fresh_db: Database, inbox: Callable[[], Inbox], wanted: Wanted
) -> None:
    with pytest.raises(InvalidValue) as caught:
        population.search(wanted, **BY)
    assert inbox().actions == [("population.search", f"refused:{caught.value.code}", None)]


def test_search_by_name_without_marks_and_year_finds_and_journals_each_hit(
    fresh_db: Database, inbox: Callable[[], Inbox], communes: list[str]
) -> None:
    here = enrol(birth=PartialDate(1984), commune=communes[0])
    there = enrol("NGUYỄN VĂN ÂN", commune=communes[1])
    enrol("Nguyễn Văn An", birth=PartialDate(1985, 1, 1))

    found = population.search(Wanted(name="nguyen van an", birth_year=1984), **BY)
    assert {one.key for one in found.people} == {here, there}
    hits = {one for one in inbox().actions if one[0] == "population.search_hit"}
    assert hits == {("population.search_hit", "listed", str(key)) for key in (here, there)}
    assert inbox().events[-1]["event"] == "population.people_looked_up"
    local = Scope(communes=(communes[1],))
    assert [
        one.key
        for one in population.search(
            Wanted(name="Nguyễn Văn An", birth_year=1984), **BY, scope=local
        ).people
    ] == [there]
    assert "Nguy" not in str(inbox().entries) + str(inbox().events)


def test_search_shows_no_more_than_the_cap(fresh_db: Database) -> None:
    for _ in range(HITS_CAP + 1):
        enrol()
    found = population.search(Wanted(name="Nguyễn Văn An", birth_year=1984), **BY)
    assert (len(found.people), found.more) == (HITS_CAP, True)


def test_search_by_an_old_number_of_two_people_shows_both(fresh_db: Database) -> None:
    both = {enrol(old_number="990000017"), enrol("Trần Thị Bé", old_number="990000017")}
    found = population.search(Wanted(number="990 000 017"), **BY)
    assert (found.outcome, {one.key for one in found.people}) == ("old_number", both)


def test_protected_people_answer_exactly_as_nobody(fresh_db: Database, communes: list[str]) -> None:
    key = protected_person(number="099084000123", old_number="990000017", commune=communes[0])
    population.search(Wanted(number="099084000999"), **BY)  # warm the connection
    pairs = [
        (Wanted(number="099084000123"), Wanted(number="099084000999")),
        (Wanted(number="990000017"), Wanted(number="990000018")),
        (
            Wanted(name="Nguyễn Văn An", birth_year=1984),
            Wanted(name="Nguyễn Văn Ẩn Danh", birth_year=1984),
        ),
    ]
    for hit, miss in pairs:
        answers, statements = zip(*(watched_search(one) for one in (hit, miss)), strict=True)
        assert answers == (Found(), Found())
        assert statements[0] == statements[1]
    shown = population.search(Wanted(number="099084000123"), **BY, scope=GUARDIAN)
    assert [one.key for one in shown.people] == [key]


def watched_search(wanted: Wanted) -> tuple[Found, int]:
    with CaptureQueriesContext(connection) as queries:
        answer = population.search(wanted, **BY)
    return answer, len(queries)


def test_opening_a_protected_record_takes_the_statements_of_nobody(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    key = protected_person()
    counts = []
    for wanted in (key, UUID(int=7)):
        with CaptureQueriesContext(connection) as queries, pytest.raises(PersonNotFound):
            population.open_person(wanted, **BY)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    looks = [one for one in inbox().actions if one[0] == "population.open_person"]
    assert looks == [
        ("population.open_person", "not_found", str(key)),
        ("population.open_person", "not_found", str(UUID(int=7))),
    ]
    assert population.open_person(key, **BY, scope=GUARDIAN).key == key


def test_a_look_at_a_protected_person_alerts_their_guardian(
    fresh_db: Database, inbox: Callable[[], Inbox], tmp_path: Path
) -> None:
    key = protected_person(number="099084000123")
    population.search(Wanted(number="099084000123"), **BY)
    look = PeopleLookedUp(looker=OFFICER.id, shown=(), protected=(key,))
    assert inbox().events[-1] | {"at": ""} == {
        "event": look.kind,
        "at": "",
        "looker": "officer-1",
        "shown": [],
        "protected": [str(key)],
    }
    seal(fresh_db, tmp_path)
    assert population_jobs.alert_guardians.__name__ == "alert_guardians"  # registered by import
    runs = audit.run_handlers(only={"population.protected_looked_up"})
    assert [run.error for run in runs] == [""]
    alert = inbox().events[-1]
    assert (alert["event"], alert["person"], alert["looker"]) == (
        "population.protected_looked_up",
        str(key),
        "officer-1",
    )


def test_protection_is_for_guardians_and_reaches_every_number(fresh_db: Database) -> None:
    key = enrol(number="099084000123")
    with pytest.raises(Refused) as caught:
        population.protect(key, **BY, scope=Scope())
    assert caught.value.code == "guardian_only"
    population.protect(key, **BY, scope=GUARDIAN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT protected FROM population_v1.keys WHERE person = %s", [key])
        assert cursor.fetchall() == [(True,)]
    population.unprotect(key, **BY, scope=GUARDIAN)
    assert population.search(Wanted(number="099084000123"), **BY).outcome == "active"


def test_open_person_journals_the_fields_shown(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    key = enrol()
    population.open_person(
        key,
        actor=OFFICER,
        grounds=replace(GROUNDS, purpose="residence"),
        fields=("full_name", "permanent_place"),
    )
    entry = inbox().entries[-1]
    assert (entry["action"], entry["outcome"], entry["fields"], entry["purpose"]) == (
        "population.open_person",
        "shown",
        ["full_name", "permanent_place"],
        "residence",
    )
