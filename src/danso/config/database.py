"""Roles, rights and connection strings: who may do what in PostgreSQL."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

ROLES = ("owner", "app", "gateway", "sealer")


@dataclass(frozen=True)
class Address:
    """Where a danso database is, without a role."""

    host: str
    port: int
    name: str

    def url(self, role: str) -> str:
        """As `dsn`, without a password: for command lines, which other users can see."""
        return f"postgresql://danso_{role}@{self.host}:{self.port}/{self.name}"

    def dsn(self, role: str, password: str) -> str:
        """A libpq URL for one of ROLES (or `super`)."""
        return f"postgresql://danso_{role}:{quote(password)}@{self.host}:{self.port}/{self.name}"

    @classmethod
    def from_url(cls, url: str) -> Address:
        parts = urlsplit(url)
        return cls(parts.hostname or "127.0.0.1", parts.port or 5432, parts.path.lstrip("/"))


def external_url() -> str | None:
    """The operator's own PostgreSQL, where DANSO_DATABASE_URL names one."""
    return os.environ.get("DANSO_DATABASE_URL") or None


def create_roles(super_dsn: str, passwords: dict[str, str]) -> None:
    """Create or refresh the four roles. Idempotent."""
    with psycopg.connect(super_dsn, autocommit=True) as connection:
        for role in ROLES:
            name = sql.Identifier(f"danso_{role}")
            found = connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [f"danso_{role}"]
            ).fetchone()
            verb = sql.SQL("ALTER ROLE" if found else "CREATE ROLE")
            connection.execute(
                sql.SQL("{} {} LOGIN PASSWORD {}").format(verb, name, passwords[role])
            )
        # The app must never wait for ever on a lock, the gateway never compute for ever.
        connection.execute("ALTER ROLE danso_app SET lock_timeout = '20s'")
        connection.execute("ALTER ROLE danso_gateway SET statement_timeout = '10s'")


def create_database(super_dsn: str, name: str, *, template: str = "template0") -> bool:
    """Create a database owned by the owner role, with rights as below. False if it was there."""
    with psycopg.connect(super_dsn, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER danso_owner TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return True


RIGHTS = """
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO danso_owner;
GRANT USAGE ON SCHEMA public TO danso_app, danso_sealer;
ALTER DEFAULT PRIVILEGES FOR ROLE danso_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO danso_app;
ALTER DEFAULT PRIVILEGES FOR ROLE danso_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO danso_app;
-- Functions run with their owner's rights only for those who were given them by name.
ALTER DEFAULT PRIVILEGES FOR ROLE danso_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE danso_owner IN SCHEMA public
    GRANT EXECUTE ON FUNCTIONS TO danso_app;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
"""


def set_rights(super_dsn: str) -> None:
    """Default privileges before the first migration. Idempotent."""
    with psycopg.connect(super_dsn, autocommit=True) as connection:
        connection.execute(RIGHTS)
