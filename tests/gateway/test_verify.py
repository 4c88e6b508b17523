"""Verify: match or not per field with a reason, never a stored value, never without a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from danso.gateway.coalescer import connect
from danso.gateway.questions import VERIFY, Question, claim_question, columns
from danso.gateway.settings import Settings
from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.audit.data import Positioned
from danso.modules.exchange.data import GuessingSuspected, NobodyAnswered
from danso.modules.exchange.jobs import alert_guardians, note_guessing
from danso.modules.identity import interface as identity
from danso.modules.identity.data import UnusualKind
from danso.modules.population import interface as population
from danso.modules.population.data import EVERYWHERE, Grounds, Scope
from danso.wire.envelope import Claim
from tests.conftest import Database
from tests.exchange_world import (
    AN,
    OFFICER,
    TestPartner,
    agree,
    enrol,
    entries,
    events,
    make_partner,
)
from tests.gateway.conftest import ENVELOPE, Caller

pytestmark = pytest.mark.anyio

WHY = Grounds(reason="test")
GUARDIAN = Scope(sees_protected=True)


async def found(caller: Caller, **person: Any) -> dict[str, Any]:
    asked = {"envelope": ENVELOPE, "person": AN | person}
    answer = await caller.post("/v1/verify", asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def codes(body: dict[str, Any]) -> tuple[str, str, dict[str, str]]:
    return body["result"], body["code"], {name: one["code"] for name, one in body["fields"].items()}


@pytest.mark.clause("I.A.2022.5", partly="the national portal is not connected")
async def test_verify_says_that_everything_matches(caller: Caller, commune: str) -> None:
    body = await found(caller, birth="1984-03-21", sex=1, permanent_place=commune)
    assert codes(body) == (
        "match",
        "match",
        {"full_name": "match", "birth": "match", "sex": "match", "permanent_place": "match"},
    )
    assert "next" not in body


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"birth": "1984"}, ("match", "match", "birth_matches_in_part")),
        ({"birth": "1984-03"}, ("match", "match", "birth_matches_in_part")),
        ({"birth": "1984-03-12"}, ("no_match", "birth_differs", "birth_differs")),
        ({"birth": "1985"}, ("no_match", "birth_differs", "birth_differs")),
    ],
)
async def test_verify_compares_birth_as_far_as_both_know_it(
    caller: Caller, asked: dict[str, str], expected: tuple[str, str, str]
) -> None:
    body = await found(caller, **asked)
    assert (body["result"], body["code"], body["fields"]["birth"]["code"]) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("NGUYỄN  VĂN ẤM", "match"),
        ("nguyen van am", "name_matches_without_marks"),
        ("Nguyễn Văn Âm", "name_marks_differ"),
        ("Nguyễn Văn Bình", "name_differs"),
        ("Robert'); DROP TABLE population_person;--", "name_differs"),
        ('a\x00b\x1f{}",\\', "name_differs"),
    ],
)
async def test_verify_compares_names_by_their_keys(
    caller: Caller, name: str, expected: str
) -> None:
    body = await found(caller, full_name=name)
    assert body["fields"]["full_name"]["code"] == expected


async def test_verify_answers_no_field_when_the_name_differs(caller: Caller, commune: str) -> None:
    body = await found(
        caller, full_name="Trần Văn Khác", birth="1984-03-21", sex=1, permanent_place=commune
    )
    assert codes(body) == (
        "no_match",
        "name_differs",
        {
            "full_name": "name_differs",
            "birth": "not_answered",
            "sex": "not_answered",
            "permanent_place": "not_answered",
        },
    )
    assert body["next"]["vi"]


async def test_verify_never_tells_a_stored_value(caller: Caller, commune: str) -> None:
    asked = AN | {"birth": "1984-03-22", "sex": 2, "permanent_place": "99999"}
    answer = await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": asked})
    assert not [held for held in ("1984-03-21", commune, "Ấm") if held in answer.text]


async def test_verify_says_what_the_register_does_not_hold(caller: Caller) -> None:
    enrol("Lê Thị Không", number="909000000002", birth=None, sex=0, commune=None)
    body = await found(caller, number="909000000002", full_name="Lê Thị Không", birth="1990", sex=2)
    assert codes(body) == (
        "match_incomplete",
        "match_incomplete",
        {"full_name": "match", "birth": "not_held", "sex": "not_held"},
    )


async def test_verify_has_own_codes_for_the_dead_and_for_cancelled_numbers(
    caller: Caller, an: str
) -> None:
    person = enrol("Lê Văn Cũ", number="909000000003")
    population.record_death(person, PartialDate(2020, 5, 1), actor=OFFICER, grounds=WHY)
    body = await found(caller, number="909000000003", full_name="Lê Văn Cũ", birth="1984-03-21")
    assert (body["result"], body["code"]) == ("dead", "person_dead")
    assert body["fields"]["birth"]["code"] == "match"


async def test_verify_answers_for_a_protected_person_as_for_nobody(
    caller: Caller, fresh_db: Database
) -> None:
    person = enrol("Lê Thị Kín", number="909000000004")
    nobody = await found(caller, number="909000000009", full_name="Lê Thị Kín", birth="1984")
    population.protect(person, actor=OFFICER, grounds=WHY, scope=GUARDIAN)
    hidden = await found(caller, number="909000000004", full_name="Lê Thị Kín", birth="1984")
    assert hidden == nobody
    assert [entry["outcome"] for entry in entries(fresh_db)] == ["not_found", "protected"]
    about_nobody, about_somebody = events(fresh_db, "exchange.nobody_answered")
    assert (about_nobody["person"], about_somebody["person"]) == (None, str(person))
    partner = about_somebody["partner"]
    answers = [NobodyAnswered(None, partner), NobodyAnswered(person, partner)]
    alert_guardians([Positioned(0, clock.now(), one) for one in answers])
    (alert,) = events(fresh_db, "population.protected_looked_up")
    assert (alert["person"], alert["looker"]) == (str(person), f"partner:{partner}")


@pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
async def test_verify_leaves_a_journal_row_that_says_who_and_why(
    caller: Caller, fresh_db: Database, an: str
) -> None:
    await caller.post(
        "/v1/verify",
        {"envelope": ENVELOPE, "person": AN | {"birth": "1984"}},
        **{"X-Road-Id": "req-1", "X-Road-Client": "TEA/GOV/kettle/desk"},
    )
    (entry,) = entries(fresh_db)
    at = entry.pop("at")
    code = entry["detail"].pop("agreement")
    assert at.endswith("+00:00")
    assert code.startswith("TT-")
    assert entry == {
        "actor_kind": "partner",
        "actor": "kettle",
        "unit": "kettle-office",
        "system": "TEA/GOV/kettle/desk",
        "officer": "officer-7",
        "action": "verify",
        "service": "verify",
        "purpose": "tea-service",
        "legal_basis": "Luật Ấm Chén, điều 1",
        "procedure": "1.004222",
        "file_code": "F-1",
        "fields": ["number", "full_name", "birth"],
        "outcome": "match",
        "subject": an,
        "detail": {"request": "req-1", "answer": "M1500"},
    }


async def test_verify_stops_answering_after_five_wrong_tries(
    caller: Caller, fresh_db: Database, an: str
) -> None:
    for year in range(1960, 1965):
        assert (await found(caller, birth=str(year)))["result"] == "no_match"
    barred = await found(caller, birth="1984-03-21")
    assert (barred["result"], barred["code"], barred["fields"]) == (
        "too_many_attempts",
        "too_many_attempts",
        {},
    )
    assert entries(fresh_db)[-1]["outcome"] == "too_many_attempts"
    (alert,) = events(fresh_db, "exchange.guessing_suspected")
    assert alert["person"] == an
    suspected = GuessingSuspected(UUID(alert["person"]), alert["partner"])
    for _ in range(2):
        note_guessing([Positioned(7, clock.now(), suspected)])
    (listed,) = identity.unusual_looks(kinds=[UnusualKind.GUESSING])
    assert (str(listed.person), listed.looker) == (an, f"partner:{alert['partner']}")
    other = await found(caller, number="909000000008", full_name="Ai Đó")
    assert other["result"] == "not_found"


async def test_verify_counts_wrong_tries_of_one_batch_too(caller: Caller) -> None:
    people = [AN | {"birth": str(year)} for year in range(1960, 1970)]
    answer = await caller.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": people})
    results = [row["result"] for row in answer.json()["answers"]]
    assert results == ["no_match"] * 5 + ["too_many_attempts"] * 5


async def test_tries_of_a_call_not_yet_committed_are_waited_for_and_counted(
    caller: Caller, gateway_settings: Settings
) -> None:
    partner = next(iter(caller.gateway.news.standing.partners))

    def wrong(year: int) -> Question:
        claim = Claim(number=AN["number"], full_name=AN["full_name"], birth=str(year))
        return claim_question(claim, partner, '{"detail":{"a":"b"')

    async with (
        await connect(gateway_settings.dsn) as first,
        await connect(gateway_settings.dsn) as second,
    ):
        async with first.transaction():
            asked = columns([wrong(year) for year in range(1960, 1965)])
            await first.execute(VERIFY.encode(), asked)
            behind = asyncio.create_task(second.execute(VERIFY.encode(), columns([wrong(1970)])))
            await asyncio.wait([behind], timeout=0.3)
            assert not behind.done()
        (answer,) = await (await behind).fetchall()
    assert answer == ("T0000",)


async def test_verify_stops_all_partners_after_twenty_wrong_tries(
    caller: Caller, running: Callable[[TestPartner], Caller]
) -> None:
    for index in range(4):
        partner = make_partner(f"cup-{index}")
        agree(partner.code, "verify")
        other = running(partner)
        await other.gateway.news.ask()
        await other.sign_in()
        for year in range(1960, 1965):
            await found(other, birth=str(year))
    assert (await found(caller, birth="1984"))["result"] == "too_many_attempts"


async def test_verify_right_tries_are_never_counted(caller: Caller) -> None:
    for _ in range(8):
        assert (await found(caller, birth="1984-03-21"))["result"] == "match"


async def test_doubted_fields_are_marked(caller: Caller, an: str) -> None:
    population.mark_field(
        UUID(an), "birth", "under_investigation", actor=OFFICER, grounds=WHY, scope=EVERYWHERE
    )
    body = await found(caller, birth="1984-03-21", sex=1)
    assert body["fields"]["birth"] == {"result": "match", "code": "match", "doubted": True}
    assert body["fields"]["sex"] == {"result": "match", "code": "match"}
