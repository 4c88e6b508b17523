"""What passes the journal's door: entries, events, looks, heads, proofs, health and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.wire.head import SignedHead, TreeHead

__all__ = [
    "Activity",
    "BodyKind",
    "CallCount",
    "Decision",
    "Entry",
    "EntryFilter",
    "Event",
    "Follower",
    "HandlerRun",
    "InclusionProof",
    "JournalBehindHead",
    "JournalEntry",
    "JournalHealth",
    "Look",
    "LookFilter",
    "Looker",
    "NotSealedYet",
    "Positioned",
    "SignedHead",
    "Tally",
    "TreeHead",
    "Uses",
    "VerifyReport",
    "WithheldCount",
    "Withholding",
    "WithholdingCase",
    "WithholdingRefused",
    "WithholdingTerm",
]


@dataclass(frozen=True)
class Entry:
    """One look at, or change of, somebody's data: who, what for, by which law, with what outcome.

    `subject` is a person key, never a number; `fields` are codes of the catalogue; `detail` holds
    codes and counts, never personal data. `outcome` is a stable code (done, match, not_found, ...).
    """

    actor: Actor
    action: str
    outcome: str
    subject: UUID | None = None
    service: str = ""
    purpose: str = ""
    legal_basis: str = ""
    procedure: str = ""
    file_code: str = ""
    fields: tuple[str, ...] = ()
    detail: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """Something that happened, for the modules above. A subclass is a frozen dataclass with its
    `kind` and fields of UUID, str, int, bool, date, datetime, tuples of these, or None: ids only.
    """

    kind: ClassVar[str]


E = TypeVar("E", bound=Event, covariant=True)


@dataclass(frozen=True)
class Positioned(Generic[E]):
    """An event at its place in the one order. `at` is when it was recorded."""

    position: int
    at: datetime
    event: E


@dataclass(frozen=True)
class HandlerRun:
    """How far one follower of events got. `behind` counts positions it has not yet passed."""

    name: str
    handled: int
    behind: int
    error: str = ""


@dataclass(frozen=True)
class Follower:
    """One follower of events as its cursor stands. `behind` counts positions not yet passed."""

    name: str
    behind: int
    moved_at: datetime


@dataclass(frozen=True)
class Look:
    """One journal entry as the person concerned sees it: an instant, no position.

    `reference` names the entry when asking for its proof. `is_withheld` is only ever true for
    an auditor.
    """

    reference: str
    at: datetime
    actor: Actor
    action: str
    outcome: str
    service: str
    purpose: str
    legal_basis: str
    procedure: str
    file_code: str
    fields: tuple[str, ...]
    detail: Mapping[str, str | int]
    is_withheld: bool = False


@dataclass(frozen=True)
class LookFilter:
    """Which of the entries about them somebody wants to see: days in Vietnam, both included (None:
    any); `looker` as in Looker and `purpose`, empty for any; `without`: an actor's id to leave out.
    """

    first: date | None = None
    last: date | None = None
    looker: str = ""
    purpose: str = ""
    without: str = ""


@dataclass(frozen=True)
class Looker:
    """Who looked at somebody, and what for, counted. `looker` names the body: `partner:CODE`,
    `unit:CODE` of an officer's, else the kind of actor (system, operator, citizen)."""

    looker: str
    purpose: str
    count: int


@dataclass(frozen=True)
class EntryFilter:
    """Which entries an auditor looks for: days in Vietnam, both included; empty texts mean any.

    `actor` is an account's key, a partner's code, or the officer that a partner named; `outcome`
    is the code before any colon.
    """

    first: date
    last: date
    unit: str = ""
    actor: str = ""
    purpose: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class JournalEntry:
    """One entry at its place, as an auditor sees it. `sealed_at` is whole seconds."""

    position: int
    sealed_at: datetime
    at: datetime
    actor: Actor
    action: str
    outcome: str
    service: str
    purpose: str
    legal_basis: str
    procedure: str
    file_code: str
    fields: tuple[str, ...]
    detail: Mapping[str, str | int]
    subject: UUID | None


