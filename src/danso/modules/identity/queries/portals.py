"""Reads of the old portals' accounts. The caller journals what it shows."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import msgspec
from django.db.models import Count, QuerySet

from danso.modules.identity.adapters.sealing import unseal
from danso.modules.identity.data import (
    PORTAL_MENDS,
    PortalAccountData,
    PortalAccountUnknown,
    PortalClaim,
    PortalFilter,
    PortalReason,
    PortalState,
    Reconciliation,
)
from danso.modules.identity.models import PortalAccount, ReconciledChunk
from danso.modules.identity.models import Reconciliation as Run

STANDING = (PortalState.LINKED.value, PortalState.CONFIRMED.value)


def reconciliation_data(row: Run) -> Reconciliation:
    """The row with what came out so far."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    told = ReconciledChunk.objects.filter(run=row).values_list("told", flat=True)
    for text in told.iterator(chunk_size=4):
        for line in text.split("\n") if text else ():
            _, outcome, reason = line.split(",")
            counts[outcome] += 1
            reasons[reason] += 1
    return Reconciliation(
        key=row.key,
        portal=row.portal,
        digest=row.digest,
        rows=row.rows,
        done=row.done,
        counts=dict(sorted(counts.items())),
        reasons=dict(sorted(reasons.items())),
        opened_at=row.opened_at,
        finished_at=row.finished_at,
    )


def reconciliations(limit: int) -> tuple[Reconciliation, ...]:
    """The newest first."""
    return tuple(map(reconciliation_data, Run.objects.order_by("-opened_at")[:limit]))


def count_portal_accounts() -> dict[str, dict[str, int]]:
    """How many accounts of each portal are in which state."""
    found: dict[str, dict[str, int]] = {}
    rows = PortalAccount.objects.values_list("portal", "state").annotate(n=Count("key"))
    for portal, state, n in rows.order_by("portal", "state"):
        found.setdefault(portal, {})[state] = n
    return found


def waiting(wanted: PortalFilter) -> QuerySet[PortalAccount]:
    """The rows that wait for a decision, within reach."""
    return _open(wanted).exclude(reason__in=PORTAL_MENDS)


def _open(wanted: PortalFilter) -> QuerySet[PortalAccount]:
    rows = PortalAccount.objects.filter(state=PortalState.OPEN.value)
    if wanted.portal:
        rows = rows.filter(portal=wanted.portal)
    if wanted.reason:
        rows = rows.filter(reason=wanted.reason)
    if wanted.communes is not None:
        rows = rows.filter(commune__in=wanted.communes)
    return rows


def waiting_accounts(
    wanted: PortalFilter, *, limit: int, offset: int = 0
) -> tuple[PortalAccountData, ...]:
    """In a steady order: by portal, reason, key."""
    rows = waiting(wanted).order_by("portal", "reason", "key")[offset : offset + limit]
    return tuple(map(portal_account_data, rows))


def count_waiting(wanted: PortalFilter) -> dict[str, int]:
    """How many wait for which reason."""
    return _by_reason(waiting(wanted))


def count_with_portals(wanted: PortalFilter) -> dict[str, int]:
    """How many their portal has to mend, for which reason."""
    return _by_reason(_open(wanted).filter(reason__in=PORTAL_MENDS))


def _by_reason(found: QuerySet[PortalAccount]) -> dict[str, int]:
    return dict(found.values_list("reason").annotate(n=Count("key")).order_by("reason"))


def waiting_portals(wanted: PortalFilter) -> tuple[str, ...]:
    """Portals of which any waits."""
    found = waiting(wanted).order_by("portal").values_list("portal", flat=True)
    return tuple(found.distinct())


def get_waiting(key: UUID, wanted: PortalFilter) -> PortalAccountData:
    """One that waits within reach; PortalAccountUnknown for any other."""
    row = waiting(wanted).filter(pk=key).first()
    if row is None:
        raise PortalAccountUnknown
    return portal_account_data(row)


def portal_accounts_of(account: UUID) -> tuple[PortalAccountData, ...]:
    """Old accounts that go with an e-ID."""
    rows = PortalAccount.objects.filter(account_id=account, state__in=STANDING)
    return tuple(map(portal_account_data, rows.order_by("portal", "key")))


def portal_account_data(row: PortalAccount) -> PortalAccountData:
    """The row as it passes the door."""
    sealed = unseal(row.sealed)
    claim = msgspec.json.decode(sealed, type=PortalClaim) if sealed else PortalClaim()
    return PortalAccountData(
        key=row.key,
        portal=row.portal,
        state=PortalState(row.state),
        reason=PortalReason(row.reason),
        person=row.person,
        account=row.account_id,
        commune=row.commune,
        at=row.at,
        decided_at=row.decided_at,
        evidence=row.evidence,
        claim=claim,
    )
