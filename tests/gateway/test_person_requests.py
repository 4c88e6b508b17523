"""Somebody without a number: a court asks, police answer, and nobody browses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

import danso.modules.exchange.jobs  # noqa: F401 - registers the followers
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError
from danso.modules.exchange import interface as exchange
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from danso.modules.sources.interface import Decider
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.exchange_world import AN, OFFICER, TestPartner, enrol, entries, events
from tests.gateway.conftest import Caller
from tests.gateway.courts_world import CASE, FILE, WHY, make_court, refused, signed_in, told
from tests.gateway.sealing import Seals

pytestmark = pytest.mark.anyio
PATH = "/v1/person-requests"
Running = Callable[[TestPartner], Caller]


@pytest.fixture
async def court(fresh_db: Database, an: str, running: Running) -> Caller:
    del fresh_db, an
    return await signed_in(running, make_court())


def request(commune: str, **sought: Any) -> dict[str, Any]:
    return {
        "envelope": WHY,
        "case": CASE,
        "sought": {
            "full_name": AN["full_name"],
            "commune": commune,
            "birth_year": "1984",
            "father_name": "Nguyễn Văn Ủ",
        }
        | sought,
        "approval": {
            "judge": "Thẩm phán Trà",
            "decision": "3/QĐ",
            "date": clock.today().isoformat(),
        },
        "reason": "bị đơn vắng mặt, nguyên đơn không biết số",
    }


def status(key: str) -> dict[str, Any]:
    return {"envelope": FILE, "request": key}


def police(*communes: str) -> Decider:
    actor = Actor(kind="officer", id="police-1", unit="commune-police")
    return Decider(actor, frozenset({"commune_police"}), communes)


async def sought(court: Caller, commune: str, key: str = "key-00001") -> str:
    body = await told(court, PATH, request(commune), key)
    assert body.keys() == {"request", "state", "journal_head"}
    return str(body["request"])


async def test_too_little_is_no_request_but_a_browse(court: Caller, commune: str) -> None:
    for less in ({"full_name": "Lê"}, {"full_name": "Lê ."}, {"birth_year": "", "father_name": ""}):
        code = await refused(court, PATH, request(commune, **less), "key-00001")
        assert code == "sought_too_little"
    assert not exchange.list_person_requests([commune], is_open=True)
    await told(court, PATH, request(commune, birth_year=""), "key-00002")


async def test_a_court_learns_a_key_then_whom_the_police_named(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    key = await sought(court, commune)
    waiting = await told(court, f"{PATH}/status", status(key))
    assert (waiting["state"], waiting["person"]) == ("open", None)
    (found,) = exchange.list_person_requests([commune], is_open=True)
    assert (found.full_name, found.judge, found.case.number) == (
        AN["full_name"],
        "Thẩm phán Trà",
        CASE["number"],
    )
    exchange.answer_person_request(
        UUID(key), "found", decider=police(commune), person=UUID(an), note="một người duy nhất"
    )
    body = await told(court, f"{PATH}/status", status(key))
    assert body["state"] == "found"
    assert body["person"] == AN | {"birth": "1984-03-21"}
    assert "note" not in str(body)
    rows = entries(fresh_db, "person-request")
    assert [(row["outcome"], row["subject"]) for row in rows] == [
        ("opened", None),
        ("answer_open", None),
        ("told", an),
    ]
    # What the court knows of the person is no journal's business.
    assert AN["full_name"] not in str(rows)
    (event,) = events(fresh_db, "exchange.person_sought_answered")
    assert (event["request"], event["state"]) == (key, "found")


@pytest.mark.parametrize("answer", ["nobody", "unclear"])
async def test_without_a_person_the_court_learns_only_that(
    court: Caller, commune: str, answer: Any
) -> None:
    key = await sought(court, commune)
    exchange.answer_person_request(UUID(key), answer, decider=police(commune))
    body = await told(court, f"{PATH}/status", status(key))
    assert (body["state"], body["person"]) == (answer, None)
    with pytest.raises(DansoError) as again:
        exchange.answer_person_request(UUID(key), "nobody", decider=police(commune))
    assert again.value.code == "person_request_answered"


async def test_police_of_another_commune_neither_see_nor_answer(
    court: Caller, commune: str
) -> None:
    key = await sought(court, commune)
    assert exchange.list_person_requests(["99999"], is_open=True) == []
    with pytest.raises(DansoError) as unseen:
        exchange.get_person_request(UUID(key), ["99999"])
    with pytest.raises(DansoError) as refusal:
        exchange.answer_person_request(UUID(key), "nobody", decider=police("99999"))
    assert unseen.value.code == refusal.value.code == "person_request_not_found"


async def test_whoever_is_elsewhere_or_protected_or_has_no_number_is_not_named(
    court: Caller, an: str, commune: str
) -> None:
    key = await sought(court, commune)
    elsewhere = enrol(
        "Trần Thị Ấm", number="909000000008", commune=province().units.communes[1].code
    )
    numberless = enrol("Lê Thị Ấm", number=None, commune=commune)
    guardian = Scope(sees_protected=True)
    population.protect(UUID(an), actor=OFFICER, grounds=Grounds(reason="test"), scope=guardian)
    for person in (elsewhere, numberless, UUID(an)):
        with pytest.raises(DansoError) as refusal:
            exchange.answer_person_request(
                UUID(key), "found", decider=police(commune), person=person
            )
        assert refusal.value.code == "person_request_person"


async def test_whoever_comes_under_protection_after_the_answer_is_nobody(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    key = await sought(court, commune)
    exchange.answer_person_request(UUID(key), "found", decider=police(commune), person=UUID(an))
    guardian = Scope(sees_protected=True)
    population.protect(UUID(an), actor=OFFICER, grounds=Grounds(reason="test"), scope=guardian)
    body = await told(court, f"{PATH}/status", status(key))
    assert (body["state"], body["person"]) == ("nobody", None)
    assert entries(fresh_db, "person-request")[-1]["outcome"] == "protected"


async def test_another_court_cannot_read_the_answer(
    court: Caller, commune: str, running: Running
) -> None:
    key = await sought(court, commune)
    other = await signed_in(running, make_court("other-court"))
    assert await refused(other, f"{PATH}/status", status(key)) == "person_request_unknown"


async def test_the_same_key_opens_one_request_and_another_body_is_refused(
    court: Caller, commune: str
) -> None:
    key = await sought(court, commune)
    assert await sought(court, commune) == key
    other = request(commune, birth_year="1985")
    assert await refused(court, PATH, other, "key-00001") == "key_reused"
    assert len(exchange.list_person_requests(None, is_open=True)) == 1


async def test_one_name_is_not_asked_again_and_again_by_whichever_court(
    court: Caller, commune: str, fresh_db: Database, running: Running
) -> None:
    other = await signed_in(running, make_court("other-court"))
    for place, asker in enumerate((court, other, court, other, court)):
        # Other years do not make it another person.
        asked = request(commune, birth_year=str(1980 + place))
        await told(asker, PATH, asked, f"key-{place:05}")
    assert await refused(court, PATH, request(commune), "key-00099") == "asked_too_often"
    dotted = request(commune, full_name=AN["full_name"].replace(" ", "-") + ".")
    assert await refused(court, PATH, dotted, "key-00098") == "asked_too_often"
    assert entries(fresh_db, "person-request")[-1]["outcome"] == "asked_too_often"
    (first, *_) = exchange.list_person_requests([commune], is_open=True)
    assert exchange.get_person_request(first.key, [commune]).others == 4


async def test_a_court_cannot_walk_through_names(court: Caller, commune: str) -> None:
    for place in range(20):
        asked = request(commune, full_name=f"Nguyễn Văn A{chr(97 + place)}")
        await told(court, PATH, asked, f"key-{place:05}")
    asked = request(commune, full_name="Trần Thị Khác")
    assert await refused(court, PATH, asked, "key-00099") == "too_many_requests"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sought": {"full_name": " ", "commune": "00001"}}, "body_wrong"),
        ({"approval": {"judge": "", "decision": "1", "date": "2026-01-05"}}, "body_wrong"),
        ({"approval": {"judge": "A", "decision": "1", "date": "2999-01-05"}}, "day_wrong"),
        ({"approval": {"judge": "A", "decision": "1", "date": "1901-01-01"}}, "day_wrong"),
        ({"sought": {"full_name": "A", "commune": "99999"}}, "commune_unknown"),
        ({"case": {"number": "1", "court": "cup-office"}}, "court_not_yours"),
        ({"reason": "x" * 301}, "body_wrong"),
    ],
)
async def test_what_is_no_request_is_refused(
    court: Caller, commune: str, changes: dict[str, Any], code: str
) -> None:
    assert await refused(court, PATH, request(commune) | changes, "key-00001") == code
    assert exchange.list_person_requests(None, is_open=True) == []


async def test_police_have_working_days_to_answer(
    fresh_db: Database, running: Running, commune: str
) -> None:
    court = await signed_in(running, make_court())
    key = await sought(court, commune)
    Seals.of(fresh_db).follow("exchange.person_requests")
    found = exchange.get_person_request(UUID(key), [commune])
    # The teahouse has no calendar of this year: no day is made up.
    assert found.due is None
    assert not found.is_late(clock.today())
