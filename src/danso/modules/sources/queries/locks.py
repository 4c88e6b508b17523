"""Advisory locks by which a process shows that it is at a source: they go when it dies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

LOAD: Final = "sources.load:"
RUN: Final = "sources.run:"
TRIAL: Final = "sources.trial:"

_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended(%s || %s, 0))"
_UNLOCK: Final = "SELECT pg_advisory_unlock(hashtextextended(%s || %s, 0))"
# Of these names those that somebody holds.
_HELD: Final = """
SELECT name FROM unnest(%s::text[]) AS name
CROSS JOIN LATERAL (SELECT hashtextextended(%s || name, 0) AS key) AS lock
WHERE EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint = (key >> 32) & 4294967295 AND objid::bigint = key & 4294967295
)
"""


@contextmanager
def alone(kind: str, name: str) -> Iterator[bool]:
    """Hold the lock for the block, in this connection's session; False where another has it."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [kind, name])
        (is_mine,) = cursor.fetchone() or (False,)
    try:
        yield bool(is_mine)
    finally:
        # A lost connection has let go already, and a dead one must not hide why.
        if is_mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(_UNLOCK, [kind, name])


def held_locks(kind: str, names: Iterable[str]) -> set[str]:
    """Of these names those that a living process holds."""
    asked = list(names)
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [asked, kind])
        return {name for (name,) in cursor.fetchall()}
