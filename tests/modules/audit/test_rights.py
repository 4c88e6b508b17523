"""Append-only by roles and by triggers: what each role may not do, TRUNCATE included."""

from __future__ import annotations

import psycopg
import pytest

from danso.modules.audit.interface import record
from danso.modules.audit.jobs import Sealer
from tests.conftest import PASSWORD, Database
from tests.modules.audit.conftest import look

SEALED = ("audit_entry", "audit_leaf", "audit_tile", "audit_tree_head", "audit_key")
PLAIN = ("audit_withholding", "audit_withholding_term", "audit_withholding_signature")
CHANGES = {
    "audit_entry": "entry = entry",
    "audit_leaf": "hash = hash",
    "audit_tile": "hash = hash",
    "audit_tree_head": "root = root",
    "audit_key": "public_key = public_key",
    "audit_withholding": "file_code = ''",
    "audit_withholding_term": "until = until",
    "audit_withholding_signature": "signed_by = signed_by",
    "audit_inbox": "entry = entry",
}
ROLES = ("super", "owner", "app", "gateway", "sealer")


@pytest.fixture
def sealed(sealer: Sealer) -> str:
    """One sealed row, one waiting; returns the month's partition."""
    record(look())
    sealer.register_key()
    sealer.seal()
    sealer.sign_head()
    record(look())
    row = sealer.connection.execute(
        "SELECT tableoid::regclass::text FROM audit_entry LIMIT 1"
    ).fetchone()
    assert row is not None
    return str(row[0])


def refused(database: Database, role: str, statement: str) -> None:
    # The gateway doesn't even see the schema that the tables are in.
    expected: list[type[psycopg.Error]] = [psycopg.errors.InsufficientPrivilege]
    if role == "gateway":
        expected.append(psycopg.errors.UndefinedTable)
    with (
        psycopg.connect(database.dsn(role), autocommit=True) as connection,
        pytest.raises(tuple(expected)),
    ):
        connection.execute(statement)


@pytest.mark.clause("III.1.4.8", partly="only danso itself: the agencies' other systems are theirs")
@pytest.mark.parametrize("role", ROLES)
def test_no_role_may_change_delete_or_truncate_what_is_sealed(
    sealed: str, fresh_db: Database, role: str
) -> None:
    for table in (*SEALED, *PLAIN):
        refused(fresh_db, role, f"UPDATE {table} SET {CHANGES[table]}")
        refused(fresh_db, role, f"DELETE FROM {table}")
        refused(fresh_db, role, f"TRUNCATE {table} CASCADE")
    refused(fresh_db, role, f"UPDATE {sealed} SET entry = '{{}}'")
    refused(fresh_db, role, f"DELETE FROM {sealed}")
    refused(fresh_db, role, f"TRUNCATE {sealed}")
    refused(fresh_db, role, "DELETE FROM audit_state")
    refused(fresh_db, role, "TRUNCATE audit_state")


@pytest.mark.parametrize("role", ROLES)
def test_inbox_rows_are_taken_out_by_the_sealer_alone(
    sealed: str, fresh_db: Database, role: str
) -> None:
    refused(fresh_db, role, "UPDATE audit_inbox SET entry = '{}'")
    refused(fresh_db, role, "TRUNCATE audit_inbox")
    if role != "sealer":
        refused(fresh_db, role, "DELETE FROM audit_inbox")


def test_replication_role_does_not_switch_the_triggers_off(sealed: str, fresh_db: Database) -> None:
    with psycopg.connect(fresh_db.dsn("super")) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM audit_leaf")


@pytest.mark.parametrize("role", ["app", "gateway"])
def test_answering_roles_can_neither_seal_nor_forge(
    sealed: str, fresh_db: Database, role: str
) -> None:
    refused(fresh_db, role, "INSERT INTO audit_leaf VALUES (1, 0, '')")
    refused(fresh_db, role, f"INSERT INTO {sealed} SELECT * FROM {sealed}")
    refused(fresh_db, role, "INSERT INTO audit_tree_head SELECT * FROM audit_tree_head")
    refused(fresh_db, role, "UPDATE audit_state SET size = 0")
    refused(fresh_db, role, "SELECT audit_v1.ensure_month(0)")
    refused(fresh_db, role, "SELECT audit_v1.destroy_expired()")
    refused(fresh_db, role, "INSERT INTO audit_inbox (kind, entry) VALUES (1, '{}')")
    refused(fresh_db, role, "SELECT * FROM audit_inbox")
    refused(fresh_db, role, "SELECT * FROM audit_v1.inbox")


def test_app_may_not_backdate_what_it_writes(sealed: str, fresh_db: Database) -> None:
    with (
        psycopg.connect(fresh_db.dsn("app")) as connection,
        pytest.raises(psycopg.errors.UndefinedColumn),
    ):
        connection.execute(
            "INSERT INTO audit_v1.inbox (kind, entry, recorded_at) VALUES (1, '{}', 'epoch')"
        )


def test_gateway_reads_health_and_nothing_else(sealed: str, fresh_db: Database) -> None:
    with psycopg.connect(fresh_db.dsn("gateway"), autocommit=True) as connection:
        row = connection.execute(
            "SELECT backlog, sealed_size, head_size FROM audit_v1.health"
        ).fetchone()
    assert row == (1, 2, 2)
    refused(fresh_db, "gateway", "SELECT * FROM audit_entry")
    refused(fresh_db, "gateway", "SELECT * FROM audit_v1.events")
    refused(fresh_db, "gateway", "INSERT INTO audit_v1.inbox (kind, entry) VALUES (1, '{}')")


def test_sealer_reads_no_register_and_cannot_shorten_the_legal_term(
    sealed: str, fresh_db: Database
) -> None:
    refused(fresh_db, "sealer", "UPDATE audit_state SET keep_months = 1")
    refused(fresh_db, "sealer", "SELECT * FROM django_migrations")


POISON = ["", "no json", "[1]", '"text"', '{"a":"\\u0000"}', '{"a":"\\ud800"}', "{" * 3000]


@pytest.mark.parametrize("entry", [*POISON, '{"a":"' + "x" * 70_000 + '"}'])
def test_inbox_refuses_what_would_stop_the_sealer_or_a_reader(
    fresh_db: Database, entry: str
) -> None:
    with psycopg.connect(fresh_db.dsn("app")) as connection, pytest.raises(psycopg.Error):
        connection.execute("INSERT INTO audit_v1.inbox (kind, entry) VALUES (1, %s)", [entry])


STRANGE = [
    "{}",
    '{"action":{"a":[1e999999]},"outcome":null,"actor_kind":"partner"}',
    '{"action":"' + "x" * 9000 + '","outcome":"\\ud83d\\ude00","actor_kind":"partner","actor":7}',
    '{"action":"a","action":"b","at":"never"}',
]


@pytest.mark.parametrize("entry", STRANGE)
def test_strange_entry_is_sealed_like_any_other(sealer: Sealer, entry: str) -> None:
    with psycopg.connect(sealer.connection.info.dsn, password=PASSWORD) as connection:
        connection.execute("INSERT INTO audit_v1.inbox (kind, entry) VALUES (1, %s)", [entry])
    assert sealer.seal() == 1


def test_look_with_letters_that_no_database_keeps_leaves_its_trace(sealer: Sealer) -> None:
    record(look(outcome="\0 \ud800 ok"))
    assert sealer.seal() == 1
