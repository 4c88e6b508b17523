"""Entries that one commit wrote beside an event, and events with what opens their leaf."""

from __future__ import annotations

from dataclasses import replace

from django.db import connection

from danso.kernel.errors import NotFound
from danso.modules.audit.data import InclusionProof
from danso.modules.audit.queries.tree import prove_inclusion

# The sealer takes rows in the order in which they were written and sees those of one commit at
# once, so they lie below the event that the commit wrote last; others may lie between.
_NEAR = """
SELECT position FROM audit_entry
WHERE kind = 1 AND position < %(before)s AND position >= %(from)s AND strpos(entry, %(mark)s) > 0
  AND entry::json -> 'detail' ->> 'record' = %(mark)s
ORDER BY position
"""
_WINDOWS = (1_000, 30_000, 1_000_000)
_EVENT = "SELECT salt, entry FROM audit_entry WHERE position = %s AND kind = 2"


def entries_of_record(record: str, *, before: int, expected: int) -> tuple[int, ...]:
    found: list[int] = []
    for window in _WINDOWS:
        with connection.cursor() as cursor:
            cursor.execute(
                _NEAR, {"before": before, "from": max(0, before - window), "mark": record}
            )
            found = [position for (position,) in cursor.fetchall()]
        if len(found) >= expected or window >= before:
            break
    if len(found) != expected:
        raise NotFound(
            f"{len(found)} of {expected} entries of one commit were found.",
            code="entries_missing",
            fix="Run `danso journal verify` and tell the auditor.",
        )
    return tuple(found)


def prove_event(position: int) -> InclusionProof:
    proof = prove_inclusion(position)
    with connection.cursor() as cursor:
        cursor.execute(_EVENT, [position])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(
            "There is no event at this position.",
            code="event_unknown",
            fix="Events past their term are destroyed; entries are opened by open_entry.",
        )
    salt, text = row
    return replace(proof, salt=bytes(salt), entry=text)
