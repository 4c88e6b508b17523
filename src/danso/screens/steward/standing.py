"""Connected sources as the board and their own pages show them: counts and dates, nobody's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from danso.catalogue.shapes.plan import LaterLaw
from danso.catalogue.shapes.sources import Source, SourceField
from danso.kernel import clock
from danso.modules.sources.data import LoadRecord, SourceStanding
from danso.toolkit.platform import province

State = Literal["waiting", "running", "loaded", "stopped", "old"]


@dataclass(frozen=True)
class SourceLine:
    """A source's row: what it is, where it stands, when more is due. `since`: its first load."""

    source: Source
    standing: SourceStanding
    since: datetime | None
    today: date

    @property
    def state(self) -> State:
        """One word for it; what went wrong last counts for more than age."""
        last = self.standing.last
        if last is not None and last.state != "done":
            return last.state
        if self.standing.loaded_at is None:
            return "waiting"
        return "old" if self.next_due and self.next_due < self.today else "loaded"

    @property
    def stopped(self) -> str:
        """The code of what ended the last load early."""
        return self.standing.last.stopped if self.standing.last else ""

    @property
    def next_due(self) -> date | None:
        """When its owner promised new data."""
        loaded = self.standing.loaded_at
        if loaded is None:
            return None
        return clock.local(loaded).date() + timedelta(days=self.source.rhythm_days)

    @property
    def faulty_share(self) -> float | None:
        """The share of its records with a value that its field does not allow."""
        held = self.standing.records
        return self.standing.faulty / held if held else None

    @property
    def days_late(self) -> int:
        """How long after the plan's date it was connected, or is not yet; below 0 before it."""
        when = clock.local(self.since).date() if self.since else self.today
        return (when - self.source.due).days


@dataclass(frozen=True)
class FaultLine:
    """Values of one field with one fault in a load."""

    field: SourceField | None
    field_code: str
    fault: str
    count: int
    share: float | None


def line_of(source: Source, standing: SourceStanding, since: Mapping[str, datetime]) -> SourceLine:
    """A source's row as of today."""
    return SourceLine(source, standing, since.get(source.code), clock.today())


def fault_lines(source: Source, load: LoadRecord) -> list[FaultLine]:
    """What was wrong in a load, the most frequent first."""
    found = []
    for code, count in load.faults.items():
        field, _, fault = code.partition(":")
        share = count / load.rows if load.rows else None
        found.append(FaultLine(source.by_code.get(field), field, fault, count, share))
    return sorted(found, key=lambda one: -one.count)


def later_law(clauses: tuple[str, ...] | None = None) -> LaterLaw | None:
    """The law made since the plan that sets a last day for these connections, or for any."""
    if clauses is None:
        bases = province().databases.values()
        clauses = tuple(clause for base in bases for clause in base.cites)
    return province().plan.last_day_for(clauses)