@dataclass(frozen=True)
class Uses:
    """Which entries tell of the use of one thing: actions that begin with `action` and name it in
    their detail (`key` is `value`), and what was shared of these `fields`."""

    action: str
    key: str
    value: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class InclusionProof:
    """That a leaf is in the tree of a signed head. `salt` and `entry` (the exact stored text) are
    there only for who may read the entry."""

    position: int
    second: int
    leaf: bytes
    path: tuple[bytes, ...]
    head: SignedHead
    salt: bytes | None = None
    entry: str | None = None


@dataclass(frozen=True)
class Tally:
    """Entries of one kind sealed in one minute. `actor` is a partner's key, else empty."""

    minute: datetime
    action: str
    actor: str
    outcome: str
    count: int


@dataclass(frozen=True)
class CallCount:
    """How often one action of one partner had one outcome on one day in Vietnam."""

    day: date
    action: str
    outcome: str
    count: int


@dataclass(frozen=True)
class JournalHealth:
    """Whether the journal can be trusted to keep up. `backlog` is an upper bound."""

    oldest_unsealed_at: datetime | None
    backlog: int
    sealed_size: int
    swept_at: datetime
    head: SignedHead | None


@dataclass(frozen=True)
class VerifyReport:
    """What a walk through the whole journal found; `root` is None where rows are missing.

    Each finding has code (altered, removed, reordered, back_dated, post_dated, added, misfiled,
    rewritten, head_unsigned, other_journal, tiles), position and message. `destroyed` counts
    entries whose legal term ended and whose destruction is in the journal.
    """

    origin: str
    size: int
    root: bytes | None
    entries: int
    destroyed: int
    heads_checked: int
    findings: tuple[Mapping[str, str | int], ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class Activity:
    """How much was asked in a span of time, counted as it was sealed; no person is in it.

    `verifications` were answered, `matched` of them with a match; parties of a court's case count
    as verifications, and as shares where they were told of; `searches` are officers' searches
    and opened records; `refused` calls were known and turned away, failed sign-ins among them.
    """

    verifications: int = 0
    matched: int = 0
    shares: int = 0
    searches: int = 0
    refused: int = 0

    @property
    def match_rate(self) -> float | None:
        """The share of verifications that matched; None where there was none."""
        return self.matched / self.verifications if self.verifications else None


class BodyKind(StrEnum):
    """Who may withhold entries from the person concerned. A civil court never may."""

    INVESTIGATION = "investigation"
    PROCURACY = "procuracy"
    CRIMINAL_COURT = "criminal_court"


@dataclass(frozen=True)
class Decision:
    """By which a body may withhold its future looks at one person until a date. `body_kind` is a
    BodyKind as the decision names it; `file_code` empty means all files of that body."""

    body_kind: str
    body_unit: str
    subject: UUID
    number: str
    until: datetime
    file_code: str = ""


@dataclass(frozen=True)
class Withholding:
    """A decision that withholds a body's looks at one person. `file_code` empty: all its files."""

    id: int
    body_kind: BodyKind
    body_unit: str
    file_code: str
    subject: UUID
    decision_number: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class WithholdingTerm:
    """A grant, a renewal or an early end; holds from the moment a second officer has signed."""

    decision_number: str
    until: datetime
    proposed_by: str
    proposed_at: datetime
    signed_by: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True)
class WithholdingCase:
    """One body's decision about one person with all its terms, oldest first."""

    id: int
    body_kind: BodyKind
    body_unit: str
    file_code: str
    subject: UUID
    terms: tuple[WithholdingTerm, ...]

    @property
    def waiting(self) -> WithholdingTerm | None:
        """The newest term without a second signature."""
        return next((one for one in reversed(self.terms) if one.signed_at is None), None)

    @property
    def until(self) -> datetime | None:
        """Until when it holds by the newest signed term; None before the first signature."""
        return next((one.until for one in reversed(self.terms) if one.signed_at), None)


@dataclass(frozen=True)
class WithheldCount:
    """What the public may know: decisions in force by kind of body, and entries they withhold."""

    decisions: Mapping[str, int]
    entries: int


class WithholdingRefused(Refused):
    """The law does not let this body, this officer or this date withhold anything."""


class NotSealedYet(NotFound):
    """The entry exists but no signed head covers it yet; one follows within a minute."""


class JournalBehindHead(Conflict):
    """A published head is newer than this database: it was restored from an older copy."""
