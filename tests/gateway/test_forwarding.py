"""An absent register: everything is handed on to a national service that really runs."""

from __future__ import annotations

import asyncio
import dataclasses
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from django.db import connections

from danso.gateway.app import create_app
from danso.gateway.settings import Settings
from danso.modules.exchange.data import PartnerBody
from danso.modules.population import interface as population
from tests.conftest import Database
from tests.exchange_world import AN, TestPartner, agree, entries, events, make_partner
from tests.gateway.conftest import ENVELOPE, URL, Caller
from tests.stand_in import StandIn, started

pytestmark = pytest.mark.anyio

KNOWN = AN | {"birth": "1984-03-21"}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with started(tmp_path_factory.mktemp("national")) as made:
        yield made


@pytest.fixture
def national(process: StandIn) -> StandIn:
    process.start_again()
    process.forget()
    process.enter(commune="00001", address="số 7", old_number="123456789", ethnicity="01")
    return process


@pytest.fixture
def forwarding(gateway_settings: Settings, national: StandIn) -> Settings:
    setup = national.setup
    quick = msgspec.structs.replace(setup.service, timeout=1.0, together=4)
    pace = msgspec.structs.replace(setup.pace, pause=0.5)
    return dataclasses.replace(
        gateway_settings,
        register="absent",
        # Nobody seals here; a slow machine must not look like a journal that falls behind.
        limits=dataclasses.replace(gateway_settings.limits, batch_backlog=60.0, grace=120.0),
        upstream=msgspec.structs.replace(setup, service=quick, pace=pace),
        upstream_secret=national.secret,
    )


@asynccontextmanager
async def gateway_of(settings: Settings) -> AsyncIterator[Callable[[TestPartner], Caller]]:
    """A running gateway; gives a caller for a partner."""
    application, gateway = create_app(settings)
    transport = httpx.ASGITransport(app=application, client=("127.0.0.1", 40000))
    async with gateway.running(), httpx.AsyncClient(transport=transport, base_url=URL) as http:
        yield lambda partner: Caller(gateway, http, partner)
    # What tests did with Django inside the loop has a connection of its own.
    connections.close_all()


@pytest.fixture
async def absent(forwarding: Settings) -> AsyncIterator[Callable[[TestPartner], Caller]]:
    async with gateway_of(forwarding) as caller_of:
        yield caller_of


@pytest.fixture
async def asker(kettle: TestPartner, absent: Callable[[TestPartner], Caller]) -> Caller:
    found = absent(kettle)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


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
        ({"delay": 3.0}, "upstream_down", 503, "ReadTimeout"),
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
    assert (await teller.post("/v1/share", asked)).json()["code"] == "state_bodies_only"
    asked = {"envelope": ENVELOPE | {"purpose": "other"}, "person": KNOWN}
    assert (await asker.post("/v1/verify", asked)).json()["code"] == "not_agreed"
    assert national.state()["asked"] == []
    assert {entry["outcome"] for entry in entries(fresh_db)} == {
        "refused:consent_missing",
        "refused:state_bodies_only",
        "refused:not_agreed",
    }


def sweep(database: Database) -> None:
    with psycopg.connect(database.dsn("gateway"), autocommit=True) as gateway:
        gateway.execute("SELECT gateway_v1.sweep()")


async def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition, never for seconds."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.05)
