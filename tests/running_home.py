"""A whole danso, started as a person would start it: `danso up` in an empty home."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from danso.config.home import Home
from danso.config.postgres import Cluster

START_SECONDS = 280.0  # a patience for busy machines; alone it takes a tenth


def free_ports() -> int:
    """A port whose next one is free too (pages, gateway)."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@dataclass
class RunningHome:
    """A home and the supervisor that runs it."""

    home: Home
    port: int
    people: int
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    # The source folder of another danso than this checkout's.
    code: Path | None = None

    @property
    def pages(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def log(self) -> Path:
        return self.home.path / "up.log"

    @property
    def cluster_data(self) -> Path:
        """PostgreSQL's data folder."""
        return Cluster(self.home.path / "postgres", "").data

    def start(self) -> None:
        """Start and wait until pages and gateway answer ready."""
        self.start_for(START_SECONDS)

    def start_for(self, seconds: float) -> None:
        """As `start`, with another patience."""
        self.begin()
        self.wait_until_ready(seconds)

    def begin(self) -> None:
        """Start without waiting."""
        self.home.path.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "danso.config.main", "up"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *command,
                    f"--home={self.home.path}",
                    f"--port={self.port}",
                    f"--people={self.people}",
                    *self.arguments,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment(),
            )

    def sealer_log(self) -> str:
        """What the sealer said."""
        return (self.home.logs / "sealer.log").read_text()

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        end = time.monotonic() + seconds
        while not self.is_ready():
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < end, self.log.read_text()[-3000:]
            time.sleep(0.1)

    def is_ready(self) -> bool:
        try:
            return (
                all(
                    httpx.get(url, timeout=2).status_code == 200
                    for url in (f"{self.pages}/san-sang", f"{self.gateway}/ready")
                )
                and "danso is up" in self.log.read_text().rpartition("Starting PostgreSQL")[2]
            )
        except httpx.HTTPError:
            return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ask it to stop and wait; a second stop is harmless."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)

    def danso(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a `danso` command against this home."""
        done = subprocess.run(
            [sys.executable, "-m", "danso.config.main", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment(),
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def json(self, *arguments: str) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.danso(*arguments, "--json").stdout)

    def pids(self) -> dict[str, int]:
        """Process ids by name, as the supervisor notes them."""
        found: dict[str, int] = json.loads((self.home.run / "processes.json").read_text())
        return found

    def environment(self) -> dict[str, str]:
        hidden = ("DANSO_", "DJANGO_", "PYTEST")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        code = {"PYTHONPATH": str(self.code)} if self.code else {}
        return {**kept, **code, "DANSO_HOME": str(self.home.path)}

    def remove(self) -> None:
        """Stop and delete the database that lies outside the home when root runs the tests."""
        self.stop()
        Cluster(self.home.path / "postgres", "").remove()


@contextmanager
def running_home(folder: Path, people: int = 1_000, *arguments: str) -> Iterator[RunningHome]:
    """Start a demo home in `folder`, give it, stop and remove it."""
    made = RunningHome(Home(folder), free_ports(), people, arguments)
    try:
        made.start()
        yield made
    finally:
        made.remove()
