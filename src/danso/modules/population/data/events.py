"""What happened to people, for the modules above: keys only, never a name or a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from danso.modules.audit.data import Event


@dataclass(frozen=True)
class PersonRecorded(Event):
    """Someone came into the register one by one (a file's rows are announced by their import)."""

    kind: ClassVar[str] = "population.person_recorded"
    person: UUID


@dataclass(frozen=True)
class PersonDied(Event):
    """A death was recorded."""

    kind: ClassVar[str] = "population.person_died"
    person: UUID


@dataclass(frozen=True)
class PersonMissing(Event):
    """Someone was declared missing."""

    kind: ClassVar[str] = "population.person_missing"
    person: UUID


@dataclass(frozen=True)
class PersonMoved(Event):
    """Permanent residence changed; communes are codes of today's map, empty where unknown."""

    kind: ClassVar[str] = "population.person_moved"
    person: UUID
    left: str
    reached: str


@dataclass(frozen=True)
class PersonCorrected(Event):
    """Fields (catalogue codes) were corrected or changed; the values are in the register."""

    kind: ClassVar[str] = "population.person_corrected"
    person: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class FlagsChanged(Event):
    """A field's quality flag was set or cleared."""

    kind: ClassVar[str] = "population.flags_changed"
    person: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ProtectionChanged(Event):
    """Someone became protected, or is so no longer."""

    kind: ClassVar[str] = "population.protection_changed"
    person: UUID


@dataclass(frozen=True)
class PeopleMerged(Event):
    """Two records turned out to be one person; both keys stay."""

    kind: ClassVar[str] = "population.people_merged"
    kept: UUID
    merged: UUID


@dataclass(frozen=True)
class PeopleUnmerged(Event):
    """A merge was undone."""

    kind: ClassVar[str] = "population.people_unmerged"
    kept: UUID
    merged: UUID


@dataclass(frozen=True)
class PeopleToldApart(Event):
    """Two records that looked like one person are two people: the pair is not to come back."""

    kind: ClassVar[str] = "population.people_told_apart"
    first: UUID
    second: UUID


@dataclass(frozen=True)
class HeadChosen(Event):
    """A household got another head."""

    kind: ClassVar[str] = "population.head_chosen"
    person: UUID
    household: UUID


@dataclass(frozen=True)
class NumberIssued(Event):
    """A person got their number."""

    kind: ClassVar[str] = "population.number_issued"
    person: UUID


@dataclass(frozen=True)
class NumberCancelled(Event):
    """A person's number was cancelled; it stays theirs and is never given again."""

    kind: ClassVar[str] = "population.number_cancelled"
    person: UUID


@dataclass(frozen=True)
class CardRecorded(Event):
    """A card was issued, or its status changed."""

    kind: ClassVar[str] = "population.card_recorded"
    person: UUID


@dataclass(frozen=True)
class ChangeRequested(Event):
    """This copy asks its upstream for a change."""

    kind: ClassVar[str] = "population.change_requested"
    person: UUID
    request: UUID


@dataclass(frozen=True)
class RequestAnswered(Event):
    """The upstream accepted or refused a wanted change; an accepted one is in the register."""

    kind: ClassVar[str] = "population.request_answered"
    person: UUID
    request: UUID
    state: str


@dataclass(frozen=True)
class PeopleLookedUp(Event):
    """An officer searched or opened records. Emitted for every look, found or not, so that a
    protected person costs exactly as much time as nobody. `protected` were hit but not shown."""

    kind: ClassVar[str] = "population.people_looked_up"
    looker: str
    shown: tuple[UUID, ...]
    protected: tuple[UUID, ...]


@dataclass(frozen=True)
class ProtectedLookedUp(Event):
    """Someone's search hit a protected person: their guardian wants to know."""

    kind: ClassVar[str] = "population.protected_looked_up"
    person: UUID
    looker: str
