"""Entries that tell of the use of one thing, such as a hosted register, but not about whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import connection

from danso.modules.audit.data import JournalEntry, Uses
from danso.modules.audit.queries.search import entry_of, positions_of, second_of

# Read by the primary key over the days' positions: the days bound what is read.
_USES = """
SELECT position, second, entry FROM audit_entry
WHERE kind = 1 AND position >= %(first)s AND position < %(past)s
  AND second >= %(since)s AND second < %(until)s
  AND (entry::jsonb ->> 'action' LIKE %(action)s
       AND entry::jsonb -> 'detail' ->> %(key)s = %(value)s
       OR entry::jsonb ->> 'service' = 'share' AND entry::jsonb -> 'fields' ?| %(fields)s::text[])
ORDER BY position DESC LIMIT %(limit)s
"""


def find_uses(wanted: Uses, first: date, last: date, *, limit: int) -> list[JournalEntry]:
    since, until = second_of(first), second_of(last, days=1)
    with connection.cursor() as cursor:
        begin, past = positions_of(cursor, since, until)
        cursor.execute(
            _USES,
            {
                "first": begin,
                "past": past,
                "since": since,
                "until": until,
                "action": wanted.action.replace("_", r"\_") + "%",
                "key": wanted.key,
                "value": wanted.value,
                "fields": list(wanted.fields),
                "limit": limit,
            },
        )
        rows = [entry_of(*row) for row in cursor.fetchall()]
    return [replace(row, subject=None, file_code="") for row in rows]
