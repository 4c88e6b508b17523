"""Families, officers at desks, and applications on their way, for tests of cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.modules.cases import interface as cases
from danso.modules.cases.data import CaseData, Claim, FiledCase, NewPaper, Reach
from danso.modules.identity.data import officer_actor
from danso.modules.identity.interface import posts_of
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.population.models import Person
from danso.toolkit.platform import province
from tests.eid_world import CLERK, GROUNDS, citizen
from tests.officers import make_officer
from tests.rights_world import citizen_actor, holder

MOTHER, FATHER = "099190000001", "099088000002"
BIRTH = {
    "child_name": "Nguyễn Văn Ấm",
    "child_sex": "1",
    "child_birth": "20/11/2026",
    "birth_place": "Trạm y tế xã",
    "child_home_place": "Thanh Hóa",
    "child_ethnicity": "01",
}
CHILD_PAPER = NewPaper("birth_happened", "birth-notification", "a" * 64, "chung-sinh.pdf")


@dataclass(frozen=True)
class Officer:
    """Somebody at a desk: who acts, and what they reach."""

    actor: Actor
    reach: Reach


@dataclass(frozen=True)
class Family:
    """Mother with an e-ID, father, in one household."""

    mother: UUID
    father: UUID
    account: UUID
    commune: str

    @property
    def actor(self) -> Actor:
        """The mother, signed in."""
        return citizen_actor(self.account)


def commune(index: int = 0) -> str:
    """The code of a commune of today."""
    return province().units.communes[index].code


def family() -> Family:
    """Two people of the register who live together."""
    mother = citizen(MOTHER, "Trần Thị Chén", PartialDate(1990, 5, 6))
    father = citizen(FATHER, "Nguyễn Văn Nước", PartialDate(1988, 7, 8))
    settle(mother, father)
    return Family(mother, father, holder(mother), commune())


def settle(head: UUID, *others: UUID) -> UUID:
    """A household that has stood from the beginning; its key."""
    household = population.record_household(head, actor=CLERK, grounds=GROUNDS)
    Person.objects.filter(key=head).update(household=household, relation="CH01")
    Person.objects.filter(key__in=others).update(household=household, relation="khac")
    return household


def record(person: UUID) -> PersonRecord:
    """The person's row."""
    found = population.find_person(person)
    assert found is not None
    return found


def claim_of(person: UUID, **other: str) -> Claim:
    """How a form names somebody of the register; with faults where `other` says so."""
    held = record(person)
    right = Claim(held.number or "", held.full_name, held.birth or "")
    return replace(right, **other)


def officer(role: str, scope: str = "province", *, person: UUID | None = None) -> Officer:
    """Somebody with one post."""
    account = make_officer(role, scope, person=person)
    return Officer(officer_actor(account), Reach.of(posts_of(account.id)))


def birth_draft(home: Family, **answers: str) -> UUID:
    """A birth as the mother enters it online, whole."""
    key = cases.start_draft("birth-registration", home.mother, channel="online", actor=home.actor)
    cases.save_answers(
        key,
        actor=home.actor,
        answers=BIRTH | answers,
        claims={"mother": claim_of(home.mother), "father": claim_of(home.father)},
        papers=[CHILD_PAPER],
    )
    return key


def file_birth(home: Family, **answers: str) -> FiledCase:
    """The same, handed in."""
    return cases.submit(birth_draft(home, **answers), actor=home.actor)


def step(action: Any, key: UUID, by: Officer, /, *args: Any, **named: Any) -> Any:
    """One step by an officer who has just opened the case."""
    seen = cases.open_case(key, reach=by.reach, actor=by.actor)
    return action(key, *args, reach=by.reach, version=seen.version, actor=by.actor, **named)


def opened(key: UUID, by: Officer) -> CaseData:
    """The case as that officer sees it."""
    return cases.open_case(key, reach=by.reach, actor=by.actor)


def to_work(key: UUID, desk: Officer, checker: Officer | None = None) -> None:
    """Taken in, and begun."""
    step(cases.receive, key, desk)
    step(cases.begin_work, key, checker or desk)
