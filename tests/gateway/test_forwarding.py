"""An absent register: everything is handed on to a national service that really runs."""

from __future__ import annotations

import asyncio
import dataclasses
import signal
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from danso.gateway.settings import Settings
from danso.modules.population import interface as population
from tests.conftest import Database
from tests.exchange_world import AN, TestPartner, entries, events
from tests.gateway.conftest import ENVELOPE, Caller, gateway_of
from tests.stand_in import StandIn

pytestmark = pytest.mark.anyio

KNOWN = AN | {"birth": "1984-03-21"}


async def verify(asker: Caller, **person: Any) -> httpx.Response:
    return await asker.post("/v1/verify", {"envelope": ENVELOPE, "person": KNOWN | person})


def outcomes(database: Database, service: str = "verify") -> list[str]:
    return [entry["outcome"] for entry in entries(database, service)]


def kept_anywhere(database: Database) -> str:
    """Everything that this home holds about a question, as text."""
    with psycopg.connect(database.dsn("owner")) as owner:
        tables = ("exchange_forwarded", "exchange_failed_try", "audit_inbox", "population_person")
        rows = [owner.execute(f"SELECT t::text FROM {name} t").fetchall() for name in tables]
    return str(rows)


async def test_verify_is_forwarded_and_both_ends_are_on_record(
    asker: Caller, fresh_db: Database, national: StandIn
) -> None:
    answer = await verify(asker, full_name="nguyễn văn ấm")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["result"], body["code"]) == ("match", "match")
    assert {name: one["code"] for name, one in body["fields"].items()} == {
        "full_name": "match",
        "birth": "match",
    }
    asked, answered = entries(fresh_db, "verify")
    assert (asked["outcome"], answered["outcome"]) == ("asked", "match")
    assert asked["subject"] is answered["subject"] is None
    assert answered["detail"]["answer"] == "M1100"
    (request,) = national.state()["asked"]
    assert asked["detail"]["forwarded"] == answered["detail"]["forwarded"] == request
    assert asked["file_code"] == "F-1"


async def test_nothing_of_the_person_is_kept(asker: Caller, fresh_db: Database) -> None:
    await verify(asker)
    await verify(asker, birth="1984-03-22")
    known = {"envelope": ENVELOPE, "person": KNOWN, "fields": ["sex", "permanent_place"]}
    assert (await asker.post("/v1/share", known)).json()["result"] == "match"
    held = kept_anywhere(fresh_db)
    for value in (KNOWN["number"], "Văn Ấm", "VĂN ẤM", "1984", "số 7"):
        assert value not in held


@pytest.mark.parametrize(
    "wrong",
    [{"birth": "1984-03-22"}, {"full_name": "Trần Văn Ấm"}, {"number": "909000000777"}],
)
async def test_a_no_does_not_say_which_field(
    asker: Caller, wrong: dict[str, str], fresh_db: Database
) -> None:
    body = (await verify(asker, sex=1, **wrong)).json()
    assert (body["result"], body["code"]) == ("no_match", "no_match_upstream")
    assert {name: one["code"] for name, one in body["fields"].items()} == {
        "full_name": "not_told_apart",
        "birth": "not_told_apart",
        "sex": "not_forwarded",
    }
    assert "commune's police" in body["next"]["en"]
    assert outcomes(fresh_db) == ["asked", "no_match"]


async def test_fields_the_service_does_not_verify_are_said_so(asker: Caller) -> None:
    body = (await verify(asker, sex=1, permanent_place="00001")).json()
    assert (body["result"], body["code"]) == ("match_incomplete", "match_upstream_in_part")
    assert body["fields"]["sex"] == {"result": "not_answered", "code": "not_forwarded"}


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({"birth": None}, "birth_needed"),
        ({"birth": "1984-03"}, "birth_needed"),
        ({"birth": "2984-03-21"}, "body_wrong"),
        ({"birth": "1984-02-30"}, "birth_wrong"),
        ({"full_name": "\u200b"}, "name_empty"),
    ],
)
async def test_what_the_service_would_not_answer_is_refused_before_it_is_asked(
    asker: Caller, person: dict[str, Any], code: str, fresh_db: Database, national: StandIn
) -> None:
    given = {name: value for name, value in (KNOWN | person).items() if value is not None}
    answer = await asker.post("/v1/verify", {"envelope": ENVELOPE, "person": given})
    assert answer.json()["code"] == code
    assert outcomes(fresh_db) == [f"refused:{code}"]
    assert national.state()["asked"] == []


async def test_procedure_that_the_service_cannot_take_is_refused(
    asker: Caller, fresh_db: Database
) -> None:
    envelope = ENVELOPE | {"procedure": "1" * 21}
    answer = await asker.post("/v1/verify", {"envelope": envelope, "person": KNOWN})
    assert (answer.status_code, answer.json()["field"]) == (422, "envelope.procedure")
    assert outcomes(fresh_db) == ["refused:body_wrong"]


async def test_officer_whom_the_service_does_not_know_is_refused(
    forwarding: Settings, kettle: TestPartner, fresh_db: Database
) -> None:
    setup = forwarding.upstream
    assert setup is not None
    caller = msgspec.structs.replace(setup.caller, officer="")
    mapped = msgspec.structs.replace(setup, caller=caller, officers={"kettle/officer-8": "C06-8"})
    async with gateway_of(dataclasses.replace(forwarding, upstream=mapped)) as caller_of:
        asker = caller_of(kettle)
        await asker.gateway.news.ask()
        await asker.sign_in()
        assert (await verify(asker)).json()["code"] == "officer_unregistered"
        envelope = ENVELOPE | {"officer": "officer-8"}
        answer = await asker.post("/v1/verify", {"envelope": envelope, "person": KNOWN})
        assert answer.json()["result"] == "match"
    assert outcomes(fresh_db) == ["refused:officer_unregistered", "asked", "match"]


