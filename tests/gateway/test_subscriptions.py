"""Changes of facts, and changes of people that flow to the owners of sources."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import TermsRefused
from danso.modules.linkage.models import Link
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, Scope
from danso.modules.sources.actions import telling
from danso.modules.sources.models import FactChange, SourceRecord
from tests.conftest import Database
from tests.exchange_world import OFFICER, TestPartner, agree, enrol, entries, make_partner
from tests.gateway.conftest import Caller
from tests.gateway.test_sharing import KNOWN, WHY, ask, seal

pytestmark = [pytest.mark.anyio, pytest.mark.clause("I.A.2022.4", partly="tax by its test source")]
FIELDS = ("full_name", "birth", "warm_kettle")


def link(record: str, person: UUID | str) -> None:
    """A record of the source, linked to a person, as load and matching leave it."""
    now = clock.now()
    payload = {"kettle": record, "warm_until": "2999-01-01"}
    SourceRecord.objects.create(
        source="kettles", record=record, payload=payload, digest="", first_at=now, changed_at=now
    )
    Link.objects.create(
        source="kettles",
        record=record,
        person=person,
        band="linked",
        reason="number",
        run=uuid4(),
        since=now,
    )


def correct_birth(person: UUID | str, day: int) -> None:
    wanted = Correction("birth", f"1984-03-{day}")
    population.correct_field(UUID(str(person)), wanted, actor=OFFICER, grounds=WHY)


@pytest.fixture
async def office(an: str, running: Callable[[TestPartner], Caller]) -> Caller:
    """The owner of the source of kettles."""
    partner = make_partner("office", agency="kettle-office")
    agree("office", "share", "changes", fields=FIELDS)
    found = running(partner)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


async def test_a_fact_that_changed_is_told_to_those_who_follow(
    office: Caller, fresh_db: Database, an: str
) -> None:
    await ask(office, "/v1/share", person=KNOWN, fields=["warm_kettle"], follow=True)
    link("K7", an)
    link("K8", enrol("Lê Văn Hai", number="909000000011"))
    telling.tell_facts("kettles", actor=OFFICER)
    seal(fresh_db)
    body = await ask(office, "/v1/changes", after=-1)
    (change,) = body["changes"]
    assert (change["kind"], change["fields"]) == ("facts_changed", ["warm_kettle"])
    assert (change["number"], change["records"]) == (KNOWN["number"], {})
    assert (await ask(office, "/v1/changes", after=body["next_after"]))["changes"] == []


def test_telling_the_same_again_is_no_change(fresh_db: Database, an: str) -> None:
    link("K7", an)
    telling.tell_facts("kettles", actor=OFFICER)
    assert FactChange.objects.count() == 1
    SourceRecord.objects.update(changed_at=clock.now())
    telling.tell_facts("kettles", actor=OFFICER)
    assert FactChange.objects.count() == 1
    Link.objects.all().delete()
    telling.tell_facts("kettles", actor=OFFICER)
    assert FactChange.objects.count() == 2


async def test_a_position_tells_few_facts_and_pages_come_whole(
    office: Caller, fresh_db: Database, an: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "TOLD_TOGETHER", 2)
    people: list[UUID | str] = [
        an,
        *(enrol("Lê Văn Hai", number=f"90900000001{n}") for n in range(1, 5)),
    ]
    for n, person in enumerate(people):
        link(f"K{n}", person)
    exchange.subscribe("office", "kettles", actor=OFFICER)
    for number in ("909000000011", "909000000012"):
        who = {"number": number, "full_name": "Lê Văn Hai", "birth": "1984-03-21"}
        await ask(office, "/v1/share", person=who, fields=["warm_kettle"], follow=True)
    # The source's own facts do not flow back to its owner, who subscribed to fields of people; they
    # come of whoever it follows.
    telling.tell_facts("kettles", actor=OFFICER)
    seal(fresh_db)
    first = await ask(office, "/v1/changes", after=-1, limit=1)
    rest = await ask(office, "/v1/changes", after=first["next_after"], limit=1)
    told = [change["number"] for change in (*first["changes"], *rest["changes"])]
    assert sorted(told) == ["909000000011", "909000000012"]


async def test_a_persons_change_flows_to_the_owner_of_a_source(
    office: Caller, fresh_db: Database, an: str
) -> None:
    link("K7", an)
    link("K9", an)
    stranger = enrol("Lê Văn Hai", number="909000000011")
    made = exchange.subscribe("office", "kettles", actor=OFFICER)
    assert made.fields == ("birth", "full_name")
    correct_birth(an, 22)
    correct_birth(stranger, 22)
    seal(fresh_db)
    (change,) = (await ask(office, "/v1/changes", after=-1))["changes"]
    assert (change["kind"], change["fields"]) == ("person_corrected", ["birth"])
    assert change["records"] == {"kettles": ["K7", "K9"]}
    assert change["number"] == KNOWN["number"]
    told = [entry for entry in entries(fresh_db, "changes") if entry["outcome"] == "told"]
    assert [entry["subject"] for entry in told] == [an]


async def test_what_ended_or_is_protected_flows_no_more(
    office: Caller, fresh_db: Database, an: str
) -> None:
    link("K7", an)
    exchange.subscribe("office", "kettles", actor=OFFICER)
    correct_birth(an, 22)
    guardian = Scope(sees_protected=True)
    population.protect(UUID(an), actor=OFFICER, grounds=WHY, scope=guardian)
    seal(fresh_db)
    assert (await ask(office, "/v1/changes", after=-1))["changes"] == []
    population.unprotect(UUID(an), actor=OFFICER, grounds=WHY, scope=guardian)
    assert len((await ask(office, "/v1/changes", after=-1))["changes"]) == 1
    exchange.unsubscribe("office", "kettles", actor=OFFICER)
    assert (await ask(office, "/v1/changes", after=-1))["changes"] == []
    assert exchange.subscriptions("office") == ()


def test_only_the_owner_subscribes_and_only_to_what_was_agreed(an: str) -> None:
    make_partner("cup", agency="cup-office")
    with pytest.raises(TermsRefused, match="does not belong") as refused:
        exchange.subscribe("cup", "kettles", actor=OFFICER)
    assert refused.value.code == "subscription_not_owner"
    make_partner("office", agency="kettle-office")
    with pytest.raises(TermsRefused, match="is agreed with"):
        exchange.subscribe("office", "kettles", actor=OFFICER)
    agree("office", "changes", fields=("birth", "sex"))
    with pytest.raises(TermsRefused, match="full_name"):
        exchange.subscribe("office", "kettles", fields=["full_name"], actor=OFFICER)
    assert exchange.subscribe("office", "kettles", actor=OFFICER).fields == ("birth",)
    assert [one.source for one in exchange.subscriptions("office")] == ["kettles"]
    with pytest.raises(NotFound, match="not subscribed"):
        exchange.unsubscribe("cup", "kettles", actor=OFFICER)


async def test_who_follows_hears_what_happens_from_then_on(
    office: Caller, fresh_db: Database, an: str
) -> None:
    correct_birth(an, 22)
    correct_birth(an, 21)
    seal(fresh_db)
    shared = await ask(office, "/v1/share", person=KNOWN, fields=["birth"], follow=True)
    assert shared["result"] == "match"
    assert (await ask(office, "/v1/changes", after=-1))["changes"] == []

    correct_birth(an, 23)
    seal(fresh_db)
    (change,) = (await ask(office, "/v1/changes", after=-1))["changes"]
    assert change["fields"] == ["birth"]
