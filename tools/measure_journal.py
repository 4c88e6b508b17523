#!/usr/bin/env python3
"""Measure the journal on a PostgreSQL of its own (fsync on): sealing, proofs, verifying.

.venv/bin/python -m tools.measure_journal [--rows 1000000] [--leaves 10000000]
"""

import argparse
import json
import os
import random
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from danso.config import database
from danso.config.database import Address
from danso.config.postgres import Cluster
from danso.modules.audit.jobs import Sealer, SealingKey
from danso.wire.merkle import Span, TileBuilder, TiledTree, verify_inclusion

SQL = Path(__file__).resolve().parents[1] / "src" / "danso" / "modules" / "audit" / "sql"
ENTRY = json.dumps(
    {
        "action": "exchange.verify",
        "actor": "partner-17",
        "actor_kind": "partner",
        "at": "2026-11-23T14:00:00.000000+00:00",
        "detail": {"code": "match"},
        "fields": ["name", "birth"],
        "file_code": "H56.1.2-26-0001",
        "legal_basis": "decree 69/2024",
        "officer": "o-1",
        "outcome": "match",
        "procedure": "1.004194",
        "purpose": "residence",
        "service": "verify",
        "subject": "SUBJECT",
        "system": "one-stop",
        "unit": "H56.14",
    },
    separators=(",", ":"),
)
FILL = """
INSERT INTO audit_inbox (kind, subject, entry)
SELECT 1, person, replace(%s, 'SUBJECT', person::text)
FROM (SELECT gen_random_uuid() AS person FROM generate_series(1, %s)) people
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows to seal")
    parser.add_argument("--leaves", type=int, default=10_000_000, help="leaves to prove in")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="danso-measure-") as folder:
        options = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
        cluster = Cluster(Path(folder) / "postgres", "measure", options)
        cluster.initialise()
        try:
            cluster.start()
            measure(cluster, asked.rows, asked.leaves)
        finally:
            cluster.remove()


def measure(cluster: Cluster, rows: int, leaves: int) -> None:
    address = _make(cluster)
    with (
        psycopg.connect(address.dsn("super", "measure"), autocommit=True) as boss,
        psycopg.connect(address.dsn("sealer", "measure"), autocommit=True) as connection,
    ):
        connection.execute("SET work_mem = '64MB'")
        sealer = Sealer(connection, SealingKey(Ed25519PrivateKey.generate()))
        print(f"{os.cpu_count()} cores, fsync and synchronous_commit on")
        sealing(boss, sealer, rows)
        proving(boss, sealer, leaves)


def _make(cluster: Cluster) -> Address:
    address = Address("127.0.0.1", cluster.port, "measure")
    root = Address("127.0.0.1", cluster.port, "postgres").dsn("super", "measure")
    database.create_roles(root, dict.fromkeys(database.ROLES, "measure"))
    database.create_database(root, "measure")
    database.set_rights(address.dsn("super", "measure"))
    with psycopg.connect(address.dsn("owner", "measure")) as owner:
        for name in ("tables", "doors", "withholding", "tally", "tally_days"):
            owner.execute((SQL / f"{name}.sql").read_bytes())
    return address


def sealing(boss: psycopg.Connection, sealer: Sealer, rows: int) -> None:
    boss.execute(FILL, [ENTRY, rows])
    boss.execute("CHECKPOINT")
    began, spent = time.perf_counter(), []
    while True:
        start = time.perf_counter()
        if not sealer.seal():
            break
        spent.append(time.perf_counter() - start)
    total = time.perf_counter() - began
    print(f"sealing: {rows} rows in {total:.1f} s = {rows / total:,.0f} rows/s", end="; ")
    print(f"a batch: median {median(spent):.2f} s, longest {max(spent):.2f} s")


def proving(boss: psycopg.Connection, sealer: Sealer, leaves: int) -> None:
    """Grow the tree with synthetic leaves (tiles made as the sealer makes them), then prove."""
    size, _ = sealer.size_and_origin()
    boss.execute(
        "INSERT INTO audit_leaf SELECT at, 0, sha256(int8send(at)) "
        "FROM generate_series(%s::bigint, %s) at",
        [size, leaves - 1],
    )
    began = time.perf_counter()
    builder = TileBuilder.resume(size, sealer.fetch)
    with boss.cursor() as cursor, boss.transaction():
        for lo in range(size, leaves, 100_000):
            cursor.execute(
                "SELECT string_agg(hash, ''::bytea ORDER BY position) FROM audit_leaf "
                "WHERE position >= %s AND position < %s",
                [lo, min(lo + 100_000, leaves)],
            )
            (joined,) = cursor.fetchone() or (b"",)
            done = builder.extend([joined[at : at + 32] for at in range(0, len(joined), 32)])
            cursor.executemany("INSERT INTO audit_tile VALUES (%s, %s, %s)", done)
    print(f"tiles: {(leaves - size) / (time.perf_counter() - began):,.0f} leaves/s")
    boss.execute("VACUUM ANALYZE audit_leaf, audit_tile")
    tree, spent = TiledTree(sealer.fetch), []
    root = tree.root(leaves)
    for position in random.Random(6).sample(range(size, leaves), 2000):
        start = time.perf_counter()
        path = tree.inclusion(position, leaves)
        spent.append((time.perf_counter() - start) * 1000)
        leaf = sealer.fetch([Span(0, position, 1)])[0, position]
        if not verify_inclusion(leaf, position, leaves, path, root):
            raise SystemExit(f"the proof of {position} is wrong")
    p99 = quantiles(spent, n=100)[98]
    print(
        f"inclusion proof in {leaves:,} leaves: median {median(spent):.2f} ms, p99 {p99:.2f} ms, "
        f"each of {len(spent)} verified"
    )


if __name__ == "__main__":
    main()
