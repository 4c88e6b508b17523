"""Hosted registers as they pass the door: who works with them, records, versions, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Final, Literal
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit.data import Event
from danso.modules.identity.data import Officer, ScopeKind
from danso.modules.population.data import Grounds

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register, Right

RegisterState = Literal["open", "closed", "graduated"]
RecordState = Literal["open", "ended", "void"]
# Why a record came to another key; also the words of its revision, which FOLLOWER adds.
MovedWith = Literal["people_merged", "people_unmerged"]
FOLLOWER: Final = "sources.follow"
# In a post's place: whoever works at the console holds every role everywhere.
EVERY_ROLE: Final = "*"


@dataclass(frozen=True)
class Post:
    """A role and where it reaches: `province`, `commune` or `agency`, with its code."""

    role: str
    kind: str
    code: str = ""


@dataclass(frozen=True)
class Keeper:
    """Who works with hosted registers, with which posts, and why."""

    actor: Actor
    posts: tuple[Post, ...]
    grounds: Grounds

    @classmethod
    def of(cls, officer: Officer, grounds: Grounds) -> Keeper:
        """A signed-in officer."""
        posts = (Post(str(one.role), str(one.scope.kind), one.scope.code) for one in officer.posts)
        return cls(officer.actor, tuple(posts), grounds)

    @classmethod
    def console(cls, actor: Actor, reason: str) -> Keeper:
        """The operator at the machine: everything, on record with the reason."""
        return cls(actor, (Post(EVERY_ROLE, str(ScopeKind.PROVINCE)),), Grounds(reason=reason))

    def holds(self, roles: Iterable[str]) -> bool:
        """Whether one of these roles is held somewhere."""
        return bool({one.role for one in self.posts} & {EVERY_ROLE, *roles})

    def reach(self, register: Register, right: Right) -> tuple[str, ...] | None:
        """The communes whose records this right covers: None for all, empty for none."""
        roles = {EVERY_ROLE, *getattr(register.rights, right)}
        held = [one for one in self.posts if one.role in roles]
        for one in held:
            is_owners = one.kind == ScopeKind.AGENCY and one.code == register.owner
            if one.kind == ScopeKind.PROVINCE or is_owners:
                return None
        return tuple(sorted({one.code for one in held if one.kind == ScopeKind.COMMUNE}))

    def may(self, register: Register, right: Right) -> bool:
        """Whether the right is held for any record at all."""
        return self.reach(register, right) != ()

    @property
    def sees_protected(self) -> bool:
        """Whether records of protected people are there for them."""
        return self.holds(("guardian",))

    def sees(self, register: Register) -> frozenset[str]:
        """Codes of the fields that this keeper may see."""
        return frozenset(
            one.code for one in register.fields if not one.readers or self.holds(one.readers)
        )


@dataclass(frozen=True)
class RegisterStanding:
    """A register with its description of now. `records`: open ones within the keeper's reach;
    `source`: what tells instead of it, once it has graduated."""

    register: Register
    origin: Literal["file", "browser"]
    state: RegisterState
    source: str
    records: int
    ended: int
    facts: int
    changed_at: datetime | None


@dataclass(frozen=True)
class HostedRecord:
    """A record. `values`: its fields by code, without those the keeper may not see."""

    key: UUID
    register: str
    number: str
    commune: str
    person: UUID | None
    values: Mapping[str, str]
    version: int
    revision: int
    state: RecordState
    ended_on: date | None
    entered_at: datetime
    changed_at: datetime
    source_record: str = ""


@dataclass(frozen=True)
class RecordRevision:
    """A state that a record had: its values, since when, by which account, of which unit, why.
    `changed`: codes of fields that differ from the state before."""

    revision: int
    version: int
    commune: str
    values: Mapping[str, str]
    state: RecordState
    ended_on: date | None
    why: str
    at: datetime
    by: str
    unit: str
    changed: tuple[str, ...]


@dataclass(frozen=True)
class RecordsWanted:
    """Which records: of a `person`, whose name or number holds `text`, in a state or commune, with
    these values of coded fields."""

    text: str = ""
    person: UUID | None = None
    state: RecordState | None = "open"
    commune: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GivenRecord:
    """What was typed or sent for a record: the personal number, the commune by code or name, and
    the fields by code."""

    number: str
    commune: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Ending:
    """How a record ends: told until the day `on`, or `is_void`, entered by mistake and told to
    nobody."""

    on: date
    why: str
    is_void: bool = False


@dataclass(frozen=True)
class LineFault:
    """What is wrong in a line of a file: the field (empty for the line itself) and the fault."""

    line: int
    field: str
    fault: str


@dataclass(frozen=True)
class FileCheck:
    """A file looked at: its lines, how many would be new, change something or change nothing, and
    every fault. Nothing of it is taken while there is one. `unknown`: headings nobody described.
    `before`: what tells the state of the records it would change from any other."""

    digest: str
    lines: int
    new: int
    changed: int
    same: int
    faults: tuple[LineFault, ...]
    unknown: tuple[str, ...]
    before: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether it may be taken in."""
        return not self.faults and self.lines > 0


@dataclass(frozen=True)
class ExportFile:
    """Records as a sheet. `name` says nothing about people."""

    name: str
    content: bytes
    rows: int


@dataclass(frozen=True)
class RegisterText:
    """A version of a description: where it comes from and its text, to be read or edited again."""

    version: int
    origin: Literal["file", "browser"]
    text: str
    defined_at: datetime


@dataclass(frozen=True)
class UseLine:
    """One line of a register's usage log, from the journal: when, who (their unit or partner), what
    they did, why, and over how many records. Never about whom."""

    at: datetime
    kind: str
    unit: str
    action: str
    purpose: str
    outcome: str
    count: int


@dataclass(frozen=True)
class Graduation:
    """What a graduation did or, tried only, would do. `differing`: people of whom the source tells
    another value than the register did."""

    register: str
    source: str
    records: int
    facts: int
    differing: int


@dataclass(frozen=True)
class RegisterChanged(Event):
    """A hosted register was defined anew, closed, or graduated to a source."""

    kind: ClassVar[str] = "sources.register_changed"
    register: str
    state: str


class RecordFaults(InvalidValue):
    """Fields of a record that can't be kept as given; `.faults`: field -> what is wrong."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            f"The record can't be kept: {', '.join(sorted(faults))}.",
            code="record_faults",
            fix="Mend the fields named.",
        )
        self.faults = dict(faults)


def register_not_found(code: str) -> NotFound:
    return NotFound(
        f"There is no hosted register {code!r} for you.",
        code="register_not_found",
        fix="See which there are: danso register list.",
    )


def register_right() -> Refused:
    return Refused(
        "Your posts do not let you do this in the register.",
        code="register_right",
        fix="Ask the register's owner, or somebody whose post covers this commune.",
    )


def register_closed() -> Conflict:
    return Conflict(
        "The register takes no more entries.",
        code="register_closed",
        fix="Enter it at the source that took its place, or open the register again.",
    )


def register_record_not_found() -> NotFound:
    return NotFound(
        "There is no such record for you.",
        code="register_record_not_found",
        fix="Look for it in the register's list.",
    )


def register_file_moved() -> Conflict:
    return Conflict(
        "Somebody changed records of this file since you looked at it.",
        code="register_file_moved",
        fix="Look at what the file would do now, then take it in.",
    )


def record_moved_on() -> Conflict:
    return Conflict(
        "Somebody changed the record meanwhile.",
        code="record_moved_on",
        fix="Read it again, then change what is still to be changed.",
    )
