"""Is everything up? Asked by `danso up` while starting and by `danso status` at any time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import httpx

from danso.config.home import Home

PATIENCE = 60.0


@dataclass(frozen=True)
class Readiness:
    """Which parts answer; a part that does not has the reason beside it."""

    parts: dict[str, str]

    @property
    def all(self) -> bool:
        return all(state == "ready" for state in self.parts.values())

    def missing(self) -> list[str]:
        return [f"{name}: {state}" for name, state in self.parts.items() if state != "ready"]


def ask(port: int) -> Readiness:
    """Ask pages and gateway once; the gateway's own answer covers sealer and database."""
    return Readiness(
        {
            "pages": _state(f"http://127.0.0.1:{port}/san-sang"),
            "gateway": _state(f"http://127.0.0.1:{port + 1}/ready"),
        }
    )


def wait_until_ready(
    home: Home, port: int, stop: threading.Event, *, patience: float = PATIENCE
) -> Readiness:
    """Ask until all answer, the patience ends, or somebody stops the start."""
    (home.run / "port").write_text(str(port))
    (home.run / "port").chmod(0o644)
    end = time.monotonic() + patience
    ready = ask(port)
    while not ready.all and time.monotonic() < end and not stop.wait(0.2):
        ready = ask(port)
    return ready


def _state(url: str) -> str:
    try:
        answer = httpx.get(url, timeout=2.0)
    except httpx.HTTPError as error:
        return f"no answer ({type(error).__name__})"
    if answer.status_code == 200:
        return "ready"
    if answer.headers.get("content-type", "").startswith("text/plain"):
        return f"{answer.status_code}: {answer.text[:200].strip()}"
    return f"{answer.status_code} {answer.reason_phrase}"
