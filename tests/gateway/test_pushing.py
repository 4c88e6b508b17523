"""An owner sends its records to the gateway: numbered, kept once, answered alike."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from django.conf import LazySettings

from danso.gateway.settings import Settings
from danso.kernel import clock
from danso.modules.exchange.data import TermsRefused
from danso.modules.sources import interface as sources
from danso.modules.sources.models import Pushed
from tests.conftest import Database
from tests.exchange_world import TestPartner, agree, entries, make_partner
from tests.gateway.conftest import Caller, gateway_of
from tests.pushing_world import SOURCE, cup, pushing_teahouse

pytestmark = pytest.mark.anyio

RECORDS = f"/v1/sources/{SOURCE}/records"
POSITION = f"/v1/sources/{SOURCE}/position"


@pytest.fixture
def teahouse(tmp_path: Path, settings: LazySettings) -> Path:
    made = pushing_teahouse(tmp_path)
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=made)
    return made


@pytest.fixture
def sender(fresh_db: Database, teahouse: Path) -> TestPartner:
    partner = make_partner("kettle")
    agree("kettle", "push", fields=(SOURCE,))
    return partner


@pytest.fixture
async def owner(
    gateway_settings: Settings, teahouse: Path, sender: TestPartner
) -> AsyncIterator[Caller]:
    """The kettle office, which may send its cups."""
    async with gateway_of(dataclasses.replace(gateway_settings, province=teahouse)) as caller_of:
        found = caller_of(sender)
        await found.gateway.news.ask()
        await found.sign_in()
        yield found


async def send(owner: Caller, sequence: int, *records: Any, **more: Any) -> httpx.Response:
    return await owner.post(RECORDS, {"sequence": sequence, "records": list(records), **more})


async def position(owner: Caller, **headers: str) -> httpx.Response:
    known = {"authorization": f"Bearer {owner.token}"} | headers
    return await owner.http.get(POSITION, headers=known)


def told(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    del body["journal_head"]
    return body


def kept() -> list[tuple[int, list[Any]]]:
    rows = Pushed.objects.order_by("sequence").values_list("sequence", "rows")
    return [(sequence, json.loads(text or "")) for sequence, text in rows]


@pytest.mark.clause("I.A.2022.2", partly="no owner's own system was seen")
@pytest.mark.clause("I.A.2022.2", partly="no owner's own system was seen")
async def test_a_batch_is_kept_with_its_journal_row_and_answered_with_counts(
    owner: Caller, fresh_db: Database
) -> None:
    answer = await send(owner, 1, cup(1), cup(2))
    assert told(answer) == {
        "source": SOURCE,
        "sequence": 1,
        "taken": 2,
        "refused": [],
        "next": 2,
    }
    assert kept() == [(1, [cup(1), cup(2)])]
    (entry,) = entries(fresh_db, "push")
    assert (entry["actor"], entry["outcome"], entry["fields"]) == ("kettle", "received", [SOURCE])
    assert (entry["detail"]["sequence"], entry["detail"]["records"]) == (1, 2)
    assert "Văn Ấm" not in json.dumps(entry, ensure_ascii=False)
    assert told(await position(owner)) == {"source": SOURCE, "next": 2, "waiting": 1}


async def test_the_same_batch_again_is_answered_alike_and_kept_once(
    owner: Caller, fresh_db: Database
) -> None:
    first = told(await send(owner, 1, cup(1), {"NAME": "no key"}))
    assert told(await send(owner, 1, cup(1), {"NAME": "no key"})) == first
    assert len(kept()) == 1
    outcomes = [one["outcome"] for one in entries(fresh_db, "push")]
    assert outcomes == ["received", "received_before"]


async def test_the_same_batch_many_times_at_once_is_kept_once(owner: Caller) -> None:
    answers = await asyncio.gather(*(send(owner, 1, cup(1)) for _ in range(6)))
    assert [told(one)["next"] for one in answers] == [2] * 6
    assert len(kept()) == 1


async def test_two_batches_under_one_number_are_never_both_kept(owner: Caller) -> None:
    answers = await asyncio.gather(*(send(owner, 1, cup(n)) for n in range(5)))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409, 409]
    assert len(kept()) == 1


async def test_a_batch_out_of_order_is_refused_with_the_number_expected(
    owner: Caller, fresh_db: Database
) -> None:
    await send(owner, 1, cup(1))
    ahead = await send(owner, 3, cup(3))
    assert (ahead.status_code, ahead.json()["code"]) == (409, "sequence_ahead")
    assert ahead.json()["detail"] == "Expected: 2"
    other = await send(owner, 1, cup(9))
    assert (other.status_code, other.json()["code"]) == (409, "sequence_reused")
    assert [number for number, _ in kept()] == [1]
    outcomes = [one["outcome"] for one in entries(fresh_db, "push")]
    assert outcomes == ["received", "refused:sequence_ahead", "refused:sequence_reused"]


async def test_a_wrong_record_leaves_its_neighbours_alone(owner: Caller) -> None:
    wrong = [cup(1), "cup", ["cup"], {"NAME": "x"}, {"CUP": " "}, {"CUP": "C\0"}, cup(2)]
    answer = told(await send(owner, 1, *wrong))
    assert answer["taken"] == 2
    assert [(one["index"], one["code"]) for one in answer["refused"]] == [
        (1, "row_not_object"),
        (2, "row_not_object"),
        (3, "key_missing"),
        (4, "key_missing"),
        (5, "character_wrong"),
    ]
    assert kept() == [(1, [cup(1), cup(2)])]


async def test_names_and_lists_without_end_cost_no_more_than_their_length(owner: Caller) -> None:
    deep = dict(cup(1), **{"K" * 120_000: dict.fromkeys(map(str, range(5_000)), 1)})
    long = dict(cup(2), several=["1"] * 30_000)
    began = time.process_time()
    answer = told(await send(owner, 1, deep, long, cup(3)))
    assert time.process_time() - began < 5
    assert [(one["index"], one["code"]) for one in answer["refused"]] == [(1, "row_too_large")]
    assert [one["CUP"] for one in kept()[0][1]] == ["C1", "C3"]


async def test_keys_in_each_other_and_numbers_stay_as_they_were_written(owner: Caller) -> None:
    body = b'{"sequence": 1, "records": [{"cup": {"no": 7.10}}, {" cup ": 0}], "finish": true}'
    assert told(await owner.post(RECORDS, body))["taken"] == 2
    (rows,) = Pushed.objects.values_list("rows", flat=True)
    assert rows == '[{"cup": {"no": 7.10}},{" cup ": 0}]'


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "body_malformed"),
        (b'{"sequence": 0, "records": [{}]}', 422, "body_wrong"),
        (b'{"sequence": 1, "records": []}', 422, "body_wrong"),
        (b'{"sequence": 1, "records": {"CUP": "1"}}', 422, "body_wrong"),
        (b'{"sequence": 1, "records": [{}], "rows": 1}', 422, "body_wrong"),
        (b'{"sequence": 1, "records": [' + b"{}," * 1000 + b"{}]}", 422, "body_wrong"),
        (b'{"sequence": 1, "records": ["' + b"x" * 2_000_000 + b'"]}', 413, "body_too_large"),
    ],
    ids=["cut", "number", "nothing", "no list", "unknown", "too many", "too large"],
)
async def test_a_body_that_is_wrong_is_refused_and_journaled(
    owner: Caller, body: bytes, status: int, code: str, fresh_db: Database
) -> None:
    answer = await owner.post(RECORDS, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert kept() == []
    assert [one["outcome"] for one in entries(fresh_db, "push")] == [f"refused:{code}"]


@pytest.mark.parametrize("row", [b'{"CUP": "\\ud800"}', b'{"CUP": "\xff"}', b'{"CUP":' * 3000])
async def test_text_that_nobody_can_hold_is_refused(owner: Caller, row: bytes) -> None:
    answer = await owner.post(RECORDS, b'{"sequence": 1, "records": [' + row + b"]}")
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert answer.json()["taken"] == 0


async def test_who_has_no_agreement_for_the_source_may_not_send_it(
    owner: Caller, fresh_db: Database
) -> None:
    body = {"sequence": 1, "records": [cup(1)]}
    for code in ("kettles", "nothing"):
        answer = await owner.post(f"/v1/sources/{code}/records", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_agreed")
    other = Caller(owner.gateway, owner.http, make_partner("spout"))
    await owner.gateway.news.ask()
    await other.sign_in()
    assert (await send(other, 1, cup(1))).json()["code"] == "not_agreed"
    assert (await position(other)).json()["code"] == "not_agreed"
    outcomes = {(one["actor"], one["outcome"]) for one in entries(fresh_db, "push")}
    assert outcomes == {("kettle", "refused:not_agreed"), ("spout", "refused:not_agreed")}


async def test_wrong_token_and_wrong_method_are_refused(owner: Caller) -> None:
    owner.token = "wrong"
    assert (await send(owner, 1, cup(1))).status_code == 401
    assert (await position(owner)).status_code == 401
    assert (await owner.http.get(RECORDS)).status_code == 405
    assert (await owner.http.post(POSITION)).status_code == 405
    assert (await owner.http.get("/v1/sources/Cups/records")).status_code == 404
    assert kept() == []


async def test_an_agreement_that_is_over_ends_the_sending(
    gateway_settings: Settings, teahouse: Path, fresh_db: Database
) -> None:
    partner = make_partner("kettle")
    begins = clock.now() + timedelta(days=1)
    agree("kettle", "push", fields=(SOURCE,), since=begins)
    async with gateway_of(dataclasses.replace(gateway_settings, province=teahouse)) as caller_of:
        owner = caller_of(partner)
        await owner.gateway.news.ask()
        await owner.sign_in()
        assert (await send(owner, 1, cup(1))).json()["code"] == "agreement_not_begun"


def test_only_its_owner_may_be_given_a_source(teahouse: Path, fresh_db: Database) -> None:
    make_partner("cups", agency="cup-office")
    with pytest.raises(TermsRefused):
        agree("cups", "push", fields=(SOURCE,))
    make_partner("kettle")
    with pytest.raises(TermsRefused):
        agree("kettle", "push", fields=("kettles",))


async def test_too_many_waiting_batches_are_told_to_wait(owner: Caller, fresh_db: Database) -> None:
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO sources_pushed SELECT 'cups', n, '', 'kettle', '[]', 0, '[]', false, '',"
            " now() FROM generate_series(1, 2000) n"
        )
    answer = await send(owner, 2001, cup(1))
    assert (answer.status_code, answer.json()["code"]) == (503, "push_full")
    assert answer.headers["retry-after"] == "60"


def test_the_gateway_may_not_touch_the_inbox_itself(fresh_db: Database) -> None:
    with (
        psycopg.connect(fresh_db.dsn("gateway")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT * FROM public.sources_pushed")


def test_records_of_a_request_stay_raw() -> None:
    from danso.wire.push import PushRequest  # noqa: PLC0415

    found = msgspec.json.decode(b'{"sequence": 1, "records": [{"a": 1.10}]}', type=PushRequest)
    assert [bytes(one) for one in found.records] == [b'{"a": 1.10}']


async def test_a_source_described_as_files_is_sent_where_the_home_says_so(
    gateway_settings: Settings, settings: LazySettings, fresh_db: Database, tmp_path: Path
) -> None:
    made, home = pushing_teahouse(tmp_path), tmp_path / "home"
    (home / "files").mkdir(parents=True)
    (home / "files" / "pushed.json").write_text('{"kettles": "changes"}')
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=made, home=home)
    partner = make_partner("kettle")
    agree("kettle", "push", fields=("kettles",))
    told = dataclasses.replace(gateway_settings, province=made, files=home / "files")
    async with gateway_of(told) as caller_of:
        caller = caller_of(partner)
        await caller.gateway.news.ask()
        await caller.sign_in()
        body = {"sequence": 1, "records": [{"KETTLE": "K1", "KEEPER": "Ấm Thị Trà"}]}
        answer = await caller.post("/v1/sources/kettles/records", body)
        assert answer.status_code == 200, answer.text
        assert Pushed.objects.get().source == "kettles"
        (load,) = sources.take_pushed()
        assert (load.source, load.new) == ("kettles", 1)
