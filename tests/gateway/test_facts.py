"""What connected sources tell, shared like the register's own fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import Service
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from danso.modules.sources.models import Fact
from tests.conftest import Database
from tests.exchange_world import AN, OFFICER, TestPartner, agree, entries, make_partner
from tests.gateway.conftest import ENVELOPE, Caller

pytestmark = pytest.mark.anyio

KNOWN = AN | {"birth": "1984-03-21"}
ASKED = ("sex", "warm_kettle")
AS_OF = datetime(2026, 11, 1, 3, tzinfo=UTC)


@pytest.fixture
async def spout(an: str, running: Callable[[TestPartner], Caller]) -> Caller:
    """A body that may ask for the sex and the kettle of Nguyễn Văn An."""
    partner = make_partner("spout")
    agree("spout", "share", fields=ASKED)
    found = running(partner)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


def tell(person: str, record: str, until: date | None, **changes: Any) -> None:
    given: dict[str, Any] = {"source": "kettles", "kind": "warm_kettle", "quality": "good"}
    given |= {"value": record, "since": None, "as_of": AS_OF} | changes
    Fact.objects.create(person=person, record=record, until=until, **given)


async def ask(caller: Caller, *fields: str, **claim: str) -> dict[str, Any]:
    asked = {"envelope": ENVELOPE, "person": KNOWN | claim, "fields": list(fields)}
    answer = await caller.post("/v1/share", asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_fact_is_told_with_its_source_its_days_and_its_quality(
    spout: Caller, an: str, fresh_db: Database
) -> None:
    tell(an, "K7", date(2026, 12, 31))
    shared = (await ask(spout, *ASKED))["shared"]
    assert shared["fields"] == {"sex": 1}
    assert shared["facts"] == {
        "warm_kettle": {
            "value": "K7",
            "since": None,
            "until": "2026-12-31",
            "source": "kettles",
            "as_of": "2026-11-01",
            "quality": "good",
        }
    }
    (entry,) = entries(fresh_db, "share")
    assert set(entry["fields"]) == set(ASKED)
    assert "K7" not in str(entry)


async def test_of_several_records_the_one_that_holds_longest_is_told(
    spout: Caller, an: str
) -> None:
    tell(an, "K1", date(2027, 1, 1))
    tell(an, "K2", None)
    tell(an, "K3", date(2026, 1, 1))
    assert (await ask(spout, "warm_kettle"))["shared"]["facts"]["warm_kettle"]["value"] == "K2"


async def test_what_no_source_tells_is_null(spout: Caller) -> None:
    shared = (await ask(spout, "warm_kettle"))["shared"]
    assert (shared["fields"], shared["facts"]) == ({}, {"warm_kettle": None})


async def test_nothing_is_told_of_a_mismatch_or_a_protected_person(spout: Caller, an: str) -> None:
    tell(an, "K7", None)
    assert "shared" not in await ask(spout, "warm_kettle", birth="1985-03-21")
    guardian = Scope(sees_protected=True)
    population.protect(UUID(an), actor=OFFICER, grounds=Grounds(reason="test"), scope=guardian)
    assert "shared" not in await ask(spout, "warm_kettle")


def test_only_purposes_that_the_source_names_may_read_a_fact(an: str) -> None:
    assert an
    for service in (Service.SHARE, Service.VERIFY, Service.CHANGES):
        assert "warm_kettle" in exchange.fields_allowed("tea-service", service)
        assert "warm_kettle" not in exchange.fields_allowed("tea-watch", service)
    assert "warm_kettle" not in exchange.fields_allowed("tea-service", Service.LINK_NUMBER)
