"""Share by consent: asked, given, live, over; and everything that somebody might try instead."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import psycopg
import pytest

from danso.gateway.problems import Problem
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError
from danso.modules.exchange import interface as exchange
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Authenticated, LockReason
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from tests.conftest import Database
from tests.consent_world import (
    ASK,
    KNOWN,
    STATUS,
    WHY,
    Running,
    agreed,
    asked,
    holder,
    make_bank,
    request,
    share,
    signed_in,
    state,
)
from tests.exchange_world import OFFICER, enrol, entries, events
from tests.gateway.conftest import ENVELOPE, Caller

pytestmark = pytest.mark.anyio
GROUNDS = Grounds(reason="test")
NOBODY = KNOWN | {"number": "909000000009"}


@pytest.fixture
async def bank(an: str, running: Running) -> Caller:
    del an
    return await signed_in(running, make_bank())


@pytest.fixture
def me(an: str) -> Authenticated:
    return holder(an)


async def refused(caller: Caller, path: str, body: dict[str, Any]) -> str:
    answer = await caller.post(path, body)
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["code"])


@pytest.mark.clause("II.3.1", partly="chip and VNeID are not read, no bank is connected")
async def test_what_the_holder_agreed_to_is_shared_and_no_more(
    bank: Caller, me: Authenticated, an: str, fresh_db: Database
) -> None:
    assert await refused(bank, "/v1/share", share("sex")) == "consent_needed"
    key = await asked(bank)
    assert (await state(bank, key))["state"] == "open"
    assert await refused(bank, "/v1/share", share("sex")) == "consent_needed"
    given = agreed(key, me)
    told = (await bank.post("/v1/share", share("full_name", "sex"))).json()
    assert (told["result"], told["shared"]["fields"]["sex"]) == ("match", 1)
    # The optional field was not ticked: neither alone nor beside others.
    assert await refused(bank, "/v1/share", share("ethnicity")) == "consent_needed"
    assert await refused(bank, "/v1/share", share("sex", "ethnicity")) == "consent_needed"
    last = entries(fresh_db, "share")
    (row,) = [one for one in last if one["outcome"] == "shared"]
    assert (row["subject"], row["detail"]["consent"]) == (an, str(given.key))
    stands = await state(bank, key)
    assert (stands["state"], stands["consent"]) == ("given", str(given.key))
    assert stands["fields"] == ["full_name", "sex"]


async def test_ticked_fields_are_covered_too(bank: Caller, me: Authenticated) -> None:
    agreed(await asked(bank), me, "ethnicity")
    assert (await bank.post("/v1/share", share("ethnicity"))).status_code == 200


async def test_a_request_is_answered_alike_for_somebody_nobody_and_who_is_protected(
    bank: Caller, an: str, fresh_db: Database
) -> None:
    hidden = enrol("Lê Thị Ẩn", number="909000000005")
    population.protect(hidden, actor=OFFICER, grounds=GROUNDS, scope=Scope(sees_protected=True))
    died = enrol("Lê Văn Mất", number="909000000006")
    population.record_death(died, PartialDate(2020, 1, 1), actor=OFFICER, grounds=GROUNDS)
    people = [
        KNOWN,
        NOBODY,
        KNOWN | {"number": "909000000005", "full_name": "Lê Thị Ẩn"},
        KNOWN | {"number": "909000000006", "full_name": "Lê Văn Mất"},
        KNOWN | {"full_name": "Trần Văn Khác", "number": "909000000001"},
    ]
    told = []
    for person in people[:4]:
        body = (await bank.post(ASK, request(person=person))).json()
        told.append({name: body[name] for name in ("state", "code")} | {"keys": sorted(body)})
        stands = await state(bank, body["request"])
        assert (stands["state"], stands["consent"], stands["fields"]) == ("open", None, None)
        assert await refused(bank, "/v1/share", share(person=person)) == "consent_needed"
    assert all(one == told[0] for one in told)
    # What the counters of the partner's page say is alike as well.
    rows = [one for one in entries(fresh_db, "share") if one["action"] == "ask-consent"]
    assert {one["outcome"] for one in rows} == {"consent_asked"}
    assert [one["subject"] for one in rows] == [an, None, None, None]
    # Whose name does not fit the number reaches no stranger; the open request is in the way.
    assert await refused(bank, ASK, request(person=people[4], days=5)) == "consent_request_open"
    assert len(exchange.consents_asked(UUID(an))) == 1
    alerts = [one for one in events(fresh_db, "exchange.nobody_answered") if one["person"]]
    assert {one["person"] for one in alerts} == {str(hidden)}


async def test_a_wrong_name_reaches_nobody(bank: Caller, an: str) -> None:
    await asked(bank, person=KNOWN | {"full_name": "Trần Văn Khác"})
    assert exchange.consents_asked(UUID(an)) == ()


async def test_the_same_request_again_is_the_same(bank: Caller, an: str) -> None:
    key = await asked(bank)
    again = (await bank.post(ASK, request())).json()
    assert (again["request"], again["code"]) == (key, "asked_already")
    assert len(exchange.consents_asked(UUID(an))) == 1


@pytest.mark.parametrize("person", [KNOWN, NOBODY])
async def test_nobody_is_badgered(
    bank: Caller, an: str, person: dict[str, str], fresh_db: Database
) -> None:
    for days in (10, 20, 30):
        await asked(bank, person=person, days=days)
        with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as connection:
            connection.execute("UPDATE exchange_consent_request SET open_until = now()")
    assert await refused(bank, ASK, request(person=person, days=40)) == "consent_asked_too_often"


async def test_a_no_looks_like_no_answer_and_is_kept(
    bank: Caller, me: Authenticated, an: str, fresh_db: Database
) -> None:
    key = await asked(bank)
    exchange.decline_consent(UUID(key), me)
    assert (await state(bank, key))["state"] == "open"
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as connection:
        connection.execute("UPDATE exchange_consent_request SET open_until = now()")
    assert (await state(bank, key))["state"] == "not_given"
    # Asked once more within a month: taken as ever, and not put before the holder.
    await asked(bank, days=5)
    assert exchange.consents_asked(UUID(an)) == ()


async def test_withdrawn_is_over_with_the_very_next_call(
    bank: Caller, me: Authenticated, fresh_db: Database, an: str
) -> None:
    key = await asked(bank)
    given = agreed(key, me)
    assert (await bank.post("/v1/share", share())).status_code == 200
    exchange.withdraw_consent(given.key, me, [UUID(an)])
    assert await refused(bank, "/v1/share", share()) == "consent_needed"
    assert (await state(bank, key))["state"] == "ended"
    with pytest.raises(DansoError) as again:
        exchange.withdraw_consent(given.key, me, [UUID(an)])
    assert again.value.code == "consent_ended"
    # The try is on the page of whoever had agreed.
    last = [one for one in entries(fresh_db, "share") if one["action"] == "share"][-1]
    assert (last["outcome"], last["subject"]) == ("refused:consent_needed", an)


async def test_a_withdrawal_under_way_is_waited_for(
    bank: Caller, me: Authenticated, fresh_db: Database
) -> None:
    given = agreed(await asked(bank), me)
    with psycopg.connect(fresh_db.dsn("owner")) as connection:
        connection.execute(
            "UPDATE exchange_consent SET withdrawn_at = now() WHERE key = %s", [given.key]
        )
        waiting = asyncio.create_task(bank.post("/v1/share", share()))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        connection.commit()
    answer = await waiting
    assert answer.json()["code"] == "consent_needed"


async def test_a_consent_runs_out(bank: Caller, me: Authenticated, fresh_db: Database) -> None:
    key = await asked(bank)
    agreed(key, me)
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as connection:
        connection.execute(
            "UPDATE exchange_consent SET given_at = now() - interval '2 days', until = now()"
        )
    assert await refused(bank, "/v1/share", share()) == "consent_needed"
    assert (await state(bank, key))["state"] == "ended"


async def test_a_consent_is_of_one_partner_and_one_purpose(
    bank: Caller, me: Authenticated, running: Running, an: str, fresh_db: Database
) -> None:
    agreed(await asked(bank), me)
    other = await signed_in(running, make_bank("tea-house-bank"))
    assert await refused(other, "/v1/share", share()) == "consent_needed"
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as connection:
        connection.execute("UPDATE exchange_consent SET purpose = 'tea-service'")
    assert await refused(bank, "/v1/share", share()) == "consent_needed"


async def test_a_consent_that_is_named_must_be_the_one(bank: Caller, me: Authenticated) -> None:
    given = agreed(await asked(bank), me)
    named = share(envelope=WHY | {"consent": str(given.key)})
    assert (await bank.post("/v1/share", named)).status_code == 200
    wrong = share(envelope=WHY | {"consent": "01a208eb-222b-73e5-a18c-ecb8ce25d0b9"})
    assert await refused(bank, "/v1/share", wrong) == "consent_needed"


async def test_a_wrong_name_is_told_nothing_under_a_consent(
    bank: Caller, me: Authenticated
) -> None:
    agreed(await asked(bank), me)
    body = (await bank.post("/v1/share", share(person=KNOWN | {"full_name": "Trần Văn X"}))).json()
    assert body["result"] == "no_match"
    assert "shared" not in body


async def test_the_dead_and_the_protected_are_shared_no_more(
    bank: Caller, me: Authenticated, an: str
) -> None:
    key = await asked(bank)
    agreed(key, me)
    scope = Scope(sees_protected=True)
    population.protect(UUID(an), actor=OFFICER, grounds=GROUNDS, scope=scope)
    assert await refused(bank, "/v1/share", share()) == "consent_needed"
    population.unprotect(UUID(an), actor=OFFICER, grounds=GROUNDS, scope=scope)
    assert (await bank.post("/v1/share", share())).status_code == 200
    population.record_death(UUID(an), PartialDate(2026, 1, 1), actor=OFFICER, grounds=GROUNDS)
    assert await refused(bank, "/v1/share", share()) == "consent_needed"
    assert (await state(bank, key))["state"] == "ended"


async def test_while_the_account_is_locked_its_consents_open_nothing(
    bank: Caller, me: Authenticated
) -> None:
    key = await asked(bank)
    agreed(key, me)
    identity.lock_eid(me.account, LockReason.POLICE, actor=OFFICER, evidence="paper")
    assert await refused(bank, "/v1/share", share()) == "consent_needed"
    assert (await state(bank, key))["state"] == "ended"
    identity.unlock_eid(me.account, roles=["provincial_police"], actor=OFFICER, evidence="paper")
    assert (await bank.post("/v1/share", share())).status_code == 200


async def test_only_who_asked_hears_of_a_request(
    bank: Caller, me: Authenticated, running: Running
) -> None:
    key = await asked(bank)
    agreed(key, me)
    other = await signed_in(running, make_bank("tea-house-bank"))
    asking = {"envelope": WHY, "request": key}
    assert await refused(other, STATUS, asking) == "consent_request_unknown"
    unknown = {"envelope": WHY, "request": "01a208eb-222b-73e5-a18c-ecb8ce25d0b9"}
    assert await refused(other, STATUS, unknown) == "consent_request_unknown"


async def test_bodies_of_the_state_need_none(caller: Caller) -> None:
    assert await refused(caller, ASK, request(envelope=ENVELOPE)) == "consent_not_yours"


@pytest.mark.parametrize(
    "reason",
    ["xem https://xau.example/a nhé", "gọi 0912 345 678 ngay", "viết cho a@b.vn nhé", "ngắn"],
)
async def test_what_a_holder_reads_leads_nowhere(bank: Caller, reason: str) -> None:
    assert await refused(bank, ASK, request(reason=reason)) == "body_wrong"


async def test_fields_beyond_the_agreement_are_not_asked_for(bank: Caller) -> None:
    wrong = request(fields=["father"])
    assert await refused(bank, ASK, wrong) == "field_not_agreed"
    assert await refused(bank, ASK, request(fields=[], optional=[])) == "body_wrong"


async def test_following_stays_the_states(bank: Caller, me: Authenticated) -> None:
    agreed(await asked(bank), me)
    assert await refused(bank, "/v1/share", share(follow=True)) == "not_agreed"


async def test_the_functions_refuse_what_the_gateway_would_have_mistaken(
    bank: Caller, me: Authenticated, fresh_db: Database
) -> None:
    """Were the gateway to call the state's function for a bank, the database says no."""
    agreed(await asked(bank), me)
    gateway = bank.gateway
    partner = gateway.news.standing.codes["tea-bank"].id
    question = ("909000000001", "x", "x", "f", "", "0", "", str(partner), "{", "sex", "f")
    with pytest.raises(Problem) as refusal:
        await gateway.shares.ask(question)
    assert refusal.value.code == "not_answerable"
    with psycopg.connect(fresh_db.dsn("gateway"), autocommit=True) as connection:
        for table in ("exchange_consent", "exchange_consent_request"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"TABLE public.{table}".encode())


