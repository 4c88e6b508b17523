"""What tests of hosted registers share: keepers, people with numbers, what may be typed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.population.data import Grounds
from danso.modules.sources import interface as sources
from danso.modules.sources.data import GivenRecord, HostedRecord, Keeper, Post
from tests.exchange_world import AN, enrol

CODE = "saucers"
GROUNDS = Grounds(purpose="tea-watch", file_code="F-9", service="register")
ACTOR = Actor("officer", "clerk-1", "cup-office")
FIRST, SECOND = "90101", "90102"
FLAT = {"shape": "flat", "held_from": "2021-02-03"}


def keeper(*posts: tuple[str, str, str]) -> Keeper:
    """Somebody with these posts; a steward of the province where none is told."""
    held = posts or (("steward", "province", ""),)
    return Keeper(ACTOR, tuple(Post(*one) for one in held), GROUNDS)


def somebody(number: str = AN["number"], commune: str = FIRST, **changes: Any) -> UUID:
    return enrol(number=number, commune=commune, **changes)


def given(number: str = AN["number"], commune: str = "", **values: str) -> GivenRecord:
    return GivenRecord(number, commune, FLAT | values)


def enter(who: Keeper | None = None, *, number: str = AN["number"], **values: str) -> HostedRecord:
    commune = values.pop("commune", "")
    return sources.enter_record(CODE, given(number, commune, **values), keeper=who or keeper())
