"""What hosted registers tell, shared like what connected sources tell: there is no second door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from danso.kernel import clock
from danso.modules.sources import interface as sources
from danso.modules.sources.data import Ending
from danso.modules.sources.models import Fact
from tests.conftest import Database
from tests.exchange_world import AN, TestPartner, agree, entries, make_partner
from tests.gateway.conftest import ENVELOPE, Caller
from tests.modules.sources.graduating import SOURCE, home_of, load, teahouse_with
from tests.modules.sources.hosting import CODE, FIRST, enter, keeper

pytestmark = pytest.mark.anyio

KNOWN = AN | {"birth": "1984-03-21"}


@pytest.fixture
async def spout(an: str, running: Callable[[TestPartner], Caller]) -> Caller:
    """A body that may ask who holds a saucer."""
    del an
    partner = make_partner("spout")
    agree("spout", "share", fields=("sex", "saucer"))
    found = running(partner)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


async def ask(caller: Caller) -> dict[str, Any]:
    asked = {"envelope": ENVELOPE, "person": KNOWN, "fields": ["sex", "saucer"]}
    answer = await caller.post("/v1/share", asked)
    assert answer.status_code == 200, answer.text
    shared: dict[str, Any] = answer.json()["shared"]
    return shared


@pytest.mark.clause("II.2.8")
@pytest.mark.clause("I.D.2022.1", partly="the fields' own systems are not connected")
async def test_what_was_entered_is_shared_at_once_with_its_days_and_its_source(
    spout: Caller, fresh_db: Database
) -> None:
    assert (await ask(spout))["facts"] == {"saucer": None}
    record = enter(commune=FIRST)
    today = clock.today().isoformat()
    told = {"value": "flat", "since": "2021-02-03", "until": None, "source": CODE}
    assert (await ask(spout))["facts"] == {"saucer": told | {"as_of": today, "quality": "good"}}
    ending = Ending(clock.today(), "trả đĩa")
    sources.end_record(CODE, record.key, ending, revision=1, keeper=keeper())
    assert (await ask(spout))["facts"]["saucer"]["until"] == today
    assert {"saucer", "sex"} == set(entries(fresh_db, "share")[0]["fields"])


@pytest.mark.clause("II.2.8")
async def test_whoever_asks_notices_nothing_when_a_register_graduates(
    spout: Caller, settings: LazySettings, tmp_path: Path
) -> None:
    enter(commune=FIRST, held_until="2021-12-31")
    before = await ask(spout)
    assert before["facts"]["saucer"]["value"] == "flat"
    world, home = teahouse_with(tmp_path), home_of(tmp_path)
    settings.DANSO = replace(settings.DANSO, province_path=world, home=home)
    row = ("S-1", AN["number"], AN["full_name"], "flat", "2021-02-03", "2021-12-31")
    load(tmp_path / "drop", [row])
    assert await ask(spout) == before
    sources.graduate_register(CODE, SOURCE, keeper=keeper(), id_map={"DIA-000001": "S-1"})
    assert await ask(spout) == before
    assert set(Fact.objects.values_list("source", flat=True)) == {SOURCE}
