"""A subscriber's feed: stops at once, follows links and merges, loses and repeats nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from danso.kernel import clock
from danso.modules.exchange import interface as exchange
from danso.modules.linkage.models import Link
from danso.modules.population import interface as population
from tests.conftest import Database
from tests.exchange_world import OFFICER, TestPartner, agree, enrol, make_partner
from tests.gateway.conftest import ENVELOPE, Caller
from tests.gateway.test_changes_order import SECOND, paged
from tests.gateway.test_sharing import KNOWN, WHY, ask, seal
from tests.gateway.test_subscriptions import correct_birth, link

pytestmark = [pytest.mark.anyio, pytest.mark.clause("I.A.2022.4", partly="tax by its test source")]
FIELDS = ("full_name", "birth", "number", "warm_kettle")
TWIN = "909000000011"


@pytest.fixture
async def office(an: str, running: Callable[[TestPartner], Caller]) -> Caller:
    """The owner of the source of kettles, subscribed to it; one record is linked."""
    partner = make_partner("office", agency="kettle-office")
    agree("office", "share", "changes", fields=FIELDS)
    exchange.subscribe("office", "kettles", actor=OFFICER)
    link("K7", an)
    found = running(partner)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


async def told(office: Caller, after: int = -1) -> list[dict[str, Any]]:
    body = await ask(office, "/v1/changes", after=after)
    found: list[dict[str, Any]] = body["changes"]
    return found


async def refused(office: Caller) -> str:
    await office.gateway.news.ask()
    answer = await office.post("/v1/changes", {"envelope": ENVELOPE, "after": -1})
    code: str = answer.json()["code"]
    return code


async def test_the_feed_stops_with_its_agreement_and_goes_on_with_the_next(
    office: Caller, fresh_db: Database, an: str
) -> None:
    correct_birth(an, 22)
    seal(fresh_db)
    (first,) = await told(office)
    (agreement,) = [
        one for one in exchange.agreements("office") if one.terms.service.value == "changes"
    ]
    exchange.revoke_agreement(agreement.code, reason="misused", actor=OFFICER)
    assert await refused(office) == "not_agreed"
    correct_birth(an, 23)
    seal(fresh_db)
    agree("office", "changes", fields=FIELDS, until=clock.now() + timedelta(days=1))
    await office.gateway.news.ask()
    # What happened meanwhile is told once, and nothing of before again.
    (second,) = await told(office, after=first["position"])
    assert second["fields"] == ["birth"]
    assert second["position"] > first["position"]
    with clock.frozen(clock.now() + timedelta(days=2)):
        await office.sign_in()
        assert await refused(office) == "agreement_over"


async def test_a_new_agreement_that_names_less_tells_less(
    office: Caller, fresh_db: Database, an: str
) -> None:
    correct_birth(an, 22)
    seal(fresh_db)
    (agreement,) = [
        one for one in exchange.agreements("office") if one.terms.service.value == "changes"
    ]
    exchange.revoke_agreement(agreement.code, reason="too wide", actor=OFFICER)
    agree("office", "changes", fields=("full_name",))
    await office.gateway.news.ask()
    assert await told(office) == []


async def test_of_a_person_unlinked_nothing_more_is_told(
    office: Caller, fresh_db: Database, an: str
) -> None:
    correct_birth(an, 22)
    Link.objects.filter(record="K7").delete()
    correct_birth(an, 23)
    seal(fresh_db)
    assert await told(office) == []


async def test_merged_people_are_told_by_the_keys_of_all_their_records(
    office: Caller, fresh_db: Database, an: str
) -> None:
    twin = enrol("Lê Văn Hai", number=TWIN)
    link("K8", twin)
    correct_birth(twin, 22)
    population.merge_people(UUID(an), twin, officers=(OFFICER, SECOND), grounds=WHY)
    # Before the next matching: the links still name the record that was joined.
    correct_birth(an, 23)
    seal(fresh_db)
    before, merged, *rest = await told(office)
    assert (before["kind"], before["records"]) == ("person_corrected", {"kettles": ["K7", "K8"]})
    assert merged["kind"] == "people_merged"
    after = rest[-1]
    assert (after["kind"], after["fields"]) == ("person_corrected", ["birth"])
    for one in (before, merged, after):
        assert (one["number"], one["records"]) == (KNOWN["number"], {"kettles": ["K7", "K8"]})
    # Once matched anew the same is told, by the same keys.
    Link.objects.filter(record="K8").update(person=an)
    assert (await told(office))[0]["records"] == {"kettles": ["K7", "K8"]}


async def test_after_the_merge_is_undone_each_is_told_apart(
    office: Caller, fresh_db: Database, an: str
) -> None:
    twin = enrol("Lê Văn Hai", number=TWIN)
    link("K8", twin)
    population.merge_people(UUID(an), twin, officers=(OFFICER, SECOND), grounds=WHY)
    population.unmerge(twin, officers=(OFFICER, SECOND), grounds=WHY)
    correct_birth(twin, 22)
    seal(fresh_db)
    last = (await told(office))[-1]
    assert (last["number"], last["records"]) == (TWIN, {"kettles": ["K8"]})


async def test_whoever_follows_the_one_that_was_joined_hears_of_the_one_that_stays(
    office: Caller, fresh_db: Database, an: str
) -> None:
    exchange.unsubscribe("office", "kettles", actor=OFFICER)
    twin = enrol("Lê Văn Hai", number=TWIN)
    who = {"number": TWIN, "full_name": "Lê Văn Hai", "birth": "1984-03-21"}
    await ask(office, "/v1/share", person=who, fields=["birth"], follow=True)
    population.merge_people(UUID(an), twin, officers=(OFFICER, SECOND), grounds=WHY)
    correct_birth(an, 23)
    seal(fresh_db)
    kinds = [(one["kind"], one["number"]) for one in await told(office)]
    assert ("person_corrected", TWIN) in kinds
    assert {number for _, number in kinds} == {TWIN}


async def test_whoever_comes_back_after_a_week_misses_nothing_and_hears_nothing_twice(
    office: Caller, fresh_db: Database, an: str
) -> None:
    correct_birth(an, 22)
    seal(fresh_db)
    start = await ask(office, "/v1/changes", after=-1)
    for day in range(7):
        correct_birth(an, 10 + day)
    stranger = enrol("Lê Văn Hai", number=TWIN)
    correct_birth(stranger, 22)
    seal(fresh_db)
    assert len(start["changes"]) == 1
    whole = await told(office, after=start["next_after"])
    assert len(whole) == 7
    # In pages of one, a page asked for twice, and once more at the end.
    seen: list[int] = []
    after = start["next_after"]
    while page := await ask(office, "/v1/changes", after=after, limit=1):
        assert await ask(office, "/v1/changes", after=after, limit=1) == page
        if page["next_after"] == after:
            break
        seen += [one["position"] for one in page["changes"]]
        after = page["next_after"]
    assert seen == [one["position"] for one in whole]
    assert await told(office, after=after) == []
    assert [one["position"] for one in await paged(office, 3)] == [
        start["changes"][0]["position"],
        *seen,
    ]
