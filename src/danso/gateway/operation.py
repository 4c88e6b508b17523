"""One address of the API as its description tells it."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct


@dataclass(frozen=True, slots=True)
class Operation:
    """One address: what goes in, what comes out, which problems it may answer besides the usual."""

    path: str
    name: str
    summary: str
    asked: type[Struct]
    answered: type[Struct]
    problems: tuple[str, ...] = ()
    is_write: bool = False
