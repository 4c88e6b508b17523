"""The journal's frame of an action, with the register's grounds."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.interface import Ledger
from danso.modules.population.data import Grounds

__all__ = ["Ledger", "carried_out"]


def carried_out(
    action: str, *, actor: Actor, grounds: Grounds, subject: UUID | None = None
) -> AbstractContextManager[Ledger]:
    """As the journal's `carried_out`, for an action of the register."""
    return audit.carried_out(grounds.entry(f"population.{action}", actor, subject=subject))
