"""Refusals: each has a stable code and a fix, and each after authentication is in the journal."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from danso.gateway import people
from danso.gateway.app import PEOPLE
from danso.gateway.problems import PROBLEMS
from danso.kernel import clock
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import PartnerBody
from tests.conftest import Database
from tests.exchange_world import AN, OFFICER, TestPartner, agree, entries, make_partner
from tests.gateway.conftest import ENVELOPE, Caller
from tests.gateway.test_court_refusals import GOOD as COURTS

pytestmark = pytest.mark.anyio

KNOWN = AN | {"birth": "1984-03-21"}
GOOD: dict[str, dict[str, Any]] = {
    "/v1/verify": {"person": AN},
    "/v1/verify/batch": {"people": [AN]},
    "/v1/share": {"person": KNOWN, "fields": ["sex"]},
    "/v1/link-number": {"person": KNOWN},
    "/v1/changes": {"after": -1},
    "/v1/corrections": {"person": KNOWN, "field": "sex", "claimed": "2", "evidence": "paper"},
    "/v1/corrections/status": {"correction": "01a208eb-222b-73e5-a18c-ecb8ce25d0b9"},
    "/v1/consents/requests": {
        "person": KNOWN,
        "fields": ["sex"],
        "days": 30,
        "reason": "to pour the right tea",
    },
    "/v1/consents/status": {"request": "01a208eb-222b-73e5-a18c-ecb8ce25d0b9"},
}


def body(path: str, **envelope: str) -> dict[str, Any]:
    return {"envelope": ENVELOPE | envelope} | GOOD[path]


async def refused(caller: Caller, path: str, asked: Any, **headers: str) -> dict[str, Any]:
    """The problem, checked for its shape."""
    answer = await caller.post(path, asked, **headers)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    status, _, _, fix = PROBLEMS[problem["code"]]
    assert (answer.status_code, problem["status"], problem["fix"]) == (status, status, fix)
    return problem


def test_every_route_has_a_good_request_here() -> None:
    assert GOOD.keys() | COURTS.keys() == PEOPLE.keys()


@pytest.mark.parametrize("path", sorted(GOOD))
async def test_every_route_journals_its_refusals(
    caller: Caller, fresh_db: Database, path: str
) -> None:
    service = PEOPLE[path][0]
    asked = [
        ("not_agreed", body(path, purpose="tea-watch")),
        ("agreement_not_yours", body(path, agreement="TT-2026-ELSE")),
        ("file_missing", body(path, file_code="")),
        ("officer_missing", body(path, officer="")),
        ("body_wrong", body(path) | {"extra": 1}),
        ("body_malformed", b"{"),
    ]
    for code, wrong in asked:
        problem = await refused(caller, path, wrong, **{"Idempotency-Key": "key-12345"})
        assert problem["code"] == code
    found = entries(fresh_db, service)
    assert [entry["outcome"] for entry in found] == [f"refused:{code}" for code, _ in asked]
    assert {entry["actor"] for entry in found} == {"kettle"}
    assert found[2]["officer"] == "officer-7"
    assert found[2]["procedure"] == "1.004222"


@pytest.mark.parametrize("path", sorted(GOOD))
async def test_every_route_refuses_without_a_token_and_journals_nothing(
    caller: Caller, fresh_db: Database, path: str
) -> None:
    caller.token = ""
    problem = await refused(caller, path, body(path))
    assert problem["code"] == "token_missing"
    assert entries(fresh_db) == []


@pytest.mark.parametrize("path", ["/v1/link-number", "/v1/changes"])
async def test_bodies_outside_the_state_neither_link_nor_follow(
    caller: Caller, fresh_db: Database, running: Callable[[TestPartner], Caller], path: str
) -> None:
    bank = await tea_bank(running)
    problem = await refused(bank, path, body(path, purpose="tea-tasting"))
    assert problem["code"] == "state_bodies_only"
    (entry,) = entries(fresh_db)
    assert (entry["actor"], entry["unit"]) == ("tea-bank", "")


async def test_bodies_outside_the_state_share_by_agreement_only(
    caller: Caller, running: Callable[[TestPartner], Caller]
) -> None:
    bank = await tea_bank(running)
    problem = await refused(bank, "/v1/share", body("/v1/share", purpose="tea-tasting"))
    assert problem["code"] == "not_agreed"


async def tea_bank(running: Callable[[TestPartner], Caller]) -> Caller:
    partner = make_partner("tea-bank", PartnerBody.BANK)
    agree("tea-bank", "verify", "batch", purpose="tea-tasting")
    bank = running(partner)
    await bank.gateway.news.ask()
    await bank.sign_in()
    return bank


async def test_bodies_outside_the_state_need_consent_for_each_person(
    caller: Caller, fresh_db: Database, running: Callable[[TestPartner], Caller]
) -> None:
    bank = await tea_bank(running)
    tasting = ENVELOPE | {"purpose": "tea-tasting"}
    asked: dict[str, Any] = {"envelope": tasting, "person": AN}
    assert (await refused(bank, "/v1/verify", asked))["code"] == "consent_missing"
    asked = {"envelope": tasting | {"consent": "C-1"}, "person": AN}
    assert (await bank.post("/v1/verify", asked)).json()["result"] == "match"
    people = [AN | {"consent": "C-1"}, AN]
    asked = {"envelope": tasting | {"consent": "C-1"}, "people": people}
    problem = await refused(bank, "/v1/verify/batch", asked)
    assert (problem["code"], problem["field"]) == ("consent_missing", "people[1].consent")
    asked = {"envelope": tasting, "people": people[:1]}
    answer = await bank.post("/v1/verify/batch", asked)
    assert answer.json()["answers"][0]["result"] == "match"
    assert entries(fresh_db)[-1]["detail"]["consent"] == "C-1"


async def test_fields_outside_the_agreement_are_refused(caller: Caller) -> None:
    partner = make_partner("cup", agency="cup-office")
    agree("cup", "verify", fields=("number", "full_name"))
    agree("cup", "share", fields=("number", "sex"))
    cup = Caller(caller.gateway, caller.http, partner)
    await cup.gateway.news.ask()
    await cup.sign_in()
    asked = {"envelope": ENVELOPE, "person": AN | {"birth": "1984"}}
    assert (await refused(cup, "/v1/verify", asked))["field"] == "birth"
    wanted = {"envelope": ENVELOPE, "person": KNOWN, "fields": ["sex", "ethnicity"]}
    problem = await refused(cup, "/v1/share", wanted)
    assert (problem["code"], problem["field"]) == ("field_not_agreed", "ethnicity")


async def test_agreement_not_begun_and_over(caller: Caller, fresh_db: Database) -> None:
    partner = make_partner("cup", agency="cup-office")
    now = clock.now()
    agree("cup", "verify", since=now + timedelta(hours=1), until=now + timedelta(hours=2))
    cup = Caller(caller.gateway, caller.http, partner)
    await cup.gateway.news.ask()
    asked = body("/v1/verify")
    for hours, code in [(0, "agreement_not_begun"), (1.5, ""), (3, "agreement_over")]:
        with clock.frozen(now + timedelta(hours=hours)):
            await cup.sign_in()
            answer = await cup.post("/v1/verify", asked)
            assert answer.json().get("code") == (code or "match")


async def test_revoked_agreement_stops_with_the_next_news(caller: Caller) -> None:
    (in_force,) = (
        one for one in exchange.agreements("kettle") if one.terms.service.value == "verify"
    )
    assert (await caller.post("/v1/verify", body("/v1/verify"))).status_code == 200
    exchange.revoke_agreement(in_force.code, reason="misused", actor=OFFICER)
    await caller.gateway.news.ask()
    assert (await refused(caller, "/v1/verify", body("/v1/verify")))["code"] == "not_agreed"


async def test_rate_of_the_agreement_is_kept(caller: Caller) -> None:
    partner = make_partner("cup", agency="cup-office")
    agree("cup", "verify", "batch", rate=3)
    cup = Caller(caller.gateway, caller.http, partner)
    await cup.gateway.news.ask()
    await cup.sign_in()
    for _ in range(3):
        assert (await cup.post("/v1/verify", body("/v1/verify"))).status_code == 200
    answer = await cup.post("/v1/verify", body("/v1/verify"))
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_exceeded")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        await cup.sign_in()
        assert (await cup.post("/v1/verify", body("/v1/verify"))).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"number": "90900000001"}, "$.person.number"),
        ({"number": "9090000000011"}, "$.person.number"),
        ({"number": "90900000000x"}, "$.person.number"),
        ({"number": 909000000001}, "$.person.number"),
        ({"full_name": ""}, "$.person.full_name"),
        ({"full_name": "x" * 101}, "$.person.full_name"),
        ({"birth": "21/03/1984"}, "$.person.birth"),
        ({"sex": 3}, "$.person.sex"),
        ({"permanent_place": "1"}, "$.person.permanent_place"),
        ({"colour": "red"}, "$.person.colour"),
    ],
)
async def test_wrong_values_are_named_by_place_and_never_repeated(
    caller: Caller, wrong: dict[str, Any], at: str
) -> None:
    asked = {"envelope": ENVELOPE, "person": AN | wrong}
    problem = await refused(caller, "/v1/verify", asked)
    assert (problem["code"], problem["at"]) == ("body_wrong", at)
    value = str(next(iter(wrong.values())))
    assert len(value) < 3 or value not in str(problem).replace(at, "")


@pytest.mark.parametrize("birth", ["1984-02-30", "1984-13", "2199-01-01", "2100"])
async def test_births_that_cannot_be_are_refused(caller: Caller, birth: str) -> None:
    asked = {"envelope": ENVELOPE, "person": AN | {"birth": birth}}
    problem = await refused(caller, "/v1/verify", asked)
    assert (problem["code"], problem["field"]) == ("birth_wrong", "person.birth")


@pytest.mark.parametrize("name", ["\u200b\u200b", "\x00\x01"])
async def test_names_of_nothing_visible_are_refused(caller: Caller, name: str) -> None:
    asked = {"envelope": ENVELOPE, "person": AN | {"full_name": name}}
    assert (await refused(caller, "/v1/verify", asked))["code"] in ("name_empty", "body_wrong")


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"{", b'"x"', b"\xff\xfe{}", '{"envelope": "Ấm"}'.encode("utf-16")],
)
async def test_bodies_that_are_not_the_agreed_json_are_refused(
    caller: Caller, content: bytes
) -> None:
    problem = await refused(caller, "/v1/verify", content)
    assert problem["code"] in ("body_malformed", "body_wrong")


async def test_oversized_bodies_are_refused_before_they_are_read(caller: Caller) -> None:
    limit = caller.gateway.settings.limits.body
    problem = await refused(caller, "/v1/verify", b" " * (limit + 1))
    assert problem["code"] == "body_too_large"

    async def dripping() -> Any:
        for _ in range(limit // 100 + 2):
            yield b" " * 100

    answer = await caller.http.post(
        "/v1/verify",
        content=dripping(),
        headers={"authorization": f"Bearer {caller.token}", "content-type": "application/json"},
    )
    assert answer.json()["code"] == "body_too_large"


async def test_other_media_types_and_methods_are_refused(caller: Caller) -> None:
    problem = await refused(caller, "/v1/verify", b"{}", **{"content-type": "text/plain"})
    assert problem["code"] == "media_type"
    assert (await caller.http.get("/v1/verify")).json()["code"] == "method_wrong"
    assert (await caller.http.get("/v1/nothing")).json()["code"] == "path_unknown"
    assert (await caller.http.post("/health")).json()["code"] == "method_wrong"


async def test_road_headers_are_echoed_and_stand_in_for_the_envelope(
    caller: Caller, fresh_db: Database
) -> None:
    road = {
        "X-Road-Client": "TEA/GOV/kettle/desk",
        "X-Road-Service": "TEA/GOV/police/population/verify",
        "X-Road-Id": "3f-1",
        "X-Road-UserId": "EE1234",
        "X-Road-Issue": "F-77",
    }
    answer = await caller.post("/v1/verify", body("/v1/verify", officer="", file_code=""), **road)
    assert answer.status_code == 200
    echoed = {"X-Road-Client", "X-Road-Service", "X-Road-Id", "X-Road-Issue"}
    assert {name: answer.headers[name] for name in echoed} == {name: road[name] for name in echoed}
    (entry,) = entries(fresh_db)
    assert (entry["officer"], entry["file_code"]) == ("EE1234", "F-77")
    wrong = await refused(caller, "/v1/verify", body("/v1/verify"), **{"X-Road-Id": "x" * 300})
    assert (wrong["code"], wrong["field"]) == ("header_wrong", "x-road-id")


async def test_gateway_role_reaches_nothing_but_its_schema(fresh_db: Database) -> None:
    with psycopg.connect(fresh_db.dsn("gateway"), autocommit=True) as connection:
        for statement in (
            "SELECT * FROM population_v1.keys",
            "SELECT * FROM public.population_number",
            "SELECT * FROM public.exchange_partner",
            "SELECT * FROM public.audit_entry",
            "INSERT INTO audit_v1.inbox (kind, entry) VALUES (1, '{}')",
            "SELECT public.exchange_compare('{}','{}','{}','{}','{}','{}','{}','{}','{}','x')",
            "UPDATE gateway_v1.revision SET number = 1",
            "CREATE TABLE gateway_v1.mine (x int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


async def test_mistakes_of_the_gateway_itself_are_journaled_without_values(
    caller: Caller,
    fresh_db: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object) -> None:
        raise KeyError(AN["full_name"])

    monkeypatch.setattr(people, "answer_json", broken)
    problem = await refused(caller, "/v1/verify", body("/v1/verify"))
    assert problem["code"] == "not_answerable"
    assert [entry["outcome"] for entry in entries(fresh_db)] == ["match", "refused:not_answerable"]
    said = capsys.readouterr().err
    assert "KeyError at test_refusals.py" in said
    assert AN["full_name"] not in said


async def test_bodies_that_do_not_come_are_not_waited_for(caller: Caller) -> None:
    gateway = caller.gateway
    impatient = dataclasses.replace(gateway.settings.limits, body_time=0.05)
    gateway.settings = dataclasses.replace(gateway.settings, limits=impatient)
    never = asyncio.Event()

    async def dripping() -> Any:
        yield b"{"
        await never.wait()

    answer = await caller.http.post(
        "/v1/verify",
        content=dripping(),
        headers={"authorization": f"Bearer {caller.token}", "content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (408, "body_too_slow")
