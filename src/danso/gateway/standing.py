"""Partners, keys and agreements as they stand, and the news that keeps them fresh."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg

from danso.gateway.coalescer import connect
from danso.gateway.problems import Problem
from danso.gateway.settings import Limits
from danso.wire import head
from danso.wire.head import SignedHead

_EVERY: Final = 1.0
_SWEEP_EVERY: Final = 60.0


@dataclass(frozen=True, slots=True)
class Partner:
    """A body that may call. `is_state` decides which services it may have at all."""

    id: int
    code: str
    kind: str
    agency: str

    @property
    def is_state(self) -> bool:
        return self.kind == "state"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement, with the beginning of every journal entry made under it already written."""

    code: str
    partner: int
    purpose: str
    service: str
    fields: frozenset[str]
    consent: bool
    since: float
    until: float
    rate: int
    entry_start: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything a call is judged by, as of one revision."""

    revision: int = 0
    partners: Mapping[int, Partner] = field(default_factory=dict)
    codes: Mapping[str, Partner] = field(default_factory=dict)
    keys: Mapping[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    agreements: Mapping[tuple[int, str, str], Agreement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The newest signed tree head: its note in base64 (header) and as JSON (body)."""

    size: int = 0
    header: bytes = b""
    json: bytes = b"null"


class News:
    """Asks the database each second what has changed, how far sealing is behind, and for the head.

    The gateway answers nobody while the news is older than `limits.news`, or while the oldest
    unsealed journal row is older than `limits.grace`. Both heal by themselves.
    """

    def __init__(
        self, dsn: str, limits: Limits, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._dsn = dsn
        self._limits = limits
        self._monotonic = monotonic
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None
        self._swept = 0.0
        self._asking = asyncio.Lock()
        self.standing = Standing()
        self.head = TreeHead()
        self.heard_at = float("-inf")
        self.unsealed_age = 0.0
        self.backlog = 0
        self.fault = ""

    @property
    def age(self) -> float:
        """Seconds since the news that is known was asked for."""
        return self._monotonic() - self.heard_at

    def check_open(self) -> None:
        """Raise the Problem that closes the gateway, if there is one."""
        silent = self.age
        if silent > self._limits.news:
            raise Problem("no_news", retry_after=2)
        if self.unsealed_age + silent > self._limits.grace:
            raise Problem("journal_behind", retry_after=5)

    def check_batch(self) -> None:
        """Raise unless the journal's backlog is small enough for batches."""
        if self.unsealed_age > self._limits.batch_backlog:
            raise Problem("batch_waits", retry_after=3)

    async def watch(self) -> None:
        """Ask every second until cancelled. Failures are kept in `fault` and tried again."""
        try:
            while True:
                await self.ask()
                await asyncio.sleep(_EVERY)
        finally:
            await self.close()

    async def ask(self) -> None:
        """One round of news."""
        async with self._asking:
            await self._ask()

    async def _ask(self) -> None:
        asked_at = self._monotonic()
        try:
            async with asyncio.timeout(self._limits.news):
                await self._read()
        except (psycopg.Error, TimeoutError, OSError) as error:
            self.fault = type(error).__name__
            await self.close()
        else:
            # Counted from before the question: an answer is only as new as the asking.
            self.heard_at = asked_at
            self.fault = ""

    async def _read(self) -> None:
        if self._connection is None or self._connection.broken:
            self._connection = await connect(self._dsn)
        connection = self._connection
        cursor = await connection.execute(
            "SELECT revision, unsealed_seconds, backlog, origin, head_size, head_root, head_at,"
            " head_key_id, head_signature FROM gateway_v1.state"
        )
        row = await cursor.fetchone()
        if row is None:
            raise psycopg.OperationalError("gateway_v1.state is empty")
        revision, unsealed, backlog, *sealed = row
        if revision != self.standing.revision:
            self.standing = await read_standing(connection)
        self.unsealed_age, self.backlog = float(unsealed), int(backlog)
        self.head = tree_head(*sealed)
        if self._monotonic() - self._swept > _SWEEP_EVERY:
            self._swept = self._monotonic()
            await connection.execute("SELECT gateway_v1.sweep()")

    async def close(self) -> None:
        """Drop the connection; the next round opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                await connection.close()


async def read_standing(connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> Standing:
    """All partners, keys and agreements as of one moment."""
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        revision = await _all(connection, "SELECT number FROM gateway_v1.revision")
        partners = {
            row[0]: Partner(*row)
            for row in await _all(
                connection, "SELECT id, code, kind, agency FROM gateway_v1.partners"
            )
        }
        keys = {
            kid: (partner, {**public, "kid": kid, "alg": algorithm})
            for kid, partner, algorithm, public in await _all(
                connection, "SELECT kid, partner, algorithm, public FROM gateway_v1.keys"
            )
        }
        agreements = [
            _agreement(partners[row[1]], row)
            for row in await _all(
                connection,
                "SELECT code, partner, purpose, legal_basis, service, fields, consent, since,"
                " until, rate FROM gateway_v1.agreements",
            )
        ]
    return Standing(
        revision=revision[0][0],
        partners=partners,
        codes={partner.code: partner for partner in partners.values()},
        keys=keys,
        agreements={(a.partner, a.service, a.purpose): a for a in agreements},
    )


async def _all(
    connection: psycopg.AsyncConnection[tuple[Any, ...]], query: str
) -> list[tuple[Any, ...]]:
    return await (await connection.execute(query.encode())).fetchall()


def _agreement(partner: Partner, row: tuple[Any, ...]) -> Agreement:
    code, _, purpose, legal_basis, service, fields, consent, since, until, rate = row
    return Agreement(
        code=code,
        partner=partner.id,
        purpose=purpose,
        service=service,
        fields=frozenset(fields),
        consent=consent or not partner.is_state,
        since=since.timestamp(),
        until=until.timestamp(),
        rate=rate,
        entry_start=entry_start(partner, service, purpose, legal_basis),
    )


def entry_start(partner: Partner, service: str, purpose: str = "", legal_basis: str = "") -> str:
    """The part of a journal entry that is the same for every call under one agreement."""
    start = msgspec.json.encode(
        {
            "actor_kind": "partner",
            "actor": partner.code,
            "unit": partner.agency,
            "action": service,
            "service": service,
            "purpose": purpose,
            "legal_basis": legal_basis,
        }
    )
    return start[:-1].decode()


def tree_head(
    origin: str, size: int | None, root: bytes, at: datetime, key_id: str, signature: bytes
) -> TreeHead:
    """A head as the sealer published it, encoded once for all the answers that will carry it."""
    if size is None:
        return TreeHead()
    signed = SignedHead(head.TreeHead(origin, size, bytes(root), at), key_id, bytes(signature))
    packed = base64.b64encode(signed.note().encode())
    return TreeHead(size, packed, msgspec.json.encode(signed.note()))
