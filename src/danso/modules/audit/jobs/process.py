"""The sealer's process: seal at least every second, sign at least each minute, survive restarts."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from danso.kernel.errors import Unavailable
from danso.modules.audit.adapters.head_files import HeadFiles
from danso.modules.audit.adapters.sealing_key import SealingKey
from danso.modules.audit.data import JournalBehindHead
from danso.modules.audit.jobs.sealer import Sealer
from danso.modules.audit.queries.hold import find_hold

logger = logging.getLogger(__name__)

HOUR = 3600.0
RECONNECT = 0.5
TIDY_ROWS = 200_000
TIDY_PAUSE = 5.0
# A full pass that took long waits five times as long for the next.
FULL_SHARE = 5


@dataclass(frozen=True)
class Desk:
    """Where the sealer works and how often. Half a minute between heads, so that one that is
    late still comes within the minute. NOTIFY would wake it sooner, but serialises commits."""

    dsn: str
    load_key: Callable[[], SealingKey]
    heads: Path
    pause: float = 0.25
    head_every: float = 30.0
    batch: int = 20_000


def run_sealer(desk: Desk, stop: threading.Event) -> None:
    """Seal until asked to stop, reconnecting when the database goes away."""
    key = desk.load_key()
    while not stop.is_set():
        try:
            with psycopg.connect(desk.dsn, autocommit=True, connect_timeout=5) as connection:
                connection.execute("SET work_mem = '64MB'")
                _Shift(desk, Sealer(connection, key), stop).work()
        except psycopg.OperationalError as error:
            logger.warning("the database is away, sealing waits: %s", type(error).__name__)
            stop.wait(RECONNECT)


@dataclass
class _Shift:
    """The work on one connection."""

    desk: Desk
    sealer: Sealer
    stop: threading.Event
    moved: int = 0
    due: dict[str, float] = field(default_factory=dict)

    def work(self) -> None:
        files = HeadFiles(self.desk.heads)
        check_against(self.sealer, files)
        self.sealer.register_key()
        while not self.stop.is_set():
            if self._is_due("months", HOUR):
                self.sealer.prepare_months()
                self._destroy_expired()
            count = self._seal()
            if self._is_due("head", self.desk.head_every):
                self._publish(files)
            if count < self.desk.batch:
                self.stop.wait(self.desk.pause)
        while self.sealer.seal(self.desk.batch):
            pass
        self._publish(files)

    def _seal(self) -> int:
        began = time.monotonic()
        is_full = began >= self.due.get("full", 0.0)
        is_noted = is_full and self._is_due("sweep", 1.0)
        count = self.sealer.seal(self.desk.batch, full=is_full, note_idle=is_noted)
        if is_full:
            self.due["full"] = time.monotonic() + FULL_SHARE * (time.monotonic() - began)
        self.moved += count
        if self.moved >= TIDY_ROWS and self._is_due("tidy", TIDY_PAUSE):
            self.sealer.tidy()
            self.moved = 0
        return count

    def _publish(self, files: HeadFiles) -> None:
        self._take_rotated_key()
        signed = self.sealer.sign_head()
        if signed is None:
            return
        try:
            files.publish(signed, self.sealer.public_keys())
        except OSError:
            # Sealing goes on: the head is in the database, its file follows with the next.
            logger.exception("a tree head could not be published as a file")

    def _take_rotated_key(self) -> None:
        try:
            key = self.desk.load_key()
        except Unavailable:
            logger.exception("the sealing key can't be read; heads are signed with the one at hand")
            return
        if key.public != self.sealer.key.public:
            self.sealer.key = key
            self.sealer.register_key()

    def _destroy_expired(self) -> None:
        try:
            months = self.sealer.destroy_expired()
        except psycopg.errors.LockNotAvailable:
            logger.info("the journal is being read; expired months are destroyed in an hour")
            return
        for month in months:
            logger.info("the legal term of month %s is over: salt and entry destroyed", month)

    def _is_due(self, task: str, every: float) -> bool:
        moment = time.monotonic()
        if moment < self.due.get(task, 0.0):
            return False
        self.due[task] = moment + every
        return True


def check_against(sealer: Sealer, files: HeadFiles) -> None:
    """Refuse to seal a database that is older than, or other than, what was published from it."""
    reason = find_hold(sealer.connection, files.folder)
    if not reason:
        return
    raise JournalBehindHead(
        f"{reason[0].upper()}{reason[1:]}.",
        code="journal_behind_head",
        fix="If an older copy was restored on purpose, an operator confirms the loss with "
        "`danso journal resume`; otherwise bring back the right database.",
    )
