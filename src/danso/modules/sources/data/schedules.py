"""Sources that run by themselves as they pass the door: runs, alerts, tries, events, refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, Literal
from uuid import UUID

from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.audit.data import Event

Phase = Literal["", "checking", "pulling", "matching", "telling"]
AlertKind = Literal["stopped", "drift", "late", "shrunk"]
TrialKind = Literal["upload", "place"]
TrialState = Literal["waiting", "checking", "checked", "failed", "confirmed", "loaded", "cancelled"]
# How many bytes of a file are taken on a page.
MOST_UPLOAD: Final = 1 << 30


@dataclass(frozen=True)
class RunRecord:
    """How a source runs by itself. `phase` is empty while nothing runs; `step` is linkage's while
    it matches; `tries`: how often it failed in a row, `problem` the code of the last time."""

    source: str
    is_placed: bool = False
    next_at: datetime | None = None
    paused_at: datetime | None = None
    phase: Phase = ""
    step: str = ""
    phase_at: datetime | None = None
    tries: int = 0
    problem: str = ""
    problem_at: datetime | None = None

    @classmethod
    def of(cls, row: object) -> RunRecord:
        """From a row of runs."""
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class AlertRecord:
    """What somebody has to see to: `stopped` with a code, `drift` with fields that are missing
    and columns that are not described, `late` when nothing came in the promised rhythm."""

    key: UUID
    source: str
    kind: AlertKind
    code: str
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    opened_at: datetime

    @classmethod
    def of(cls, row: object) -> AlertRecord:
        """From a row of alerts."""
        found = {name: getattr(row, name) for name in cls.__dataclass_fields__}
        return cls(
            **{**found, "missing": tuple(found["missing"]), "unknown": tuple(found["unknown"])}
        )


@dataclass(frozen=True)
class Findings:
    """What a look at rows found, in codes and counts. `columns`: each with the field it fills, or
    "" where no field names it (without its name, where needed columns are missing); `gone` None
    where the rows are not the owner's whole state, `held` where that is more than is believed at
    once; of a locked source nothing is compared: `new`, `changed`, `same` are 0; `broken`: the
    first lines that can't be read, with the reason."""

    ok: bool = False
    problems: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int | None = None
    held: bool = False
    faulty: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    broken: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> Findings:
        """From JSON, which knows no tuples."""
        known = {name: kept[name] for name in cls.__dataclass_fields__ if name in kept}
        return cls(**{name: _tupled(value) for name, value in known.items()})  # type: ignore[arg-type]


def _tupled(value: object) -> object:
    return tuple(map(_tupled, value)) if isinstance(value, list) else value


@dataclass(frozen=True)
class TrialRecord:
    """A look at rows before anything of them is taken. `rows`: seen so far while it is checked."""

    key: UUID
    source: str
    kind: TrialKind
    state: TrialState
    name: str
    size: int
    opened_at: datetime
    opened_by: str
    begun_at: datetime | None
    ended_at: datetime | None
    rows: int
    found: Findings
    problem: str

    @property
    def is_moving(self) -> bool:
        """Whether the jobs have still to do something about it."""
        return self.state in ("waiting", "checking", "confirmed")


@dataclass(frozen=True)
class Preview:
    """The first rows as they would be taken: by field, each value with its fault ("" where sound).
    None where the purpose does not allow to see it."""

    fields: tuple[str, ...]
    rows: Sequence[Sequence[tuple[str, str] | None]]


@dataclass(frozen=True)
class SourceTroubled(Event):
    """A source needs somebody: `stopped`, `drift`, `late` or `shrunk`
    (docs/how-to/connect-a-source.md)."""

    kind: ClassVar[str] = "sources.source_troubled"
    alert: UUID
    source: str
    trouble: str
    code: str


@dataclass(frozen=True)
class SourceRecovered(Event):
    """What an alert was about is over."""

    kind: ClassVar[str] = "sources.source_recovered"
    alert: UUID
    source: str
    trouble: str


def source_unplaced(code: str) -> NotFound:
    return NotFound(
        f"Nobody has said yet where the source {code} is.",
        code="source_unplaced",
        fix="Ask the operator to add it to sources.toml (danso source setup).",
    )


def source_paused() -> Conflict:
    return Conflict(
        "The source is paused.", code="source_paused", fix="Resume it first, then run it."
    )


def trial_not_found() -> NotFound:
    return NotFound(
        "There is no such file or preview for you.",
        code="trial_not_found",
        fix="Send the file again; one that nobody confirms is deleted after a day.",
    )


def trial_over() -> Conflict:
    return Conflict(
        "This file was confirmed, cancelled or found unfit already.",
        code="trial_over",
        fix="Look at the source's page for what became of it.",
    )


def upload_too_large() -> InvalidValue:
    return InvalidValue(
        "The file is larger than 1 GB.",
        code="upload_too_large",
        fix="Send it compressed (Parquet, XLSX), or ask the operator to drop it into the folder.",
    )
