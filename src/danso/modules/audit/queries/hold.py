"""Whether a published head holds the journal back: one newer than, or other than, this database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from django.db import connection

from danso.modules.audit.adapters.head_files import HeadFiles
from danso.modules.audit.queries.tree import NODES, nodes_of, span_columns
from danso.wire.merkle import Span, TiledTree


class Connection(Protocol):
    """Django's connection or psycopg's own: whoever starts a home has only the latter."""

    def cursor(self) -> Any:
        """A cursor as of DB-API."""


def journal_hold(heads: Path) -> str:
    """As `find_hold`, over Django's connection."""
    return find_hold(connection, heads)


def find_hold(over: Connection, heads: Path) -> str:
    """Why the sealer refuses to seal this database, as a clause; "" where nothing holds it."""
    published = HeadFiles(heads).find_latest()
    if published is None:
        return ""
    with over.cursor() as cursor:
        cursor.execute("SELECT size, origin FROM audit_state")
        size, origin = cursor.fetchone()

    def fetch(spans: Sequence[Span]) -> Mapping[tuple[int, int], bytes]:
        with over.cursor() as cursor:
            cursor.execute(NODES, span_columns(spans))
            return nodes_of(cursor.fetchall())

    head = published.head
    if head.origin != origin:
        reason = f"it was published by another journal ({head.origin})"
    elif head.size > size:
        reason = f"positions {size} to {head.size - 1} are missing here"
    elif TiledTree(fetch).root(head.size) != head.root:
        reason = f"the tree of {head.size} leaves is not the one that was published"
    else:
        return ""
    return f"the head published at {head.at.isoformat()} does not fit this database: {reason}"
