"""Notes, by position, who changed in the register: the next runs look at what concerns them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from danso.modules.audit.data import Positioned
from danso.modules.audit.interface import handler
from danso.modules.linkage.interface import EVERYBODY, note_people
from danso.modules.population.data import (
    NumberCancelled,
    NumberIssued,
    PeopleImported,
    PeopleMerged,
    PeopleUnmerged,
    PersonCorrected,
    PersonMoved,
    PersonRecorded,
    ProtectionChanged,
)

Changing = (
    PersonRecorded
    | PersonCorrected
    | PersonMoved
    | NumberIssued
    | NumberCancelled
    | ProtectionChanged
    | PeopleMerged
    | PeopleUnmerged
    | PeopleImported
)


# A death changes nothing that is compared: the dead are matched as before.
@handler(
    PersonRecorded,
    PersonCorrected,
    PersonMoved,
    NumberIssued,
    NumberCancelled,
    ProtectionChanged,
    PeopleMerged,
    PeopleUnmerged,
    PeopleImported,
    name="linkage.people_changed",
)
def note_changes(happened: Sequence[Positioned[Changing]]) -> None:
    """Idempotent: a position and a person are noted once."""
    note_people((one.position, person) for one in happened for person in _people_of(one.event))


def _people_of(event: Changing) -> Iterator[UUID]:
    if isinstance(event, PeopleImported):
        if event.loaded or event.updated:
            yield EVERYBODY
    elif isinstance(event, PeopleMerged | PeopleUnmerged):
        yield from (event.kept, event.merged)
    else:
        yield event.person
