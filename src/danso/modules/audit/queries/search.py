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
    since, until = _second(wanted.first), _second(wanted.last, days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT size FROM audit_state")
        size = cursor.fetchone()[0]
        first = _first_at(cursor, since, size)
        past = _first_at(cursor, until, size)
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
        return [_entry(*row) for row in cursor.fetchall()]


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
    return _entry(position, second, text), bytes(salt), text


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


def _second(day: date, *, days: int = 0) -> int:
    return int(datetime.combine(day + timedelta(days=days), time(), clock.VIETNAM).timestamp())


def _entry(position: int, second: int, text: str) -> JournalEntry:
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
        ),
        action=body["action"],
        outcome=body["outcome"],
        fields=tuple(body.get("fields", ())),
        detail=body.get("detail", {}),
        subject=UUID(subject) if subject else None,
        **{name: body.get(name, "") for name in plain},
    )
