"""What a file's row adds to somebody known: through the version rules, journaled and announced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from danso.kernel.errors import Conflict
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Event
from danso.modules.population.actions.amending import Amendment, amend, locked_person
from danso.modules.population.actions.importing.tally import Job
from danso.modules.population.actions.numbering import claim_number
from danso.modules.population.data import (
    NothingChanges,
    PersonCorrected,
    PersonDied,
    PersonMissing,
    PersonMoved,
    Scope,
)
from danso.modules.population.engine.importing.matching import Meeting
from danso.modules.population.models import OldNumber, Person

_ACTION: Final = "import_people"
# A file speaks of everybody, protected people too; its rows show nobody anything.
_REACH: Final = Scope(sees_protected=True)


def update(job: Job, meeting: Meeting) -> bool:
    """Write the row's additions and changes; False where the register says so already."""
    if meeting.person is None or not (meeting.fills or meeting.changes):
        return False
    row = locked_person(meeting.person, actor=job.actor, scope=_REACH)
    left = row.commune or ""
    fields = {
        *_amend(job, row, meeting.fills, mode="correction"),
        *_amend(job, row, meeting.changes, mode="change"),
    }
    if not fields:
        return False
    audit.record(
        job.grounds.entry(
            "population.import_update",
            job.actor,
            subject=row.key,
            fields=tuple(sorted(fields)),
            detail={"import": str(job.import_key)},
        )
    )
    audit.emit(_event(row, left, meeting, tuple(sorted(fields))))
    return True


def _amend(job: Job, row: Person, values: Mapping[str, Any], *, mode: str) -> tuple[str, ...]:
    if not values:
        return ()
    number = values.get("number")
    try:
        if number:
            claim_number(row, number)
        day = job.as_of if mode == "change" else None
        amendment = Amendment(_ACTION, values, mode=mode, valid_on=day)
        fields = amend(row, amendment, actor=job.actor, grounds=job.grounds)
    except (NothingChanges, Conflict):
        return ()
    if old := values.get("old_number"):
        OldNumber.objects.get_or_create(number=old, person=row.key)
    return fields


def _event(row: Person, left: str, meeting: Meeting, fields: tuple[str, ...]) -> Event:
    if meeting.changes.get("status") == "dead":
        return PersonDied(row.key)
    if meeting.changes.get("status") == "missing":
        return PersonMissing(row.key)
    if (row.commune or "") != left:
        return PersonMoved(row.key, left, row.commune or "")
    return PersonCorrected(row.key, fields)
