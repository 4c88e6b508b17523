"""What happened to cases: keys and codes only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from danso.modules.audit.data import Event


@dataclass(frozen=True)
class CaseFiled(Event):
    """An application was handed in; it has its file code."""

    kind: ClassVar[str] = "cases.filed"
    case: UUID
    procedure: str
    unit: str
    channel: str


@dataclass(frozen=True)
class CaseMoved(Event):
    """A case came to another of the ten statuses."""

    kind: ClassVar[str] = "cases.moved"
    case: UUID
    procedure: str
    unit: str
    status: int


@dataclass(frozen=True)
class CaseEnded(Event):
    """A case was decided, withdrawn, stopped or not received."""

    kind: ClassVar[str] = "cases.ended"
    case: UUID
    procedure: str
    unit: str
    status: int
    outcome: str
    in_time: bool


@dataclass(frozen=True)
class EffectSettled(Event):
    """An effect of a decided case was carried out or refused elsewhere."""

    kind: ClassVar[str] = "cases.effect_settled"
    case: UUID
    effect: str
    state: str
