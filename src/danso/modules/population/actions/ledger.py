"""The frame of every action: one transaction that holds the change, its journal row and its
events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import transaction

from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry, Event
from danso.modules.population.data import Grounds


@dataclass
class Ledger:
    """What an action collects on its way for the journal and for the modules above.

    `entries` are journal rows beside the action's own: one per person that a search listed.
    """

    outcome: str = "done"
    subject: UUID | None = None
    fields: tuple[str, ...] = ()
    detail: dict[str, str | int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def happened(self, event: Event) -> None:
        """Announce an event with the commit."""
        self.events.append(event)


@contextmanager
def carried_out(
    action: str, *, actor: Actor, grounds: Grounds, subject: UUID | None = None
) -> Iterator[Ledger]:
    """Run the block in one transaction and journal it there.

    A refusal rolls everything back and is journaled after that, so that it stays on record.
    """
    ledger = Ledger(subject=subject)
    try:
        with transaction.atomic():
            yield ledger
            own = entry_of(action, ledger, actor=actor, grounds=grounds)
            audit.record_many([own, *ledger.entries])
            audit.emit_many(ledger.events)
    except DansoError as refusal:
        refused = replace(ledger, outcome=refusal.code, detail={})
        # Inside a caller's transaction the refusal would be rolled back with it: theirs to journal.
        if not transaction.get_connection().in_atomic_block:
            audit.record_refusal(entry_of(action, refused, actor=actor, grounds=grounds))
        raise


def entry_of(action: str, ledger: Ledger, *, actor: Actor, grounds: Grounds) -> Entry:
    """The journal row of this action."""
    return Entry(
        actor=actor,
        action=f"population.{action}",
        outcome=ledger.outcome,
        subject=ledger.subject,
        service=grounds.service,
        purpose=grounds.purpose,
        legal_basis=grounds.legal_basis,
        procedure=grounds.procedure,
        file_code=grounds.file_code,
        fields=ledger.fields,
        detail=ledger.detail,
    )