@pytest.mark.parametrize(
    ("how", "code", "status", "fault"),
    [
        ({"mode": "down"}, "upstream_down", 503, "http_503"),
        ({"mode": "fault"}, "upstream_down", 503, "fault"),
        ({"mode": "garbage"}, "upstream_down", 503, "unreadable"),
        ({"mode": "refuse"}, "upstream_refuses", 502, "http_401"),
        ({"mode": "redirect"}, "upstream_refuses", 502, "http_307"),
        ({"delay": 6.0}, "upstream_down", 503, "ReadTimeout"),
    ],
)
async def test_an_outage_says_not_yet_and_is_on_record(
    asker: Caller,
    national: StandIn,
    how: dict[str, Any],
    code: str,
    status: int,
    fault: str,
    fresh_db: Database,
) -> None:
    national.behave(**how)
    answer = await verify(asker)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("retry-after" in answer.headers) is (status == 503)
    asked, failed = entries(fresh_db, "verify")
    assert (asked["outcome"], failed["outcome"]) == ("asked", "failed")
    assert failed["detail"]["fault"] == fault
    national.behave()
    assert (await verify(asker)).json()["result"] == "match"


async def test_outages_are_no_wrong_tries(asker: Caller, national: StandIn) -> None:
    national.behave(mode="down")
    for _ in range(8):
        assert (await verify(asker)).json()["code"] == "upstream_down"
        await asyncio.sleep(0.2)
    national.behave()
    await until(lambda: population.upstream_state().is_up is True)
    assert (await verify(asker)).json()["result"] == "match"


async def test_a_fallen_service_is_left_alone_probed_and_found_again(
    asker: Caller, national: StandIn, fresh_db: Database
) -> None:
    national.stop(signal.SIGKILL)
    for _ in range(3):
        assert (await verify(asker)).json()["code"] == "upstream_down"
    answer = await verify(asker)
    assert answer.json()["code"] == "upstream_down"
    assert int(answer.headers["retry-after"]) >= 1
    assert outcomes(fresh_db)[-1] == "refused:upstream_down", "it was not even called"
    await until(lambda: population.upstream_state().is_up is False)
    state = population.upstream_state()
    assert (state.fault, state.since is not None) == ("ConnectError", True)

    national.start()
    await until(lambda: population.upstream_state().is_up is True)
    assert (await verify(asker)).json()["result"] == "match"


async def test_home_without_settings_says_not_yet(
    gateway_settings: Settings, kettle: TestPartner, fresh_db: Database
) -> None:
    async with gateway_of(dataclasses.replace(gateway_settings, register="absent")) as caller_of:
        asker = caller_of(kettle)
        await asker.gateway.news.ask()
        await asker.sign_in()
        answer = await verify(asker)
        assert (answer.status_code, answer.json()["code"]) == (503, "upstream_down")
        await until(lambda: population.upstream_state().fault == "upstream_unset")
    assert outcomes(fresh_db) == ["refused:upstream_down"]


async def test_guessing_is_limited_and_alerts(asker: Caller, fresh_db: Database) -> None:
    for day in range(10, 15):
        assert (await verify(asker, birth=f"1984-03-{day}")).json()["result"] == "no_match"
    body = (await verify(asker)).json()
    assert body["result"] == "too_many_attempts"
    assert outcomes(fresh_db)[-1] == "too_many_attempts"
    (alert,) = events(fresh_db, "exchange.guessing_suspected")
    assert alert["person"] is None
    other = (await verify(asker, number="909000000888")).json()
    assert other["result"] == "no_match", "other numbers go on"


async def test_guessing_many_at_once_does_not_slip_under_the_limit(
    asker: Caller, national: StandIn, fresh_db: Database
) -> None:
    national.behave(delay=0.3)
    days = range(1, 21)
    answers = await asyncio.gather(*(verify(asker, birth=f"1984-04-{day:02}") for day in days))
    said = [answer.json()["code"] for answer in answers]
    assert said.count("no_match_upstream") <= 5
    assert set(said) <= {"no_match_upstream", "busy", "too_many_attempts"}
    assert len(national.state()["asked"]) <= 5
    assert outcomes(fresh_db).count("no_match") <= 5


async def test_a_question_left_open_by_a_killed_gateway_is_closed_as_failed(
    asker: Caller, national: StandIn, fresh_db: Database
) -> None:
    national.behave(delay=0.6)
    running = asyncio.create_task(verify(asker))
    await until(lambda: outcomes(fresh_db) == ["asked"])
    sweep(fresh_db)
    assert outcomes(fresh_db) == ["asked"], "a call that may still run is left alone"
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as owner:
        owner.execute("UPDATE exchange_forwarded SET at = at - interval '6 minutes'")
    sweep(fresh_db)
    assert (await running).json()["code"] == "upstream_down", "its answer may not leave any more"
    last = entries(fresh_db, "verify")[-1]
    assert (last["outcome"], last["detail"]["fault"]) == ("failed", "gateway_stopped")
    assert outcomes(fresh_db) == ["asked", "failed"]


def sweep(database: Database) -> None:
    with psycopg.connect(database.dsn("gateway"), autocommit=True) as gateway:
        gateway.execute("SELECT gateway_v1.sweep()")


async def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition, never for seconds."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.05)
