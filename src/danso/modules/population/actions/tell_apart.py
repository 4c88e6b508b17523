"""Two records that look like one person and are two: said once, remembered for ever."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.actions.merge_people import locked_both
from danso.modules.population.data import (
    EVERYWHERE,
    Grounds,
    PeopleToldApart,
    Scope,
    nothing_changes,
)
from danso.modules.population.models import MergeProposal, ToldApart
from danso.modules.population.queries.doubles import ordered
from danso.modules.population.rules import check_has_data
from danso.toolkit.platform import platform


def tell_apart(
    one: UUID, other: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> None:
    with carried_out("tell_apart", actor=actor, grounds=grounds, subject=one) as ledger:
        # A fact about the worklist, not about the people: a copy of the register keeps it too.
        check_has_data(platform().register_mode)
        locked_both(one, other, scope)
        first, second = ordered(one, other)
        if ToldApart.objects.filter(first=first, second=second).exists():
            raise nothing_changes()
        ToldApart.objects.create(
            first=first,
            second=second,
            reason=grounds.reason,
            officer=actor.id,
            recorded_at=clock.now(),
        )
        MergeProposal.objects.filter(
            kind="merge", state="waiting", kept__in=(one, other), merged__in=(one, other)
        ).update(state="declined", decided_by=actor.id, decided_at=clock.now())
        ledger.detail = {"other": str(other)}
        # The other one's list of looks shows it too.
        mirrored = {"other": str(one)}
        ledger.entries.append(
            grounds.entry("population.tell_apart", actor, subject=other, detail=mirrored)
        )
        ledger.happened(PeopleToldApart(first, second))
