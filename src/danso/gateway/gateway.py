"""The gateway's parts put together: what it knows, its lanes to the database, its logs."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import psycopg

from danso.gateway import entries
from danso.gateway.calls import Answer, Call
from danso.gateway.claiming import read_claims
from danso.gateway.coalescer import Lane, Row, connect
from danso.gateway.court_words import read_courts
from danso.gateway.limits import BoundedLog, Rates, network
from danso.gateway.meters import Meters
from danso.gateway.patience import Patience
from danso.gateway.policy import Asking
from danso.gateway.problems import Problem
from danso.gateway.questions import (
    BATCH,
    CONSENTED,
    FACTS,
    FACTS_BATCH,
    LINK,
    SHARE,
    VERIFY,
    Question,
    batch_columns,
    columns,
)
from danso.gateway.settings import Settings
from danso.gateway.standing import News, Partner, entry_start
from danso.gateway.tokens import Tokens
from danso.kernel import clock

_SELDOM_TIME: Final = 8.0
_REFUSALS: Final = "SELECT * FROM gateway_v1.record_refusals(%s)"


class Gateway:
    """One process. `running()` starts its lanes and the news, and stops them cleanly."""

    # Set by `create_app`: what answers calls about people.
    answer: Answer

    def __init__(self, settings: Settings) -> None:
        limits = settings.limits
        self.settings = settings
        self.now = clock.timestamp
        self.news = News(settings.dsn, limits)
        self.tokens = Tokens(settings, clock.timestamp)
        self.rates = Rates(settings.processes)
        self.meters = Meters()
        self.claims = read_claims(settings.province, settings.files)
        self.courts = read_courts(settings.province, settings.files)
        self._patience = Patience()
        self._seldom = asyncio.Semaphore(limits.seldom)
        self.security = BoundedLog(settings.logs, "security")
        self.access = BoundedLog(settings.logs, "access")
        # A number always takes the same lane: tries on it follow each other and are all counted.
        self.lanes: list[Lane[Question]] = [
            self._lane(VERIFY, columns, together=limits.together) for _ in range(limits.lanes)
        ]
        self.shares = self._lane(SHARE, columns, together=64)
        self.consented = self._lane(CONSENTED, columns, together=64)
        self.links = self._lane(LINK, columns, together=64)
        self.facts = self._lane(FACTS, columns, together=64)
        self.batches: Lane[list[Question]] = Lane(
            settings.dsn, BATCH, batch_columns, together=1, waiting=limits.batches
        )
        self.fact_batches: Lane[list[Question]] = Lane(
            settings.dsn, FACTS_BATCH, batch_columns, together=1, waiting=limits.batches
        )
        self._others = (self.shares, self.consented, self.links, self.facts)
        # What else runs as long as the gateway does (connections are watched; forwarding).
        self.beside: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self.refusals: Lane[str] = Lane(
            settings.dsn,
            _REFUSALS,
            lambda asked: [list(asked)],
            together=limits.together,
            waiting=limits.waiting,
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear the news once, then serve until the block ends."""
        await self.news.ask()
        lanes = [lane.run() for lane in (*self.lanes, *self._others)]
        batches = (self.batches.run(), self.fact_batches.run())
        work = (*lanes, *batches, self.refusals.run(), self.news.watch(), self._flush())
        tasks = [asyncio.create_task(job) for job in (*work, *(job() for job in self.beside))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.news.close()
            self.access.close()
            self.security.close()

    def _lane(
        self,
        statement: str,
        parameters: Callable[[Sequence[Question]], list[str]],
        *,
        together: int,
    ) -> Lane[Question]:
        return Lane(
            self.settings.dsn,
            statement,
            parameters,
            together=together,
            waiting=self.settings.limits.waiting,
        )

    async def calls(self, statement: str, parameters: Sequence[object]) -> list[Row]:
        """One statement of its own, for what is asked seldom. At most `limits.seldom` at once."""
        if self._seldom.locked():
            raise Problem("busy", retry_after=1)
        async with self._seldom:
            try:
                async with (
                    asyncio.timeout(_SELDOM_TIME),
                    await connect(self.settings.dsn) as connection,
                ):
                    cursor = await connection.execute(statement.encode(), parameters)
                    return await cursor.fetchall()
            except (psycopg.OperationalError, TimeoutError, OSError) as error:
                raise Problem("database_down", retry_after=1) from error
            except psycopg.Error as error:
                raise Problem("not_answerable") from error

    def verify(self, question: Question) -> asyncio.Future[tuple[str]]:
        """Ask the database; the future's row holds the answer once it is durable."""
        return self.lanes[hash(question[0]) % len(self.lanes)].ask(question)

    def identify(self, call: Call) -> Partner:
        """Who calls. Closed doors and bad tokens raise."""
        self.news.check_open()
        standing = self.news.standing
        principal = self.tokens.check(call.bearer(), standing, call.certificate(self.settings))
        return standing.partners[principal.partner]

    async def body(self, call: Call, limit: int) -> bytes:
        """The call's whole body, within its bounds of size and time."""
        call.check_length(limit)
        if call.whole is not None:
            return call.whole
        try:
            return await self._patience.wait(call.read(limit), self.settings.limits.body_time)
        except TimeoutError as error:
            raise Problem("body_too_slow") from error

    async def refuse(self, call: Call, asking: Asking, problem: Problem) -> None:
        """Journal a refusal of a known caller, then send it; an unknown one is a security line."""
        self.meters.refusals.labels(problem.code).inc()
        if asking.partner is None:
            if problem.status == 401:
                self.security.add(what=problem.code, network=network(call.origin(self.settings)))
        elif problem.code != "database_down" and not problem.is_journaled:
            await self._journal_refusal(asking, asking.partner, problem)
        await call.refuse(problem, self.news.head.header)

    async def _journal_refusal(self, asking: Asking, partner: Partner, problem: Problem) -> None:
        agreement = asking.agreement
        start = agreement.entry_start if agreement else entry_start(partner, asking.service)
        entry = entries.refused(
            start, asking.why, problem.code, agreement.code if agreement else ""
        )
        try:
            await self.refusals.ask(entry)
        except Problem:
            self.meters.unjournaled.inc()

    def done(self, call: Call, route: str, partner: Partner | None, started: float) -> None:
        """Count the call and keep a line of the access log: no body, no parameters."""
        seconds = time.perf_counter() - started
        self.meters.count_call(route, call.status, seconds)
        self.access.add(
            route=route,
            status=call.status,
            partner=partner.code if partner else "",
            ms=int(seconds * 1000),
        )

    def report(self, error: Exception) -> None:
        """Say on stderr where the gateway itself went wrong: no message, for it may hold values."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        sys.stderr.write(f"danso gateway: {type(error).__name__} at {place} in {frame.name}\n")

    def measure(self) -> None:
        """Bring the gauges up to date."""
        self.meters.waiting.set(sum(len(lane) for lane in self.lanes))
        self.meters.statements.set(sum(lane.statements for lane in self.lanes))
        self.meters.news_age.set(self.news.age)
        self.meters.unsealed.set(self.news.unsealed_age)

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(1)
            self._patience.sweep()
            self.tokens.read_again()
            self.access.flush()
            self.security.flush()
