"""Cases as they pass the door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from danso.catalogue.shapes.procedures import Channel, Procedure
from danso.kernel import clock
from danso.kernel.errors import Conflict
from danso.modules.cases.data.forms import GivenValue, PartyData
from danso.modules.cases.data.states import DueUnknown, EffectState, Light, Outcome, Status
from danso.modules.identity.data import PostData, ScopeKind

Way = Literal["cash", "online", "transfer"]


@dataclass(frozen=True, slots=True)
class Reach:
    """Which cases an officer reaches: (role, unit) for each post; an empty unit is the whole
    province. A unit is a commune's code or an agency's."""

    places: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, posts: Iterable[PostData]) -> Reach:
        """From the posts that somebody holds now; a post at a partner reaches no case."""
        return cls(
            frozenset(
                (post.role.value, post.scope.code)
                for post in posts
                if post.scope.kind is not ScopeKind.PARTNER
            )
        )

    def roles_at(self, unit: str) -> frozenset[str]:
        """The roles held for that unit."""
        return frozenset(role for role, place in self.places if place in ("", unit))


@dataclass(frozen=True, slots=True)
class StepData:
    """One thing that was done. `by`: an account's key, or the code of a system."""

    what: str
    status: Status
    at: datetime
    by: str
    unit: str
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PaperData:
    """A paper of a case. `digest` is empty where it was shown at the desk and not digitised."""

    key: UUID
    requirement: str
    kind: str
    digest: str
    name: str = field(repr=False)
    reused_from: UUID | None
    added_at: datetime
    checked_by: str
    is_result: bool
    is_signed: bool


@dataclass(frozen=True, slots=True)
class EffectData:
    """What the decision changes, and how far that has come. `said`: why it is refused or waits (a
    code of `SAID_NAMES`, or words), or the number that was given (`number_given`)."""

    kind: str
    state: EffectState
    said: str = field(repr=False)
    at: datetime

    @property
    def number_given(self) -> str:
        """The number of a newborn, once it is given; empty before, and where an officer settled it
        in words."""
        is_given = self.kind == "issue-number" and self.state is EffectState.DONE
        return self.said if is_given and self.said.isdigit() else ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That the fee was paid."""

    number: str
    amount: int
    way: Way
    reference: str
    paid_at: datetime


class AlreadyPaid(Conflict):
    """The fee was paid before: here is that receipt."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(
            f"The fee was paid already, by receipt {receipt.number}.",
            code="already_paid",
            fix="Take the money of the second payment back; show the first receipt.",
        )
        self.receipt = receipt

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.receipt,)


class FiledBefore(Conflict):
    """The same was applied for about the same people: here is the code of that file."""

    def __init__(self, file_code: str) -> None:
        super().__init__(
            f"The same was applied for already: file {file_code}.",
            code="filed_before",
            fix="Follow that file; withdraw it first to file anew.",
        )
        self.file_code = file_code

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.file_code,)


@dataclass(frozen=True, slots=True)
class Listed:
    """A case as a list shows it. `applicant_name` is personal data."""

    key: UUID
    code: str
    procedure: str
    status: Status
    light: Light
    unit: str
    channel: Channel
    filed_at: datetime
    due_at: datetime | None
    due_unknown: DueUnknown
    assigned: UUID | None
    version: int
    applicant_name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CaseData:
    """One case whole. Names, answers and given values are personal data.

    `definition` is the procedure as it was when the case was filed. `version` grows with every
    change: pass what you showed back to the action, and two officers cannot both decide.
    `answer_by`: until when an online file is received or refused; `supplement_by`: until when what
    was asked for must come.
    """

    listed: Listed
    definition: Procedure
    applicant: UUID
    parties: Mapping[str, PartyData] = field(repr=False)
    answers: Mapping[str, str] = field(repr=False)
    given: Mapping[str, GivenValue] = field(repr=False)
    filed_by: str
    filed_at_unit: str
    answer_by: datetime | None
    received_at: datetime | None
    first_due_at: datetime | None
    supplement_words: str = field(repr=False)
    supplement_by: date | None
    apology: str
    fee: int | None
    receipt: Receipt | None
    outcome: Outcome
    reason: str = field(repr=False)
    decided_at: datetime | None
    decided_by: str
    ended_at: datetime | None
    returned_at: datetime | None
    papers: tuple[PaperData, ...]
    steps: tuple[StepData, ...]
    effects: tuple[EffectData, ...]

    @property
    def key(self) -> UUID:
        """The case's key."""
        return self.listed.key

    @property
    def code(self) -> str:
        """The file code."""
        return self.listed.code

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self.listed.status

    @property
    def version(self) -> int:
        """How often it was changed."""
        return self.listed.version

    @property
    def waits_for_register(self) -> bool:
        """Whether it was approved and something of it is still to be done elsewhere."""
        return any(one.state is not EffectState.DONE for one in self.effects)

    @property
    def was_in_time(self) -> bool | None:
        """Whether it was done by its day (domain.md 6.6); None before it is done."""
        if self.ended_at is None:
            return None
        due = self.listed.due_at
        return due is None or clock.local(self.ended_at).date() <= clock.local(due).date()


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Narrows the desk's list. `words`: a file code, or part of an applicant's name or number.
    `mine`: assigned to this account. Without `statuses`: whatever is open."""

    statuses: tuple[Status, ...] = ()
    procedure: str = ""
    light: Light | None = None
    channel: Channel | None = None
    mine: UUID | None = None
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the list in the order of days; `after` goes on, empty at the end."""

    rows: tuple[Listed, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How many are where. `late` and `soon` count those in process against their day."""

    by_status: Mapping[Status, int]
    late: int
    soon: int
    unknown_due: int

    @property
    def open(self) -> int:
        """Everything that waits for somebody."""
        return sum(self.by_status.values())


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Of one procedure in a time: its cases, those in which something was asked that the state
    holds or could, and how many such answers there were."""

    cases: int
    touched: int
    fields: int


@dataclass(frozen=True, slots=True)
class FiledCase:
    """What whoever handed in is told. `fee` is None where nobody knows it."""

    key: UUID
    code: str
    unit: str
    fee: int | None
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedResult:
    """The result as a file: its digest, number and whether it carries a checked signature. What is
    unsigned is marked so and proves nothing later."""

    digest: str
    name: str
    is_signed: bool
