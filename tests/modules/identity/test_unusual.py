"""Unusual looks: the follower notes each once, an auditor closes them, never one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue, Refused
from danso.kernel.names import PersonName
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Positioned
from danso.modules.audit.jobs import Sealer
from danso.modules.identity import interface as identity
from danso.modules.identity import jobs, rules
from danso.modules.identity.data import UnusualKind
from danso.modules.population import interface as population
from danso.modules.population.data import (
    Grounds,
    NewPerson,
    PeopleLookedUp,
    ProtectedLookedUp,
    Wanted,
)
from danso.modules.population.models import Person
from tests.conftest import Database
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import make_officer

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
AUDITOR = Actor(kind="officer", id=str(uuid4()))


def looked(
    looker: UUID, *shown: UUID, position: int = 1, at: datetime = NOON
) -> Positioned[PeopleLookedUp]:
    return Positioned(position, at, PeopleLookedUp(str(looker), shown, ()))


def enrol(number: str) -> UUID:
    new = NewPerson(
        name=PersonName.parse("Nguyễn Văn Ấm"),
        source="test",
        number=number,
        birth=PartialDate(1984),
        sex=1,
    )
    return population.record_person(
        new, actor=Actor(kind="system", id="tests"), grounds=Grounds(reason="test")
    )


@pytest.mark.django_db
def test_looking_oneself_up_is_noted_once_however_often_it_is_handled() -> None:
    me = enrol("099184000001")
    officer = make_officer("steward", person=me)
    for _ in range(2):
        jobs.note_looks([looked(officer.id, me, uuid4())])
    (found,) = identity.unusual_looks()
    assert (found.kind, found.account, found.person) == (UnusualKind.ONESELF, officer.id, me)
    assert identity.count_open_unusual_looks() == 1


@pytest.mark.django_db
def test_looking_at_strangers_and_by_the_system_is_nothing_unusual() -> None:
    officer = make_officer("steward")
    jobs.note_looks([looked(officer.id, uuid4())])
    jobs.note_looks([Positioned(2, NOON, PeopleLookedUp("importer", (uuid4(),), ()))])
    assert identity.unusual_looks() == ()


@pytest.mark.django_db
def test_the_household_is_noted_apart_from_oneself() -> None:
    me, spouse = enrol("099184000001"), enrol("099184000002")
    system = Actor(kind="system", id="tests")
    house = population.record_household(me, actor=system, grounds=Grounds(reason="test"))
    Person.objects.filter(key__in=[me, spouse]).update(household=house)
    officer = make_officer("steward", person=me)
    jobs.note_looks([looked(officer.id, spouse)])
    (found,) = identity.unusual_looks()
    assert (found.kind, found.person) == (UnusualKind.HOUSEHOLD, spouse)


@pytest.mark.django_db
def test_a_protected_person_is_noted_for_officers_and_partners() -> None:
    officer, person = make_officer("steward"), uuid4()
    event = ProtectedLookedUp(person, str(officer.id))
    partner = ProtectedLookedUp(person, "partner:7")
    jobs.note_protected([Positioned(1, NOON, event), Positioned(2, NOON, partner)])
    jobs.note_protected([Positioned(1, NOON, event)])
    by_partner, by_officer = identity.unusual_looks(kinds=[UnusualKind.PROTECTED])
    assert (by_officer.account, by_partner.account) == (officer.id, None)
    assert by_partner.looker == "partner:7"


@pytest.mark.django_db
def test_three_times_the_usual_is_noted_once_a_day() -> None:
    officer = make_officer("steward")
    for back in range(1, 6):
        at = NOON - timedelta(days=back)
        jobs.note_looks([looked(officer.id, *_people(20), position=10 - back, at=at)])
    assert identity.unusual_looks() == ()
    for step in range(5):
        jobs.note_looks([looked(officer.id, *_people(20), position=100 + step)])
    (found,) = identity.unusual_looks()
    assert (found.kind, found.count, found.usual, found.position) == (
        UnusualKind.VOLUME,
        80,
        20,
        103,
    )
    days = identity.looks_by_day(officer.id, NOON.date() - timedelta(days=9), NOON.date())
    assert [day.looks for day in days] == [20] * 5 + [100]


@pytest.mark.parametrize(("days", "usual"), [((), 10), ((1, 1), 10), ((20, 40), 30), ((100,), 100)])
def test_usual_is_the_mean_of_days_worked_and_never_tiny(days: tuple[int, ...], usual: int) -> None:
    assert rules.usual_looks(days) == usual


@pytest.mark.django_db
def test_an_auditor_closes_it_with_a_note_and_nobody_their_own() -> None:
    officer = make_officer("auditor")
    jobs.note_looks([looked(officer.id, *_people(40))])
    (found,) = identity.unusual_looks(is_open=True)
    with pytest.raises(Refused, match="own"):
        identity.close_unusual_look(found.id, note="x", actor=Actor("officer", str(officer.id)))
    with pytest.raises(InvalidValue):
        identity.close_unusual_look(found.id, note=" ", actor=AUDITOR)
    closed = identity.close_unusual_look(found.id, note="Có kế hoạch kiểm tra", actor=AUDITOR)
    assert (closed.note, closed.closed_by) == ("Có kế hoạch kiểm tra", AUDITOR.id)
    with pytest.raises(Conflict):
        identity.close_unusual_look(found.id, note="y", actor=AUDITOR)
    assert identity.unusual_looks(is_open=True) == ()


def test_a_real_search_reaches_the_list_through_the_journal(
    fresh_db: Database,
    sealer: Sealer,  # noqa: F811
) -> None:
    me = enrol("099184000001")
    officer = make_officer("steward", person=me)
    actor = Actor(kind="officer", id=str(officer.id))
    found = population.search(
        Wanted(number="099184000001"), actor=actor, grounds=Grounds(purpose="residence")
    )
    assert found.people
    sealer.seal(1000)
    runs = audit.run_handlers(only=["identity.unusual_looks"])
    assert [run.error for run in runs] == [""]
    (noted,) = identity.unusual_looks()
    assert (noted.kind, noted.person) == (UnusualKind.ONESELF, me)
    assert noted.at <= clock.now()


def _people(count: int) -> list[UUID]:
    return [uuid4() for _ in range(count)]
