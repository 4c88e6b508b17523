"""Breaking the glass: one operator for an hour, by the host's console, if nobody can sign in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """One breaking of the glass. `who` is the host's user, `ended_at` None while it lasts."""

    key: UUID
    account: UUID
    reason: str
    who: str
    made_at: datetime
    until: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    why: str
    note: str
    closed_by: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """One just made: the code is shown once and kept nowhere; `told` contacts were written to."""

    glass: BreakGlass
    code: str = field(repr=False)
    told: int
    contacts: int
