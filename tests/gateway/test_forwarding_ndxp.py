"""An absent register behind the province's sharing axis: tokens, and every way it goes wrong."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from danso.gateway.settings import Settings
from tests.conftest import Database
from tests.exchange_world import TestPartner, entries
from tests.gateway.conftest import ENVELOPE, Caller, gateway_of
from tests.gateway.test_forwarding import KNOWN, outcomes, until, verify
from tests.stand_in import StandIn, started

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with started(tmp_path_factory.mktemp("ndxp"), "ndxp") as made:
        yield made


@pytest.fixture
async def over_axis(
    forwarding: Settings, national: StandIn, kettle: TestPartner
) -> AsyncIterator[Caller]:
    """A caller of a gateway that holds a key pair of its one registered officer."""
    secret = f"{national.secret}\nstand-in-officer=k-1:p-1"
    settings = dataclasses.replace(forwarding, upstream_secret=secret)
    async with gateway_of(settings) as caller_of:
        found = caller_of(kettle)
        await found.gateway.news.ask()
        await found.sign_in()
        yield found


async def share(asker: Caller) -> Any:
    asked = {"envelope": ENVELOPE, "person": KNOWN, "fields": ["sex"]}
    return (await asker.post("/v1/share", asked)).json()


@pytest.mark.clause("II.2.1", partly="the axis and the national service are stand-ins")
async def test_verify_and_look_up_go_over_the_axis_with_one_token(
    over_axis: Caller, national: StandIn, fresh_db: Database
) -> None:
    before = national.state()["tokens"]
    first, second = await asyncio.gather(verify(over_axis), verify(over_axis))
    assert (first.json()["result"], second.json()["result"]) == ("match", "match")
    assert (await share(over_axis))["shared"]["fields"] == {"sex": 1}
    seen = national.state()
    assert seen["tokens"] == before + 1
    assert {base64.b64decode(one) for one in seen["officers"][-3:]} == {b"k-1:p-1"}
    assert outcomes(fresh_db) == ["asked", "asked", "match", "match"] or outcomes(fresh_db) == [
        "asked",
        "match",
        "asked",
        "match",
    ]
    assert outcomes(fresh_db, "share") == ["asked", "shared"]


async def test_token_that_the_axis_forgot_is_renewed_and_the_question_asked_once(
    over_axis: Caller, national: StandIn, fresh_db: Database
) -> None:
    await verify(over_axis)
    before = len(national.state()["asked"])
    national.behave(mode="forget")
    assert (await verify(over_axis)).json()["result"] == "match"
    assert len(national.state()["asked"]) == before + 1
    assert outcomes(fresh_db) == ["asked", "match"] * 2


async def test_wrong_key_is_refused_and_on_record(
    forwarding: Settings, kettle: TestPartner, fresh_db: Database, national: StandIn
) -> None:
    wrong = dataclasses.replace(forwarding, upstream_secret="not-ours")
    async with gateway_of(wrong) as caller_of:
        asker = caller_of(kettle)
        await asker.gateway.news.ask()
        await asker.sign_in()
        answer = await verify(asker)
    assert (answer.status_code, answer.json()["code"]) == (502, "upstream_refuses")
    assert entries(fresh_db, "verify")[-1]["detail"]["fault"] == "token_http_401"
    assert national.state()["asked"] == []


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        ({"mode": "down"}, "http_503"),
        ({"mode": "fault"}, "fault"),
        ({"mode": "garbage"}, "unreadable"),
        ({"mode": "shape"}, "unreadable"),
        ({"mode": "encoding"}, "unreadable"),
        ({"mode": "bytes"}, "unreadable"),
        ({"mode": "entities"}, "unreadable"),
        ({"delay": 6.0}, "ReadTimeout"),
    ],
    ids=lambda one: str(one) if isinstance(one, str) else str(one.get("mode", "slow")),
)
async def test_wrong_or_late_answer_is_not_yet_and_both_ends_are_on_record(
    over_axis: Caller, national: StandIn, how: dict[str, Any], fault: str, fresh_db: Database
) -> None:
    assert (await verify(over_axis)).json()["result"] == "match"
    national.behave(**how)
    answer = await verify(over_axis)
    assert (answer.status_code, answer.json()["code"]) == (503, "upstream_down")
    assert "Chưa xác thực được" in answer.json()["title"]
    assert outcomes(fresh_db) == ["asked", "match", "asked", "failed"]
    assert entries(fresh_db, "verify")[-1]["detail"]["fault"] == fault
    national.behave()
    assert (await verify(over_axis)).json()["result"] == "match"


async def test_two_people_for_one_question_are_no_answer(
    over_axis: Caller, national: StandIn, fresh_db: Database
) -> None:
    national.behave(mode="double")
    assert (await share(over_axis))["code"] == "upstream_down"
    assert entries(fresh_db, "share")[-1]["detail"]["fault"] == "several_people"


async def test_outage_of_the_axis_ends_by_itself(
    over_axis: Caller, national: StandIn, fresh_db: Database
) -> None:
    national.stop(signal.SIGKILL)
    for _ in range(3):
        assert (await verify(over_axis)).json()["code"] == "upstream_down"
    national.start()
    await until(lambda: bool(over_axis.gateway and national.state()))
    async with asyncio.timeout(20):
        while (await verify(over_axis)).json().get("result") != "match":
            await asyncio.sleep(0.2)
    assert outcomes(fresh_db)[-1] == "match"


async def test_secret_is_nowhere_in_what_the_gateway_keeps(
    over_axis: Caller, national: StandIn, fresh_db: Database, tmp_path: Path
) -> None:
    await verify(over_axis)
    kept = str(entries(fresh_db)) + "".join(
        one.read_text() for one in (tmp_path / "logs").glob("*") if one.is_file()
    )
    assert national.secret not in kept
    assert "p-1" not in kept
