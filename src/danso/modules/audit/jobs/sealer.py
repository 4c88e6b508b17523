"""The sealer: moves inbox rows into the log, one position each, and signs tree heads.

It uses psycopg with the sealer's own role, never Django's connection. Everything a batch does is
one transaction: killed at any point, it has either happened or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from danso.kernel import clock
from danso.modules.audit.adapters.sealing_key import SealingKey
from danso.modules.audit.data import SignedHead, TreeHead
from danso.modules.audit.queries.tree import NODES, nodes_of, span_columns
from danso.modules.audit.rules import system_entry_text
from danso.wire.head import key_id
from danso.wire.merkle import Span, TileBuilder, TiledTree

# Any number that nothing else locks: only one transaction at a time seals.
LOCK = 0x64616E736F
HASH_BYTES = 32

_SEAL = (Path(__file__).parents[1] / "sql" / "seal.sql").read_text()
_STATE = "SELECT size, second, clock_timestamp() FROM audit_state"
_TILES = "INSERT INTO audit_tile SELECT * FROM unnest(%s::int2[], %s::int8[], %s::bytea[])"
_GROW = """
UPDATE audit_state SET size = %(size)s, second = %(second)s,
    low_id = greatest(low_id, %(low_id)s),
    swept_at = CASE WHEN %(is_swept)s THEN %(began)s ELSE swept_at END
"""
_SWEPT = "UPDATE audit_state SET swept_at = %s"
_LAST_HEAD = "SELECT at, size FROM audit_tree_head ORDER BY at DESC LIMIT 1"
_HEAD = (
    "INSERT INTO audit_tree_head (at, size, root, key_id, signature) VALUES (%s, %s, %s, %s, %s)"
)
_KEY = "INSERT INTO audit_key (key_id, public_key) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_INBOX = "INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (1, NULL, %s)"


@dataclass
class Sealer:
    """One connection that seals. `connection` must be in autocommit mode."""

    connection: psycopg.Connection
    key: SealingKey
    tiles: TileBuilder | None = None
    months: set[str] = field(default_factory=set)
    newest: int = 0
    margin: int = 20_000

    def seal(self, limit: int = 20_000, *, full: bool = True, note_idle: bool = True) -> int:
        """Seal up to `limit` rows, the oldest first; returns how many.

        A pass that is not `full` starts near the last row sealed: under an open transaction VACUUM
        clears nothing, and looking through all that was ever moved would take ever longer.
        """
        with self.connection.transaction():
            self.connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            size, last, began = self._state()
            # A clock set back must not make an entry older than the one before it.
            second = max(last, int(clock.now().timestamp()))
            month = self._ensure_month(second)
            count = self._move(size, second, limit, above=0 if full else self._low_id())
            is_swept = full and count < limit
            if count:
                grown = {"size": size + count, "second": second, "low_id": self._low_id()}
                self.connection.execute(_GROW, {**grown, "is_swept": is_swept, "began": began})
            elif is_swept and note_idle:
                self.connection.execute("SET LOCAL synchronous_commit = off")
                self.connection.execute(_SWEPT, [began])
        self.months.add(month)  # only now: a rollback takes a new partition with it
        return count

    def sign_head(self) -> SignedHead | None:
        """Sign the tree as it is; None where this second has a head of this size already."""
        with self.connection.transaction():
            self.connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            size, second, _ = self._state()
            now = max(int(clock.now().timestamp()), second)
            last = self.connection.execute(_LAST_HEAD).fetchone()
            if last is not None and int(last[0].timestamp()) >= now:
                if last[1] == size:
                    return None
                now = int(last[0].timestamp()) + 1
            at = datetime.fromtimestamp(now, UTC)
            (origin,) = self._one("SELECT origin FROM audit_state")
            head = TreeHead(origin, size, self.tree().root(size), at)
            signed = self.key.sign(head)
            row = [at, size, head.root, signed.key_id, signed.signature]
            self.connection.execute(_HEAD, row)
            # So that no later entry can be older than this head, wherever the clock goes.
            self.connection.execute("UPDATE audit_state SET second = %s", [now])
        return signed

    def register_key(self) -> None:
        """Keep this key's public half for ever, and journal that it is new."""
        with self.connection.transaction():
            (origin,) = self._one("SELECT origin FROM audit_state")
            name = key_id(origin, self.key.public)
            added = self.connection.execute(_KEY, [name, self.key.public])
            if added.rowcount:
                self.note("journal.key_added", {"key": name})

    def destroy_expired(self) -> list[str]:
        """Destroy salt and entry of months whose legal term is over; returns them as YYYYMM."""
        rows = self.connection.execute("SELECT audit_v1.destroy_expired()").fetchall()
        self.months.clear()
        return [month for (month,) in rows]

    def prepare_months(self) -> None:
        """Make this month's and the next month's partition before they are needed."""
        now = clock.now()
        for day in (now, now.replace(day=1) + timedelta(days=31)):
            self.connection.execute("SELECT audit_v1.ensure_month(%s)", [int(day.timestamp())])

    def tidy(self) -> None:
        """Give the room of moved rows back to the inbox."""
        self.connection.execute("VACUUM (TRUNCATE false) audit_inbox")

    def public_keys(self) -> dict[str, bytes]:
        rows = self.connection.execute("SELECT key_id, public_key FROM audit_key ORDER BY since")
        return {name: bytes(public) for name, public in rows}

    def note(self, action: str, detail: Mapping[str, str | int]) -> None:
        """Journal something that the sealer itself did."""
        self.connection.execute(_INBOX, [system_entry_text(action, detail, clock.now())])

    def tree(self) -> TiledTree:
        return TiledTree(self.fetch)

    def fetch(self, spans: Sequence[Span]) -> dict[tuple[int, int], bytes]:
        """Stored hashes, for trees and tiles."""
        return nodes_of(self.connection.execute(NODES, span_columns(spans)).fetchall())

    def size_and_origin(self) -> tuple[int, str]:
        size, origin = self._one("SELECT size, origin FROM audit_state")
        return size, origin

    def _move(self, size: int, second: int, limit: int, *, above: int) -> int:
        asked = {"limit": limit, "size": size, "second": second, "above": above}
        joined, newest = self._one(_SEAL, asked)
        leaves = [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]
        if leaves:
            self.newest = max(self.newest, newest)
            done = self._tiles_at(size).extend(leaves)
            if done:
                columns = [list(column) for column in zip(*done, strict=True)]
                self.connection.execute(_TILES, columns)
        return len(leaves)

    def _low_id(self) -> int:
        return max(0, self.newest - self.margin)

    def _tiles_at(self, size: int) -> TileBuilder:
        """The builder for the tree of `size`; read anew after a rollback or another sealer.

        The batch's own leaves are in the table already, but lie past every tail.
        """
        if self.tiles is None or self.tiles.size != size:
            self.tiles = TileBuilder.resume(size, self.fetch)
        return self.tiles

    def _ensure_month(self, second: int) -> str:
        month = datetime.fromtimestamp(second, UTC).strftime("%Y%m")
        if month not in self.months:
            self.connection.execute("SELECT audit_v1.ensure_month(%s)", [second])
        return month

    def _state(self) -> tuple[int, int, datetime]:
        size, second, began = self._one(_STATE)
        return size, second, began

    def _one(self, query: str, asked: Mapping[str, int] | None = None) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self.connection.execute(query, asked).fetchone()
        if row is None:
            raise RuntimeError("a query that always has a row had none")
        return row
