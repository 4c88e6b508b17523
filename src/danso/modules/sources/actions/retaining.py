"""Records that their owner no longer sends are kept for a term, then destroyed with what stood for
them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.db import connection

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.linkage import interface as linkage
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.people import Retention

RETAINER: Final = Actor(kind="system", id="sources")
# So many in one transaction; the next look takes the rest.
AT_ONCE: Final = 10_000
_PAST: Final = """
DELETE FROM sources_record WHERE (source, record) IN (
    SELECT source, record FROM sources_record
    WHERE source = %(source)s AND gone_at < %(before)s ORDER BY record LIMIT %(most)s)
RETURNING record
"""


def destroy_past_term(*, now: datetime | None = None) -> dict[str, int]:
    at = now or clock.now().astimezone(UTC)
    found = {code: _destroy(code, _term_of(code), at) for code in province().sources}
    return {code: count for code, count in found.items() if count}


def _term_of(code: str) -> Retention:
    return province().keep(province().source(code).retention)


def _destroy(code: str, term: Retention, now: datetime) -> int:
    before = term.begins(now)
    if before is None:
        return 0
    destroyed = 0
    while count := _destroy_some(code, term, before):
        destroyed += count
    return destroyed


def _destroy_some(code: str, term: Retention, before: datetime) -> int:
    """Some of them, with their earlier links and decisions: one transaction, one journal row."""
    opening = Entry(
        actor=RETAINER,
        action="sources.destroy_records",
        outcome="done",
        detail={"source": code, "retention": term.code},
    )
    if not _is_any(code, before):
        return 0
    with audit.carried_out(opening) as ledger, connection.cursor() as cursor:
        cursor.execute(_PAST, {"source": code, "before": before, "most": AT_ONCE})
        records = [record for (record,) in cursor.fetchall()]
        linkage.forget_records(code, records)
        ledger.detail |= {"records": len(records)}
    return len(records)


def _is_any(code: str, before: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM sources_record WHERE source = %s AND gone_at < %s)",
            [code, before],
        )
        (found,) = cursor.fetchone() or (False,)
    return bool(found)
