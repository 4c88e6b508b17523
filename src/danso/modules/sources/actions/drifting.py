"""Columns that came or went at a source: an alert while they differ from the description, closed by
the next rows that have them or by a description that knows of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.sources.actions.alerting import close_alerts, open_alert
from danso.modules.sources.adapters.port import Checked, Connector
from danso.modules.sources.models import SourceAlert
from danso.toolkit.platform import province
from danso.toolkit.tables.header import tidied

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source

# Column names come from outside: so many, so long, are told.
_MOST_NAMES, _LONGEST_NAME = 20, 60
DRIFT: Final = "columns_drifted"


def note_drift(source: Source, checked: Checked, *, actor: Actor) -> None:
    """Columns that came or went. A renamed one is named too, although the load stops for want of
    it; a file without headings would have its people told as columns, and is left to the load."""
    is_drifted = checked.is_headed and (checked.missing or checked.unknown)
    unknown = sorted({name[:_LONGEST_NAME] for name in checked.unknown})[:_MOST_NAMES]
    with audit.carried_out(_entry(source, actor)) as ledger:
        if is_drifted:
            missing = checked.missing
            open_alert(ledger, source.code, "drift", DRIFT, missing=missing, unknown=unknown)
        elif checked.ok and checked.found:
            close_alerts(ledger, source.code, "drift")
        ledger.detail |= {"missing": len(checked.missing), "unknown": len(checked.unknown)}


def look_again(source: Source, connector: Connector, *, actor: Actor) -> None:
    """Before a load that no run makes: whether an open alert about columns is over."""
    if _open(source.code) is None:
        return
    # What can't be looked at says so in the load.
    with contextlib.suppress(DansoError):
        note_drift(source, connector.check(), actor=actor)


def forgive_described(*, actor: Actor) -> None:
    """Alerts about columns that the description of now lets be missing, or knows: narrowed to the
    others, closed where there are none."""
    for alert in SourceAlert.objects.filter(kind="drift", closed_at__isnull=True):
        source = province().sources.get(alert.source)
        if source is None:
            continue
        missing, unknown = _left(source, alert)
        if (missing, unknown) == (alert.missing, alert.unknown):
            continue
        with audit.carried_out(_entry(source, actor)) as ledger:
            if missing or unknown:
                open_alert(ledger, source.code, "drift", DRIFT, missing=missing, unknown=unknown)
            else:
                close_alerts(ledger, source.code, "drift")


def _left(source: Source, alert: SourceAlert) -> tuple[list[str], list[str]]:
    fields = source.by_code
    missing = [code for code in alert.missing if code in fields and not fields[code].may_be_missing]
    known = {tidied(column)[:_LONGEST_NAME] for one in source.fields for column in one.columns}
    return missing, [name for name in alert.unknown if tidied(name) not in known]


def _open(code: str) -> SourceAlert | None:
    rows = SourceAlert.objects.filter(source=code, kind="drift", closed_at__isnull=True)
    return rows.first()


def _entry(source: Source, actor: Actor) -> Entry:
    return Entry(
        actor=actor,
        action="sources.check_source",
        outcome="done",
        detail={"source": source.code},
    )
