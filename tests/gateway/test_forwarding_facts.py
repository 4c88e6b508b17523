"""Facts of sources where the register is absent: the person is verified, the facts say why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Database
from tests.exchange_world import TestPartner, agree, entries, make_partner
from tests.gateway.conftest import ENVELOPE, Caller
from tests.gateway.test_forwarding import KNOWN
from tests.stand_in import StandIn

pytestmark = pytest.mark.anyio
UNANSWERED = {"warm_kettle": {"result": "not_answered", "code": "fact_needs_register"}}


@pytest.fixture
async def lid(fresh_db: Database, absent: Callable[[TestPartner], Caller]) -> Caller:
    partner = make_partner("lid")
    agree("lid", "verify", "batch", fields=("number", "full_name", "birth", "sex", "warm_kettle"))
    found = absent(partner)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


async def verify(lid: Caller, **claim: Any) -> dict[str, Any]:
    person = KNOWN | {"facts": {"warm_kettle": {"value": "K7"}}} | claim
    answer = await lid.post("/v1/verify", {"envelope": ENVELOPE, "person": person})
    body: dict[str, Any] = answer.json()
    return body


async def test_the_person_is_verified_and_the_fact_says_why_it_is_not(
    lid: Caller, fresh_db: Database
) -> None:
    body = await verify(lid)
    assert (body["result"], body["code"]) == ("match_incomplete", "fact_needs_register")
    assert body["fields"]["full_name"]["code"] == "match"
    assert body["facts"] == UNANSWERED
    assert "owner of the source" in body["next"]["en"]
    asked, answered = entries(fresh_db, "verify")
    assert (asked["outcome"], answered["outcome"]) == ("asked", "match_incomplete")
    assert "warm_kettle" in answered["fields"]
    assert "K7" not in str(answered)


async def test_of_somebody_else_nothing_is_said(lid: Caller) -> None:
    body = await verify(lid, birth="1984-03-22")
    assert (body["code"], body["facts"]) == ("no_match_upstream", {})


async def test_what_the_service_does_not_verify_comes_first(lid: Caller) -> None:
    body = await verify(lid, sex=1)
    assert body["code"] == "match_upstream_in_part"
    assert body["facts"] == UNANSWERED


async def test_a_batch_answers_each_row(lid: Caller) -> None:
    people = [KNOWN | {"ref": "a", "facts": {"warm_kettle": {}}}, KNOWN | {"ref": "b"}]
    answer = await lid.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": people})
    told = {row["ref"]: row for row in answer.json()["answers"]}
    assert told["a"]["facts"] == UNANSWERED
    assert (told["b"]["result"], "facts" in told["b"]) == ("match", False)
    assert "fact_needs_register" in answer.json()["reasons"]


async def test_what_is_wrong_or_not_agreed_is_refused_before_anybody_is_asked(
    lid: Caller, national: StandIn
) -> None:
    assert (await verify(lid, facts={"cold_kettle": {}}))["code"] == "field_not_agreed"
    assert (await verify(lid, facts={"warm_kettle": {"on": "2026-02-30"}}))["code"] == (
        "fact_day_wrong"
    )
    assert national.state()["asked"] == []
