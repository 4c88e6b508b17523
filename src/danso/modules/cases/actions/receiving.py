"""The desk takes a file in or refuses to; work begins; it goes to a colleague or another unit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.cases import rules
from danso.modules.cases.actions.moving import officers_case, set_due
from danso.modules.cases.actions.telling import tell
from danso.modules.cases.data import OPEN, Reach, Status
from danso.modules.cases.engine.transitions import not_next
from danso.modules.cases.models import CasePaper
from danso.modules.identity import interface as identity
from danso.toolkit.platform import province


def receive(
    key: UUID,
    *,
    reach: Reach,
    version: int,
    actor: Actor,
    papers_checked: Collection[UUID] | None = None,
) -> datetime | None:
    """See interface."""
    with officers_case(
        "received", key, "receive", reach=reach, version=version, actor=actor
    ) as held:
        row = held.row
        held.move(Status.RECEIVED)
        row.received_at = clock.now()
        set_due(row, held.procedure, row.received_at)
        row.first_due_at = row.due_at
        papers = CasePaper.objects.filter(case=row)
        if papers_checked is not None:
            papers = papers.filter(key__in=papers_checked)
        papers.update(checked_by=actor.id)
        held.ledger.detail = {"due": row.due_at.isoformat() if row.due_at else row.due_unknown}
        held.note("received")
        tell(row, "received")
        return row.due_at


def refuse_receipt(key: UUID, why: str, *, reach: Reach, version: int, actor: Actor) -> None:
    """See interface."""
    with officers_case(
        "not_received", key, "receive", reach=reach, version=version, actor=actor
    ) as held:
        held.row.reason = rules.checked_words(why)
        held.move(Status.NOT_RECEIVED)
        held.note("not_received", held.row.reason)
        tell(held.row, "not_received")


def begin_work(key: UUID, *, reach: Reach, version: int, actor: Actor) -> None:
    """See interface."""
    with officers_case(
        "begun", key, "check", "decide", reach=reach, version=version, actor=actor
    ) as held:
        held.check(Status.RECEIVED)
        held.move(Status.IN_PROCESS)
        held.row.assigned = held.row.assigned or UUID(actor.id)
        held.note("begun")


def assign(key: UUID, officer: UUID, *, reach: Reach, version: int, actor: Actor) -> None:
    """See interface."""
    with officers_case("assigned", key, reach=reach, version=version, actor=actor) as held:
        if held.status not in OPEN:
            raise not_next()
        theirs = Reach.of(identity.posts_of(officer))
        if not rules.roles_of(held.procedure) & theirs.roles_at(held.row.unit):
            raise Refused(
                "That officer has no part in this file.",
                code="officer_elsewhere",
                fix="Choose somebody with a post at this unit.",
            )
        held.row.assigned = officer
        held.ledger.detail = {"officer": str(officer)}
        held.note("assigned")


def transfer(key: UUID, unit: str, why: str, *, reach: Reach, version: int, actor: Actor) -> None:
    """See interface."""
    with officers_case("transferred", key, reach=reach, version=version, actor=actor) as held:
        row = held.row
        if held.status not in (Status.FILED, Status.RECEIVED, Status.IN_PROCESS):
            raise not_next()
        if held.procedure.level == "province":
            province().agency(unit)
        else:
            province().commune(unit)
        if unit == row.unit:
            raise InvalidValue(
                "The file is there already.", code="unit_same", fix="Choose another unit."
            )
        held.ledger.detail = {"left": row.unit, "reached": unit}
        row.unit, row.assigned = unit, None
        held.note("transferred", rules.checked_words(why))
