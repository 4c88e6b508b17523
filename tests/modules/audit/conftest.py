"""A journal of one test alone: its own database, its own sealer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from danso.kernel.actors import Actor
from danso.modules.audit.adapters.sealing_key import SealingKey
from danso.modules.audit.data import Entry
from danso.modules.audit.jobs import Sealer
from tests.conftest import Database

OFFICER = Actor(kind="officer", id="officer-1", unit="H56.14", system="danso")


def look(subject: UUID | None = None, *, outcome: str = "done", unit: str = "H56.14") -> Entry:
    actor = Actor(kind="officer", id="officer-1", unit=unit, system="danso")
    return Entry(
        actor=actor,
        action="population.viewed",
        outcome=outcome,
        subject=subject,
        purpose="residence",
        legal_basis="Luật Cư trú",
        file_code="26-0001",
        fields=("name", "birth"),
    )


def pem() -> bytes:
    """A new signing key as the home keeps it."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    path = tmp_path / "sealing-key"
    path.write_bytes(pem())
    return path


@pytest.fixture
def sealer(fresh_db: Database, key_path: Path) -> Iterator[Sealer]:
    with psycopg.connect(fresh_db.dsn("sealer"), autocommit=True) as connection:
        yield Sealer(connection, SealingKey.load(key_path))


@pytest.fixture
def owner(fresh_db: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def tamper(fresh_db: Database) -> Iterator[Callable[..., None]]:
    """Somebody with every right on the database, who switches the triggers off first."""
    with psycopg.connect(fresh_db.dsn("super"), autocommit=True) as connection:

        def run(statement: str, *values: object) -> None:
            guarded = connection.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
                "WHERE tgname IN ('only_grows', 'moves', 'stays')"
            ).fetchall()
            for table, trigger in guarded:
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
            connection.execute(statement, values)

        yield run
