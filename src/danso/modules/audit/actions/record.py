"""Into the inbox, in the caller's transaction: no access without a trace."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction

from danso.kernel import clock
from danso.modules.audit.data import Entry, Event
from danso.modules.audit.rules import entry_text, event_text
from danso.toolkit import statements

_JOURNAL, _EVENT = 1, 2
_INSERT = "INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (%s, %s, %s)"
_INSERT_EACH = """
INSERT INTO audit_v1.inbox (kind, subject, entry)
SELECT %s, subject, %s || subject::text || %s FROM unnest(%s::uuid[]) AS rows (subject)
"""
# Stands in an entry's text where each row's own subject goes.
_PLACE = UUID("5b1ec7ed-0000-4000-8000-5b1ec7ed5b1e")
_INSERT_MANY = """
INSERT INTO audit_v1.inbox (kind, subject, entry)
SELECT %s, subject, entry FROM unnest(%s::uuid[], %s::text[]) AS rows (subject, entry)
"""


def record(entry: Entry) -> None:
    statements.run(_INSERT, [_JOURNAL, entry.subject, entry_text(entry, clock.now())])


def record_many(entries: Iterable[Entry]) -> None:
    at = clock.now()
    subjects: list[UUID | None] = []
    texts: list[str] = []
    for entry in entries:
        subjects.append(entry.subject)
        texts.append(entry_text(entry, at))
    if texts:
        statements.run(_INSERT_MANY, [_JOURNAL, subjects, texts])


def record_each(entry: Entry, subjects: Sequence[UUID]) -> None:
    if not subjects:
        return
    text = entry_text(replace(entry, subject=_PLACE), clock.now())
    before, _, after = text.partition(str(_PLACE))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_EACH, [_JOURNAL, before, after, list(subjects)])


def record_refusal(entry: Entry) -> None:
    """In a transaction of its own, committed on return; inside another it raises RuntimeError."""
    with transaction.atomic(durable=True):
        record(entry)


def emit(event: Event) -> None:
    statements.run(_INSERT, [_EVENT, None, event_text(event, clock.now())])


def emit_many(events: Iterable[Event]) -> None:
    at = clock.now()
    texts = [event_text(event, at) for event in events]
    if texts:
        statements.run(_INSERT_MANY, [_EVENT, [None] * len(texts), texts])
