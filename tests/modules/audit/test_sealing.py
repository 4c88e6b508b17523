"""Sealing: gapless, ordered, leaf by leaf the decided format, nothing lost or doubled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit.data import Tally
from danso.modules.audit.interface import (
    journal_health,
    record,
    record_many,
    tally,
)
from danso.modules.audit.jobs import Sealer
from danso.modules.audit.jobs.sealer import LOCK
from danso.wire import leaf, merkle
from danso.wire.merkle import TiledTree
from tests.conftest import Database
from tests.modules.audit.conftest import look


def journal(owner: psycopg.Connection) -> list[tuple[int, int, bytes, str]]:
    rows = owner.execute("SELECT position, second, salt, entry FROM audit_entry ORDER BY position")
    return rows.fetchall()


def leaves(owner: psycopg.Connection) -> list[bytes]:
    rows = owner.execute("SELECT hash FROM audit_leaf ORDER BY position")
    return [one for (one,) in rows]


def test_seal_moves_rows_and_computes_the_decided_leaf(
    sealer: Sealer, owner: psycopg.Connection
) -> None:
    record_many([look(uuid4()) for _ in range(3)])
    assert sealer.seal() == 3
    rows = journal(owner)
    assert [row[0] for row in rows] == [0, 1, 2]
    assert leaves(owner) == [
        leaf.entry_leaf(position, second, salt, entry.encode())
        for position, second, salt, entry in rows
    ]
    assert len({salt for _, _, salt, _ in rows}) == 3
    assert {len(salt) for _, _, salt, _ in rows} == {16}
    assert owner.execute("SELECT count(*) FROM audit_inbox").fetchone() == (0,)


def test_seal_in_small_batches_makes_the_tiles_of_one_tree(
    sealer: Sealer, owner: psycopg.Connection
) -> None:
    record_many([look() for _ in range(700)])
    sizes = []
    while count := sealer.seal(limit=130):
        sizes.append(count)
    assert sizes == [130] * 5 + [50]
    assert owner.execute("SELECT level, index FROM audit_tile ORDER BY 1, 2").fetchall() == [
        (1, 0),
        (1, 1),
    ]
    assert TiledTree(sealer.fetch).root(700) == merkle.root(leaves(owner))


def test_two_sealers_in_turn_keep_one_order(sealer: Sealer, fresh_db: Database) -> None:
    with psycopg.connect(fresh_db.dsn("sealer"), autocommit=True) as connection:
        other = Sealer(connection, sealer.key)
        for worker in (sealer, other, other, sealer, other):
            record_many([look() for _ in range(300)])
            worker.seal()
        hashes = leaves(connection)
    assert len(hashes) == 1500
    assert TiledTree(sealer.fetch).root(1500) == merkle.root(hashes)


def test_second_sealer_waits_for_the_first(sealer: Sealer, fresh_db: Database) -> None:
    record(look())
    with psycopg.connect(fresh_db.dsn("sealer")) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        sealer.connection.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            sealer.seal()
    assert sealer.seal() == 1


def test_row_inserted_first_and_committed_last_is_sealed(
    sealer: Sealer, fresh_db: Database, owner: psycopg.Connection
) -> None:
    with psycopg.connect(fresh_db.dsn("app")) as slow:
        slow.execute('INSERT INTO audit_v1.inbox (kind, entry) VALUES (1, \'{"who":"slow"}\')')
        record(look())
        assert sealer.seal() == 1
        record(look())
        assert sealer.seal() == 1
        slow.commit()
    assert sealer.seal() == 1
    rows = journal(owner)
    assert [row[0] for row in rows] == [0, 1, 2]
    assert rows[2][3] == '{"who":"slow"}'


def test_open_write_transaction_stalls_nobody_and_ages_only_from_its_commit(
    sealer: Sealer, fresh_db: Database
) -> None:
    """As a transaction open for a minute: its row is a minute old when it becomes visible."""
    with psycopg.connect(fresh_db.dsn("super")) as slow:
        slow.execute(
            "INSERT INTO audit_inbox (kind, entry, recorded_at) "
            "VALUES (1, '{}', clock_timestamp() - interval '60 s')"
        )
        record(look())
        assert sealer.seal() == 1
        sealer.seal()
        assert journal_health().oldest_unsealed_at is None
        slow.commit()
    health = journal_health()
    assert health.oldest_unsealed_at == health.swept_at
    assert health.backlog == 1
    assert sealer.seal() == 1
    assert journal_health().oldest_unsealed_at is None


def test_pass_near_the_end_leaves_a_late_row_to_the_next_full_pass(
    sealer: Sealer, fresh_db: Database
) -> None:
    sealer.margin = 5
    with psycopg.connect(fresh_db.dsn("app")) as slow:
        slow.execute("INSERT INTO audit_v1.inbox (kind, entry) VALUES (1, '{}')")
        record_many([look() for _ in range(20)])
        assert sealer.seal() == 20
        slow.commit()
    record(look())
    swept = journal_health().swept_at
    assert journal_health().backlog == 1
    assert sealer.seal(full=False) == 1
    assert journal_health().swept_at == swept
    assert sealer.seal(full=False) == 0
    assert sealer.seal() == 1


def test_health_ages_while_nobody_seals(sealer: Sealer) -> None:
    record(look())
    first = journal_health()
    record(look())
    second = journal_health()
    assert first.oldest_unsealed_at is not None
    assert first.oldest_unsealed_at == second.oldest_unsealed_at
    assert (first.backlog, second.backlog) == (1, 2)
    assert second.sealed_size == 0


def test_full_batch_does_not_claim_that_all_is_swept(sealer: Sealer) -> None:
    before = journal_health().swept_at
    record_many([look() for _ in range(10)])
    sealer.seal(limit=5)
    assert journal_health().swept_at == before
    sealer.seal(limit=6)
    assert journal_health().swept_at > before


def test_clock_set_back_never_makes_a_later_entry_older(
    sealer: Sealer, owner: psycopg.Connection
) -> None:
    at = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    with clock.frozen(at) as frozen:
        record(look())
        sealer.seal()
        frozen.advance(timedelta(minutes=-10))
        record(look())
        sealer.seal()
    assert [row[1] for row in journal(owner)] == [int(at.timestamp())] * 2


def test_month_changes_into_a_partition_made_when_needed(
    sealer: Sealer, owner: psycopg.Connection
) -> None:
    with clock.frozen(datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)) as frozen:
        record(look())
        sealer.seal()
        frozen.advance(timedelta(seconds=1))
        record(look())
        sealer.seal()
    found = owner.execute("SELECT tableoid::regclass::text FROM audit_entry ORDER BY position")
    assert found.fetchall() == [("audit_entry_202611",), ("audit_entry_202612",)]


def test_months_are_made_ahead(sealer: Sealer, owner: psycopg.Connection) -> None:
    with clock.frozen(datetime(2026, 12, 31, 12, tzinfo=UTC)):
        sealer.prepare_months()
        sealer.prepare_months()
    found = owner.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = 'audit_entry'::regclass ORDER BY 1"
    )
    assert found.fetchall() == [("audit_entry_202612",), ("audit_entry_202701",)]


def test_rolled_back_seal_leaves_everything_in_the_inbox(
    sealer: Sealer, owner: psycopg.Connection
) -> None:
    record_many([look() for _ in range(300)])
    with pytest.raises(psycopg.errors.UniqueViolation):
        _seal_and_fail(sealer, owner)
    assert owner.execute("SELECT count(*) FROM audit_inbox").fetchone() == (300,)
    owner.execute("ALTER TABLE audit_tile DISABLE TRIGGER only_grows")
    owner.execute("DELETE FROM audit_tile")
    assert sealer.seal() == 300
    assert TiledTree(sealer.fetch).root(300) == merkle.root(leaves(owner))


def _seal_and_fail(sealer: Sealer, owner: psycopg.Connection) -> None:
    owner.execute("INSERT INTO audit_tile VALUES (1, 0, 'in the way')")
    sealer.seal()


def test_salts_of_two_batches_share_nothing(sealer: Sealer, owner: psycopg.Connection) -> None:
    for _ in range(2):
        record_many([look() for _ in range(20)])
        sealer.seal()
    salts = [salt for _, _, salt, _ in journal(owner)]
    assert len(set(salts)) == 40
    assert len({salt[:2] for salt in salts}) > 30


def test_sealed_entries_are_counted_by_minute_and_outcome(sealer: Sealer) -> None:
    at = datetime(2026, 11, 23, 14, 0, 20, tzinfo=UTC)
    partner = replace(look(), actor=Actor(kind="partner", id="bank-1"), action="exchange.verify")
    with clock.frozen(at) as frozen:
        record_many([look(), look(), look(outcome="not_found"), partner])
        sealer.seal()
        record(look())
        sealer.seal()
        frozen.advance(timedelta(minutes=1))
        record(look())
        sealer.seal()
    minute = at.replace(second=0)
    assert tally(at) == [
        Tally(minute, "exchange.verify", "bank-1", "done", 1),
        Tally(minute, "population.viewed", "", "done", 3),
        Tally(minute, "population.viewed", "", "not_found", 1),
        Tally(minute + timedelta(minutes=1), "population.viewed", "", "done", 1),
    ]
    assert tally(at + timedelta(minutes=1), action="exchange.verify") == []
