"""What courts asked and sent goes after its term; what waits stays, and the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from danso.kernel import clock
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.models import CourtDecision, PersonRequest
from tests.conftest import Database
from tests.exchange_world import AN, TestPartner, entries
from tests.gateway import test_court_decisions as deciding
from tests.gateway import test_person_requests as seeking
from tests.gateway.conftest import Caller
from tests.gateway.courts_world import make_court, refused, signed_in, told
from tests.modules.population.conftest import read_inbox

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.clause("II.2.11", partly="the court's own case management was not seen"),
]
Running = Callable[[TestPartner], Caller]
MONTH = timedelta(days=31)


@pytest.fixture
async def court(fresh_db: Database, an: str, running: Running) -> Caller:
    del fresh_db, an
    return await signed_in(running, make_court())


async def test_an_answered_request_goes_after_its_term_and_an_open_one_stays(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    answered = await seeking.sought(court, commune)
    waiting = await seeking.sought(court, commune, key="key-00002")
    by = seeking.police(commune)
    exchange.answer_person_request(UUID(answered), "found", decider=by, person=UUID(an))

    # Twelve months from the answer, says the catalogue.
    assert exchange.destroy_past_term(now=clock.now() + 11 * MONTH) == {}
    later = clock.now() + 12 * MONTH
    assert exchange.destroy_past_term(now=later) == {"requests": 1}
    assert exchange.destroy_past_term(now=later) == {}

    assert [str(row.key) for row in PersonRequest.objects.all()] == [waiting]
    status = seeking.status(answered)
    assert await refused(court, f"{seeking.PATH}/status", status) == "person_request_unknown"
    assert (await told(court, f"{seeking.PATH}/status", seeking.status(waiting)))["state"] == "open"
    (gone,) = _destroyed(fresh_db)
    assert gone["detail"] == {"retention": "person-request", "count": 1}
    assert [row["outcome"] for row in entries(fresh_db, "person-request")][:2] == ["opened"] * 2


async def test_an_answered_decision_goes_after_its_term_and_one_that_waits_stays(
    court: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    rejected = await deciding.proposed(court, fresh_db)
    waiting = await deciding.proposed(court, fresh_db, number="6/2026/HNGĐ-ST")
    exchange.answer_court_decision(
        UUID(rejected), accept=False, answer="Sai người", decider=deciding.police(commune)
    )
    assert exchange.destroy_past_term(now=clock.now() + 58 * MONTH) == {}
    assert exchange.destroy_past_term(now=clock.now() + 60 * MONTH) == {"decisions": 1}
    assert [str(row.key) for row in CourtDecision.objects.all()] == [waiting]
    assert [one["detail"]["retention"] for one in _destroyed(fresh_db)] == ["court-decision"]
    with psycopg.connect(fresh_db.dsn("owner")) as owner:
        kept = owner.execute("SELECT entry FROM audit_inbox WHERE kind = 1").fetchall()
    assert rejected in str(kept)
    assert AN["full_name"] not in str(kept)


async def test_the_application_can_destroy_nothing_that_waits(
    court: Caller, fresh_db: Database, commune: str
) -> None:
    await seeking.sought(court, commune)
    with psycopg.connect(fresh_db.dsn("app"), autocommit=True) as app:
        for kind in ("requests", "decisions"):
            asked = "SELECT exchange_destroy_answered(%s, now() + interval '99 years', 100)"
            assert app.execute(asked, [kind]).fetchone() == (0,)
        with pytest.raises(psycopg.errors.DataException):
            app.execute("SELECT exchange_destroy_answered('people', now(), 100)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DELETE FROM exchange_person_request")


def _destroyed(database: Database) -> list[dict[str, Any]]:
    found = read_inbox(database).entries
    return [one for one in found if one["action"] == "exchange.destroy_court_papers"]
