"""The stretches of a file one after another, or two at a time: while one is being read and judged
the database takes another."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl
from django.db import connections, transaction

from danso.modules.population.actions.importing.stretch import load_stretch
from danso.modules.population.actions.importing.tally import Job, Tally
from danso.modules.population.engine.importing.cleaning import Cleaner

WORKERS: Final = 2

Numbered = tuple[int, pl.DataFrame]


@dataclass
class _Result:
    total: Tally = field(default_factory=Tally)
    skipped: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, tally: Tally | None) -> None:
        with self.lock:
            if tally is None:
                self.skipped += 1
            else:
                self.total.add(tally)


def run_stretches(
    job: Job,
    cleaner: Cleaner,
    parts: Iterator[pl.DataFrame],
    *,
    side_by_side: bool,
    progress: Callable[[str, int], None] | None = None,
) -> tuple[Tally, int]:
    """Load every stretch; returns what became of the rows and how many stretches were in already.

    Two connections are used only where order doesn't matter and nobody's transaction is open.
    """
    result = _Result()

    def load(numbered: Numbered) -> None:
        number, raw = numbered
        result.count(load_stretch(job, cleaner, number, raw))
        if progress is not None:
            progress(job.name, raw.height)

    if side_by_side and not transaction.get_connection().in_atomic_block:
        _SideBySide(load).run(enumerate(parts))
        # This thread's connection lay idle all the while: it may have been cut.
        connections.close_all()
    else:
        for numbered in enumerate(parts):
            load(numbered)
    return result.total, result.skipped


class _SideBySide:
    """Workers with a database connection each, fed by the caller's thread."""

    def __init__(self, load: Callable[[Numbered], None]) -> None:
        self._load = load
        self._waiting: queue.Queue[Numbered | None] = queue.Queue(maxsize=1)
        self._error: BaseException | None = None

    def run(self, parts: Iterator[Numbered]) -> None:
        """Load all parts; the first error stops the rest and is raised here."""
        threads = [
            threading.Thread(target=contextvars.copy_context().run, args=(self._work,))
            for _ in range(WORKERS)
        ]
        for thread in threads:
            thread.start()
        try:
            for numbered in parts:
                if self._error is not None:
                    break
                self._waiting.put(numbered)
        finally:
            for _ in threads:
                self._waiting.put(None)
            for thread in threads:
                thread.join()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            while (numbered := self._waiting.get()) is not None:
                self._try(numbered)
        finally:
            connections.close_all()

    def _try(self, numbered: Numbered) -> None:
        if self._error is not None:
            return
        try:
            self._load(numbered)
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._error = error
