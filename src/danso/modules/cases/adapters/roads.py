"""The ways out of this house for what a decision changes elsewhere, and which ones this process
was told: `number` (the national number service), `register` (the register above), `source:CODE`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, runtime_checkable
from uuid import UUID


@dataclass(frozen=True)
class Deed:
    """What is handed over. `key` stays the same when it is tried again: the receiver that knows it
    does it once. `body` names people: it leaves by roads that are allowed to carry them."""

    key: UUID
    kind: str
    file_code: str
    procedure: str
    body: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Delivered:
    """What the receiver said: a receipt, and whether the thing is done by that or still awaited.
    `asks_again`: its answer comes only to whoever asks for it. `number`: what it gave a newborn.
    `said`: what the file keeps of it."""

    receipt: str
    is_done: bool = True
    asks_again: bool = False
    number: str = field(default="", repr=False)
    said: str = field(default="", repr=False)


class RoadDownError(Exception):
    """Not now; later it may. `fault` is a code, never what was said. `is_silent`: nobody answers
    there, so nothing else needs to be tried by this road now."""

    def __init__(self, fault: str, *, is_silent: bool = False) -> None:
        super().__init__(fault)
        self.fault = fault
        self.is_silent = is_silent


class RoadRefusesError(RoadDownError):
    """The receiver will never do it. The officer reads why."""


class Road(Protocol):
    """One way out."""

    def deliver(self, deed: Deed) -> Delivered:
        """Hand it over. Raises RoadDownError, RoadRefusesError."""


@runtime_checkable
class FollowedRoad(Road, Protocol):
    """One whose receiver takes a thing now and answers later, when asked."""

    def follow(self, deed: Deed) -> Delivered:
        """What became of a deed that was taken. Raises RoadDownError, RoadRefusesError."""


Finder = Callable[[str], Road | None]


class _Registry:
    def __init__(self) -> None:
        self.find: Finder = lambda road: None


_REGISTRY: Final = _Registry()


def find_road(road: str) -> Road | None:
    """The way out by its name, or None where this home has none."""
    return _REGISTRY.find(road)


def use_roads(find: Finder) -> Callable[[], None]:
    """Say how deeds leave this process; the answer takes it back."""
    before = _REGISTRY.find
    _REGISTRY.find = find

    def take_back() -> None:
        _REGISTRY.find = before

    return take_back
