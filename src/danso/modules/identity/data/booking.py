"""Appointments for level 2: a desk books them, the police receive."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from danso.kernel.dates import PartialDate


class AppointmentState(StrEnum):
    """Booked, received at the counter, or called off."""

    BOOKED = "booked"
    CAME = "came"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Booking:
    """What a desk enters: who (as `Met`), whose telephone, and when at which commune's police."""

    card: str = field(repr=False)
    full_name: str = field(repr=False)
    birth: PartialDate | None = field(repr=False)
    phone: str = field(repr=False)
    place: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A time at a counter, and how many people it can still take."""

    at: datetime
    left: int


@dataclass(frozen=True, slots=True)
class AppointmentData:
    """One appointment as the police see it."""

    key: UUID
    person: UUID
    full_name: str = field(repr=False)
    place: str
    at: datetime
    state: str
