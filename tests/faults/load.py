"""Callers that keep asking while something breaks, and what the journal must hold of them."""

from __future__ import annotations

import dataclasses
import re
import secrets
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from danso.client import Refused, Unreachable
from tests.demo_partner import partner_of, people_of
from tests.running_home import RunningHome

CALLERS = 4
PAUSE = 0.6  # below 7 calls a second together: the demo allows 600 a minute


@dataclass
class Load:
    """Verifies from several callers until the block ends; every call has a file code of its own,
    so that each single answer can be looked for in the journal."""

    home: RunningHome
    mark: str = field(default_factory=lambda: f"LOAD-{secrets.token_hex(4)}")
    answered: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    statuses: set[int] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads = [
            threading.Thread(target=self._ask, args=(caller,)) for caller in range(CALLERS)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def lost(self) -> set[str]:
        """Answered calls of which the journal holds no row."""
        target = Path(tempfile.mkdtemp()) / "export"
        self.home.danso("journal", "export", str(target))
        text = (target / "journal.jsonl").read_text()
        return set(self.answered) - set(re.findall(rf"{self.mark}-\d+-\d+", text))

    def _ask(self, caller: int) -> None:
        people, asked = people_of(self.home), 0
        with partner_of(self.home) as (danso, why):
            while not self._stop.is_set():
                asked += 1
                code = f"{self.mark}-{caller}-{asked}"
                who = people[asked % len(people)]
                try:
                    danso.verify(dataclasses.replace(why, file_code=code), who)
                    self.answered.append(code)
                except Refused as error:
                    self.refused[error.code] += 1
                    self.statuses.add(error.status)
                except Unreachable:
                    self.refused["unreachable"] += 1
                self._stop.wait(PAUSE)
