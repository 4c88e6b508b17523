"""Followers of events: each moves its cursor in the transaction that holds its effect."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from django.db import connection, transaction

from danso.kernel.errors import Conflict
from danso.modules.audit.data import Event, HandlerRun, Positioned
from danso.modules.audit.rules import read_event

logger = logging.getLogger(__name__)

# A handler of several kinds takes Positioned[A | B], which `type[E]` can't infer.
Handle = TypeVar("Handle", bound=Callable[[Sequence[Any]], None])
Start = Literal["beginning", "now"]

_ADD = """
INSERT INTO audit_cursor (consumer, position)
SELECT %s, CASE WHEN %s THEN size ELSE 0 END FROM audit_state ON CONFLICT DO NOTHING
"""
_LOCK = "SELECT position FROM audit_cursor WHERE consumer = %s FOR UPDATE SKIP LOCKED"
# Positions below the size are all committed: the sealer grows both in one transaction.
_SIZE = """
SELECT size, coalesce((SELECT second FROM audit_leaf WHERE position = %s), 0) FROM audit_state
"""
_READ = """
SELECT position, entry FROM audit_entry
WHERE kind = 2 AND position >= %s AND position < %s AND second >= %s
ORDER BY position LIMIT %s
"""
_MOVE = "UPDATE audit_cursor SET position = %s, moved_at = clock_timestamp() WHERE consumer = %s"


@dataclass(frozen=True)
class _Follower:
    name: str
    kinds: dict[str, type[Event]]
    handle: Callable[[Any], None]
    start: Start


_followers: dict[str, _Follower] = {}


def handler(
    *events: type[Event], name: str, start: Start = "beginning"
) -> Callable[[Handle], Handle]:
    def register(handle: Handle) -> Handle:
        known = _followers.get(name)
        if known is not None and known.handle is not handle:
            raise Conflict(
                f"Two handlers are called {name}; a cursor belongs to one.",
                code="handler_name",
                fix="Name handlers module.verb, and each once.",
            )
        _followers[name] = _Follower(name, {one.kind: one for one in events}, handle, start)
        return handle

    return register


def run_handlers(max_rows: int = 5000, *, only: Collection[str] | None = None) -> list[HandlerRun]:
    return [
        _run(follower, max_rows)
        for follower in list(_followers.values())
        if only is None or follower.name in only
    ]


def _run(follower: _Follower, max_rows: int) -> HandlerRun:
    try:
        with transaction.atomic():
            return _advance(follower, max_rows)
    except Exception as error:  # one follower's fault must not stop the others
        logger.exception("handler %s failed; it stays where it was", follower.name)
        return HandlerRun(follower.name, 0, _behind(follower.name), type(error).__name__)


def _advance(follower: _Follower, max_rows: int) -> HandlerRun:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [follower.name, follower.start == "now"])
        cursor.execute(_LOCK, [follower.name])
        locked = cursor.fetchone()
        if locked is None:
            return HandlerRun(follower.name, 0, 0, "busy")
        cursor.execute(_SIZE, [locked[0]])
        size, second = cursor.fetchone()
        cursor.execute(_READ, [locked[0], size, second, max_rows])
        rows = cursor.fetchall()
    wanted = _wanted(follower, rows)
    if wanted:
        follower.handle(wanted)
    reached = rows[-1][0] + 1 if len(rows) == max_rows else size
    if reached != locked[0]:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [reached, follower.name])
    return HandlerRun(follower.name, len(wanted), size - reached)


def _wanted(follower: _Follower, rows: Sequence[tuple[int, str]]) -> list[Positioned[Event]]:
    found = []
    for position, text in rows:
        body = json.loads(text)
        kind = follower.kinds.get(body["event"])
        if kind is not None:
            at = datetime.fromisoformat(body["at"])
            found.append(Positioned(position, at, read_event(kind, body)))
    return found


def _behind(consumer: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.size - coalesce(c.position, 0) FROM audit_state s "
            "LEFT JOIN audit_cursor c ON c.consumer = %s",
            [consumer],
        )
        behind: int = cursor.fetchone()[0]
    return behind
