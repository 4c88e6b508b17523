"""Real PostgreSQL for every test that asks: one embedded cluster a run, one database per need."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from danso.config import database
from danso.config.database import Address
from danso.config.postgres import Cluster

# Tests may lose data, never correctness: no fsync, small memory.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "max_connections": "80",
    "jit": "off",
}
PASSWORD = secrets.token_urlsafe(12)
TEMPLATE = "danso_template"
FOR_RUN = "danso_run"
ROOMY = 4 * 1024**3


@dataclass(frozen=True)
class Database:
    """A database of the running cluster, reachable with each role."""

    address: Address

    def dsn(self, role: str = "app") -> str:
        """A libpq URL for owner, app, gateway, sealer or super."""
        return self.address.dsn(role, PASSWORD)


class MemoryCluster(Cluster):
    """A cluster whose files lie in memory where the machine has enough.

    Each test that commits clones and drops a database of hundreds of files: on ext4 half of a run's
    time went into looking for inodes that were not freed a moment ago.
    """

    memory: Path | None = None

    @property
    def data(self) -> Path:
        return self.memory / "data" if self.memory else super().data

    def place(self) -> None:
        """Choose where the files lie; call it before anything else."""
        self._prepare_folder()
        shared = Path("/dev/shm")
        if shared.is_dir() and shutil.disk_usage(shared).free > ROOMY:
            self.memory = Path(tempfile.mkdtemp(prefix="danso-tests-", dir=shared))
            self._give(self.memory)

    def remove(self) -> None:
        super().remove()
        if self.memory:
            shutil.rmtree(self.memory, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this run's own, gone when the run ends."""
    with tempfile.TemporaryDirectory(prefix="danso-tests-") as folder:
        made = MemoryCluster(Path(folder) / "postgres", PASSWORD, OPTIONS)
        try:
            made.place()
            made.initialise()
            made.start()
            yield made
        finally:
            made.remove()


def _super_dsn(cluster: Cluster, name: str = "postgres") -> str:
    return Address("127.0.0.1", cluster.port, name).dsn("super", PASSWORD)


def _point_django_at(name: str, cluster: Cluster, role: str = "app") -> None:
    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(
        HOST="127.0.0.1",
        PORT=cluster.port,
        NAME=name,
        USER=f"danso_{role}",
        PASSWORD=PASSWORD,
    )


@pytest.fixture(scope="session")
def template(cluster: Cluster, django_db_blocker: DjangoDbBlocker) -> str:
    """A migrated database that others are cloned from; nobody connects to it."""
    database.create_roles(_super_dsn(cluster), dict.fromkeys(database.ROLES, PASSWORD))
    database.create_database(_super_dsn(cluster), TEMPLATE)
    database.set_rights(_super_dsn(cluster, TEMPLATE))
    _point_django_at(TEMPLATE, cluster, role="owner")
    with django_db_blocker.unblock():
        call_command("migrate", interactive=False, verbosity=0)
        connections["default"].close()
    return TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(cluster: Cluster, template: str) -> None:
    """pytest-django's `db` runs on a clone, as the app role, rolled back after each test."""
    database.create_database(_super_dsn(cluster), FOR_RUN, template=template)
    _point_django_at(FOR_RUN, cluster)


@pytest.fixture
def fresh_db(
    cluster: Cluster, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Database]:
    """A database of this test alone, with real commits; Django is pointed at it as the app."""
    name = f"danso_{secrets.token_hex(4)}"
    database.create_database(_super_dsn(cluster), name, template=TEMPLATE)
    _point_django_at(name, cluster)
    with django_db_blocker.unblock():
        try:
            yield Database(Address("127.0.0.1", cluster.port, name))
        finally:
            connections.close_all()
            _point_django_at(FOR_RUN, cluster)
            with psycopg.connect(_super_dsn(cluster), autocommit=True) as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )


@pytest.fixture(autouse=True, scope="session")
def _no_home() -> None:
    """Tests never see a developer's own home."""
    os.environ.pop("DANSO_HOME", None)
