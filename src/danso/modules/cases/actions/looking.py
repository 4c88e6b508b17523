"""Opening a case or searching a list: journaled in the transaction that answers."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.audit.interface import carried_out, record_each
from danso.modules.cases.actions.moving import entry, framed
from danso.modules.cases.data import CaseData, QueueFilter, QueuePage, Reach
from danso.modules.cases.models import Case
from danso.modules.cases.queries import queue as queries


def open_case(key: UUID, *, reach: Reach, actor: Actor) -> CaseData:
    """See interface."""
    with framed("opened", key, actor) as ledger:
        found = queries.get_case(key, reach)
        ledger.fields = tuple(sorted(found.given))
        seen = entry(
            "opened",
            actor,
            procedure=found.definition.code,
            code=found.code,
            purpose=found.definition.purpose,
        )
        # Everybody whom the file names was looked at.
        ledger.entries = [
            replace(seen, subject=party.person)
            for party in found.parties.values()
            if party.person is not None and party.person != found.applicant
        ]
    return found


def list_queue(
    wanted: QueueFilter, *, reach: Reach, actor: Actor, after: str = "", limit: int = 50
) -> QueuePage:
    """See interface."""
    with carried_out(entry("listed", actor)) as ledger:
        page = queries.queue(reach, wanted, after=after, limit=limit)
        ledger.detail = {"shown": len(page.rows)}
        if wanted.words.strip():
            keys = [row.key for row in page.rows]
            people = Case.objects.filter(key__in=keys).values_list("applicant", flat=True)
            record_each(entry("searched", actor), list(people))
    return page
