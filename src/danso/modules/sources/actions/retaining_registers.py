"""Records of hosted registers are kept for their register's term after their end, then destroyed
with their history and what they told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.sources.actions.retaining import AT_ONCE, RETAINER
from danso.modules.sources.actions.telling_registers import tell_register
from danso.modules.sources.queries import registers as queries
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register

# The term runs from the end that an officer gave; of what was entered by mistake from that saying.
_ENDED: Final = """
register = %(register)s AND (state = 'ended' AND ended_on < %(day)s
                             OR state = 'void' AND changed_at < %(before)s)
"""
_ANY: Final = f"SELECT EXISTS (SELECT FROM sources_registerrecord WHERE {_ENDED})"  # noqa: S608
_PAST: Final = f"""
WITH past AS (
    DELETE FROM sources_registerrecord WHERE key IN (
        SELECT key FROM sources_registerrecord WHERE {_ENDED} ORDER BY number LIMIT %(most)s)
    RETURNING key, number
), history AS (
    DELETE FROM sources_registerrecordversion WHERE record IN (SELECT key FROM past)
)
SELECT number FROM past ORDER BY number
"""  # noqa: S608 - only this file's constants


def destroy_records_past_term(*, now: datetime | None = None) -> dict[str, int]:
    """See interface."""
    at = now or clock.now().astimezone(UTC)
    found = {code: _destroy(register, at) for code, (register, _) in queries.registers().items()}
    return {code: count for code, count in found.items() if count}


def _destroy(register: Register, now: datetime) -> int:
    before = province().keep(register.retention).begins(now)
    if before is None:
        return 0
    destroyed = 0
    while count := _destroy_some(register, before):
        destroyed += count
    return destroyed


def _destroy_some(register: Register, before: datetime) -> int:
    """Some of them: one transaction, one journal row that names nobody."""
    asked: dict[str, Any] = {
        "register": register.code,
        "before": before,
        "day": clock.local(before).date(),
        "most": AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANY, asked)
        if cursor.fetchone() != (True,):
            return 0
    opening = Entry(
        actor=RETAINER,
        action="sources.register_destroy",
        outcome="done",
        detail={"register": register.code, "retention": register.retention},
    )
    with audit.carried_out(opening) as ledger, connection.cursor() as cursor:
        cursor.execute(_PAST, asked)
        numbers = [number for (number,) in cursor.fetchall()]
        tell_register(register, numbers)
        ledger.detail |= {"records": len(numbers)}
    return len(numbers)
