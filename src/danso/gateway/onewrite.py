"""HTTP/1.1 as uvicorn speaks it, with the head and the body of an answer in one write.

uvicorn writes them apart: two system calls and two packets for each answer, a tenth of its cost.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class OneWriteProtocol(HttpToolsProtocol):
    """uvicorn's protocol on a transport that joins what is written in one turn of the loop."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(JoiningTransport(transport, self.loop))  # type: ignore[arg-type]


class JoiningTransport:
    """Holds the first write until the second one, or until the loop's next turn."""

    __slots__ = ("_held", "_loop", "_transport", "_write")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._write = transport.write
        self._loop = loop
        self._held = b""

    def write(self, data: bytes) -> None:
        """As the transport's own, up to one turn later."""
        if self._held:
            held, self._held = self._held, b""
            self._write(held + data)
        elif data:
            self._held = data
            self._loop.call_soon(self._flush)

    def write_through(self, data: bytes) -> None:
        """At once, after what is held."""
        held, self._held = self._held, b""
        self._write(held + data)

    def close(self) -> None:
        """Write what is held, then close."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._write(held)