async def test_many_at_once_are_each_judged_by_their_own_consent(
    bank: Caller, me: Authenticated
) -> None:
    enrol("Lê Thị Hai", number="909000000005")
    agreed(await asked(bank), me)
    second = KNOWN | {"number": "909000000005", "full_name": "Lê Thị Hai"}
    statements = bank.gateway.consented.statements
    bodies = [share(), share(person=second), share(person=NOBODY), share("ethnicity"), share()]
    answers = await asyncio.gather(*(bank.post("/v1/share", body) for body in bodies))
    assert [one.status_code for one in answers] == [200, 403, 403, 403, 200]
    assert bank.gateway.consented.statements - statements <= 2


async def test_the_states_share_and_verify_take_one_statement_as_before(caller: Caller) -> None:
    gateway = caller.gateway
    lanes = [*gateway.lanes, gateway.shares, gateway.consented]
    before = [lane.statements for lane in lanes]
    wanted = {"envelope": ENVELOPE, "person": KNOWN, "fields": ["sex"]}
    assert (await caller.post("/v1/share", wanted)).status_code == 200
    verified = {"envelope": ENVELOPE, "person": KNOWN}
    assert (await caller.post("/v1/verify", verified)).status_code == 200
    assert [lane.statements - old for lane, old in zip(lanes, before, strict=True)] == [1, 1, 0]
