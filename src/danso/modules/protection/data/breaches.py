"""Breaches of personal data: what is known of them, who was told when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from danso.modules.audit.data import Event

if TYPE_CHECKING:
    from danso.modules.protection.data.rights import StepData


class BreachState(StrEnum):
    """Open until it is closed; whether the authority was told is another matter."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class NewBreach:
    """What is known of a breach now. `kind` and `data` are codes of rights.yaml.

    `people` is an estimate, None where nobody can say yet. No names, no numbers.
    """

    discovered_at: datetime
    kind: str
    data: tuple[str, ...]
    happened: str
    cause: str = ""
    measures: str = ""
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """That the authority was told: when, by which way, under what number."""

    at: datetime
    way: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose data a breach concerns, as the journal tells: everybody at whom this actor (an
    account's key or a partner's code) looked on these days in Vietnam, both included."""

    actor: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Reached:
    """How many people were concerned, and how many of them a message could go to."""

    people: int
    told: int
    told_before: int = 0

    @property
    def unreachable(self) -> int:
        """How many have no e-ID with a telephone: they are told another way."""
        return self.people - self.told - self.told_before


@dataclass(frozen=True, slots=True)
class BreachData:
    """One breach. `notify_by` is the end of the authority's clock, `tell_by` of the people's."""

    key: UUID
    known: NewBreach
    state: BreachState
    recorded_at: datetime
    recorded_by: str
    notify_by: datetime
    tell_by: datetime
    must_tell_people: bool
    notified: Notification | None = None
    people_told: int = 0
    closed_at: datetime | None = None
    steps: tuple[StepData, ...] = ()

    def left(self, now: datetime) -> timedelta | None:
        """How much of the authority's clock is left, negative when over; None once told."""
        return None if self.notified else self.notify_by - now

    @property
    def was_late(self) -> bool:
        """Whether the authority was told after the clock had run out."""
        return self.notified is not None and self.notified.at > self.notify_by


@dataclass(frozen=True)
class BreachRecorded(Event):
    """A breach was written into the register."""

    kind: ClassVar[str] = "protection.breach_recorded"
    breach: UUID


@dataclass(frozen=True)
class BreachNotified(Event):
    """The authority was told of a breach."""

    kind: ClassVar[str] = "protection.breach_notified"
    breach: UUID
    in_time: bool


@dataclass(frozen=True)
class BreachClockRunningOut(Event):
    """So many hours are left to tell the authority (0: none)."""

    kind: ClassVar[str] = "protection.breach_clock_running_out"
    breach: UUID
    hours: int


@dataclass(frozen=True)
class BreachClosed(Event):
    """Nothing more is to be done about a breach."""

    kind: ClassVar[str] = "protection.breach_closed"
    breach: UUID
