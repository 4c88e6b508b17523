"""Facts of our own sources where the register is absent: told of whoever the upstream confirms."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings

from danso.kernel import clock
from danso.modules.sources.actions import telling
from danso.modules.sources.models import Fact, SourceRecord
from tests.conftest import Database
from tests.exchange_world import OFFICER, TestPartner, agree, entries, make_partner
from tests.gateway.conftest import ENVELOPE, Caller
from tests.gateway.test_forwarding import KNOWN
from tests.stand_in import StandIn

pytestmark = [pytest.mark.anyio, pytest.mark.clause("I.A.2022.4", partly="tax by its test source")]
FACT = "warm_kettle"


@pytest.fixture
async def lid(fresh_db: Database, absent: Callable[[TestPartner], Caller]) -> Caller:
    partner = make_partner("lid")
    agree("lid", "verify", "batch", fields=("number", "full_name", "birth", "sex", FACT))
    found = absent(partner)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


@pytest.fixture
def told(fresh_db: Database, settings: LazySettings) -> None:
    """The source's records of An, of somebody of that number born elsewhere, and of half a date."""
    settings.DANSO = dataclasses.replace(settings.DANSO, register_mode="absent")
    record("K7", KNOWN["number"], KNOWN["birth"])
    record("K8", KNOWN["number"], "1990-01-01")
    record("K9", KNOWN["number"], "1984")
    record("K10", KNOWN["number"], KNOWN["birth"], faults={"keeper_number": "pattern"})
    telling.tell_facts("kettles", actor=OFFICER)


def record(key: str, number: str, birth: str, **more: Any) -> None:
    now = clock.now()
    said = {"kettle": key, "keeper_number": number, "born": birth, "warm_until": "2999-01-01"}
    times = {"first_at": now, "changed_at": now}
    SourceRecord.objects.create(
        source="kettles", record=key, payload=said, digest="", **times, **more
    )


async def verify(lid: Caller, said: dict[str, str], **claim: Any) -> dict[str, Any]:
    person = KNOWN | {"facts": {FACT: said}} | claim
    answer = await lid.post("/v1/verify", {"envelope": ENVELOPE, "person": person})
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.usefixtures("told")
async def test_a_confirmed_person_is_answered_by_our_sources(
    lid: Caller, fresh_db: Database
) -> None:
    body = await verify(lid, {"value": "k 7"})
    assert (body["result"], body["code"]) == ("match", "match")
    fact = body["facts"][FACT]
    assert (fact["code"], fact["source"], fact["doubted"]) == ("fact_holds", "kettles", False)
    asked, answered = entries(fresh_db, "verify")
    assert (asked["outcome"], answered["outcome"]) == ("asked", "match")
    assert answered["detail"]["facts"] == {FACT: "fact_holds"}
    assert FACT in answered["fields"]
    assert "K7" not in str(answered)
    # Of the others nothing is told: another's birth date, half a date, a number with a fault.
    assert set(Fact.objects.values_list("record", flat=True)) == {"K7", "K8"}


@pytest.mark.usefixtures("told")
async def test_another_value_is_no_match_and_a_wrong_try(lid: Caller, fresh_db: Database) -> None:
    for guess in range(5):
        body = await verify(lid, {"value": f"K{90 + guess}"})
        assert (body["result"], body["code"]) == ("no_match", "fact_differs")
    body = await verify(lid, {"value": "K7"})
    assert (body["result"], body["facts"]) == ("too_many_attempts", {})
    kept = [entry["outcome"] for entry in entries(fresh_db, "verify")]
    assert kept == ["asked", "no_match"] * 5 + ["too_many_attempts"]


@pytest.mark.usefixtures("told")
async def test_of_somebody_else_nothing_is_said(lid: Caller) -> None:
    body = await verify(lid, {}, birth="1990-01-01")
    assert (body["code"], body["facts"]) == ("no_match_upstream", {})


async def test_what_no_source_holds_makes_it_incomplete(lid: Caller) -> None:
    body = await verify(lid, {})
    assert (body["result"], body["code"]) == ("match_incomplete", "fact_not_held")
    body = await verify(lid, {}, sex=1)
    assert body["code"] == "match_upstream_in_part"
    assert body["facts"][FACT]["code"] == "fact_not_held"


@pytest.mark.usefixtures("told")
async def test_a_year_of_birth_does_not_reach_sources(lid: Caller, national: StandIn) -> None:
    national.enter(birth="1984")
    body = await verify(lid, {}, birth="1984")
    assert (body["result"], body["code"]) == ("match_incomplete", "fact_needs_birth")
    assert body["facts"] == {FACT: {"result": "not_answered", "code": "fact_needs_birth"}}


@pytest.mark.usefixtures("told")
async def test_a_batch_answers_each_row(lid: Caller) -> None:
    people = [KNOWN | {"ref": "a", "facts": {FACT: {}}}, KNOWN | {"ref": "b"}]
    answer = await lid.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": people})
    rows = {row["ref"]: row for row in answer.json()["answers"]}
    assert rows["a"]["facts"][FACT]["code"] == "fact_holds"
    assert (rows["b"]["result"], "facts" in rows["b"]) == ("match", False)


async def test_what_is_wrong_or_not_agreed_is_refused_before_anybody_is_asked(
    lid: Caller, national: StandIn
) -> None:
    assert (await verify(lid, {}, facts={"cold_kettle": {}}))["code"] == "field_not_agreed"
    assert (await verify(lid, {"on": "2026-02-30"}))["code"] == "fact_day_wrong"
    assert national.state()["asked"] == []
