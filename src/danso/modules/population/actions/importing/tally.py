"""What a stretch is loaded with, and what became of its rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.population.data import Grounds
from danso.modules.population.engine.importing.inputs import ImportInputs


@dataclass(frozen=True)
class Job:
    """One file on its way. `looks_up` False: the register was empty, so nobody is there yet."""

    import_key: UUID
    name: str
    digest: str
    actor: Actor
    grounds: Grounds
    inputs: ImportInputs
    as_of: date
    source: str
    looks_up: bool = True
    is_rehearsal: bool = False


@dataclass
class Tally:
    """Rows by what became of them."""

    rows: int = 0
    loaded: int = 0
    updated: int = 0
    same: int = 0
    quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Count another stretch in."""
        self.rows += other.rows
        self.loaded += other.loaded
        self.updated += other.updated
        self.same += other.same
        self.quarantined += other.quarantined
        self.reasons.update(other.reasons)
        self.notes.update(other.notes)
