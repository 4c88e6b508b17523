"""Matching as it passes the door: what is compared, what came out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, get_args
from uuid import UUID

from danso.kernel.errors import NotFound
from danso.modules.audit.data import Event

# linked: sure enough for everything that follows. clerk: a person decides, side by side.
# not_found: nobody in the register looks like it.
Band = Literal["linked", "clerk", "not_found"]
BANDS: tuple[Band, ...] = get_args(Band)

# Why a record is in its band. number: its number is somebody's of that name and birth.
# old_number: the same with a 9-digit number. alike: everything together says so. unsure: too little
# says so. several: more than one person looks like it. nobody: no person does. empty: it says too
# little to look for anybody.
Reason = Literal["number", "old_number", "alike", "unsure", "several", "nobody", "empty"]


@dataclass(frozen=True)
class Bands:
    """Where the bands lie: weights are base-2 logarithms of odds; `margin` is how much better the
    best person must be than the next."""

    linked: float
    margin: float
    clerk: float


@dataclass(frozen=True)
class MatchCounts:
    """What became of the records of a run. `changed`: those whose link is new or another one than
    before; `gone`: links ended because their record is no longer there."""

    records: int
    linked: int
    clerk: int
    not_found: int
    by_number: int
    changed: int
    gone: int


@dataclass(frozen=True)
class MatchRun:
    """One run over a source: when, by which model (its digest), from which file, what came out."""

    key: UUID
    source: str
    digest: str
    model: str
    started_at: datetime
    finished_at: datetime
    counts: MatchCounts


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


class NoLinks(NotFound):
    """Nothing was matched under that name yet."""


def no_links(source: str) -> NoLinks:
    return NoLinks(
        f"There are no links of {source}.",
        code="links_missing",
        fix="Match its records first: danso link run.",
    )
