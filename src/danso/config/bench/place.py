"""The bench home: made once by the real start-up path, then reused; its processes and databases."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from psycopg import sql

from danso.config import database
from danso.config.database import Address
from danso.config.first_start import Prepared, Wishes, prepare_home
from danso.config.home import Home
from danso.config.postgres import Cluster, free_port
from danso.config.running import children_of
from danso.config.secrets import Secrets
from danso.config.supervisor import Child, Supervisor
from danso.kernel.errors import Conflict, Unavailable

EMPTY: Final = "danso_empty"
SCRATCH: Final = "danso_scratch"
_READY_SECONDS: Final = 60.0

Say = Callable[[str], None]
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Place:
    """A bench home whose database is up."""

    home: Home
    cluster: Cluster
    address: Address
    people: int
    port: int
    supervisor: Supervisor

    @property
    def gateway_port(self) -> int:
        return self.port + 1

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def folder(self) -> Path:
        """Where bodies, scripts and files of the bench lie."""
        folder = self.home.files / "bench"
        folder.mkdir(exist_ok=True)
        return folder

    def dsn(self, role: str, name: str | None = None) -> str:
        """Connection string of a role, of the home's database or of another one beside it."""
        address = Address(self.address.host, self.address.port, name or self.address.name)
        return address.dsn(role, Secrets(self.home).get(f"db-{role}"))

    def connect(self, role: str = "super", name: str | None = None) -> Connection:
        """An autocommit connection."""
        return psycopg.connect(self.dsn(role, name), autocommit=True)

    def environment(self, name: str | None = None) -> dict[str, str]:
        """For commands that are to work in this home, on its database or on one beside it."""
        url = f"postgresql://{self.address.host}:{self.address.port}/{name or self.address.name}"
        return {**os.environ, "DANSO_HOME": str(self.home.path), "DANSO_DB_ADDRESS": url}

    def danso(self, *arguments: str, name: str | None = None) -> str:
        """Run a `danso` command in this home; returns what it prints."""
        return self.python("danso.config.main", *arguments, name=name)

    def python(self, module: str, *arguments: str, name: str | None = None) -> str:
        """Run a module in a process of its own; returns what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=self.environment(name),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            tail = (done.stdout + done.stderr).strip()[-1500:]
            raise Unavailable(
                f"`{module} {' '.join(arguments[:2])}` failed: {tail}",
                code="bench_step",
                fix="Mend the cause, or remove the bench home and start again.",
            )
        return done.stdout

    @contextmanager
    def scratch(self, template: str = EMPTY) -> Iterator[str]:
        """A fresh copy of the empty database beside the home's own; dropped afterwards."""
        self.drop(SCRATCH)
        database.create_database(self.dsn("super", "postgres"), SCRATCH, template=template)
        try:
            yield SCRATCH
        finally:
            self.drop(SCRATCH)

    def drop(self, name: str) -> None:
        with self.connect(name="postgres") as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def serve(self) -> None:
        """Start sealer and gateway as `danso up` does, and wait until the gateway is ready."""
        self._start(self.supervisor.children[:2])
        self._await(f"{self.gateway}/ready", "the gateway")

    def serve_pages(self, processes: int = 1) -> None:
        """Everything that `danso up` starts, ready to answer, with so many processes for pages."""
        web = next(child for child in self.supervisor.children if child.name == "web")
        wished = {"DANSO_WEB_PROCESSES": str(processes)}
        if web.process is not None and wished.items() - web.environment.items():
            self.supervisor.end(web)
        web.environment = {**web.environment, **wished}
        self._start(self.supervisor.children)
        self._await(f"http://127.0.0.1:{self.port}/san-sang", "the pages")

    def _start(self, children: Iterable[Child]) -> None:
        for child in children:
            if child.process is None:
                self.supervisor.start(child)

    def _await(self, url: str, what: str) -> None:
        seconds = _READY_SECONDS
        wait_for(lambda: _answers(url), what=what, logs=self.home.logs, seconds=seconds)


@contextmanager
def bench_home(path: Path, people: int, say: Say) -> Iterator[Place]:
    """The home at `path` with its database up; a new one is stamped for so many people."""
    # An operator's own database is never measured by filling it.
    os.environ.pop("DANSO_DATABASE_URL", None)
    os.environ["DANSO_HOME"] = str(path)
    home = Home(path)
    with home.lock():
        _refuse_another(home, people)
        prepared = prepare_home(home, Wishes(people, None, "demo", "authority"), say=say)
        place = _place(prepared, people)
        try:
            _settle_once(place, say)
            yield place
        finally:
            place.supervisor.stop()


def wait_for(
    is_so: Callable[[], bool], *, what: str, logs: Path, seconds: float, every: float = 0.05
) -> None:
    """Wait until it is so, or say what did not come."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise Unavailable(
                f"{what} did not come within {seconds:.0f} s",
                code="bench_wait",
                fix=f"Look into {logs}.",
            )
        threading.Event().wait(every)


def _refuse_another(home: Home, people: int) -> None:
    found = home.read_stamp().get("people", people)
    if found != people:
        raise Conflict(
            f"the bench home {home.path} was made for {found:,} people, not {people:,}",
            code="bench_people",
            fix=f"Use --people {found}, name another --home, or remove that folder.",
        )


def _place(prepared: Prepared, people: int) -> Place:
    cluster = prepared.cluster
    if cluster is None:
        raise Unavailable("no database of our own", code="bench_database", fix="Try again.")
    port = _pair_of_ports()
    supervisor = Supervisor(prepared.home, cluster)
    children_of(supervisor, prepared, port)
    return Place(prepared.home, cluster, prepared.address, people, port, supervisor)


def _settle_once(place: Place, say: Say) -> None:
    """Stamp the database, keep an empty copy of it to measure in, and bring both up to date."""
    copied = place.home.run / "copied"
    if not copied.exists():
        say("Stamping the bench home …")
        place.python("danso.config.bench", "stamp")
        place.drop(EMPTY)
        administrator = place.dsn("super", "postgres")
        database.create_database(administrator, EMPTY, template=place.address.name)
        copied.touch()
    place.danso("migrate", name=EMPTY)


def _pair_of_ports() -> int:
    """A free port whose next one is free too: pages (not started here) and gateway."""
    while True:
        port = free_port()
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
        return port


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def read_json(path: Path) -> dict[str, Any]:
    """What an earlier run wrote down, or an empty dict."""
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found
