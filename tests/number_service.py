"""The stand-in of the national number service, really started."""

from __future__ import annotations

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

START_SECONDS = 60.0


@dataclass
class StandIn:
    """A running one."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def secret(self) -> str:
        return (self.folder / "number-service-secret").read_text()

    def behave(self, mode: str, number: str = "") -> None:
        """From now on so."""
        self._tell("behave", {"mode": mode, "number": number})

    def finish(self) -> None:
        """What it took is answered."""
        self._tell("finish")

    def forget(self) -> None:
        """It knows nothing any more."""
        self._tell("forget")

    def state(self) -> dict[str, Any]:
        """How often it was asked, how many births it knows, what it gave."""
        found: dict[str, Any] = httpx.get(f"{self.address}/stand-in/state", timeout=10).json()
        return found

    def _tell(self, what: str, body: dict[str, str] | None = None) -> None:
        httpx.post(f"{self.address}/stand-in/{what}", json=body, timeout=10).raise_for_status()


@contextmanager
def started(folder: Path) -> Iterator[StandIn]:
    """Start it as `danso stand-in-number` does."""
    port = free_ports()
    command = [sys.executable, "-m", "danso.config.main", "stand-in-number"]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, str(folder), f"--port={port}"], stdout=log, stderr=subprocess.STDOUT
        )
    made = StandIn(folder, port, process)
    try:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                made.state()
                break
            except httpx.HTTPError:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end, "it did not start"
                time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        process.wait(20)
