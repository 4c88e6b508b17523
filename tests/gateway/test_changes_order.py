"""The feed of changes is one order, page by page, and no position is told by half."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.modules.population import interface as population
from danso.modules.population.data import Correction
from tests.conftest import Database
from tests.exchange_world import OFFICER, enrol
from tests.gateway.conftest import Caller
from tests.gateway.test_sharing import KNOWN, WHY, ask, seal

pytestmark = pytest.mark.anyio
SECOND = Actor(kind="officer", id="second-officer", unit="kettle-office")
NUMBERS = ("909000000011", "909000000012")


async def followed(caller: Caller, an: str) -> list[UUID]:
    """Three people that this partner follows."""
    await ask(caller, "/v1/share", person=KNOWN, fields=["sex"], follow=True)
    people = [UUID(an)]
    for number in NUMBERS:
        people.append(enrol("Lê Văn Hai", number=number))
        person = {"number": number, "full_name": "Lê Văn Hai", "birth": "1984-03-21"}
        await ask(caller, "/v1/share", person=person, fields=["sex"], follow=True)
    return people


def correct_birth(person: UUID, day: int) -> None:
    wanted = Correction("birth", f"1984-03-{day}")
    population.correct_field(person, wanted, actor=OFFICER, grounds=WHY)


async def paged(caller: Caller, limit: int) -> list[dict[str, Any]]:
    """Every change there is, walked through in pages."""
    told: list[dict[str, Any]] = []
    after = -1
    while True:
        body = await ask(caller, "/v1/changes", after=after, limit=limit)
        if body["next_after"] == after:
            return told
        if body["changes"]:
            assert body["next_after"] >= body["changes"][-1]["position"]
        told += body["changes"]
        after = body["next_after"]


async def test_changes_come_in_the_order_of_positions_in_pages_of_any_size(
    caller: Caller, fresh_db: Database, an: str
) -> None:
    people = await followed(caller, an)
    # Positions of two and of three digits: as text they would be in another order.
    for day in (*range(11, 21), *range(22, 28)):
        for person in people:
            correct_birth(person, day)
    population.record_death(people[0], PartialDate(2020, 5, 1), actor=OFFICER, grounds=WHY)
    seal(fresh_db)
    whole = (await ask(caller, "/v1/changes", after=-1))["changes"]
    positions = [change["position"] for change in whole]
    assert len(positions) >= 40
    assert positions == sorted(set(positions))
    assert len(str(positions[0])) < len(str(positions[-1]))
    for limit in (1, 7):
        assert await paged(caller, limit) == whole


async def test_a_position_about_two_people_is_told_whole(
    caller: Caller, fresh_db: Database, an: str
) -> None:
    _, kept, merged = await followed(caller, an)
    correct_birth(kept, 22)
    correct_birth(merged, 22)
    population.merge_people(kept, merged, officers=(OFFICER, SECOND), grounds=WHY)
    seal(fresh_db)
    told = await paged(caller, 1)
    assert told == (await ask(caller, "/v1/changes", after=-1))["changes"]
    about = [change["number"] for change in told if change["kind"] == "people_merged"]
    assert sorted(about) == sorted(NUMBERS)
