"""How satisfied an applicant was, in the three words of the national portal (domain.md 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import ClassVar, Final
from uuid import UUID

from danso.modules.audit.data import Event

N_ = str  # marks words for `python -m tools.messages`; screens translate them when they show them


class Satisfaction(IntEnum):
    """What is chosen; no number is shown to people."""

    NOT = 1
    SATISFIED = 2
    VERY = 3


SATISFACTION_NAMES: Final[dict[Satisfaction, str]] = {
    Satisfaction.VERY: N_("Rất hài lòng"),
    Satisfaction.SATISFIED: N_("Hài lòng"),
    Satisfaction.NOT: N_("Không hài lòng"),
}


@dataclass(frozen=True, slots=True)
class RatingData:
    """One applicant's word on one file. `words` may hold personal data."""

    satisfaction: Satisfaction
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ratings:
    """Of one procedure in a time: how many chose what. The share is None where nobody rated."""

    very: int
    satisfied: int
    not_satisfied: int

    @property
    def rated(self) -> int:
        """How many said anything."""
        return self.very + self.satisfied + self.not_satisfied

    @property
    def share(self) -> float | None:
        """Satisfied or very satisfied, of those who rated (I.A.2025.7)."""
        return (self.very + self.satisfied) / self.rated if self.rated else None


@dataclass(frozen=True)
class CaseRated(Event):
    """An applicant has said how satisfied they were."""

    kind: ClassVar[str] = "cases.rated"
    case: UUID
    procedure: str
    unit: str
    satisfaction: int
