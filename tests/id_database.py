"""The stand-in of the ID database as a process of its own, started and stopped by tests."""

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
FACE = "a face"
FINGERS = ["left thumb", "right thumb"]


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
        return (self.folder / "id-database-secret").read_text()

    def enter(self, number: str, face: str = FACE, fingers: list[str] | None = None) -> None:
        """It holds this person from now on."""
        held = {"number": number, "face": face, "fingerprints": fingers or FINGERS}
        httpx.post(f"{self.address}/stand-in/enter", json=held, timeout=10).raise_for_status()

    def down(self, *, wanted: bool) -> None:
        """It answers no more, or again."""
        httpx.post(f"{self.address}/stand-in/behave", json={"down": wanted}, timeout=10)

    def asked(self) -> int:
        """How often it compared."""
        state: dict[str, Any] = httpx.get(f"{self.address}/stand-in/state", timeout=10).json()
        return int(state["asked"])


@contextmanager
def started(folder: Path) -> Iterator[StandIn]:
    """Start it as `danso stand-in-id-database` does."""
    port = free_ports()
    command = [sys.executable, "-m", "danso.config.main", "stand-in-id-database"]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, str(folder), f"--port={port}"], stdout=log, stderr=subprocess.STDOUT
        )
    made = StandIn(folder, port, process)
    try:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                made.asked()
                break
            except httpx.HTTPError:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end, "it did not start"
                time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        process.wait(20)
