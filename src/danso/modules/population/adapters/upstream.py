"""The national population service as this register sees it: the port. `national` speaks HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from danso.wire.upstream.feed import FeedPage


@dataclass(frozen=True)
class VerifyQuestion:
    """One person as declared. All three are always needed; birth is yyyy-mm-dd or yyyy."""

    number: str
    full_name: str
    birth: str
    procedure: str
    officer: str


@dataclass(frozen=True)
class WantedChange:
    """A change this register may not make itself."""

    request: UUID
    number: str | None
    field: str
    proposed: object
    reason: str
    evidence: str


@dataclass(frozen=True)
class ChangeAnswer:
    """What the upstream said about a wanted change; `position` is where its feed carries it."""

    state: Literal["waiting", "accepted", "refused"]
    text: str = ""
    position: int | None = None


class Upstream(Protocol):
    """The register above this one.

    Every call may raise UpstreamDown (try again later) or UpstreamRefuses (trying again changes
    nothing); nothing is kept of a failed one.
    """

    def verify(self, question: VerifyQuestion) -> bool:
        """Whether number, name and birth date all match. The caller journals, before and after."""

    def check(self) -> None:
        """Ask about nobody: whether the service answers us at all."""

    def changes_after(self, position: int, limit: int) -> FeedPage:
        """Changes after a position of its feed, in any order, some perhaps twice."""

    def ask_change(self, wanted: WantedChange) -> str:
        """Hand in a wanted change; answers with the upstream's receipt. Same request, same
        receipt."""

    def answer_to(self, receipt: str) -> ChangeAnswer:
        """What became of a wanted change."""
