"""What keeps one caller from starving the others: rates per agreement, and logs that stay small."""

from __future__ import annotations

import ipaddress
import logging
import logging.handlers
from pathlib import Path
from typing import Final

import msgspec

from danso.gateway.problems import Problem
from danso.gateway.standing import Agreement
from danso.kernel import clock

_MINUTE: Final = 60.0
_BYTES: Final = 2_000_000
_FILES: Final = 3


class Rates:
    """Calls (or people) per minute and agreement, as a bucket that refills evenly.

    Counted in this process only: with several, each is given its share.
    """

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._free_at: dict[str, float] = {}

    def take(self, agreement: Agreement, now: float, *, people: int = 1) -> None:
        """Use up some of the agreed rate, or raise `rate_exceeded` with the seconds to wait.

        A minute's worth may come at once; a batch larger than that waits until the bucket is full.
        """
        step = _MINUTE * self._processes / agreement.rate
        free_at = max(self._free_at.get(agreement.code, now), now)
        if free_at + step * min(people, max(1, agreement.rate // self._processes)) > now + _MINUTE:
            wait = free_at + step * people - now - _MINUTE
            raise Problem("rate_exceeded", retry_after=max(1, min(60, round(wait + 0.5))))
        self._free_at[agreement.code] = free_at + step * people


class BoundedLog:
    """One JSON object a line, in a few files of a bounded size; without a folder it only counts."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self.lines = 0
        self._waiting: list[str] = []
        self._logger: logging.Logger | None = None
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"gateway-{name}.log"
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
        )
        handler.setFormatter(logging.Formatter("%(message)s"))
        self._logger = logging.Logger(f"danso.gateway.{name}", logging.INFO)
        self._logger.addHandler(handler)

    def add(self, **members: str | int) -> None:
        """Keep a line for the next `flush`; personal data have no place here."""
        self.lines += 1
        if self._logger is not None and len(self._waiting) < _REMEMBER:
            self._waiting.append(msgspec.json.encode({"at": clock.now(), **members}).decode())

    def flush(self) -> None:
        """Write what waits, in one go."""
        if self._waiting and self._logger is not None:
            lines, self._waiting = self._waiting, []
            self._logger.info("%s", "\n".join(lines))

    def close(self) -> None:
        """Write what waits and let go of the file."""
        self.flush()
        if self._logger is not None:
            for handler in self._logger.handlers:
                handler.close()


_REMEMBER: Final = 20_000


def network(host: str) -> str:
    """The /24 or /48 network of an address: enough to see a storm, not to name a person."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, prefix), strict=False))
