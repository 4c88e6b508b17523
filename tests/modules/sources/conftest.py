"""A person in a commune of the teahouse's neighbour, and those who decide."""

from uuid import UUID

import pytest

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.names import PersonName
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, NewPerson
from danso.modules.sources.interface import Decider
from danso.toolkit.platform import province
from tests.conftest import Database

STEWARD = Actor("officer", "steward-1", "province")
POLICE = Actor("officer", "police-1", "commune")


@pytest.fixture
def commune() -> str:
    return province().units.communes[0].code


@pytest.fixture
def person(fresh_db: Database, commune: str) -> UUID:
    return population.record_person(
        NewPerson(
            name=PersonName.parse("Nguyễn Thị Sông"),
            birth=PartialDate(1971, 2, 3),
            sex=2,
            source="test",
            commune=commune,
        ),
        actor=STEWARD,
        grounds=Grounds(reason="test"),
    )


@pytest.fixture
def police(commune: str) -> Decider:
    return Decider(POLICE, frozenset({"commune_police"}), (commune,))
