"""The whole journal in order: to verify it here, and to hand it to somebody who verifies it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from danso.modules.audit.adapters.sealing_key import is_signed
from danso.modules.audit.data import SignedHead, VerifyReport
from danso.modules.audit.engine.verification import Row, Verification
from danso.modules.audit.queries.tree import hourly_heads, public_keys
from danso.wire.head import verifier_key
from danso.wire.merkle import TileBuilder

CHUNK = 20_000
Progress = Callable[[int, int], None]

_ROWS = """
SELECT coalesce(l.position, e.position), coalesce(l.second, e.second), l.hash,
       e.second, e.kind, e.subject::text, e.salt, e.entry
FROM (SELECT * FROM audit_leaf WHERE position >= %(lo)s AND position < %(hi)s) l
FULL JOIN (SELECT * FROM audit_entry WHERE position >= %(lo)s AND position < %(hi)s) e
    ON e.position = l.position
ORDER BY 1
"""
_TILES = """
SELECT t.level, t.index, t.hash FROM audit_tile t
WHERE t.level = %s AND t.index >= %s AND t.index <= %s
"""


def verify(against: Sequence[SignedHead], *, progress: Progress) -> VerifyReport:
    keys = public_keys()
    # Heads before the size: a head signed in between must not look too long.
    heads = [*hourly_heads(), *against]
    size, origin = _size_and_origin()
    walk = Verification(heads, lambda signed: is_signed(signed, keys), origin)
    tiles = TileBuilder(0, [])
    wrong_tiles = 0
    for rows in _chunks(size):
        walk.feed(rows)
        wrong_tiles += _wrong_tiles(tiles, [row.leaf for row in rows if row.leaf is not None])
        progress(min(walk.frontier.size, size), size)
    root = walk.finish(size)
    findings = [one._asdict() for one in walk.findings]
    if wrong_tiles and root is not None:
        text = f"{wrong_tiles} stored tiles are not those of the leaves: proofs would be wrong"
        findings.append({"code": "tiles", "position": 0, "message": text})
    return VerifyReport(
        origin=origin,
        size=size,
        root=root,
        entries=walk.count,
        destroyed=walk.destroyed,
        heads_checked=walk.heads_checked,
        findings=tuple(findings),
    )


def export(folder: Path, *, progress: Progress) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    heads = hourly_heads()
    size, origin = _size_and_origin()
    keys = [verifier_key(origin, public) for public in public_keys().values()]
    (folder / "keys.txt").write_text("".join(f"{key}\n" for key in keys), encoding="utf-8")
    notes = "\n".join(signed.note() for signed in heads)
    (folder / "heads.txt").write_text(notes, encoding="utf-8")
    with (folder / "journal.jsonl").open("w", encoding="utf-8") as file:
        for rows in _chunks(size):
            file.writelines(_line(row) for row in rows)
            progress(rows[-1].position + 1, size)
    return size


def _line(row: Row) -> str:
    body: dict[str, object] = {"position": row.position, "second": row.second}
    if row.leaf is not None:
        body["leaf"] = row.leaf.hex()
    if row.salt is not None:
        body |= {"salt": row.salt.hex(), "entry": row.entry}
    return json.dumps(body, ensure_ascii=False) + "\n"


def _chunks(size: int) -> Iterator[list[Row]]:
    for lo in range(0, size, CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, {"lo": lo, "hi": min(lo + CHUNK, size)})
            rows = [_row(*columns) for columns in cursor.fetchall()]
        if rows:
            yield rows


def _row(position: int, second: int, leaf: bytes | None, *entry: Any) -> Row:
    entry_second, kind, subject, salt, text = entry
    return Row(position, second, _bytes(leaf), entry_second, kind, subject, _bytes(salt), text)


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


def _wrong_tiles(tiles: TileBuilder, leaves: list[bytes]) -> int:
    """How many of the tiles that these leaves complete are stored otherwise, or not at all."""
    made = {(level, index): one for level, index, one in tiles.extend(leaves)}
    stored = {}
    with connection.cursor() as cursor:
        for level in {level for level, _ in made}:
            indexes = [index for at, index in made if at == level]
            cursor.execute(_TILES, [level, min(indexes), max(indexes)])
            stored.update({(at, index): bytes(one) for at, index, one in cursor.fetchall()})
    return sum(stored.get(key) != one for key, one in made.items())


def _size_and_origin() -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT size, origin FROM audit_state")
        size, origin = cursor.fetchone()
    return size, origin
