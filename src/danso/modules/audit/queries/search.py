"""Entries in their order, by day and by who asked what: for the auditor alone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit.data import EntryFilter, JournalEntry

# Seconds never fall as positions grow (the sealer sees to that), so a day is a range of positions:
# found by halving, read by the primary key, and only its own month's partition is touched.
_SECOND = "SELECT second FROM audit_leaf WHERE position = %s"
_FIND = """
SELECT position, second, entry FROM audit_entry
WHERE kind = 1 AND position >= %(first)s AND position < %(past)s
  AND second >= %(since)s AND second < %(until)s
  AND (%(unit)s = '' OR entry::jsonb ->> 'unit' = %(unit)s)
  AND (%(actor)s = '' OR entry::jsonb ->> 'actor' = %(actor)s
       OR entry::jsonb ->> 'officer' = %(actor)s)
  AND (%(purpose)s = '' OR entry::jsonb ->> 'purpose' = %(purpose)s)
  AND (%(outcome)s = '' OR split_part(entry::jsonb ->> 'outcome', ':', 1) = %(outcome)s)
ORDER BY position DESC LIMIT %(limit)s
"""
_ONE = "SELECT position, second, salt, entry FROM audit_entry WHERE position = %s AND kind = 1"


def find_entries(
    wanted: EntryFilter, *, before: int | None = None, limit: int = 100
) -> list[JournalEntry]:
    since, until = second_of(wanted.first), second_of(wanted.last, days=1)
    with connection.cursor() as cursor:
        first, past = positions_of(cursor, since, until)
        cursor.execute(
            _FIND,
            {
                "first": first,
                "past": past if before is None else min(past, before),
                "since": since,
                "until": until,
                "unit": wanted.unit,
                "actor": wanted.actor,
                "purpose": wanted.purpose,
                "outcome": wanted.outcome,
                "limit": limit,
            },
        )
        return [entry_of(*row) for row in cursor.fetchall()]


def positions_of(cursor: Any, since: int, until: int) -> tuple[int, int]:
    """The positions sealed in [since, until): the first, and the one behind the last."""
    cursor.execute("SELECT size FROM audit_state")
    size = cursor.fetchone()[0]
    return _first_at(cursor, since, size), _first_at(cursor, until, size)


def get_entry(position: int) -> tuple[JournalEntry, bytes, str]:
    """The entry, its salt and its exact text."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [position])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(
            "There is no entry at this position.",
            code="entry_unknown",
            fix="Events have positions too, and entries past their term are destroyed.",
        )
    position, second, salt, text = row
    return entry_of(position, second, text), bytes(salt), text


def _first_at(cursor: Any, second: int, size: int) -> int:
    """The first position sealed at or after a second; the size where there is none."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        cursor.execute(_SECOND, [middle])
        if cursor.fetchone()[0] < second:
            low = middle + 1
        else:
            high = middle
    return low


def second_of(day: date, *, days: int = 0) -> int:
    """The second at which a day in Vietnam begins."""
    return int(datetime.combine(day + timedelta(days=days), time(), clock.VIETNAM).timestamp())


def entry_of(position: int, second: int, text: str) -> JournalEntry:
    """An entry from its stored text."""
    body = json.loads(text)
    subject = body.get("subject")
    plain = ("service", "purpose", "legal_basis", "procedure", "file_code")
    return JournalEntry(
        position=position,
        sealed_at=datetime.fromtimestamp(second, UTC),
        at=datetime.fromisoformat(body["at"]),
        actor=Actor(
            kind=body["actor_kind"],
            id=body["actor"],
            unit=body.get("unit", ""),
            system=body.get("system", ""),
            officer=body.get("officer", ""),
            behalf=body.get("behalf", ""),
        ),
        action=body["action"],
        outcome=body["outcome"],
        fields=tuple(body.get("fields", ())),
        detail=body.get("detail", {}),
        subject=UUID(subject) if subject else None,
        **{name: body.get(name, "") for name in plain},
    )
