"""The link to the register above, as pages and commands show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class UpstreamState:
    """Whether the national service answers (None: nobody asked yet), since when, what waits.

    `position` of `newest` changes of its feed are carried out here; `waiting` wanted changes are
    not sent yet, the oldest since `waiting_since`; `unanswered` are sent; `aside` are changes that
    could not be carried out here and nobody has settled.
    """

    is_up: bool | None
    since: datetime | None
    answered_at: datetime | None
    fault: str
    falls: int
    noted_at: datetime | None
    position: int
    newest: int
    waiting: int
    waiting_since: datetime | None
    unanswered: int
    aside: int

    @property
    def behind(self) -> int:
        """Changes known to be in the feed and not carried out."""
        return max(0, self.newest - self.position)


@dataclass(frozen=True)
class ChangeAside:
    """A change of the feed that could not be carried out: where it is and why."""

    position: int
    code: str
    set_aside_at: datetime


@dataclass(frozen=True)
class UpstreamRound:
    """What one round of work with the register above did."""

    applied: int = 0
    aside: int = 0
    sent: int = 0
    answered: int = 0
    fault: str = ""
