"""The parties of a case in one go: what is told, as of when, to which court, with which trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from danso.kernel import clock
from danso.modules.exchange.data import PartnerBody
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Move, Scope
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.exchange_world import (
    OFFICER,
    TestPartner,
    agree,
    enrol,
    entries,
    events,
    make_partner,
)
from tests.gateway.conftest import Caller
from tests.gateway.courts_world import (
    CASE,
    FILE,
    NOBODY,
    PLAINTIFF,
    make_court,
    parties,
    refused,
    signed_in,
    told,
)
from tests.gateway.test_facts import tell

pytestmark = pytest.mark.anyio
PATH = "/v1/case-parties"
GROUNDS = Grounds(reason="test")


@pytest.fixture
async def court(fresh_db: Database, an: str, running: Callable[[TestPartner], Caller]) -> Caller:
    del fresh_db, an
    return await signed_in(running, make_court())


@pytest.mark.clause("I.A.2022.10", partly="the court's own portal was not seen")
@pytest.mark.clause("II.2.9", partly="the court's own portal was not seen")
async def test_all_parties_are_answered_in_one_call_with_a_row_each(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    defendant = NOBODY | {"role": "drinker", "ref": "2"}
    asked = parties(PLAINTIFF, defendant, fields=["sex", "permanent_place"])
    body = await told(court, PATH, asked)
    first, second = body["parties"]
    assert (first["ref"], first["role"], first["result"]) == ("1", "pourer", "match")
    assert first["shared"]["fields"]["permanent_place"]["commune"] == commune
    assert first["shared"]["unknown"] == []
    assert (second["result"], second.get("shared")) == ("not_found", None)
    assert body["reasons"]["not_found"]["vi"]
    rows = entries(fresh_db)
    assert [(row["outcome"], row["subject"]) for row in rows] == [
        ("shared", an),
        ("not_found", None),
    ]
    for row, role in zip(rows, ("pourer", "drinker"), strict=True):
        assert (row["file_code"], row["detail"]["role"]) == (CASE["number"], role)
        assert row["detail"]["record"] == body["record"]
        assert row["detail"]["court"] == "tea-court"
    (event,) = events(fresh_db, "exchange.case_answered")
    assert event["record"] == body["record"]


async def test_a_court_without_fields_is_only_told_whether_they_match(
    court: Caller, fresh_db: Database
) -> None:
    body = await told(court, PATH, parties(PLAINTIFF))
    assert "shared" not in body["parties"][0]
    assert entries(fresh_db)[0]["outcome"] == "match"


@pytest.mark.parametrize("wrong", [{"full_name": "Trần Văn Khác"}, {"birth": "1984-03-22"}])
async def test_nothing_is_told_of_whoever_does_not_match(
    court: Caller, wrong: dict[str, str]
) -> None:
    body = await told(court, PATH, parties(PLAINTIFF | wrong, fields=["sex"]))
    assert body["parties"][0]["result"] == "no_match"
    assert "shared" not in body["parties"][0]


async def test_a_protected_party_is_as_nobody(court: Caller, an: str) -> None:
    population.protect(UUID(an), actor=OFFICER, grounds=GROUNDS, scope=Scope(sees_protected=True))
    nobody = PLAINTIFF | NOBODY
    body = await told(court, PATH, parties(PLAINTIFF, nobody, fields=["sex"]))
    protected, absent = body["parties"]
    assert protected == absent


async def test_courts_under_the_court_are_its_own_and_no_others(
    court: Caller, fresh_db: Database
) -> None:
    under = CASE | {"court": "tray-courts", "division": "Tòa Khay 3"}
    await told(court, PATH, parties(PLAINTIFF, case=under))
    assert entries(fresh_db)[0]["detail"]["division"] == "Tòa Khay 3"
    for other in ("cup-office", "nowhere"):
        asked = parties(PLAINTIFF, case=CASE | {"court": other})
        assert await refused(court, PATH, asked) == "court_not_yours"
    assert [row["outcome"] for row in entries(fresh_db)][1:] == ["refused:court_not_yours"] * 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"parties": [PLAINTIFF] * 51}, "body_wrong"),
        ({"parties": []}, "body_wrong"),
        ({"parties": [PLAINTIFF | {"role": "guest"}]}, "role_unknown"),
        ({"fields": ["religion"]}, "field_not_agreed"),
        ({"as_of": "2999-01-01"}, "day_wrong"),
        ({"as_of": "2024-02-30"}, "day_wrong"),
        ({"envelope": {"purpose": "tea-service", "procedure": "1", "officer": "o"}}, "not_agreed"),
    ],
)
async def test_what_does_not_fit_is_refused_and_journaled(
    court: Caller, fresh_db: Database, changes: dict[str, Any], code: str
) -> None:
    assert await refused(court, PATH, parties(PLAINTIFF) | changes) == code
    assert [row["outcome"] for row in entries(fresh_db, "case-parties")] == [f"refused:{code}"]


async def test_an_agency_may_not_ask_as_a_court(caller: Caller) -> None:
    asked = parties(PLAINTIFF, envelope=FILE | {"purpose": "tea-service"})
    assert await refused(caller, PATH, asked) == "not_agreed"


async def test_as_of_a_day_tells_what_was_true_and_names_what_is_unknown(
    fresh_db: Database, running: Callable[[TestPartner], Caller]
) -> None:
    del fresh_db
    first, second = (one.code for one in province().units.communes[:2])
    with clock.frozen(datetime(2020, 1, 2, tzinfo=UTC)):
        person = enrol(commune=first)
    population.record_move(person, Move(date(2023, 5, 1), second), actor=OFFICER, grounds=GROUNDS)
    court = await signed_in(running, make_court())

    async def place(day: str) -> dict[str, Any]:
        asked = parties(PLAINTIFF, fields=["permanent_place", "sex"], as_of=day)
        shared: dict[str, Any] = (await told(court, PATH, asked))["parties"][0]["shared"]
        assert shared["as_of"] == day
        assert shared["fields"]["sex"] == 1
        return shared

    assert (await place("2022-01-01"))["fields"]["permanent_place"]["commune"] == first
    assert (await place("2023-05-01"))["fields"]["permanent_place"]["commune"] == second
    before = await place("2019-12-31")
    assert "permanent_place" not in before["fields"]
    assert before["unknown"] == ["permanent_place"]


@pytest.mark.clause("I.A.2022.10", partly="the court's own portal was not seen")
@pytest.mark.parametrize(
    ("day", "kettle"),
    [("2024-12-31", ""), ("2025-06-01", "K25"), ("2026-06-01", "K26"), ("2027-03-01", "K0")],
)
async def test_as_of_a_day_the_record_that_held_then_tells(
    an: str, running: Callable[[TestPartner], Caller], day: str, kettle: str
) -> None:
    tell(an, "K26", date(2026, 12, 31), since=date(2026, 1, 1))
    tell(an, "K25", date(2025, 12, 31), since=date(2025, 1, 1))
    # Holds for ever, as far as its source knows, and is the one told today.
    tell(an, "K0", None)
    partner = make_partner("tea-court", PartnerBody.COURT, "tea-court")
    fields = ("number", "full_name", "birth", "warm_kettle")
    agree("tea-court", "case-parties", purpose="tea-dispute", fields=fields)
    court = await signed_in(running, partner)
    with clock.frozen(datetime(2027, 6, 1, tzinfo=UTC)):
        await court.gateway.news.ask()
        await court.sign_in()
        asked = parties(PLAINTIFF, fields=["warm_kettle"], as_of=day)
        shared = (await told(court, PATH, asked))["parties"][0]["shared"]
    if kettle:
        assert shared["facts"]["warm_kettle"]["value"] == kettle
        assert shared["unknown"] == []
    else:
        assert (shared["facts"], shared["unknown"]) == ({}, ["warm_kettle"])


async def test_guessing_is_counted_as_everywhere(court: Caller) -> None:
    wrong = PLAINTIFF | {"full_name": "Trần Văn Khác"}
    body = await told(court, PATH, parties(*[wrong] * 6))
    assert [one["result"] for one in body["parties"]][-1] == "too_many_attempts"


async def test_a_body_beyond_its_bounds_is_refused(court: Caller) -> None:
    large = parties(PLAINTIFF | {"ref": "x" * 120}, fields=["sex"] * 40)
    large["parties"] *= 50
    assert (await court.post(PATH, large)).status_code == 200
    padded = b" " * 700_000
    assert (await court.post(PATH, padded)).json()["code"] == "body_too_large"
    long_one = {"envelope": FILE, "record": "x" * 9_000}
    assert await refused(court, "/v1/case-records", long_one) == "body_too_large"
