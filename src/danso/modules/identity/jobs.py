"""Background work of identity: unusual looks, e-IDs that follow people, nightly clearing."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Positioned
from danso.modules.identity.actions import assisted, following, glass, sessions, unusual
from danso.modules.population.data import (
    NumberIssued,
    PeopleLookedUp,
    PeopleMerged,
    PersonDied,
    ProtectedLookedUp,
)
from danso.toolkit.counters import backend


@audit.handler(PeopleLookedUp, name="identity.unusual_looks")
def note_looks(looks: Sequence[Positioned[PeopleLookedUp]]) -> None:
    """Looks at oneself, at one's household, and far more than usual."""
    unusual.note_looks(looks)


@audit.handler(ProtectedLookedUp, name="identity.protected_looks")
def note_protected(looks: Sequence[Positioned[ProtectedLookedUp]]) -> None:
    """Looks that touched a protected person, by officers and by partners."""
    unusual.note_protected(looks)


@audit.handler(PersonDied, PeopleMerged, NumberIssued, name="identity.people_changed")
def follow_people(happened: Sequence[Positioned[PersonDied | PeopleMerged | NumberIssued]]) -> None:
    """A death locks the account, a merge moves it, a new number finds it."""
    for one in happened:
        if isinstance(one.event, PersonDied):
            following.lock_dead([one.event.person])
        elif isinstance(one.event, PeopleMerged):
            following.follow_merge(one.event.kept, one.event.merged)
        else:
            following.follow_number(one.event.person)


@app.periodic(cron="23 2 * * *")  # type: ignore[untyped-decorator]
@app.task(queueing_lock="identity.clear_sessions")  # type: ignore[untyped-decorator]
def clear_sessions(timestamp: int) -> int:
    """Delete expired session rows; how many there were. Twice is harmless."""
    deleted, _ = Session.objects.filter(expire_date__lt=clock.now()).delete()
    return deleted


@app.periodic(cron="41 2 * * *")  # type: ignore[untyped-decorator]
@app.task(queueing_lock="identity.forget_old")  # type: ignore[untyped-decorator]
def forget_old(timestamp: int) -> int:
    """Delete what is kept no longer: old tries, enrolments, sessions. Twice is harmless."""
    glass.end_overdue()
    return sessions.forget_old()


@app.periodic(cron="*/10 * * * *")  # type: ignore[untyped-decorator]
@app.task(queueing_lock="identity.sweep_counters")  # type: ignore[untyped-decorator]
def sweep_counters(timestamp: int) -> int:
    """Delete counters of tries that are over. Twice is harmless."""
    return backend.sweep()


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(queueing_lock="identity.end_overdue_assisted")  # type: ignore[untyped-decorator]
def end_overdue_assisted(timestamp: int) -> int:
    """End assisted sessions that are out of time, and tell the people. Twice is harmless."""
    return assisted.end_overdue_assisted()
