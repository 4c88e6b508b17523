"""What somebody has to see to about a source: opened once, closed when it is over."""

from __future__ import annotations

from collections.abc import Sequence

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.audit.interface import Ledger
from danso.modules.sources.data import AlertKind, SourceRecovered, SourceTroubled
from danso.modules.sources.models import SourceAlert


def open_alert(
    ledger: Ledger,
    source: str,
    kind: AlertKind,
    code: str,
    *,
    missing: Sequence[str] = (),
    unknown: Sequence[str] = (),
) -> None:
    """Open an alert inside the caller's frame; one that is open already with the same words stays,
    and nobody is told twice."""
    told = {"code": code, "missing": list(missing), "unknown": list(unknown)}
    open_one = SourceAlert.objects.filter(source=source, kind=kind, closed_at__isnull=True)
    if open_one.filter(**told).exists():
        return
    if known := open_one.first():
        SourceAlert.objects.filter(key=known.key).update(**told)
        key = known.key
    else:
        key = new_key()
        SourceAlert.objects.create(key=key, source=source, kind=kind, opened_at=clock.now(), **told)
    ledger.happened(SourceTroubled(key, source, kind, code))


def close_alerts(ledger: Ledger, source: str, *kinds: AlertKind) -> None:
    """Close what is over, inside the caller's frame."""
    over = SourceAlert.objects.filter(source=source, kind__in=kinds, closed_at__isnull=True)
    for alert in over:
        SourceAlert.objects.filter(key=alert.key).update(closed_at=clock.now())
        ledger.happened(SourceRecovered(alert.key, source, alert.kind))
