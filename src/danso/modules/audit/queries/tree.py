"""Heads and proofs from stored leaves and tiles."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection

from danso.kernel.errors import NotFound
from danso.modules.audit.data import InclusionProof, NotSealedYet, SignedHead, TreeHead
from danso.toolkit import statements
from danso.wire.merkle import Span, TiledTree

# LATERAL with a LIMIT (no span is wider than a tile): one short index scan for each span, where a
# planner left alone reads the whole table of tiles.
NODES = """
SELECT 0, n.position, n.hash
FROM unnest(%(level)s::int2[], %(first)s::int8[], %(past)s::int8[]) AS s (level, first, past),
LATERAL (
    SELECT l.position, l.hash FROM audit_leaf l
    WHERE l.position >= s.first AND l.position < s.past LIMIT 256
) n
WHERE s.level = 0
UNION ALL
SELECT s.level, n.index, n.hash
FROM unnest(%(level)s::int2[], %(first)s::int8[], %(past)s::int8[]) AS s (level, first, past),
LATERAL (
    SELECT t.index, t.hash FROM audit_tile t
    WHERE t.level = s.level AND t.index >= s.first AND t.index < s.past LIMIT 256
) n
WHERE s.level > 0
"""
_HEAD = """
SELECT s.origin, h.size, h.root, h.at, h.key_id, h.signature
FROM audit_tree_head h, audit_state s
"""
_HOURLY = """
SELECT s.origin, h.size, h.root, h.at, h.key_id, h.signature
FROM audit_state s, (
    SELECT DISTINCT ON (date_trunc('hour', at)) * FROM audit_tree_head
    ORDER BY date_trunc('hour', at), at DESC
) h ORDER BY h.at
"""


def span_columns(spans: Sequence[Span]) -> dict[str, list[int]]:
    """The parameters of NODES."""
    return {
        "level": [span.level for span in spans],
        "first": [span.first for span in spans],
        "past": [span.first + span.width for span in spans],
    }


def nodes_of(rows: Iterable[tuple[int, int, bytes]]) -> dict[tuple[int, int], bytes]:
    """The rows of NODES by level and index."""
    return {(level, index): bytes(one) for level, index, one in rows}


def stored_tree() -> TiledTree:
    """The tree over Django's connection."""

    def fetch(spans: Sequence[Span]) -> Mapping[tuple[int, int], bytes]:
        with connection.cursor() as cursor:
            cursor.execute(NODES, span_columns(spans))
            return nodes_of(cursor.fetchall())

    return TiledTree(fetch)


def find_tree_head(size: int | None = None) -> SignedHead | None:
    """The latest signed head, or the first of that size."""
    order = (
        "ORDER BY h.at DESC LIMIT 1" if size is None else "WHERE h.size = %s ORDER BY h.at LIMIT 1"
    )
    row = statements.row(f"{_HEAD} {order}", [] if size is None else [size])
    return None if row is None else signed_head(*row)


def hourly_heads() -> list[SignedHead]:
    """The last signed head of every hour, oldest first; the very last one is among them."""
    with connection.cursor() as cursor:
        cursor.execute(_HOURLY)
        return [signed_head(*row) for row in cursor.fetchall()]


def get_tree_head(size: int | None = None) -> SignedHead:
    found = find_tree_head(size)
    if found is None:
        raise NotSealedYet(
            "The journal has no such signed head.",
            code="head_unknown",
            fix="The sealer signs one at least each minute; see whether it runs (danso status).",
        )
    return found


def public_keys() -> dict[str, bytes]:
    """Every key that ever signed heads, by its id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id, public_key FROM audit_key ORDER BY since")
        return {key_id: bytes(public) for key_id, public in cursor.fetchall()}


def prove_inclusion(position: int, size: int | None = None) -> InclusionProof:
    head = get_tree_head(size)
    if not 0 <= position < head.head.size:
        raise NotSealedYet(
            f"Position {position} is not under a signed head yet.",
            code="position_not_sealed",
            fix="A head is signed at least each minute: ask again then.",
        )
    path = stored_tree().inclusion(position, head.head.size)
    with connection.cursor() as cursor:
        cursor.execute("SELECT second, hash FROM audit_leaf WHERE position = %s", [position])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(
            f"Position {position} is missing from the journal.",
            code="leaf_missing",
            fix="Run `danso journal verify` and tell the auditor.",
        )
    return InclusionProof(position, row[0], bytes(row[1]), tuple(path), head)


def prove_consistency(old_size: int, new_size: int | None = None) -> tuple[bytes, ...]:
    head = get_tree_head(new_size)
    return tuple(stored_tree().consistency(old_size, head.head.size))


def signed_head(
    origin: str, size: int, root: bytes, at: datetime, key_id: str, signature: bytes
) -> SignedHead:
    return SignedHead(TreeHead(origin, size, bytes(root), at), key_id, bytes(signature))
