"""A lean load generator in a process of its own: batches always, single calls where wrk is missing.

`python -m danso.config.bench.sender PORT PATH BODIES CONNECTIONS SECONDS`, headers as JSON on
stdin; prints what came back as JSON. Closed loop: each connection waits for its answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

BUSY: Final = b"503"
PAUSE: Final = 0.05


@dataclass
class Sent:
    """What is to be sent, and what came of it."""

    requests: list[bytes]
    until: float
    at: int = 0
    waits: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    last: float = 0.0

    def next(self) -> bytes:
        self.at += 1
        return self.requests[(self.at - 1) % len(self.requests)]


class Connection(asyncio.Protocol):
    """One connection: sends, waits for the answer, sends again; pauses after a 503."""

    def __init__(self, sent: Sent, done: asyncio.Future[None]) -> None:
        self.sent = sent
        self.done = done
        self.buffer = b""
        self.began = 0.0
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            self.transport = transport
        self.send()

    def send(self) -> None:
        self.began = time.perf_counter()
        if self.began >= self.sent.until or self.transport is None:
            self.finish()
            return
        self.transport.write(self.sent.next())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        size = _length(self.buffer[:end])
        if len(self.buffer) < end + 4 + size:
            return
        status = self.buffer[9:12]
        self.buffer = self.buffer[end + 4 + size :]
        self.count(status)

    def count(self, status: bytes) -> None:
        moment = time.perf_counter()
        self.sent.statuses[status.decode()] += 1
        if status == b"200":
            self.sent.waits.append(moment - self.began)
            self.sent.last = moment
        if status == BUSY:
            asyncio.get_running_loop().call_later(PAUSE, self.send)
        else:
            self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            self.sent.statuses["lost"] += 1
        self.finish()

    def finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    raise ValueError("the answer does not say its length")


async def send(sent: Sent, port: int, connections: int) -> None:
    loop = asyncio.get_running_loop()
    done = [loop.create_future() for _ in range(connections)]
    for one in done:
        await loop.create_connection(partial(Connection, sent, one), "127.0.0.1", port)
    await asyncio.gather(*done)


def main() -> None:
    port, path, bodies, connections, seconds = sys.argv[1:]
    headers = {"Host": "127.0.0.1", "Content-Type": "application/json"} | json.load(sys.stdin)
    said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    requests = [
        f"POST {path} HTTP/1.1\r\n{said}Content-Length: {len(body)}\r\n\r\n".encode() + body
        for body in Path(bodies).read_bytes().splitlines()
    ]
    began = time.perf_counter()
    sent = Sent(requests, began + float(seconds))
    asyncio.run(send(sent, int(port), int(connections)))
    json.dump(
        {
            "seconds": max(sent.last - began, 1e-9),
            "statuses": sent.statuses,
            "ms": percentiles(sent.waits),
        },
        sys.stdout,
    )


def percentiles(waits: list[float]) -> dict[str, float]:
    """Median and 99th percentile in milliseconds."""
    ordered = sorted(waits) or [0.0]
    return {
        name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }


if __name__ == "__main__":
    main()
