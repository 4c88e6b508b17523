"""Two times in one place: what was true on a day, as far as it was known at an instant.

A column's past is a row of spells: a first one without a start, then one per day on which the world
changed. A *change* starts a spell on its day; a *correction* replaces the value of one spell.
Steps are applied in the order in which they were recorded, so forgetting the later ones gives what
was known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Mode = Literal["change", "correction"]
Json = object


@dataclass(frozen=True)
class Step:
    """One recorded change of several columns: {column: (before, after)} as JSON values."""

    mode: str
    valid_on: date | None
    recorded_at: datetime
    changes: Mapping[str, tuple[Json, Json]]


@dataclass(frozen=True)
class Spells:
    """The values of one column over valid time. `starts[0]` is None: as far back as is known."""

    starts: tuple[date | None, ...]
    values: tuple[Json, ...]

    @classmethod
    def of(cls, value: Json) -> Spells:
        return cls((None,), (value,))

    def index_on(self, day: date | None) -> int:
        """The spell that holds `day`; the latest one where no day is given."""
        if day is None:
            return len(self.starts) - 1
        return sum(1 for start in self.starts if start is None or start <= day) - 1

    def value_on(self, day: date | None) -> Json:
        return self.values[self.index_on(day)]

    def corrected(self, day: date | None, value: Json) -> Spells:
        at = self.index_on(day)
        return Spells(self.starts, (*self.values[:at], value, *self.values[at + 1 :]))

    def changed(self, day: date, value: Json) -> Spells:
        at = self.index_on(day)
        if self.starts[at] == day:
            return self.corrected(day, value)
        return Spells(
            (*self.starts[: at + 1], day, *self.starts[at + 1 :]),
            (*self.values[: at + 1], value, *self.values[at + 1 :]),
        )

    def after(self, mode: str, day: date | None, value: Json) -> Spells:
        """The spells once a step of this mode is applied."""
        if mode == "change" and day is not None:
            return self.changed(day, value)
        return self.corrected(day, value)


def spells_of(
    column: str,
    current: Json,
    steps: Sequence[Step],
    *,
    timeless: bool = False,
) -> Spells:
    """The spells of one column, from what the row says now and the steps since it was first
    recorded.

    The value before the first step is what a first load wrote. `timeless` columns (facts about the
    register) have one spell only.
    """
    touching = [step for step in steps if column in step.changes]
    if not touching:
        return Spells.of(current)
    spells = Spells.of(touching[0].changes[column][0])
    for step in touching:
        after = step.changes[column][1]
        spells = Spells.of(after) if timeless else spells.after(step.mode, step.valid_on, after)
    return spells


def state_at(
    current: Mapping[str, Json],
    steps: Sequence[Step],
    *,
    valid_on: date | None,
    known_at: datetime | None,
    timeless: Iterable[str],
) -> dict[str, Json]:
    """The row as it was true on `valid_on` and known at `known_at` (None: now, for either)."""
    register_facts = frozenset(timeless)
    known = [step for step in steps if known_at is None or step.recorded_at <= known_at]
    state = dict(current)
    for column in {name for step in steps for name in step.changes}:
        is_timeless = column in register_facts
        first = next(step for step in steps if column in step.changes).changes[column][0]
        spells = spells_of(column, first, known, timeless=is_timeless)
        state[column] = spells.value_on(None if is_timeless else valid_on)
    return state
