"""Quality of sources and mismatches as they pass the door, their events and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import ClassVar, Final, Literal, Self
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit.data import Event

# asked: its owner is to answer. promised: the owner says it is mended; the next load shows it.
# contested: the owner says it is right; commune police decide. above: so do commune police; the
# province decides. sent_up: the province found the source right, the register above is asked.
# closed: both say the same, or there is nothing to compare any more.
MismatchState = Literal["asked", "promised", "contested", "above", "sent_up", "closed"]
# Who has to do something next.
Waiting = Literal["owner", "next_load", "commune", "province", "upstream", "nobody"]
WAITS_FOR: Final[Mapping[MismatchState, Waiting]] = {
    "asked": "owner",
    "promised": "next_load",
    "contested": "commune",
    "above": "province",
    "sent_up": "upstream",
    "closed": "nobody",
}
# What an owner answers.
OwnersAnswer = Literal["corrected", "right"]
# Which side the province finds right.
RightSide = Literal["register", "source"]


@dataclass(frozen=True)
class Owner:
    """Who answers for sources: their actor and the agencies they speak for (None: any)."""

    actor: Actor
    agencies: frozenset[str] | None

    def speaks_for(self, agency: str) -> bool:
        """Whether sources of this agency are theirs."""
        return self.agencies is None or agency in self.agencies


@dataclass(frozen=True)
class MismatchRecord:
    """A field on which a source's record and the register differ, and where that stands.

    `field`: the source's; `said` and `held` as last compared, a commune by its code: personal data,
    emptied as it closes.
    `kind`: see `engine.agreeing`. `binding`: the province decided that the register is right.
    `closed_as`: agrees, gone or unlinked.
    """

    key: UUID
    source: str
    record: str
    field: str
    person: UUID
    commune: str
    kind: str
    said: str
    held: str
    state: MismatchState
    first_seen: datetime
    since: datetime
    due: date | None
    binding: bool
    correction: UUID | None
    closed_at: datetime | None
    closed_as: str

    @staticmethod
    def state_of(text: str) -> MismatchState:
        """A state as it is kept."""
        return next(state for state in WAITS_FOR if state == text)

    @property
    def waits_for(self) -> Waiting:
        """Who has to do something next."""
        return WAITS_FOR[self.state]

    def is_late(self, today: date) -> bool:
        """Whether its owner's deadline has passed without an answer."""
        return self.state == "asked" and self.due is not None and self.due < today


@dataclass(frozen=True)
class StepRecord:
    """One thing said about a mismatch. `said`: corrected, right, police_right (the register is),
    police_wrong, withdrawn, register, source, still_different, changed (one side holds another
    value than the one contested: it is asked anew)."""

    at: datetime
    by: str
    unit: str
    said: str
    words: str
    evidence: str


@dataclass(frozen=True)
class Compared:
    """What comparing a source's records with the register changed: mismatches that appeared, that
    closed by themselves, and that came back although their owner said they were mended."""

    opened: int
    closed: int
    returned: int


@dataclass(frozen=True)
class QualityCount:
    """A source's figures of a day, of a field ('' the record as a whole) and a commune ('' not on
    the map; None all together). `correct` and `differs` count what could be compared with the
    register; `doubled` records of somebody who has another one in the source."""

    source: str
    day: date
    field: str
    commune: str | None
    records: int
    linked: int
    correct: int
    differs: int
    missing: int
    invalid: int
    doubled: int
    age_days: int | None

    @property
    def compared(self) -> int:
        """What could be compared with the register."""
        return self.correct + self.differs

    @property
    def correct_share(self) -> float | None:
        """Đúng: of what could be compared."""
        return self.correct / self.compared if self.compared else None

    @property
    def complete_share(self) -> float | None:
        """Đủ: of all records; None for the record as a whole, which is never missing."""
        return 1 - self.missing / self.records if self.records and self.field else None

    @property
    def clean_share(self) -> float | None:
        """Sạch: of all records, a valid value (or none) and nobody twice."""
        bad = min(self.records, self.invalid + self.doubled)
        return 1 - bad / self.records if self.records else None

    @classmethod
    def of(cls, row: Mapping[str, object]) -> Self:
        """From a row of figures."""
        return cls(**{one.name: row[one.name] for one in fields(cls)})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Waits:
    """How many open mismatches of an agency's sources, or in a commune, wait for whom, and how
    many are past their owner's deadline."""

    code: str
    owner: int = 0
    next_load: int = 0
    commune: int = 0
    province: int = 0
    upstream: int = 0
    late: int = 0

    @property
    def total(self) -> int:
        """All that is open."""
        return self.owner + self.next_load + self.commune + self.province + self.upstream


@dataclass(frozen=True)
class SourceCompared(Event):
    """A source's records were compared with the register; mismatches opened and closed."""

    kind: ClassVar[str] = "sources.source_compared"
    source: str
    opened: int
    closed: int


@dataclass(frozen=True)
class MismatchMoved(Event):
    """Somebody answered or decided a mismatch: it waits for somebody else now."""

    kind: ClassVar[str] = "sources.mismatch_moved"
    mismatch: UUID
    source: str
    state: str


def mismatch_not_found() -> NotFound:
    return NotFound(
        "There is no such mismatch for you.",
        code="mismatch_not_found",
        fix="Choose one from the list of your source.",
    )


def mismatch_elsewhere() -> Conflict:
    return Conflict(
        "This mismatch does not wait for you.",
        code="mismatch_elsewhere",
        fix="Look at it again: it was answered, or it closed by itself.",
    )


def mismatch_not_yours() -> Refused:
    return Refused(
        "Another agency owns this source.",
        code="mismatch_not_yours",
        fix="Leave it to the source's owner.",
    )


def mismatch_own() -> Refused:
    return Refused(
        "Nobody decides a mismatch that they answered.",
        code="mismatch_own",
        fix="Ask a colleague to decide it.",
    )


def mismatch_of_its_own() -> Conflict:
    return Conflict(
        "Two records of the source contradict each other: the register has no part in it.",
        code="mismatch_of_its_own",
        fix="Correct or end one of the two in your source; the next load closes this by itself.",
    )


def mismatch_changed() -> Conflict:
    return Conflict(
        "The source or the register holds another value than the one you saw.",
        code="mismatch_changed",
        fix="Look at both values again, then answer.",
    )


def mismatch_decided() -> Conflict:
    return Conflict(
        "The province decided that the register is right.",
        code="mismatch_decided",
        fix="Correct the record in your source; the next load closes this by itself.",
    )


def mismatch_proof_missing() -> InvalidValue:
    return InvalidValue(
        "Whoever says that their side is right names the proof.",
        code="mismatch_proof_missing",
        fix="Write down the paper or decision it rests on.",
    )


def mismatch_not_correctable() -> Conflict:
    return Conflict(
        "The register does not change this field on a correction.",
        code="mismatch_not_correctable",
        fix="Re-establish the number, record the parents or take the death back in the person's own"
        " record first.",
    )


def source_purpose() -> Refused:
    return Refused(
        "This purpose may not read a locked source.",
        code="source_purpose",
        fix="Name one of the purposes that the source allows.",
    )


def source_locked(code: str) -> Refused:
    return Refused(
        f"The source {code} is locked: it is not compared, listed or shown.",
        code="source_locked",
        fix="Ask its owner in the procedure that its law names.",
    )
