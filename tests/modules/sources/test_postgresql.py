"""A source's table in PostgreSQL, pulled."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest
from psycopg import sql

from danso.config.postgres import Cluster
from danso.modules.sources.adapters.places import SqlPlace
from tests.conftest import PASSWORD
from tests.modules.sources.sql_promises import READER, SqlPromises, Table

NAME = "kettles_at_their_owner"


@dataclass
class Postgresql:
    """A database of an owner's own in the cluster of the tests."""

    cluster: Cluster
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    engine: str = "postgresql"

    @property
    def place(self) -> SqlPlace:
        return SqlPlace(
            host="127.0.0.1",
            port=self.cluster.port,
            database=NAME,
            user=READER,
            tls="off",
            internal=True,
            timeout=5.0,
            settled=0.0,
        )

    def connect(self, name: str = NAME) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.cluster.port,
            dbname=name,
            user="danso_super",
            password=PASSWORD,
            autocommit=True,
        )

    def run(self, *statements: str) -> None:
        with self.connect() as connection:
            for statement in statements:
                connection.execute(sql.SQL(statement))

    @contextmanager
    def transaction(self, statement: str) -> Iterator[None]:
        with self.connect() as connection, connection.transaction():
            connection.execute(sql.SQL(statement))
            yield

    def drop_connections(self) -> None:
        with self.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
                [READER],
            )


@pytest.fixture(scope="module")
def owner(cluster: Cluster) -> Iterator[Postgresql]:
    made = Postgresql(cluster)
    with made.connect("postgres") as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(READER), sql.Literal(made.secret)
            )
        )
    yield made
    with made.connect("postgres") as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(NAME)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(READER)))


@pytest.fixture
def table(owner: Postgresql) -> Table:
    owner.run(
        'DROP TABLE IF EXISTS "SO_AM", "SO_DONG"',
        'CREATE TABLE "SO_AM" ("MA_AM" text, "HO_TEN" text, "CAP_NHAT" timestamp)',
        f'GRANT SELECT ON "SO_AM" TO {READER}',
    )
    return Table(owner)


class TestPostgresql(SqlPromises):
    """The promises, kept on PostgreSQL."""
