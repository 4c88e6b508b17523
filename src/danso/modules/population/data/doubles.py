"""Two records that may be one person, as they pass the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from danso.modules.population.data.people import PersonRecord

# By which rule two records look like one person, the strongest first.
DoubleRule = Literal["old_number", "parent", "commune"]
DOUBLE_RULES: Final[tuple[DoubleRule, ...]] = ("old_number", "parent", "commune")
ProposalKind = Literal["merge", "unmerge"]
ProposalState = Literal["waiting", "done", "declined"]


@dataclass(frozen=True)
class Double:
    """Two records that may be one person, and why. `first` is the older key."""

    first: PersonRecord
    second: PersonRecord
    rule: DoubleRule
    found_at: datetime


@dataclass(frozen=True)
class DoubleCount:
    """How many open pairs have a record in a commune; None: residence not on today's map."""

    commune: str | None
    pairs: int


@dataclass(frozen=True)
class ToldApart:
    """Two records about which an officer decided that they are two people."""

    decided_at: datetime
    reason: str
    officer: str


@dataclass(frozen=True)
class MergeProposal:
    """A merge, or its undoing, that waits for a second officer."""

    key: UUID
    kind: ProposalKind
    kept: UUID
    merged: UUID
    reason: str
    evidence: str
    proposed_by: str
    proposed_at: datetime
    state: ProposalState


@dataclass(frozen=True)
class MergeRecord:
    """A merge that stands: what became of the merged record's number, and who decided."""

    key: UUID
    kept: UUID
    merged: UUID
    officers: tuple[str, ...]
    reason: str
    recorded_at: datetime
    number: Literal["", "cancelled", "passed"]


@dataclass(frozen=True)
class PastCard:
    """A card somebody held before the one on their record."""

    kind: str
    number: str | None
    issued: date | None
    expires: date | None
    status: str
