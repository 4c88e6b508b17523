"""The stand-in of a source's service as a process of its own, started and killed by tests."""

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

from tests.running_home import free_ports

START_SECONDS = 30.0
CHANGED = "CAP_NHAT"


@dataclass
class SourceStandIn:
    """One stand-in: its folder holds its rows and its secret."""

    folder: Path
    port: int
    page_size: int
    changed: str = CHANGED
    road: str = "own"
    process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def secret(self) -> str:
        return (self.folder / "source-secret").read_text()

    def start(self) -> None:
        """Start it, as `danso stand-in-source` does, and wait until it answers."""
        command = [sys.executable, "-m", "danso.config.main", "stand-in-source", str(self.folder)]
        options = [
            f"--port={self.port}",
            f"--changed={self.changed}",
            f"--page-size={self.page_size}",
            f"--road={self.road}",
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *options], stdout=log, stderr=subprocess.STDOUT
            )
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.asked()
            except httpx.HTTPError:
                assert self.process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < end, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop or kill it; a second time is harmless."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(20)

    def behave(self, mode: str, **how: Any) -> None:
        """How it answers from now on; everything unnamed as at first."""
        self._back("behave", {"mode": mode, **how})

    def add(self, *rows: dict[str, Any]) -> None:
        """These rows come."""
        self._back("add", list(rows))

    def forget(self) -> None:
        """As if nobody had told it anything yet."""
        (self.folder / "rows.jsonl").write_text("")
        self.behave("up")

    def asked(self) -> list[str]:
        """What it was asked: "token", or the query of a page and how it was answered."""
        found: list[str] = httpx.get(f"{self.origin}/stand-in/seen", timeout=5).json()["asked"]
        return found

    def _back(self, what: str, body: Any) -> None:
        answer = httpx.post(f"{self.origin}/stand-in/{what}", json=body, timeout=5)
        assert answer.status_code == 200, answer.text


@contextmanager
def started(
    folder: Path, page_size: int = 10, changed: str = CHANGED, road: str = "own"
) -> Iterator[SourceStandIn]:
    """A running stand-in."""
    folder.mkdir(parents=True, exist_ok=True)
    made = SourceStandIn(folder, free_ports(), page_size, changed, road)
    try:
        made.start()
        yield made
    finally:
        made.stop(signal.SIGKILL)
