"""Many waiting requests become one statement and one commit; each waits at most one round trip."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import psycopg

from danso.gateway.problems import Problem

Asked = TypeVar("Asked")
Row = tuple[Any, ...]

# What psycopg raises when the connection, not the request, is at fault.
_CONNECTION = (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError, OSError)


class Lane(Generic[Asked]):
    """One connection with the requests that wait for it.

    While a statement runs the next requests gather; when it returns they go together. Answers are
    handed out after the commit, never before. A statement that fails for what was in it is split
    until the request at fault stands alone, so it cannot fail its neighbours.
    """

    def __init__(
        self,
        dsn: str,
        statement: str,
        columns: Callable[[Sequence[Asked]], Sequence[object]],
        *,
        together: int,
        waiting: int,
        timeout: float = 8.0,
    ) -> None:
        self._dsn = dsn
        self._statement = statement.encode()
        self._columns = columns
        self._together = together
        self._limit = waiting
        self._timeout = timeout
        self._waiting: list[tuple[Asked, asyncio.Future[Row]]] = []
        self._awake = asyncio.Event()
        self._connection: psycopg.AsyncConnection[Row] | None = None
        self.statements = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def ask(self, asked: Asked) -> asyncio.Future[Row]:
        """Queue a request; the future holds its row, or a Problem. Raises `busy` when full."""
        if len(self._waiting) >= self._limit:
            raise Problem("busy", retry_after=1)
        future: asyncio.Future[Row] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, future))
        self._awake.set()
        return future

    async def run(self) -> None:
        """Serve until cancelled; whoever still waits then is told that the gateway stops."""
        try:
            while True:
                await self._awake.wait()
                taken = self._waiting[: self._together]
                del self._waiting[: self._together]
                if not self._waiting:
                    self._awake.clear()
                if taken := [pair for pair in taken if not pair[1].done()]:
                    await self._serve(taken)
        finally:
            _fail_all(self._waiting, "busy")
            await self.close()

    async def close(self) -> None:
        """Drop the connection; the next statement opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                await connection.close()

    async def _serve(self, pairs: list[tuple[Asked, asyncio.Future[Row]]]) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                rows = await self._execute([asked for asked, _ in pairs])
        except _CONNECTION:
            await self.close()
            _fail_all(pairs, "database_down")
        except asyncio.CancelledError:
            _fail_all(pairs, "database_down")
            raise
        except psycopg.Error:
            await self._split(pairs)
        else:
            for (_, future), row in zip(pairs, rows, strict=True):
                if not future.done():
                    future.set_result(row)

    async def _split(self, pairs: list[tuple[Asked, asyncio.Future[Row]]]) -> None:
        if len(pairs) == 1:
            _fail_all(pairs, "not_answerable")
            return
        middle = len(pairs) // 2
        await self._serve(pairs[:middle])
        await self._serve(pairs[middle:])

    async def _execute(self, asked: list[Asked]) -> list[Row]:
        connection = self._connection
        if connection is None or connection.broken:
            connection = await connect(self._dsn)
            self._connection = connection
        self.statements += 1
        cursor = await connection.execute(self._statement, self._columns(asked), prepare=True)
        return await cursor.fetchall() if cursor.description else [()] * len(asked)


async def connect(dsn: str) -> psycopg.AsyncConnection[Row]:
    """An autocommit connection: every statement is its own transaction.

    Plans are kept: planning a statement for just these people takes longer than answering them.
    """
    return await psycopg.AsyncConnection.connect(
        dsn,
        autocommit=True,
        connect_timeout=3,
        application_name="danso-gateway",
        options="-c plan_cache_mode=force_generic_plan",
    )


def _fail_all(pairs: Sequence[tuple[object, asyncio.Future[Row]]], code: str) -> None:
    for _, future in pairs:
        if not future.done():
            future.set_exception(Problem(code, retry_after=0 if code == "not_answerable" else 1))
