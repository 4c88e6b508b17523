"""The national service as the gateway calls it: few at once, left alone when it is down."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeVar

import httpx

from danso.gateway.problems import Problem
from danso.wire.upstream import soap
from danso.wire.upstream.citizen import Citizen
from danso.wire.upstream.faults import UpstreamDown, UpstreamRefuses, check_status
from danso.wire.upstream.setup import Setup
from danso.wire.upstream.signing import Prepared, Signer

# So many failures in a row close the way for a while; the next call is the probe.
FALLS: Final = 3
UNSET: Final = "upstream_unset"
# What one request can be refused for; every other refusal is about this home.
_ONE: Final = frozenset({"fault", "http_400", "http_404", "http_409", "http_410", "http_422"})
Answer = TypeVar("Answer")


class National:
    """One client. `setup` None: this home was never told where the service is."""

    def __init__(
        self,
        setup: Setup | None,
        secret: str,
        now: Callable[[], float],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.setup = setup
        self.signer = Signer(setup, secret) if setup else None
        self._renewing = asyncio.Lock()
        self._now = now
        self._monotonic = monotonic
        self._falls = 0
        self._closed_until = float("-inf")
        self._waiting = 0
        self._slots = asyncio.Semaphore(setup.service.together if setup else 1)
        self._http: httpx.AsyncClient | None = None
        # None until the service has been called; what `fault` says is a code, nobody's data.
        self.is_up: bool | None = None
        self.fault = ""

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """A place among those that may call now. Refused when down, or when too many wait."""
        self.check_open()
        if self.setup and self._waiting >= self.setup.service.waiting:
            raise Problem("busy", retry_after=1)
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            self.check_open()
            yield
        finally:
            self._slots.release()

    def check_open(self) -> None:
        """Raise `upstream_down` while the service is left alone."""
        if self.setup is None:
            self._note(up=False, fault=UNSET)
            raise Problem("upstream_down", retry_after=60)
        left = self._closed_until - self._monotonic()
        if left > 0:
            raise Problem("upstream_down", retry_after=max(1, round(left + 0.5)))

    @property
    def retry_after(self) -> int:
        """Seconds that a failed caller should wait."""
        left = self._closed_until - self._monotonic()
        return max(1, round(left + 0.5)) if left > 0 else 1

    async def verified(self, prepared: Prepared) -> bool:
        """Whether number, name and birth date all match."""
        return soap.read_verified(await self._call(prepared))

    async def looked_up(self, prepared: Prepared) -> Citizen | None:
        """Whoever was asked for, or None."""
        return soap.read_looked_up(await self._call(prepared))

    async def probe(self) -> None:
        """Ask about nobody: whether the service is back. Never raises."""
        if self.setup is None or not self.setup.service.verify:
            return
        nobody = soap.nobody(self.setup)
        url, body = soap.ask(soap.VERIFY, self.setup, nobody)
        headers = self.headers(soap.VERIFY, nobody.officer)
        with contextlib.suppress(UpstreamDown, UpstreamRefuses):
            await self.noted(self.verified((url, body, headers)))

    def headers(self, operation: soap.Operation, officer: str) -> dict[str, str]:
        """What goes with the body of a question of this officer, before it is signed."""
        told = self.signer.officer(officer) if self.signer else {}
        return {**soap.headers(operation), **told}

    async def noted(self, call: Awaitable[Answer]) -> Answer:
        """Await a call and keep what it says about the link."""
        try:
            answer = await call
        except UpstreamDown as fault:
            self._fell(fault.kind)
            raise
        except UpstreamRefuses as fault:
            if fault.kind in _ONE:
                self._note(up=True)
            else:
                self._fell(fault.kind)
            raise
        self._falls = 0
        self._closed_until = float("-inf")
        self._note(up=True)
        return answer

    async def close(self) -> None:
        """Drop the connections."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _call(self, prepared: Prepared) -> bytes:
        setup, signer = self.setup, self.signer
        if setup is None or signer is None:
            raise UpstreamDown(UNSET)
        try:
            # The client's own timeout is per read: one that drips would hold a place for ever.
            async with asyncio.timeout(setup.service.timeout):
                status, content = await self._signed(setup, signer, prepared)
                if signer.is_forgotten(status):
                    status, content = await self._signed(setup, signer, prepared)
        except TimeoutError as error:
            raise UpstreamDown("ReadTimeout") from error
        except httpx.HTTPError as error:
            raise UpstreamDown(type(error).__name__) from error
        if not soap.is_fault(status):
            check_status(status)
        return content

    async def _signed(self, setup: Setup, signer: Signer, prepared: Prepared) -> tuple[int, bytes]:
        """The call with its signature, after a new token where one is needed."""
        url, body, headers = prepared
        async with self._renewing:
            if (first := signer.token_call(self._now())) is not None:
                told = await self._post(setup, *first)
                signer.take_token(*told, self._now())
        signed = signer.headers(url, now=self._now())
        return await self._post(setup, url, body, {**headers, **signed})

    async def _post(
        self, setup: Setup, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """Status and content; no more of it is read than an answer may be long."""
        content = b""
        posted = self._client(setup).stream("POST", url, content=body, headers=headers)
        async with posted as answer:
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > soap.LONGEST_ANSWER:
                    raise UpstreamDown("too_long")
        return answer.status_code, content

    def _client(self, setup: Setup) -> httpx.AsyncClient:
        if self._http is None:
            ca_file = setup.service.ca_file
            self._http = httpx.AsyncClient(
                timeout=setup.service.timeout,
                verify=ssl.create_default_context(cafile=ca_file) if ca_file else True,
                trust_env=False,
                follow_redirects=False,
                limits=httpx.Limits(max_connections=setup.service.together),
            )
        return self._http

    def _fell(self, fault: str) -> None:
        self._falls += 1
        if self._falls >= FALLS and self.setup is not None:
            self._closed_until = self._monotonic() + self.setup.pace.pause
        self._note(up=False, fault=fault)

    def _note(self, *, up: bool, fault: str = "") -> None:
        self.is_up, self.fault = up, fault
