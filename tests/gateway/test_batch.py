"""Batches: answers in order, a journal row each, a bad row alone, none while sealing is behind."""

from __future__ import annotations

from typing import Any

import pytest

from danso.gateway import batch
from danso.gateway.problems import Problem
from danso.gateway.questions import Question, claim_question
from danso.wire.envelope import BatchClaim
from tests.conftest import Database
from tests.exchange_world import AN, enrol, entries
from tests.gateway.conftest import ENVELOPE, Caller

pytestmark = pytest.mark.anyio


def people(size: int) -> list[dict[str, Any]]:
    return [
        {"number": f"909{row:09d}", "full_name": AN["full_name"], "ref": f"row {row}"}
        for row in range(size)
    ]


async def test_batch_answers_in_the_order_of_its_rows(caller: Caller, fresh_db: Database) -> None:
    enrol("Lê Văn Hai", number="909000000002")
    asked = {"envelope": ENVELOPE, "people": people(4)}
    answer = await caller.post("/v1/verify/batch", asked)
    body = answer.json()
    assert [(row["ref"], row["result"]) for row in body["answers"]] == [
        ("row 0", "not_found"),
        ("row 1", "match"),
        ("row 2", "no_match"),
        ("row 3", "not_found"),
    ]
    assert body["reasons"]["name_differs"]["next"]["en"]
    found = entries(fresh_db)
    assert [entry["detail"]["ref"] for entry in found] == ["row 0", "row 1", "row 2", "row 3"]
    assert [entry["outcome"] for entry in found] == ["not_found", "match", "no_match", "not_found"]


async def test_batch_of_a_thousand_is_one_statement_and_one_more_is_refused(
    caller: Caller, fresh_db: Database
) -> None:
    before = caller.gateway.batches.statements
    answer = await caller.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": people(1000)})
    assert len(answer.json()["answers"]) == 1000
    assert caller.gateway.batches.statements == before + 1
    assert len(entries(fresh_db)) == 1000
    answer = await caller.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": people(1001)})
    assert answer.json()["code"] == "body_wrong"


async def test_batch_names_the_row_that_is_wrong(caller: Caller) -> None:
    rows = people(3)
    rows[1]["birth"] = "1984-02-30"
    answer = await caller.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": rows})
    assert (answer.json()["code"], answer.json()["field"]) == ("birth_wrong", "people[1].birth")


async def test_batch_row_that_breaks_the_statement_stands_alone(caller: Caller) -> None:
    good = ("909000000001", "x", "x", "f", "", "0", "", "1", '{"detail":{"x":1')
    broken = (*good[:4], "\x00", *good[5:])
    found = await batch.ask(
        caller.gateway.batches, [good, good, broken, good, good], batch.read_answers
    )
    assert [answer is None for answer in found] == [False, False, True, False, False]


async def test_batch_row_that_breaks_the_statement_leaves_a_row_too(
    caller: Caller, fresh_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(claim: BatchClaim, partner: int, entry: str, at: str) -> Question:
        asked = claim_question(claim, partner, entry, at)
        return (*asked[:4], "\x00", *asked[5:]) if claim.ref == "row 1" else asked

    monkeypatch.setattr(batch, "claim_question", breaking)
    answer = await caller.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": people(3)})
    results = [row["result"] for row in answer.json()["answers"]]
    assert results == ["not_found", "not_answerable", "not_found"]
    kept = sorted(entry["outcome"] for entry in entries(fresh_db))
    assert kept == ["not_found", "not_found", "refused:not_answerable"]


async def test_batch_waits_while_the_journal_is_behind(caller: Caller) -> None:
    caller.gateway.news.unsealed_age = 2.5
    answer = await caller.post("/v1/verify/batch", {"envelope": ENVELOPE, "people": people(1)})
    assert (answer.status_code, answer.json()["code"]) == (503, "batch_waits")
    assert answer.headers["retry-after"] == "3"
    one = await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": AN})
    assert one.status_code == 200


async def test_batch_queue_is_bounded(caller: Caller) -> None:
    lane = caller.gateway.batches
    for _ in range(caller.gateway.settings.limits.batches):
        lane.ask([]).cancel()
    with pytest.raises(Problem) as caught:
        lane.ask([])
    assert caught.value.code == "busy"
