"""The national population service as this register sees it: the port, and a twin that answers in
memory.

The real adapter (HTTP on the sharing platform) is its own slice: its specification is not public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID


@dataclass(frozen=True)
class VerifyQuestion:
    """One person's declared values by field code, to be compared upstream."""

    number: str
    values: Mapping[str, str]
    purpose: str
    file_code: str


@dataclass(frozen=True)
class VerifyAnswer:
    """Match or no match per field, with the upstream's reason codes; never its values."""

    found: bool
    matches: Mapping[str, bool] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


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
    """What the upstream said about a wanted change."""

    state: Literal["waiting", "accepted", "refused"]
    text: str = ""


class Upstream(Protocol):
    """The register above this one. Every call may raise Unavailable; nothing is kept of a failed
    one."""

    def verify(self, question: VerifyQuestion) -> VerifyAnswer:
        """Compare one person's values."""

    def ask_change(self, wanted: WantedChange) -> str:
        """Hand in a wanted change; answers with the upstream's receipt. Same request, same
        receipt."""

    def answer_to(self, receipt: str) -> ChangeAnswer:
        """What became of a wanted change."""


@dataclass
class UpstreamInMemory:
    """A twin for tests and demos: keeps what it was asked and answers as told."""

    people: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: dict[UUID, WantedChange] = field(default_factory=dict)
    answers: dict[str, ChangeAnswer] = field(default_factory=dict)

    def verify(self, question: VerifyQuestion) -> VerifyAnswer:
        held = self.people.get(question.number)
        if held is None:
            return VerifyAnswer(found=False)
        matches = {name: held.get(name) == value for name, value in question.values.items()}
        reasons = {name: "differs" for name, match in matches.items() if not match}
        return VerifyAnswer(found=True, matches=matches, reasons=reasons)

    def ask_change(self, wanted: WantedChange) -> str:
        self.asked[wanted.request] = wanted
        return f"receipt-{wanted.request}"

    def answer_to(self, receipt: str) -> ChangeAnswer:
        return self.answers.get(receipt, ChangeAnswer("waiting"))
