"""Connected sources as they pass the door: loads, standings, facts, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final, Literal
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit.data import Event
from danso.modules.linkage.data import MatchCounts

LoadState = Literal["running", "done", "stopped"]
# What ended a load whose process died before it could say anything.
BROKEN_OFF: Final = "load_broken_off"


@dataclass(frozen=True)
class LoadRecord:
    """One pull of a source. `lines`: reasons of lines that could not be read, the first of them by
    [file, line, reason] in `broken`; `faults`: values by `field:fault`; `stopped`: the code of what
    ended it early; `moved_at`: when its last batch was taken."""

    key: UUID
    source: str
    state: LoadState
    started_at: datetime
    finished_at: datetime | None
    rows: int
    new: int
    changed: int
    gone: int
    faulty: int
    lines: Mapping[str, int]
    faults: Mapping[str, int]
    stopped: str
    moved_at: datetime | None = None
    broken: Sequence[tuple[str, int, str]] = ()

    @classmethod
    def of(cls, row: object) -> LoadRecord:
        """From a row of loads."""
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class SourceStanding:
    """A connected source as the board shows it: what is held, how its records are matched, how old
    it is. `last` is its latest load; `matched` is None before the first matching."""

    code: str
    records: int
    faulty: int
    matched: MatchCounts | None
    facts: int
    last: LoadRecord | None
    loaded_at: datetime | None


@dataclass(frozen=True)
class FactRecord:
    """What a source tells about a person: the value, from when to when, as of when, how good."""

    kind: str
    source: str
    value: str
    since: date | None
    until: date | None
    as_of: datetime
    quality: Literal["good", "unverified", "contradicted"]


@dataclass(frozen=True)
class OwnersRecord:
    """What a source's record says of its person: by term (catalogue's `Term`), as cleaned; empty
    where it says nothing. `faulty`: terms whose value is kept as it came, because it is wrong."""

    source: str
    changed_at: datetime
    values: Mapping[str, str]
    faulty: frozenset[str]


@dataclass(frozen=True)
class FactsTold(Event):
    """What a source tells changed for some people, at most 200 rows of person and kind: they stand
    in the table of fact changes under `telling`, since payloads name as few people as they can."""

    kind: ClassVar[str] = "sources.facts_told"
    telling: UUID
    source: str


@dataclass(frozen=True)
class SourceLoaded(Event):
    """A pull of a source ended: `done`, or `stopped` early."""

    kind: ClassVar[str] = "sources.source_loaded"
    load: UUID
    source: str
    state: str


@dataclass(frozen=True)
class Served:
    """Whom a fact was given to while it stood: a partner's call in the journal."""

    at: datetime
    actor: Actor
    purpose: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class FactsWithdrawn(Event):
    """Facts (kinds) about a person ended, because a clerk's decision they rested on was taken back:
    who was given them may want to know (`served_meanwhile`)."""

    kind: ClassVar[str] = "sources.facts_withdrawn"
    decision: UUID
    source: str
    person: UUID
    kinds: tuple[str, ...]


def record_gone() -> NotFound:
    return NotFound(
        "The owner no longer sends this record.",
        code="record_gone",
        fix="Go on with the next one; the next run of matching ends its link.",
    )
