"""What one connection may cost before anybody has signed in: bytes, calls waiting, and time.

uvicorn bounds none of these while a head is on its way: a head without an end fills the memory, a
few thousand silent connections close the gateway for everybody, pipelined calls pile up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from danso.gateway.onewrite import OneWriteProtocol


@dataclass(frozen=True)
class Bounds:
    """Of one connection; sizes in bytes, times in seconds."""

    # A head that comes in several reads; with one read, the read itself is the bound.
    head: int = 32_768
    headers: int = 200
    # Ten times the largest body that is answered: chunks have their own wrapping.
    body: int = 6_000_000
    pipelined: int = 100
    # From the last answer (or the beginning) to the end of the next head; or without reading ours.
    silence: float = 40.0
    # The same while the connections take up more than half of the places.
    silence_when_full: float = 5.0


class OneReadAtATime(FlowControl):
    """Reads on only when the calls that came with the last read have all been begun."""

    def __init__(self, transport: asyncio.Transport, waiting: Any) -> None:
        super().__init__(transport)
        self._waiting = waiting

    def resume_reading(self) -> None:
        if not self._waiting:
            super().resume_reading()


class BoundedProtocol(OneWriteProtocol):
    """uvicorn's protocol within `bounds`; `watch` must run for those of time."""

    bounds: ClassVar[Bounds] = Bounds()
    alive: ClassVar[set[BoundedProtocol]]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._ended = 0  # heads and bodies
        self._is_in_body = False
        self._got = 0  # bytes since one of them ended
        self._since = self.loop.time()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.flow = OneReadAtATime(self.transport, self.pipeline)
        self.alive.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.alive.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        ended = self._ended
        super().data_received(data)
        if self._ended != ended:
            self._got = 0
        else:
            self._got += len(data)
            self._check_size()

    def on_headers_complete(self) -> None:
        self._ended += 1
        self._is_in_body = True
        if len(self.pipeline) >= self.bounds.pipelined:
            # httptools stops there, uvicorn refuses the whole and closes.
            raise ValueError("too many calls wait on this connection")
        self.begin_call()

    def begin_call(self) -> None:
        """A head has come whole, and may be worked on."""
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._ended += 1
        self._is_in_body = False
        self.end_call()

    def end_call(self) -> None:
        """A call has come whole, its body and all."""
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        self._since = self.loop.time()
        super().pause_writing()

    def _check_size(self) -> None:
        """Of what has no end yet; httptools keeps it all, and copies it at every read."""
        is_too_long = self._got > (self.bounds.body if self._is_in_body else self.bounds.head)
        # Headers can come after a chunked body as well.
        has_too_many = len(self.headers or ()) > self.bounds.headers
        if (is_too_long or has_too_many) and not self.transport.is_closing():
            self._cut(413 if self._is_in_body else 431)

    def _cut(self, status: int) -> None:
        if self.cycle is None or self.cycle.response_complete:
            head = b"content-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(STATUS_LINE[status] + head)
        self.transport.close()

    def _is_overdue(self, since: float) -> bool:
        waits_for_them = self.cycle is None or self.cycle.response_complete
        return (waits_for_them or self.flow.write_paused) and self._since < since

    @classmethod
    def sweep(cls) -> None:
        """Let go of connections that have kept us waiting."""
        for one in list(cls.alive):
            most = one.limit_concurrency
            is_full = most is not None and 2 * len(cls.alive) > most
            silence = cls.bounds.silence_when_full if is_full else cls.bounds.silence
            if one._is_overdue(one.loop.time() - silence):
                # Not `close`, which would wait for what they do not read.
                one.transport.abort()

    @classmethod
    async def watch(cls) -> None:
        """Sweep every second until cancelled."""
        while True:
            await asyncio.sleep(1)
            cls.sweep()
