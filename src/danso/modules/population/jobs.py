"""What the population register does behind the scenes: alerts, and counts kept for moving pages."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from procrastinate.contrib.django import app

from danso.modules.audit import interface as audit
from danso.modules.audit.data import Positioned
from danso.modules.population import interface as population
from danso.modules.population.actions.keep_doubles import search_around, want_search
from danso.modules.population.actions.tally import count_anew, count_around
from danso.modules.population.data import (
    CardRecorded,
    FlagsChanged,
    HeadChosen,
    NumberCancelled,
    NumberIssued,
    PeopleImported,
    PeopleLookedUp,
    PeopleMerged,
    PeopleToldApart,
    PeopleUnmerged,
    PersonCorrected,
    PersonDied,
    PersonMissing,
    PersonMoved,
    PersonRecorded,
    ProtectedLookedUp,
    ProtectionChanged,
)

QUALITY_SECONDS = 20.0

Concerning = (
    PersonRecorded
    | PersonDied
    | PersonMissing
    | PersonMoved
    | PersonCorrected
    | NumberIssued
    | NumberCancelled
    | CardRecorded
    | FlagsChanged
    | HeadChosen
    | ProtectionChanged
)
Joined = PeopleMerged | PeopleUnmerged | PeopleToldApart


@audit.handler(PeopleLookedUp, name="population.protected_looked_up")
def alert_guardians(looks: Sequence[Positioned[PeopleLookedUp]]) -> None:
    """Turn hits on protected people into alerts, apart from the look: it must not take longer."""
    audit.emit_many(
        ProtectedLookedUp(person, one.event.looker)
        for one in looks
        for person in one.event.protected
    )


@audit.handler(
    PersonRecorded,
    PersonDied,
    PersonMissing,
    PersonMoved,
    PersonCorrected,
    NumberIssued,
    NumberCancelled,
    CardRecorded,
    FlagsChanged,
    HeadChosen,
    ProtectionChanged,
    PeopleMerged,
    PeopleUnmerged,
    PeopleToldApart,
    name="population.tally",
)
def keep_tallies(happened: Sequence[Positioned[Concerning | Joined]]) -> None:
    """Count the communes again that anything happened in. Counting twice is harmless."""
    count_around({person for one in happened for person in _people_of(one.event)})


@audit.handler(
    PersonRecorded,
    PersonDied,
    PersonMissing,
    PersonMoved,
    PersonCorrected,
    PeopleMerged,
    PeopleUnmerged,
    name="population.doubles",
)
def keep_doubles(happened: Sequence[Positioned[Concerning | Joined]]) -> None:
    """Look again who may be recorded twice around whoever changed. Twice is harmless."""
    search_around({person for one in happened for person in _people_of(one.event)})


@audit.handler(PeopleImported, name="population.tally_imported")
def tally_imported(stretches: Sequence[Positioned[PeopleImported]]) -> None:
    """Count anew after stretches of files, once for all that came since the last time."""
    if any(one.event.loaded or one.event.updated for one in stretches):
        count_anew()
    if any(one.event.loaded for one in stretches):
        want_search()


def _people_of(event: Concerning | Joined) -> tuple[UUID, ...]:
    if isinstance(event, PeopleMerged | PeopleUnmerged):
        return event.kept, event.merged
    if isinstance(event, PeopleToldApart):
        return event.first, event.second
    return (event.person,)


# 17:05 UTC is five past midnight in Vietnam: cards run out with the day, and no event tells.
@app.periodic(cron="5 17 * * *")  # type: ignore[untyped-decorator]
@app.task(name="population.recount", queueing_lock="population.recount")  # type: ignore[untyped-decorator]
def recount_daily(timestamp: int) -> None:
    """Count every commune once a day."""
    population.recount()


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="population.keep_quality", queueing_lock="population.keep_quality")  # type: ignore[untyped-decorator]
def keep_quality(timestamp: int) -> None:
    """Count the quality of changed communes again, leaving the worker time for other jobs."""
    population.keep_quality(QUALITY_SECONDS)


# Every ten seconds; a round ends by itself, and a second one never waits behind it.
@app.periodic(cron="* * * * * */10")  # type: ignore[untyped-decorator]
@app.task(  # type: ignore[untyped-decorator]
    name="population.work_on_upstream",
    queueing_lock="population.work_on_upstream",
    lock="population.work_on_upstream",
)
def work_on_upstream(timestamp: int) -> None:
    """In a copy: follow the feed of the register above, send wanted changes, fetch answers."""
    population.work_on_upstream()
