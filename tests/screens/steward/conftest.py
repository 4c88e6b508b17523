"""People in two communes, and officers at a desk with a purpose told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import caches
from django.test import Client

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.names import PersonName
from danso.modules.identity.data import AccountData
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, NewPerson
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.officers import sign_in

CLERK = Actor("officer", "clerk", "province")
GROUNDS = Grounds(reason="test", evidence="paper 1")
NUMBER = "099084000123"

SignIn = Callable[..., AccountData]


@pytest.fixture(autouse=True)
def _no_kept_figures() -> None:
    caches["process"].clear()


@pytest.fixture
def commune() -> str:
    return province().units.communes[0].code


@pytest.fixture
def elsewhere() -> str:
    return province().units.communes[1].code


def enrol(commune: str, name: str = "Nguyễn Thị Sông", **changes: Any) -> UUID:
    """Somebody with a hamlet, an ethnic group and a religion."""
    extra = {
        "hamlet": "Thôn 1",
        "address": "Số nhà 3",
        "nationality": "VN",
        "ethnicity": "03",
        "religion": "02",
    } | changes.pop("extra", {})
    given: dict[str, Any] = {"birth": PartialDate(1984, 2, 3), "sex": 1} | changes
    new = NewPerson(PersonName.parse(name), source="test", commune=commune, extra=extra, **given)
    return population.record_person(new, actor=CLERK, grounds=GROUNDS)


@pytest.fixture
def person(fresh_db: Database, commune: str) -> UUID:
    return enrol(commune, number=NUMBER)


@pytest.fixture
def at_desk(fresh_db: Database, client: Client) -> SignIn:
    """Sign somebody in who has told a purpose, as if typed."""

    def signed(role: str, scope: str, purpose: str = "residence") -> AccountData:
        officer = sign_in(client, role, scope, fresh=True)
        client.post("/du-lieu/muc-dich/", {"purpose": purpose, "file_code": "HS-12/2026"})
        return officer

    return signed


def text_of(html: bytes) -> str:
    """What a reader reads: no tags, one space."""
    page = re.sub(r"<(script|style).*?</\1>", " ", html.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
