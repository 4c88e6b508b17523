"""An absent register: share, link-number and batch are forwarded, the rest is refused."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import pytest

from danso.modules.exchange.data import PartnerBody
from tests.conftest import Database
from tests.exchange_world import AN, TestPartner, agree, entries, make_partner
from tests.gateway.conftest import ENVELOPE, Caller
from tests.gateway.test_forwarding import KNOWN, outcomes, until
from tests.stand_in import StandIn

pytestmark = pytest.mark.anyio


async def test_share_gives_the_fields_named_out_of_the_look_up(
    asker: Caller, fresh_db: Database
) -> None:
    asked = {"envelope": ENVELOPE, "person": KNOWN, "fields": ["sex", "permanent_place"]}
    body = (await asker.post("/v1/share", asked)).json()
    assert body["result"] == "match"
    assert body["shared"]["fields"]["sex"] == 1
    assert body["shared"]["fields"]["permanent_place"]["as_recorded"] == "00001"
    assert set(body["shared"]["fields"]) == {"sex", "permanent_place"}
    assert body["shared"]["life"] == "unknown"
    assert outcomes(fresh_db, "share") == ["asked", "shared"]
    wrong = asked | {"person": KNOWN | {"birth": "1984-03-22"}}
    body = (await asker.post("/v1/share", wrong)).json()
    assert (body["result"], "shared" in body) == ("no_match", False)


async def test_link_number_finds_the_other_one(asker: Caller) -> None:
    asked = {"envelope": ENVELOPE, "person": KNOWN | {"number": "123456789"}}
    body = (await asker.post("/v1/link-number", asked)).json()
    assert body["linked"]["number"] == KNOWN["number"]
    assert body["linked"]["old_numbers"] == ["123456789"]


async def test_batch_asks_row_by_row_and_an_outage_in_the_middle_spares_the_others(
    asker: Caller, national: StandIn, fresh_db: Database
) -> None:
    people = [KNOWN | {"ref": f"r{n}"} for n in range(3)] + [
        KNOWN | {"number": f"90900000{n:04}", "ref": f"x{n}"} for n in range(1000, 1040)
    ]
    national.behave(delay=0.2)

    async def fall() -> None:
        await until(lambda: "match" in outcomes(fresh_db, "batch"))
        national.stop(signal.SIGKILL)

    asked = {"envelope": ENVELOPE, "people": people}
    answer, _ = await asyncio.gather(asker.post("/v1/verify/batch", asked), fall())
    assert answer.status_code == 200, answer.text
    body = answer.json()
    results = [row["result"] for row in body["answers"]]
    assert [row["ref"] for row in body["answers"]] == [one["ref"] for one in people]
    assert "match" in results
    assert results[-1] == "not_verified_yet"
    assert body["reasons"]["not_verified_yet"]["next"]["en"]
    said = outcomes(fresh_db, "batch")
    ended = [one for one in said if one in ("match", "no_match", "failed")]
    assert said.count("asked") == len(ended)
    assert len(ended) + said.count("refused:upstream_down") == len(people)


async def test_batch_with_a_row_that_cannot_be_sent_asks_nobody(
    asker: Caller, national: StandIn
) -> None:
    people = [KNOWN, AN]
    answer = await asker.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": people})
    assert (answer.json()["code"], answer.json()["field"]) == ("birth_needed", "people[1].birth")
    assert national.state()["asked"] == []


async def test_what_needs_a_register_is_refused_and_journaled(
    asker: Caller, fresh_db: Database
) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/v1/changes", {"after": -1}),
        ("/v1/corrections", {"person": KNOWN, "field": "sex", "claimed": "2", "evidence": "x"}),
        ("/v1/corrections/status", {"correction": "0" * 8 + "-0000-4000-8000-" + "0" * 12}),
        ("/v1/share", {"person": KNOWN, "fields": ["sex"], "follow": True}),
    ]
    for path, body in calls:
        answer = await asker.post(
            path, {"envelope": ENVELOPE} | body, **{"idempotency-key": "k" * 8}
        )
        assert (answer.status_code, answer.json()["code"]) == (501, "register_absent"), path
    said = [(entry["service"], entry["outcome"]) for entry in entries(fresh_db)]
    assert said == [
        (service, "refused:register_absent")
        for service in ("changes", "correction", "correction", "share")
    ]


async def test_agreements_hold_as_anywhere(
    asker: Caller, absent: Callable[[TestPartner], Caller], fresh_db: Database, national: StandIn
) -> None:
    bank = make_partner("bank", PartnerBody.BANK)
    agree("bank", "verify", purpose="tea-tasting")
    await asker.gateway.news.ask()
    teller = absent(bank)
    await teller.sign_in()
    envelope = ENVELOPE | {"purpose": "tea-tasting"}
    answer = await teller.post("/v1/verify", {"envelope": envelope, "person": KNOWN})
    assert answer.json()["code"] == "consent_missing"
    asked = {"envelope": envelope, "person": KNOWN, "fields": ["sex"]}
    assert (await teller.post("/v1/share", asked)).json()["code"] == "not_agreed"
    asked = {"envelope": ENVELOPE | {"purpose": "other"}, "person": KNOWN}
    assert (await asker.post("/v1/verify", asked)).json()["code"] == "not_agreed"
    assert national.state()["asked"] == []
    assert {entry["outcome"] for entry in entries(fresh_db)} == {
        "refused:consent_missing",
        "refused:not_agreed",
    }
