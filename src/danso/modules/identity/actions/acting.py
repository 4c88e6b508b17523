"""A session turns to somebody else's affairs, and back: both are in the journal."""

from __future__ import annotations

from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.modules.audit.interface import carried_out
from danso.modules.identity import queries
from danso.modules.identity.actions import eids
from danso.modules.identity.data import Acting, ActingGround


def begin_acting(
    account: UUID, ground: ActingGround, key: UUID, *, handle: str, actor: Actor
) -> Acting:
    """See interface."""
    with carried_out(eids.entry(actor, "acting_begun", ground=ground.value)) as ledger:
        found = queries.find_acting(account, ground, key, handle)
        if found is None:
            raise Refused(
                "You may not act for them, or not any more.",
                code="acting_unknown",
                fix="See your list of mandates.",
            )
        ledger.subject = found.subject
        return found


def end_acting(acting: Acting, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(eids.entry(actor, "acting_ended", ground=acting.ground.value)) as ledger:
        ledger.subject = acting.subject
