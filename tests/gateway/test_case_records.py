"""The record for the file: sealed, checked without asking anybody, and only its court's."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

import danso.modules.exchange.jobs  # noqa: F401 - registers the followers
from danso.client.records import check_record
from danso.kernel import clock
from danso.kernel.errors import InvalidValue
from danso.modules.exchange import interface as exchange
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from tests.conftest import Database
from tests.exchange_world import OFFICER, TestPartner, entries
from tests.gateway.conftest import Caller
from tests.gateway.courts_world import (
    CASE,
    FILE,
    NOBODY,
    PLAINTIFF,
    make_court,
    parties,
    refused,
    signed_in,
    told,
)
from tests.gateway.sealing import Seals

pytestmark = pytest.mark.anyio
RECORDS = "/v1/case-records"
FOLLOWER = "exchange.case_records"
Running = Callable[[TestPartner], Caller]


@pytest.fixture
async def court(fresh_db: Database, an: str, running: Running) -> Caller:
    del fresh_db, an
    return await signed_in(running, make_court())


async def asked_and_sealed(court: Caller, database: Database) -> tuple[str, Seals]:
    """A record's key after everything that happens by itself has happened."""
    seals = Seals.of(database)
    protected = NOBODY | {"role": "drinker", "ref": "2"}
    asked = parties(PLAINTIFF, protected, fields=["sex", "permanent_place"])
    body = await told(court, "/v1/case-parties", asked)
    seals.follow(FOLLOWER)
    seals.follow(FOLLOWER)
    assert exchange.seal_records() == 1
    return str(body["record"]), seals


def ask(record: str, **changes: Any) -> dict[str, Any]:
    return {"envelope": FILE, "record": record} | changes


@pytest.mark.clause("I.A.2025.11", partly="the court's own case management was not seen")
@pytest.mark.clause("II.2.11", partly="the court's own case management was not seen")
async def test_a_sealed_record_is_genuine_and_says_only_what_was_asked(
    court: Caller, fresh_db: Database, an: str
) -> None:
    record, seals = await asked_and_sealed(court, fresh_db)
    body = await told(court, RECORDS, ask(record, pdf=True))
    sealed = body["record"]
    assert check_record(sealed, [seals.line()]) == []
    first, second = sealed["record"]["parties"]
    assert first["asked"].keys() == {"number", "full_name", "birth"}
    assert first["told"]["fields"].keys() == {"sex", "permanent_place"}
    assert (second["code"], second["told"]) == ("not_found", None)
    assert sealed["record"]["case"]["number"] == CASE["number"]
    # Neither a person's key nor whether somebody is protected is in what leaves the house.
    assert an not in str(sealed)
    assert base64.b64decode(body["pdf"]).startswith(b"%PDF-")
    looks = [row for row in entries(fresh_db) if row["outcome"] == "told"]
    assert [row["subject"] for row in looks] == [an, None]


async def test_any_change_of_a_record_is_found(court: Caller, fresh_db: Database) -> None:
    record, seals = await asked_and_sealed(court, fresh_db)
    sealed = (await told(court, RECORDS, ask(record)))["record"]
    key = seals.line()

    def changed(*path: Any, value: Any) -> list[str]:
        other = copy.deepcopy(sealed)
        place: Any = other
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        return check_record(other, [key])

    parties_at = ("record", "parties")
    assert changed("record", "case", "number", value="13/2026")
    assert changed(*parties_at, 1, "code", value="match")
    assert changed(*parties_at, 0, "told", "fields", "sex", value=2)
    assert changed("digest", value="0" * 64)
    assert changed("seal", "position", value=0)
    assert changed("seal", "salt", value="00" * 16)
    assert changed("rows", 0, "path", value=[])
    assert changed("rows", 0, "leaf", value="00" * 32)
    assert changed("head", value=sealed["head"].replace("\nat 2", "\nat 1"))
    assert changed("rows", value=[])
    assert check_record({}, [key]) == ["unreadable: KeyError"]
    assert check_record(sealed, []) == ["head: not signed by a key you trust"]
    assert check_record(sealed, [Seals.of(fresh_db).line()])
    with pytest.raises(InvalidValue):
        check_record(sealed, ["no key"])


async def test_until_the_journal_is_sealed_the_record_waits(
    court: Caller, fresh_db: Database
) -> None:
    body = await told(court, "/v1/case-parties", parties(PLAINTIFF))
    assert await refused(court, RECORDS, ask(body["record"])) == "record_waiting"
    assert entries(fresh_db)[-1]["outcome"] == "record_waiting"


async def test_another_courts_key_opens_nothing(
    court: Caller, fresh_db: Database, running: Running
) -> None:
    record, _ = await asked_and_sealed(court, fresh_db)
    other = await signed_in(running, make_court("other-court"))
    assert await refused(other, RECORDS, ask(record)) == "record_unknown"
    nothing = "01900000-0000-7000-8000-000000000000"
    assert await refused(other, RECORDS, ask(nothing)) == "record_unknown"
    assert [row["outcome"] for row in entries(fresh_db)] == ["record_unknown"] * 2


async def test_a_record_is_the_same_for_a_protected_person_and_for_nobody(
    court: Caller, fresh_db: Database, an: str
) -> None:
    population.protect(
        UUID(an),
        actor=OFFICER,
        grounds=Grounds(reason="test"),
        scope=Scope(sees_protected=True),
    )
    record, _ = await asked_and_sealed(court, fresh_db)
    sealed = (await told(court, RECORDS, ask(record)))["record"]
    protected, nobody = sealed["record"]["parties"]
    for one in (protected, nobody):
        assert (one["result"], one["told"]) == ("not_found", None)
    assert "protected" not in str(sealed)


async def test_after_its_term_the_people_are_gone_and_the_courts_copy_still_checks(
    court: Caller, fresh_db: Database, an: str
) -> None:
    record, seals = await asked_and_sealed(court, fresh_db)
    copy_of_court = (await told(court, RECORDS, ask(record)))["record"]
    # Ninety days, says the catalogue.
    assert exchange.destroy_past_term(now=clock.now() + timedelta(days=89)) == {}
    later = clock.now() + timedelta(days=91)
    assert exchange.destroy_past_term(now=later) == {"records": 1}
    assert exchange.destroy_past_term(now=later) == {}
    assert await refused(court, RECORDS, ask(record)) == "record_erased"
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM exchange_case_record r")
        kept = cursor.fetchone()[0]
    assert PLAINTIFF["full_name"] not in kept
    assert an not in kept
    assert check_record(copy_of_court, [seals.line()]) == []


async def test_making_and_sealing_again_changes_nothing(court: Caller, fresh_db: Database) -> None:
    record, _ = await asked_and_sealed(court, fresh_db)
    before = await told(court, RECORDS, ask(record))
    exchange.make_record(UUID(record), 5)
    exchange.place_record(UUID(record), 5)
    assert exchange.seal_records() == 0
    assert (await told(court, RECORDS, ask(record)))["record"] == before["record"]
