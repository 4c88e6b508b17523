"""Corrections and worklists as they pass the door, their events and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.audit.data import Event

Origin = Literal["partner", "steward", "desk", "police", "worklist", "source", "citizen"]
State = Literal["open", "accepted", "rejected", "withdrawn"]
# `sent_up`: open still, accepted here and asked of the register above, which decides.
Stage = State | Literal["sent_up"]
Answer = Literal["right", "wrong", "not_found"]
DeciderRole = Literal["commune_police", "provincial_police"]


@dataclass(frozen=True)
class Wrong:
    """What somebody says is wrong: the field (catalogue code), what it should be, and the proof."""

    person: UUID
    field: str
    claimed: str
    evidence: str
    origin: Origin
    procedure: str = ""
    file_code: str = ""


@dataclass(frozen=True)
class CorrectionRecord:
    """A correction and where it stands. `claimed` is personal data: for deciders' eyes."""

    key: UUID
    person: UUID
    field: str
    claimed: str
    evidence: str
    origin: Origin
    opened_at: datetime
    opened_by: str
    opened_unit: str
    state: State
    commune: str
    decider: DeciderRole | Literal[""]
    due: date | None
    answer: str
    answered_at: datetime | None
    answered_by: str
    request: UUID | None = None

    @property
    def stage(self) -> Stage:
        """The state, telling those apart that wait for the register above."""
        return "sent_up" if self.state == "open" and self.request is not None else self.state

    def is_late(self, today: date) -> bool:
        """Whether the deadline has passed without an answer."""
        return self.state == "open" and self.due is not None and self.due < today


@dataclass(frozen=True)
class CorrectionFigures:
    """A commune's corrections: counts, and the median days to an answer (None: no data)."""

    commune: str
    open: int
    late: int
    accepted: int
    rejected: int
    median_days: float | None


@dataclass(frozen=True)
class CorrectionBoard:
    """The province's corrections together (`commune` empty; None without any) and by commune."""

    together: CorrectionFigures | None
    communes: tuple[CorrectionFigures, ...]


@dataclass(frozen=True)
class WorklistRecord:
    """A list that was handed out: for which commune and hamlet, and how much came back."""

    key: UUID
    commune: str
    hamlet: str
    measure: str
    made_at: datetime
    made_by: str
    rows: int
    answered: int


@dataclass(frozen=True)
class WorklistFile:
    """A worklist as the XLSX that is handed out. `name` says nothing about people."""

    name: str
    content: bytes
    rows: int


@dataclass(frozen=True)
class WorklistOrder:
    """Which people go on a list: who fails a measure in a commune, in one hamlet or (None) all."""

    measure: str
    commune: str
    hamlet: str | None = None


RowState = Literal["applied", "confirmed", "already", "stale", "unknown_row", "no_answer", "bad"]


@dataclass(frozen=True)
class RowOutcome:
    """What became of one line of a returned worklist; `reason` is a code, never a value."""

    line: int
    outcome: RowState
    reason: str = ""


@dataclass(frozen=True)
class CorrectionOpened(Event):
    """Someone reported a field as wrong."""

    kind: ClassVar[str] = "sources.correction_opened"
    correction: UUID
    person: UUID


@dataclass(frozen=True)
class CorrectionAnswered(Event):
    """A correction was accepted, rejected or withdrawn; the asker is to be told."""

    kind: ClassVar[str] = "sources.correction_answered"
    correction: UUID
    person: UUID
    state: str


class CorrectionNotFound(NotFound):
    """No such correction for this asker."""


class CorrectionClosed(Conflict):
    """It was answered already."""


def correction_not_found() -> CorrectionNotFound:
    return CorrectionNotFound(
        "There is no such correction for you.",
        code="correction_not_found",
        fix="Check its key; only who opened it and who decides it can see it.",
    )


def correction_closed() -> CorrectionClosed:
    return CorrectionClosed(
        "This correction was answered already.",
        code="correction_closed",
        fix="Read the answer; open a new correction if the record is still wrong.",
    )


def correction_sent_up() -> CorrectionClosed:
    return CorrectionClosed(
        "This correction was accepted here and sent to the national register, which decides.",
        code="correction_sent_up",
        fix="Wait for its answer: the correction then closes by itself and the asker is told.",
    )


class WorklistNotFound(NotFound):
    """No such worklist within the asker's communes."""


def worklist_not_found() -> WorklistNotFound:
    return WorklistNotFound(
        "There is no such worklist for you.",
        code="worklist_not_found",
        fix="Choose one from the list of worklists.",
    )


def correction_open() -> Conflict:
    return Conflict(
        "You reported another value for this field, which still waits.",
        code="correction_open",
        fix="Take that report back before you report again.",
    )


def field_not_correctable(field: str) -> InvalidValue:
    return InvalidValue(
        f"The field {field!r} cannot be corrected this way.",
        code="correction_field",
        fix="Name one of the fields in the register that a correction may concern.",
    )
