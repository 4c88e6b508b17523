"""What comes back from courts: a proposal that changes nothing until police accept it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any, Literal
from uuid import UUID

import pytest
from django.conf import LazySettings

import danso.modules.exchange.jobs  # noqa: F401 - registers the followers
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.models import CourtDecision
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from danso.modules.population.interface import ChangeAnswer
from danso.modules.sources.interface import Decider
from tests.conftest import Database
from tests.exchange_world import OFFICER, TestPartner, entries
from tests.gateway.conftest import Caller
from tests.gateway.courts_world import CASE, FILE, KNOWN, WHY, make_court, refused, signed_in, told
from tests.gateway.sealing import Seals

pytestmark = pytest.mark.anyio
PATH = "/v1/court-decisions"
GROUNDS = Grounds(reason="test")
Running = Callable[[TestPartner], Caller]


@pytest.fixture
async def court(fresh_db: Database, an: str, running: Running) -> Caller:
    del fresh_db, an
    return await signed_in(running, make_court())


def decision(kind: str = "parted", **changes: Any) -> dict[str, Any]:
    decided = {"number": "5/2026/HNGĐ-ST", "kind": kind, "date": "2026-02-02"}
    decided |= {"effective_on": "2026-03-03"}
    return {"envelope": WHY, "case": CASE, "person": KNOWN, "decision": decided | changes}


def police(
    *communes: str, roles: tuple[str, ...] = ("commune_police",), who: str = "police-1"
) -> Decider:
    actor = Actor(kind="officer", id=who, unit="commune-police")
    return Decider(actor, frozenset(roles), communes or None)


async def proposed(court: Caller, database: Database, **changes: Any) -> str:
    body = await told(court, PATH, decision(**changes))
    assert body["result"] == "proposed"
    Seals.of(database).follow("exchange.court_decisions")
    return str(body["decision"])


async def state_of(court: Caller, key: str) -> dict[str, Any]:
    return await told(court, f"{PATH}/status", {"envelope": FILE, "decision": key})


@pytest.mark.clause("II.2.11", partly="the court's own case management was not seen")
async def test_a_divorce_changes_the_register_only_once_police_accept_it(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    key = await proposed(court, fresh_db)
    assert population.get_person(UUID(an)).marital_status is None
    assert (await state_of(court, key))["state"] == "proposed"
    (found,) = exchange.list_court_decisions([commune], is_open=True)
    assert (found.number, found.decided_on, found.decider) == (
        "5/2026/HNGĐ-ST",
        "2026-02-02",
        "commune_police",
    )
    done = exchange.answer_court_decision(
        UUID(key), accept=True, answer="", decider=police(commune)
    )
    assert done == "accepted"
    assert population.get_person(UUID(an)).marital_status == "3"
    assert population.get_person(UUID(an), date(2026, 3, 2)).marital_status is None
    assert (await state_of(court, key))["state"] == "accepted"
    history = population.history_of(UUID(an))
    assert "5/2026/HNGĐ-ST" in history[-1].evidence


@pytest.mark.parametrize(("kind", "status"), [("lost", "missing"), ("gone", "dead")])
async def test_declared_missing_or_dead_and_back_again(
    court: Caller, fresh_db: Database, an: str, commune: str, kind: str, status: str
) -> None:
    key = await proposed(court, fresh_db, kind=kind)
    exchange.answer_court_decision(UUID(key), accept=True, answer="", decider=police(commune))
    if kind == "gone":
        assert population.get_person(UUID(an)).status == "alive"
        assert (await state_of(court, key))["state"] == "proposed"
        second = police(commune, who="police-2")
        exchange.answer_court_decision(UUID(key), accept=True, answer="", decider=second)
    held = population.get_person(UUID(an))
    assert (held.status, held.ended_on) == (status, "2026-03-03")
    back = await proposed(court, fresh_db, kind="found", number="9/2026/QĐ")
    exchange.answer_court_decision(UUID(back), accept=True, answer="", decider=police(commune))
    held = population.get_person(UUID(an))
    assert (held.status, held.ended_on) == ("alive", None)


async def test_limited_capacity_names_the_representative_and_restoring_ends_it(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    named = {"representative_name": "Lê Thị Ấm", "representative_number": "909000000007"}
    key = await proposed(court, fresh_db, kind="helped", **named)
    exchange.answer_court_decision(UUID(key), accept=True, answer="", decider=police(commune))
    assert population.get_person(UUID(an)).representative_name == "Lê Thị Ấm"
    back = await proposed(court, fresh_db, kind="unhelped", number="9/2026/QĐ")
    exchange.answer_court_decision(UUID(back), accept=True, answer="", decider=police(commune))
    assert population.get_person(UUID(an)).representative_name is None


async def test_without_a_representative_the_decision_is_only_noted(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    key = await proposed(court, fresh_db, kind="helped")
    version = population.get_person(UUID(an)).version
    done = exchange.answer_court_decision(
        UUID(key), accept=True, answer="", decider=police(commune)
    )
    assert (done, population.get_person(UUID(an)).version) == ("accepted", version)


async def test_what_the_register_says_already_is_accepted_as_it_is(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    key = await proposed(court, fresh_db)
    change = {"marital_status": {"marital_status": "3"}}
    population.record_civil_change(
        UUID(an), change, date(2026, 3, 1), actor=OFFICER, grounds=GROUNDS
    )
    assert (
        exchange.answer_court_decision(UUID(key), accept=True, answer="", decider=police(commune))
        == "accepted"
    )


async def test_a_rejection_gives_its_reason_to_the_court(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    key = await proposed(court, fresh_db)
    with pytest.raises(DansoError) as silent:
        exchange.answer_court_decision(UUID(key), accept=False, answer=" ", decider=police(commune))
    assert silent.value.code == "court_decision_reason"
    exchange.answer_court_decision(
        UUID(key), accept=False, answer="Bản án chưa có hiệu lực", decider=police(commune)
    )
    told_back = await state_of(court, key)
    assert (told_back["state"], told_back["answer"]) == ("rejected", "Bản án chưa có hiệu lực")
    assert population.get_person(UUID(an)).marital_status is None
    with pytest.raises(DansoError) as closed:
        exchange.answer_court_decision(UUID(key), accept=True, answer="", decider=police(commune))
    assert closed.value.code == "court_decision_closed"


async def test_what_the_register_refuses_leaves_the_proposal_open(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    key = await proposed(court, fresh_db, kind="gone")
    population.record_death(UUID(an), PartialDate(2020, 5, 1), actor=OFFICER, grounds=GROUNDS)
    first = police(commune, who="police-2")
    exchange.answer_court_decision(UUID(key), accept=True, answer="", decider=first)
    with pytest.raises(DansoError) as refusal:
        exchange.answer_court_decision(UUID(key), accept=True, answer="", decider=police(commune))
    assert refusal.value.code == "person_dead"
    assert (await state_of(court, key))["state"] == "proposed"


async def test_only_police_of_the_commune_or_the_province_answer(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    key = await proposed(court, fresh_db)
    with pytest.raises(DansoError) as elsewhere:
        exchange.answer_court_decision(UUID(key), accept=True, answer="", decider=police("99999"))
    assert elsewhere.value.code == "court_decision_not_found"
    with pytest.raises(DansoError) as steward:
        exchange.answer_court_decision(
            UUID(key), accept=True, answer="", decider=police(commune, roles=("steward",))
        )
    assert steward.value.code == "court_decision_not_yours"
    exchange.answer_court_decision(
        UUID(key), accept=True, answer="", decider=police(roles=("provincial_police",))
    )


async def test_the_same_decision_is_one_proposal_and_another_content_is_refused(
    court: Caller, fresh_db: Database, an: str
) -> None:
    key = await proposed(court, fresh_db)
    again = await told(court, PATH, decision())
    assert (again["decision"], again["code"]) == (key, "decision_proposed_already")
    other = decision(effective_on="2026-01-01")
    assert await refused(court, PATH, other) == "decision_differs"
    assert len(exchange.list_court_decisions(None, is_open=True)) == 1


async def test_another_court_reads_nothing_of_it(
    court: Caller, fresh_db: Database, running: Running
) -> None:
    key = await proposed(court, fresh_db)
    other = await signed_in(running, make_court("other-court"))
    asked = {"envelope": FILE, "decision": key}
    assert await refused(other, f"{PATH}/status", asked) == "decision_unknown"


@pytest.mark.parametrize(
    ("person", "result"),
    [
        ({"full_name": "Trần Văn Khác"}, "no_match"),
        ({"birth": "1984-03-22"}, "no_match"),
        ({"number": "909000000009"}, "not_found"),
    ],
)
async def test_about_whoever_does_not_match_nothing_is_proposed(
    court: Caller, person: dict[str, str], result: str
) -> None:
    body = await told(court, PATH, decision() | {"person": KNOWN | person})
    assert body["result"] == result
    assert exchange.list_court_decisions(None, is_open=True) == []


async def test_a_protected_person_is_nobody_to_courts_too(
    court: Caller, fresh_db: Database, an: str
) -> None:
    guardian = Scope(sees_protected=True)
    population.protect(UUID(an), actor=OFFICER, grounds=GROUNDS, scope=guardian)
    body = await told(court, PATH, decision())
    assert (body["result"], body.get("decision")) == ("not_found", None)
    assert entries(fresh_db)[-1]["outcome"] == "protected"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "spilled"}, "decision_kind_unknown"),
        ({"effective_on": "2999-01-01"}, "day_wrong"),
        ({"date": "2026-02-30"}, "day_wrong"),
        ({"representative_name": "Lê Thị Ấm"}, "representative_unfit"),
        ({"number": ""}, "body_wrong"),
    ],
)
async def test_what_is_no_decision_is_refused(
    court: Caller, changes: dict[str, str], code: str
) -> None:
    assert await refused(court, PATH, decision(**changes)) == code


@pytest.mark.parametrize(("answered", "state"), [("accepted", "accepted"), ("refused", "rejected")])
async def test_in_a_copy_the_change_goes_up_and_the_answer_closes_the_proposal(
    court: Caller,
    fresh_db: Database,
    an: str,
    commune: str,
    settings: LazySettings,
    answered: Literal["accepted", "refused"],
    state: str,
) -> None:
    key = await proposed(court, fresh_db)
    settings.DANSO = dataclasses.replace(settings.DANSO, register_mode="copy")
    done = exchange.answer_court_decision(
        UUID(key), accept=True, answer="đã đối chiếu", decider=police(commune)
    )
    assert done == "sent_up"
    assert population.get_person(UUID(an)).marital_status is None
    assert (await state_of(court, key))["state"] == "sent_up"
    row = CourtDecision.objects.get(key=key)
    assert row.request is not None
    population.record_upstream_answer(row.request, ChangeAnswer(answered, "trả lời của trung ương"))
    Seals.of(fresh_db).follow("exchange.upstream_answered")
    told_back = await state_of(court, key)
    assert (told_back["state"], told_back["answer"]) == (state, "trả lời của trung ương")
