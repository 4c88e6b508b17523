"""Matching as it passes the door: what is compared, what came out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, get_args
from uuid import UUID

from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit.data import Event

# linked: sure enough for everything that follows. clerk: a person decides, side by side.
# not_found: nobody in the register looks like it.
Band = Literal["linked", "clerk", "not_found"]
BANDS: tuple[Band, ...] = get_args(Band)

# Why a record is in its band. number: its number is somebody's of that name and birth.
# old_number: the same with a 9-digit number. alike: everything together says so. unsure: too little
# says so. several: more than one person looks like it. nobody: no person does. empty: it says too
# little to look for anybody. clerk: a clerk decided.
Reason = Literal["number", "old_number", "alike", "unsure", "several", "nobody", "empty", "clerk"]
# What became of what a clerk pressed; `waiting`: another officer has to confirm it.
Outcome = Literal["linked", "not_found", "waiting"]
Undoing = Literal["undone", "waiting"]
# standing: it holds. declined: never came to hold. undone: taken back. ended: the record changed.
DecisionState = Literal["waiting", "standing", "declined", "undone", "ended"]


@dataclass(frozen=True)
class Bands:
    """Where the bands lie: weights are base-2 logarithms of odds; `margin` is how much better the
    best person must be than the next."""

    linked: float
    margin: float
    clerk: float


@dataclass(frozen=True)
class MatchCounts:
    """What became of the records of a run; of one over what had changed, how all records stand
    after it. `changed`: those whose link is new or another one than before; `gone`: links ended
    because their record is no longer there; `looked`: records that were compared, or are gone."""

    records: int
    linked: int
    clerk: int
    not_found: int
    by_number: int
    changed: int
    gone: int
    looked: int = 0


@dataclass(frozen=True)
class MatchRun:
    """One run over a source: when, by which model (its digest), from which file, what came out.
    `whole`: over everything, not only what had changed."""

    key: UUID
    source: str
    digest: str
    model: str
    started_at: datetime
    finished_at: datetime
    counts: MatchCounts
    whole: bool = True


@dataclass(frozen=True)
class LinkRow:
    """One record's place: whom it is linked to, or the best candidate where a clerk decides."""

    record: str
    person: UUID | None
    band: Band
    weight: float | None
    reason: str


@dataclass(frozen=True)
class SourceMatched(Event):
    """A run over a source's records ended; its links are in place."""

    kind: ClassVar[str] = "linkage.source_matched"
    run: UUID
    source: str


@dataclass(frozen=True)
class Share:
    """What one comparison gave to a weight, and which of its levels held (`engine.comparing`)."""

    level: str
    weight: float


@dataclass(frozen=True)
class Candidate:
    """Somebody an open record may be about. `shares`: by comparison. `needs_two`: linking the
    record to them takes two officers: because the record's number `is_anothers`, or else because
    the weight is low."""

    person: UUID
    weight: float
    shares: Mapping[str, Share]
    needs_two: bool
    is_anothers: bool


@dataclass(frozen=True)
class Decision:
    """What an officer decided about a record; `person` None is nobody. `decided_by` is who made it
    hold: the same officer, or the second one of a risky decision. `undo_by`: who wants a risky one
    taken back, where a second officer has not agreed yet."""

    key: UUID
    source: str
    record: str
    person: UUID | None
    state: DecisionState
    needs_two: bool
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    undo_by: str = ""
    undo_reason: str = ""
    undo_at: datetime | None = None


@dataclass(frozen=True)
class DecisionSpan:
    """A decision and from when to when a link stood by it; `until` None: it still does; both None:
    it never did."""

    decision: Decision
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class OpenLink:
    """A record for a clerk. `key` names it where the record's own key must not stand."""

    key: UUID
    source: str
    record: str
    reason: str
    candidates: tuple[Candidate, ...]
    waiting: Decision | None


@dataclass(frozen=True)
class OpenCount:
    """How many records of a source wait for a clerk, and for a second officer."""

    source: str
    open: int
    waiting: int


@dataclass(frozen=True)
class LevelWeight:
    """One way to agree in a model: how often it holds among pairs of one person (`m`) and of two
    (`u`), and what it weighs. `is_counted`: a rare value weighs more, a common one less."""

    level: str
    m: float
    u: float
    weight: float
    is_counted: bool


@dataclass(frozen=True)
class Comparison:
    """One thing that is compared, with its levels."""

    name: str
    levels: tuple[LevelWeight, ...]


@dataclass(frozen=True)
class Step:
    """One step of how a pair's weight adds up: `start`, a comparison, or the `whole`."""

    name: str
    level: str
    weight: float
    before: float
    after: float


@dataclass(frozen=True)
class ModelRecord:
    """A model with what it weighs, and who used it. `about`: what it was trained on, as its file
    says; `used`: sources whose latest run went by it, with when that was. `first_used_at` None:
    never yet."""

    digest: str
    prior: float
    bands: Bands
    comparisons: tuple[Comparison, ...]
    about: Mapping[str, object]
    is_default: bool
    used: Mapping[str, datetime]
    first_used_at: datetime | None = None
    first_used_by: str = ""


@dataclass(frozen=True)
class LinkDecided(Event):
    """A clerk decided about a record, or took a decision back; its link is in place."""

    kind: ClassVar[str] = "linkage.link_decided"
    decision: UUID
    source: str


class NoLinks(NotFound):
    """Nothing was matched under that name yet."""


def model_not_found() -> NotFound:
    return NotFound(
        "No run went by such a model.",
        code="model_not_found",
        fix="Look at the list of models again.",
    )


def no_links(source: str) -> NoLinks:
    return NoLinks(
        f"There are no links of {source}.",
        code="links_missing",
        fix="Match its records first: danso link run.",
    )


def link_not_open() -> NotFound:
    return NotFound(
        "This record does not wait for a decision of yours.",
        code="link_not_open",
        fix="Go on with the next one: it was decided, or a run of matching changed it.",
    )


def link_waiting() -> Conflict:
    return Conflict(
        "A decision about this record waits for a second officer.",
        code="link_waiting",
        fix="Have it confirmed or declined first.",
    )


def link_needs_two() -> Refused:
    return Refused(
        "This link takes two officers, and you are the one who proposed it.",
        code="link_needs_two",
        fix="Ask another officer within reach to confirm it.",
    )


def decision_not_found() -> NotFound:
    return NotFound(
        "There is no such decision for you.",
        code="decision_not_found",
        fix="Look at the list again.",
    )


def decision_closed() -> Conflict:
    return Conflict(
        "This decision was closed already.",
        code="decision_closed",
        fix="Look at the list again.",
    )


def undo_reason_missing() -> InvalidValue:
    return InvalidValue(
        "Taking a decision back needs a reason.",
        code="undo_reason_missing",
        fix="Write down the paper or the check it rests on.",
    )


def reason_missing() -> InvalidValue:
    return InvalidValue(
        "A risky link says what it rests on.",
        code="link_reason_missing",
        fix="Write down the paper or the check it rests on.",
    )


def source_closed(source: str) -> Refused:
    return Refused(
        f"The source {source} is closed: nobody is matched through it.",
        code="source_closed",
        fix="Leave its records unmatched.",
    )


def source_of_no_people(source: str) -> Refused:
    return Refused(
        f"The source {source} is not about people: there is nobody to match.",
        code="source_of_no_people",
        fix="Load it without matching: its records are kept, judged and counted.",
    )
