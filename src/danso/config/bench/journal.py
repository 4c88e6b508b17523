"""Sealing, and proofs of inclusion, in a database beside the home's: its own journal stays true."""

from __future__ import annotations

import os
import random
import time
from statistics import median, quantiles
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from danso.config.bench import claims, cost
from danso.config.bench.claims import Asker
from danso.config.bench.place import Connection, Place, Say
from danso.config.bench.report import Aim, Row
from danso.modules.audit.jobs import Sealer, SealingKey
from danso.wire.merkle import Span, TileBuilder, TiledTree, verify_inclusion

MOST_SEALED: Final = 500_000
LEAST_SEALED: Final = 20_000
PROOFS: Final = 2_000
AIM_SEALED: Final = 50_000.0
AIM_PROOF: Final = 5.0
AIM_LEAVES: Final = 10_000_000
_END: Final = '"},"outcome":"match","at":"2026-11-23T14:00:00.000000+00:00","subject":"SUBJECT"}'
_FILL: Final = """
INSERT INTO audit_inbox (kind, subject, entry)
SELECT 1, person, replace(%s, 'SUBJECT', person::text)
FROM (SELECT gen_random_uuid() AS person FROM generate_series(1, %s)) people
"""
_LEAVES: Final = """
INSERT INTO audit_leaf SELECT at, 0, sha256(int8send(at)) FROM generate_series(%s::bigint, %s) at
"""
_STRETCH: Final = 100_000


def measure(
    place: Place, asker: Asker, *, wanted: frozenset[str], leaves: int, rounds: int, say: Say
) -> list[Row]:
    """Sealing rows a second; then proofs in the journal so made, grown to `leaves` if asked."""
    sealed = min(MOST_SEALED, max(LEAST_SEALED, place.people))
    with (
        place.scratch() as name,
        place.connect(name=name) as boss,
        place.connect("sealer", name) as connection,
    ):
        connection.execute("SET work_mem = '64MB'")
        sealer = Sealer(connection, SealingKey(Ed25519PrivateKey.generate()))
        rows: list[Row] = []
        if "seal" in wanted:
            say(f"Sealing {sealed:,} rows, {rounds} times …")
            sealings = [_seal(boss, sealer, asker, sealed) for _ in range(rounds)]
            rates = tuple(rate for rate, _ in sealings)
            each = median(used for _, used in sealings) * 1e6
            how = f"{sealed:,} rows in batches of 50,000; processor time {each:.0f} µs a row"
            aim = Aim(AIM_SEALED)
            rows.append(Row("seal.rate", "Sealing", median(rates), "rows/s", aim, rates, how))
        if "proof" in wanted:
            rows += _prove(boss, sealer, max(leaves, sealed), say)
        return rows


def _seal(boss: Connection, sealer: Sealer, asker: Asker, count: int) -> tuple[float, float]:
    """Rows a second, and the processor time of one row (the sealer and its connection)."""
    entry = claims.begun_entry(asker, 1) + ',"answer":"M1110' + _END
    boss.execute(_FILL, [entry, count])
    boss.execute("CHECKPOINT")
    parts = (os.getpid(), sealer.connection.info.backend_pid)
    used, began = sum(map(cost.used_by, parts)), time.perf_counter()
    while sealer.seal():
        pass
    seconds = time.perf_counter() - began
    used = sum(map(cost.used_by, parts)) - used
    sealer.tidy()
    return count / seconds, used / count


def _prove(boss: Connection, sealer: Sealer, leaves: int, say: Say) -> list[Row]:
    size, _ = sealer.size_and_origin()
    if size < leaves:
        say(f"Growing the tree to {leaves:,} leaves …")
        _grow(boss, sealer, size, leaves)
    size = max(size, leaves)
    tree, spent = TiledTree(sealer.fetch), []
    root = tree.root(size)
    for position in random.Random(6).sample(range(size), min(size, PROOFS)):  # noqa: S311
        began = time.perf_counter()
        path = tree.inclusion(position, size)
        spent.append((time.perf_counter() - began) * 1000)
        leaf = sealer.fetch([Span(0, position, 1)])[0, position]
        if not verify_inclusion(leaf, position, size, path, root):
            raise AssertionError(f"the proof of {position} is wrong")
    aim = Aim(AIM_PROOF, "under") if size >= AIM_LEAVES else None
    how = f"{len(spent):,} random positions, each proof checked"
    return [
        Row("proof.p50", f"Inclusion proof among {size:,} rows, median", median(spent), "ms", aim),
        Row("proof.p99", "The same, 99th percentile", quantiles(spent, n=100)[98], "ms", note=how),
    ]


def _grow(boss: Connection, sealer: Sealer, size: int, leaves: int) -> None:
    """Leaves by SQL, tiles as the sealer makes them."""
    boss.execute(_LEAVES, [size, leaves - 1])
    builder = TileBuilder.resume(size, sealer.fetch)
    with boss.cursor() as cursor, boss.transaction():
        for low in range(size, leaves, _STRETCH):
            cursor.execute(
                "SELECT string_agg(hash, ''::bytea ORDER BY position) FROM audit_leaf"
                " WHERE position >= %s AND position < %s",
                [low, min(low + _STRETCH, leaves)],
            )
            (joined,) = cursor.fetchone() or (b"",)
            done = builder.extend([joined[at : at + 32] for at in range(0, len(joined), 32)])
            cursor.executemany("INSERT INTO audit_tile VALUES (%s, %s, %s)", done)
    boss.execute("VACUUM ANALYZE audit_leaf, audit_tile")
