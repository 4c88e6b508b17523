"""The frame of every action: one transaction for the change, its journal row and its events; a
refusal or failure is journaled once all of that has rolled back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from django.db import DatabaseError, transaction

from danso.kernel.errors import DansoError
from danso.modules.audit.actions.record import emit_many, record_many, record_refusal
from danso.modules.audit.data import Entry, Event

log = logging.getLogger("danso.refusals")
# On an exception that has its row: whoever catches it further out writes no second one.
JOURNALED: Final = "_is_journaled"


@dataclass
class Ledger:
    """What an action learns on its way: for its own journal row, and for the modules above.

    `detail` is added to the opening entry's; `entries` are rows beside the action's own, such as
    one for each person that a search listed.
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
def carried_out(opening: Entry) -> Iterator[Ledger]:
    ledger = Ledger(opening.outcome, opening.subject, opening.fields)
    try:
        with transaction.atomic():
            yield ledger
            own = replace(
                opening,
                outcome=ledger.outcome,
                subject=ledger.subject,
                fields=ledger.fields,
                detail={**opening.detail, **ledger.detail},
            )
            record_many([own, *ledger.entries])
            emit_many(ledger.events)
    except Exception as error:
        # Of what was learnt only whom and which fields it concerned: the rest has not happened.
        known = replace(opening, subject=ledger.subject, fields=ledger.fields)
        journal_refusal(known, error)
        raise


@contextmanager
def refusals_journaled(opening: Entry) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        journal_refusal(opening, error)
        raise


def journal_refusal(opening: Entry, error: Exception) -> None:
    if transaction.get_connection().in_atomic_block or JOURNALED in error.__dict__:
        return
    try:
        record_refusal(replace(opening, outcome=outcome_of(error)))
    except DatabaseError:
        # The refusal stands without its row; whoever asked gets no access either way.
        log.exception("a refusal could not be journaled")
    else:
        error.__dict__[JOURNALED] = True


def outcome_of(error: Exception) -> str:
    """The refusal's stable code; of a fault its kind, never its text, which may quote values."""
    if isinstance(error, DansoError):
        return f"refused:{error.code}"
    return f"failed:{type(error).__name__}"
