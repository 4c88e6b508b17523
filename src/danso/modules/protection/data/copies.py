"""Copies of everything about a person that they may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from danso.modules.audit.data import Event

# Of the JSON in a copy; documented in docs/reference/data-copy.md.
COPY_VERSION: Final = "1.0"


class CopyState(StrEnum):
    """Waiting for the worker, ready to be fetched, failed, or past its days (content destroyed)."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class CopyData:
    """One copy that somebody asked for. `sha256` is of the ZIP as it is handed out."""

    key: UUID
    account: UUID
    state: CopyState
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None
    octets: int
    sha256: str
    fetched: int


@dataclass(frozen=True)
class CopyMade(Event):
    """A copy is ready to be fetched."""

    kind: ClassVar[str] = "protection.copy_made"
    copy: UUID


Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a copy: a table. `columns`: code to words, in order; rows hold texts by code."""

    code: str
    title: str
    columns: Mapping[str, str]
    rows: tuple[Row, ...]
