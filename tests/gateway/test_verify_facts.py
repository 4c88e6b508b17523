"""What connected sources say, verified: match or not, never a value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from danso.kernel import clock
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from tests.conftest import Database
from tests.exchange_world import AN, OFFICER, TestPartner, agree, entries, events, make_partner
from tests.gateway.conftest import ENVELOPE, Caller
from tests.gateway.test_facts import tell

pytestmark = [pytest.mark.anyio, pytest.mark.clause("I.A.2022.4", partly="tax by its test source")]
KNOWN = AN | {"birth": "1984-03-21"}
NAMED = ("number", "full_name", "birth", "warm_kettle")


@pytest.fixture
async def lid(an: str, running: Callable[[TestPartner], Caller]) -> Caller:
    """A body that may verify whose kettle is warm."""
    partner = make_partner("lid")
    agree("lid", "verify", "batch", fields=NAMED)
    found = running(partner)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


async def verify(caller: Caller, said: dict[str, str], **claim: str) -> dict[str, Any]:
    person = KNOWN | claim | {"facts": {"warm_kettle": said}}
    answer = await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": person})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_fact_that_a_source_tells_matches(lid: Caller, an: str, fresh_db: Database) -> None:
    tell(an, "K7", date(2999, 12, 31))
    body = await verify(lid, {"value": "k 7"})
    assert (body["result"], body["code"]) == ("match", "match")
    assert body["facts"] == {
        "warm_kettle": {
            "result": "match",
            "code": "fact_holds",
            "source": "kettles",
            "as_of": "2026-11-01",
            "doubted": False,
        }
    }
    (entry,) = entries(fresh_db, "verify")
    assert entry["outcome"] == "match"
    assert entry["detail"]["facts"] == {"warm_kettle": "fact_holds"}
    assert "warm_kettle" in entry["fields"]
    assert "K7" not in str(entry) + str(body)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "fact_holds"),
        ({"on": "2026-06-30"}, "fact_holds"),
        ({"on": "2027-01-01"}, "fact_not_in_force"),
        ({"on": "2025-12-31"}, "fact_not_in_force"),
        ({"value": "K7", "on": "2027-01-01"}, "fact_not_in_force"),
        ({"value": "K8"}, "fact_differs"),
    ],
)
async def test_days_and_values(lid: Caller, an: str, said: dict[str, str], code: str) -> None:
    tell(an, "K7", date(2026, 12, 31), since=date(2026, 1, 1))
    body = await verify(lid, said)
    assert body["facts"]["warm_kettle"]["code"] == code
    assert body["result"] == ("match" if code == "fact_holds" else "no_match")
    assert body["reason"]["vi"]


async def test_the_record_that_fits_answers_and_a_faulty_one_is_doubted(
    lid: Caller, an: str
) -> None:
    tell(an, "K7", None)
    tell(an, "K8", None, quality="unverified")
    assert (await verify(lid, {"value": "K8"}))["facts"]["warm_kettle"]["doubted"] is True
    assert (await verify(lid, {"value": "K7"}))["facts"]["warm_kettle"]["doubted"] is False


async def test_what_no_source_holds_makes_it_incomplete(lid: Caller) -> None:
    body = await verify(lid, {"value": "K7"})
    assert (body["result"], body["code"]) == ("match_incomplete", "fact_not_held")
    assert body["facts"]["warm_kettle"]["result"] == "not_held"


async def test_nothing_is_said_of_a_mismatch_or_a_protected_person(lid: Caller, an: str) -> None:
    tell(an, "K7", None)
    assert (await verify(lid, {}, birth="1985-03-21"))["facts"] == {}
    guardian = Scope(sees_protected=True)
    population.protect(UUID(an), actor=OFFICER, grounds=Grounds(reason="test"), scope=guardian)
    body = await verify(lid, {})
    assert (body["result"], body["facts"]) == ("not_found", {})


async def test_guessing_a_value_is_a_wrong_try_on_the_number(
    lid: Caller, an: str, fresh_db: Database
) -> None:
    tell(an, "K7", None)
    for guess in range(5):
        assert (await verify(lid, {"value": f"K{guess}"}))["code"] == "fact_differs"
    body = await verify(lid, {"value": "K7"})
    assert (body["result"], body["facts"]) == ("too_many_attempts", {})
    assert len(events(fresh_db, "exchange.guessing_suspected")) == 1
    kept = [entry["outcome"] for entry in entries(fresh_db, "verify")]
    assert kept == ["no_match"] * 5 + ["too_many_attempts"]
    assert "facts" not in entries(fresh_db, "verify")[-1]["detail"]


async def test_finding_a_day_by_halving_is_stopped(lid: Caller, an: str) -> None:
    tell(an, "K7", date(2020, 1, 1))
    codes = [(await verify(lid, {"on": f"20{year}-01-01"})) for year in range(21, 28)]
    told = [one.get("facts", {}).get("warm_kettle", {}).get("code") for one in codes]
    assert told == ["fact_not_in_force"] * 5 + [None] * 2
    assert codes[-1]["result"] == "too_many_attempts"


async def test_a_fact_that_is_over_today_is_no_guess(lid: Caller, an: str) -> None:
    tell(an, "K7", date(2026, 1, 1))
    for _ in range(7):
        body = await verify(lid, {})
        assert body["facts"]["warm_kettle"]["code"] == "fact_not_in_force"


async def test_a_batch_answers_rows_with_and_without_facts(lid: Caller, an: str) -> None:
    tell(an, "K7", None)
    rows = [
        KNOWN | {"ref": "a", "facts": {"warm_kettle": {"value": "K7"}}},
        KNOWN | {"ref": "b"},
        KNOWN | {"ref": "c", "facts": {"warm_kettle": {"value": "K9"}}},
    ]
    answer = await lid.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": rows})
    told = {row["ref"]: row for row in answer.json()["answers"]}
    assert [told[ref]["result"] for ref in "abc"] == ["match", "match", "no_match"]
    assert told["a"]["facts"]["warm_kettle"]["code"] == "fact_holds"
    assert "facts" not in told["b"]
    assert told["c"]["code"] == "fact_differs"


async def test_wrong_guesses_within_one_batch_are_counted(lid: Caller, an: str) -> None:
    tell(an, "K7", None)
    rows = [KNOWN | {"facts": {"warm_kettle": {"value": f"K{n}"}}} for n in (0, 1, 2, 3, 4, 7)]
    answer = await lid.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": rows})
    results = [row["result"] for row in answer.json()["answers"]]
    assert results == ["no_match"] * 5 + ["too_many_attempts"]


async def test_what_is_refused(lid: Caller) -> None:
    async def code(facts: object) -> tuple[str, str]:
        body = {"envelope": ENVELOPE, "person": KNOWN | {"facts": facts}}
        told = (await lid.post("/v1/verify", body)).json()
        return told["code"], told.get("field") or told.get("at")

    assert await code({"cold_kettle": {}}) == ("field_not_agreed", "cold_kettle")
    wrong_day = await code({"warm_kettle": {"on": "2026-02-30"}})
    assert wrong_day == ("fact_day_wrong", "person.facts.warm_kettle.on")
    assert (await code({"warm_kettle": {"value": ""}}))[0] == "body_wrong"
    assert (await code({"warm_kettle": {"valid": "K7"}}))[0] == "body_wrong"
    many: dict[str, object] = {f"fact_{n}": {} for n in range(11)}
    assert (await code(many))[0] == "body_wrong"


async def test_today_is_the_provinces(lid: Caller, an: str) -> None:
    today = clock.today()
    tell(an, "K7", today)
    assert (await verify(lid, {}))["facts"]["warm_kettle"]["code"] == "fact_holds"
    tell(an, "K8", today - timedelta(days=1))
    body = await verify(lid, {"value": "K8"})
    assert body["facts"]["warm_kettle"]["code"] == "fact_not_in_force"
