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
from danso.toolkit import statements

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
_STANDING = """
SELECT cursor.consumer, cursor.position, state.size
FROM audit_cursor AS cursor CROSS JOIN audit_state AS state WHERE cursor.consumer = ANY(%s)
"""
_SECOND = "SELECT second FROM audit_leaf WHERE position = %s"
# Whoever is at work holds its cursor, and moves it itself.
_MOVE_IDLE = """
UPDATE audit_cursor SET position = %s, moved_at = clock_timestamp() WHERE consumer IN (
    SELECT consumer FROM audit_cursor WHERE consumer = ANY(%s) AND position < %s
    FOR UPDATE SKIP LOCKED
)
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
    chosen = [one for one in list(_followers.values()) if only is None or one.name in only]
    passed = _pass_over(chosen, max_rows)
    return [
        HandlerRun(one.name, 0, 0) if one.name in passed else _run(one, max_rows) for one in chosen
    ]


@transaction.atomic
def _pass_over(followers: Sequence[_Follower], near: int) -> set[str]:
    """Names of those for whom there is nothing up to the journal's end; their cursors stand there.

    Most rounds find nothing for anybody: then one look serves all, at most `near` positions long.
    Who is further behind, or new, goes his own way.
    """
    standing = statements.rows(_STANDING, [[one.name for one in followers]])
    within = {name: at for name, at, size in standing if size - at <= near}
    behind = {name: at for name, at, size in standing if name in within and at < size}
    if not behind:
        return set(within)
    low, size = min(behind.values()), standing[0][2]
    events = [(at, json.loads(text)["event"]) for at, text in _events(low, size, near)]
    idle = [
        one.name
        for one in followers
        if one.name in behind
        and not any(kind in one.kinds for at, kind in events if at >= behind[one.name])
    ]
    statements.run(_MOVE_IDLE, [size, idle, size])
    return (set(within) - set(behind)) | set(idle)


def _events(first: int, size: int, most: int) -> list[tuple[Any, ...]]:
    found = statements.row(_SECOND, [first])
    return statements.rows(_READ, [first, size, found[0] if found else 0, most])


def _run(follower: _Follower, max_rows: int) -> HandlerRun:
    try:
        with transaction.atomic():
            return _advance(follower, max_rows)
    except Exception as error:  # one follower's fault must not stop the others
        logger.exception("handler %s failed; it stays where it was", follower.name)
        return HandlerRun(follower.name, 0, _behind(follower.name), type(error).__name__)


def _advance(follower: _Follower, max_rows: int) -> HandlerRun:
    statements.run(_ADD, [follower.name, follower.start == "now"])
    locked = statements.row(_LOCK, [follower.name])
    if locked is None:
        return HandlerRun(follower.name, 0, 0, "busy")
    size, second = statements.rows(_SIZE, [locked[0]])[0]
    rows = statements.rows(_READ, [locked[0], size, second, max_rows])
    wanted = _wanted(follower, rows)
    if wanted:
        follower.handle(wanted)
    reached = rows[-1][0] + 1 if len(rows) == max_rows else size
    if reached != locked[0]:
        statements.run(_MOVE, [reached, follower.name])
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
