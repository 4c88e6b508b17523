"""The stand-in of the national service as a process of its own, started and killed by tests."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from danso.wire.upstream.setup import FILE, SECRET_FILE, Setup, read_setup
from tests.running_home import free_ports

START_SECONDS = 30.0
AM = {
    "number": "909000000001",
    "full_name": "Nguyễn Văn Ấm",
    "birth": "1984-03-21",
    "sex": "1",
    "nationality": "VN",
}


@dataclass
class StandIn:
    """One stand-in: its folder holds settings, secret and state."""

    folder: Path
    port: int
    road: str = "direct"
    process: subprocess.Popen[bytes] | None = None

    @property
    def file(self) -> Path:
        return self.folder / FILE

    @property
    def secret(self) -> str:
        return (self.folder / SECRET_FILE).read_text()

    @property
    def setup(self) -> Setup:
        return read_setup(self.file.read_text())

    def start(self) -> None:
        """Start it, as `danso stand-in` does, and wait until it answers."""
        command = [sys.executable, "-m", "danso.config.main", "stand-in"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, str(self.folder), f"--port={self.port}", f"--road={self.road}"],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.state()
            except httpx.HTTPError:
                assert self.process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < end, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def start_again(self) -> None:
        """Start it where a test has stopped it."""
        if self.process is None or self.process.poll() is not None:
            self.start()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop or kill it; a second time is harmless."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(20)

    def behave(self, **how: Any) -> None:
        """How it answers from now on; everything unnamed as at first."""
        self._back("behave", how)

    def forget(self) -> None:
        """As if it had just been started for the first time."""
        self._back("forget", {})

    def pace(self, lines: str) -> None:
        """Replace the lines of its [pace]: what a home that reads the file will do."""
        kept = self.file.read_text().partition("[pace]")[0]
        self.file.write_text(f"{kept}[pace]\n{lines}\n")

    def enter(self, **values: Any) -> int:
        """Somebody comes into the national register; returns the change's position."""
        person = {**AM, **values}
        number = person.pop("number")
        return self.happen(kind="entered", number=number, values=person)

    def happen(self, **change: Any) -> int:
        """A change happens there; returns its position in the feed."""
        position: int = self._back("happen", change)["position"]
        return position

    def decide(self, receipt: str, *, accept: bool, text: str = "") -> None:
        """Answer a wanted change."""
        self._back("decide", {"receipt": receipt, "accept": accept, "text": text})

    def state(self) -> dict[str, Any]:
        """What it has seen."""
        found: dict[str, Any] = httpx.get(self._url("state"), timeout=5).json()
        return found

    def _back(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = httpx.post(self._url(what), json=body, timeout=5)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _url(self, what: str) -> str:
        return f"http://127.0.0.1:{self.port}/stand-in/{what}"


@contextmanager
def started(folder: Path, road: str = "direct") -> Iterator[StandIn]:
    """A running stand-in."""
    folder.mkdir(parents=True, exist_ok=True)
    made = StandIn(folder, free_ports(), road)
    try:
        made.start()
        yield made
    finally:
        made.stop()
