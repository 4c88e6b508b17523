"""A MariaDB server of the tests' own: its data in a folder, its process ours, on a free port."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pymysql
import pytest

from danso.modules.sources.adapters.places import SqlPlace
from tests.certificates import make_certificate
from tests.modules.sources.sql_promises import READER
from tests.running_home import free_ports

NAME = "kettles_at_their_owner"
START_SECONDS = 60.0


def program(name: str) -> str:
    """Where one of its programs is; installed where that is possible. Never skipped."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "mariadb-server"]):
            subprocess.run(["apt-get", *words], env=quiet, capture_output=True, check=False)
        found = shutil.which(name, path="/usr/bin:/usr/sbin")
    if found is None:
        pytest.fail(f"{name} is missing: install mariadb-server (10.6 or later)")
    return found


@dataclass
class MariadbServer:
    """One server, started and killed by tests."""

    folder: Path
    port: int
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    engine: str = "mariadb"
    process: subprocess.Popen[bytes] | None = None

    @property
    def place(self) -> SqlPlace:
        return SqlPlace(
            host="127.0.0.1",
            port=self.port,
            database=NAME,
            user=READER,
            tls="off",
            internal=True,
            timeout=5.0,
            settled=0.0,
        )

    @property
    def _as(self) -> list[str]:
        return ["--user=root"] if os.geteuid() == 0 else []

    @property
    def _socket(self) -> str:
        return str(self.folder / "s")

    def make(self) -> None:
        """Its certificate and its data folder, once."""
        make_certificate(self.folder, "localhost")
        subprocess.run(
            [
                program("mariadb-install-db"),
                "--no-defaults",
                f"--datadir={self.folder / 'data'}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                *self._as,
            ],
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            said = log.tell()
            self.process = subprocess.Popen(
                [
                    program("mariadbd"),
                    "--no-defaults",
                    f"--datadir={self.folder / 'data'}",
                    f"--port={self.port}",
                    f"--socket={self._socket}",
                    f"--pid-file={self.folder / 'pid'}",
                    "--bind-address=127.0.0.1",
                    "--skip-name-resolve",
                    f"--ssl-cert={self.folder / 'cert.pem'}",
                    f"--ssl-key={self.folder / 'key.pem'}",
                    "--innodb-buffer-pool-size=64M",
                    *self._as,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + START_SECONDS
        while "ready for connections" not in (self.folder / "log").read_text()[said:]:
            assert self.process.poll() is None, (self.folder / "log").read_text()[-2000:]
            assert time.monotonic() < end, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop or kill it; a second time is harmless."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)

    def connect(self, database: str | None = NAME) -> pymysql.Connection[pymysql.cursors.Cursor]:
        return pymysql.connect(unix_socket=self._socket, user="root", database=database)

    def run(self, *statements: str, database: str | None = NAME) -> None:
        """As its owner, committed."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()

    @contextmanager
    def transaction(self, statement: str) -> Iterator[None]:
        """A statement whose transaction ends, committed, with the block."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            yield
            connection.commit()

    def drop_connections(self) -> None:
        """Cut every connection of the reading user."""
        self.run(f"KILL USER '{READER}'@'%'")


@contextmanager
def started(folder: Path) -> Iterator[MariadbServer]:
    """A running server with an empty database and a user who may read what it is granted."""
    made = MariadbServer(folder, free_ports())
    try:
        made.make()
        made.start()
        made.run(
            f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4",
            f"CREATE USER '{READER}'@'%' IDENTIFIED BY '{made.secret}'",
            database=None,
        )
        yield made
    finally:
        made.stop(signal.SIGKILL)
