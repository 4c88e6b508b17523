"""An owner's whole state that lacks a large part of what it had is held until somebody says that it
is so. A file cut off in the middle, or without rows, looks the same as everybody's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.sources.actions.alerting import close_alerts, open_alert
from danso.modules.sources.actions.staging import Taken, end_sweep
from danso.modules.sources.actions.tallying import count_board
from danso.modules.sources.models import SourceAlert, SourceState
from danso.modules.sources.queries.locks import LOAD, alone
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source

SHRUNK: Final = "records_shrunk"


def note_shrunk(source: Source, held: int, *, actor: Actor) -> None:
    """Inside the batch's transaction: an alert where a sweep is held, closed by one that is not."""
    is_open = SourceAlert.objects.filter(
        source=source.code, kind="shrunk", closed_at__isnull=True
    ).exists()
    if not held and not is_open:
        return
    with audit.carried_out(_entry("sources.hold_sweep", source.code, actor)) as ledger:
        ledger.detail |= {"records": held}
        if held:
            open_alert(ledger, source.code, "shrunk", SHRUNK)
        else:
            close_alerts(ledger, source.code, "shrunk")


def let_end(code: str, *, actor: Actor) -> int:
    """See interface."""
    source = province().source(code)
    with (
        alone(LOAD, code) as is_mine,
        audit.carried_out(_entry("sources.let_end", code, actor)) as ledger,
    ):
        state = SourceState.objects.select_for_update().filter(source=code).first()
        if not is_mine or state is None or state.held_sweep is None:
            raise Conflict(
                f"No end of records of {code} waits to be confirmed.",
                code="sweep_not_held",
                fix="It is being loaded, or a later load has brought the records again.",
            )
        taken = Taken()
        end_sweep(source, taken, sweep=state.held_sweep, now=clock.now())
        state.held_sweep = None
        state.save(update_fields=["held_sweep"])
        close_alerts(ledger, code, "shrunk")
        count_board(code)
        ledger.detail |= {"records": taken.gone}
    return taken.gone


def _entry(action: str, code: str, actor: Actor) -> Entry:
    return Entry(actor=actor, action=action, outcome="done", detail={"source": code})
