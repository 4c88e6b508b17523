"""Background work of identity: unusual looks are noted, ended sessions cleared away every night."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Positioned
from danso.modules.identity.actions import unusual
from danso.modules.population.data import PeopleLookedUp, ProtectedLookedUp


@audit.handler(PeopleLookedUp, name="identity.unusual_looks")
def note_looks(looks: Sequence[Positioned[PeopleLookedUp]]) -> None:
    """Looks at oneself, at one's household, and far more than usual."""
    unusual.note_looks(looks)


@audit.handler(ProtectedLookedUp, name="identity.protected_looks")
def note_protected(looks: Sequence[Positioned[ProtectedLookedUp]]) -> None:
    """Looks that touched a protected person, by officers and by partners."""
    unusual.note_protected(looks)


@app.periodic(cron="23 2 * * *")  # type: ignore[untyped-decorator]
@app.task(queueing_lock="identity.clear_sessions")  # type: ignore[untyped-decorator]
def clear_sessions(timestamp: int) -> int:
    """Delete expired session rows; how many there were. Twice is harmless."""
    deleted, _ = Session.objects.filter(expire_date__lt=clock.now()).delete()
    return deleted
