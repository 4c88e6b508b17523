"""What the population register does behind the scenes: alerts about looks at protected people."""

from __future__ import annotations

from collections.abc import Sequence

from danso.modules.audit import interface as audit
from danso.modules.audit.data import Positioned
from danso.modules.population.data import PeopleLookedUp, ProtectedLookedUp


@audit.handler(PeopleLookedUp, name="population.protected_looked_up")
def alert_guardians(looks: Sequence[Positioned[PeopleLookedUp]]) -> None:
    """Turn hits on protected people into alerts, apart from the look: it must not take longer."""
    audit.emit_many(
        ProtectedLookedUp(person, one.event.looker)
        for one in looks
        for person in one.event.protected
    )
