"""Calls that go past ASGI, over real sockets: whatever way in, the same answer, and in order."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import uvicorn

from danso.gateway.calls import AsgiCall, Call, Receive, Scope, Send
from danso.gateway.direct import DirectCall, direct_protocol

pytestmark = pytest.mark.anyio

HEAD = b"POST /people HTTP/1.1\r\nhost: here\r\n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Server:
    """A server whose answer is the body turned round, with the way the call came in."""

    port: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    answered: list[bytes] = field(default_factory=list)
    running: uvicorn.Server | None = None

    async def answer(self, call: Call, path: str) -> None:
        body = call.whole if call.whole is not None else await call.read(1000)
        if body.startswith(b"wait"):
            await self.gate.wait()
        if body.startswith(b"fail"):
            raise ValueError
        way = b"short" if isinstance(call, DirectCall) else b"long"
        self.answered.append(body)
        await call.answer(way + b" " + path.encode() + b" " + body[::-1])

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.answer(AsgiCall(scope, receive, send), scope["path"])

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    here = Server()
    config = uvicorn.Config(
        here.application,
        http=direct_protocol(here.answer, ["/people"]),
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_level="critical",
        limit_concurrency=20,
        timeout_graceful_shutdown=5,
    )
    here.running = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        here.port = listener.getsockname()[1]
        serving = asyncio.create_task(here.running.serve([listener]))
        while not here.running.started:
            await asyncio.sleep(0.01)
        yield here
        here.running.should_exit = True
        await serving


def post(body: bytes, *more: bytes) -> bytes:
    lines = b"".join(line + b"\r\n" for line in (b"content-length: %d" % len(body), *more))
    return HEAD + lines + b"\r\n" + body


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return int(head.split()[1]), await reader.readexactly(length)


async def ask(server: Server, *writes: bytes) -> tuple[int, bytes]:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        for data in writes:
            writer.write(data)
            await writer.drain()
            await asyncio.sleep(0.05)
        return await read_answer(reader)


async def test_a_call_in_one_piece_goes_the_short_way(server: Server) -> None:
    assert await ask(server, post(b"abc")) == (200, b"short /people cba")


async def test_a_call_in_pieces_goes_the_long_way_and_is_answered_alike(server: Server) -> None:
    whole = post(b"abcdef")
    for cut in (10, len(HEAD), whole.index(b"abc"), len(whole) - 2):
        assert await ask(server, whole[:cut], whole[cut:]) in (
            (200, b"long /people fedcba"),
            (200, b"short /people fedcba"),  # cut within the head: the rest came as one
        )
    cut = len(whole) - 2
    assert (await ask(server, whole[:cut], whole[cut:]))[1].startswith(b"long")


@pytest.mark.parametrize(
    "call",
    [
        b"POST /other HTTP/1.1\r\ncontent-length: 2\r\n\r\nab",
        b"POST /people HTTP/1.0\r\ncontent-length: 2\r\n\r\nab",
        b"PUT /people HTTP/1.1\r\ncontent-length: 2\r\n\r\nab",
        b"POST /people?q=1 HTTP/1.1\r\ncontent-length: 2\r\n\r\nab",
        HEAD + b"transfer-encoding: chunked\r\nexpect: 100-continue\r\n\r\n2\r\nab\r\n0\r\n\r\n",
        post(b"ab", b"connection: close"),
    ],
)
async def test_what_is_not_plain_goes_the_long_way(server: Server, call: bytes) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(call)
        said = await asyncio.wait_for(reader.readuntil(b"ba"), 5)
    assert b" 200 OK" in said
    assert b"long /" in said


async def test_a_connection_is_kept_and_mixes_both_ways(server: Server) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        for turn in range(4):
            call = post(b"%d" % turn)
            writer.write(call[: len(call) - turn % 2])
            await asyncio.sleep(0.02)
            writer.write(call[len(call) - turn % 2 :])
            way = b"long" if turn % 2 else b"short"
            assert await read_answer(reader) == (200, way + b" /people %d" % turn)


async def test_pipelined_calls_are_answered_in_their_order(server: Server) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(post(b"wait1") + post(b"two") + post(b"three"))
        await asyncio.sleep(0.05)
        assert server.answered == []
        server.gate.set()
        told = [(await read_answer(reader))[1].split()[-1] for _ in range(3)]
    assert told == [b"1tiaw", b"owt", b"eerht"]


async def test_a_caller_who_hangs_up_is_still_worked_for(server: Server) -> None:
    _, writer = await server.connect()
    writer.write(post(b"wait"))
    await asyncio.sleep(0.05)
    writer.close()
    await writer.wait_closed()
    server.gate.set()
    await asyncio.sleep(0.05)
    assert server.answered == [b"wait"]


async def test_what_goes_wrong_closes_the_connection(server: Server) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(post(b"fail"))
        assert await asyncio.wait_for(reader.read(), 5) == b""
    assert await ask(server, post(b"abc")) == (200, b"short /people cba")


async def test_stopping_waits_for_the_call_in_hand_and_then_closes(server: Server) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(post(b"wait"))
        await asyncio.sleep(0.05)
        assert server.running is not None
        server.running.should_exit = True
        await asyncio.sleep(0.3)
        server.gate.set()
        assert await read_answer(reader) == (200, b"short /people tiaw")
        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_beyond_the_limit_callers_are_told_to_come_again(server: Server) -> None:
    held = [await server.connect() for _ in range(20)]
    status, _ = await ask(server, post(b"abc"))
    assert status == 503
    for _, writer in held:
        writer.close()


async def test_only_plain_road_headers_come_back(server: Server) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(post(b"ab", b"x-road-service: \xff\xc3", b"x-road-id: id-1"))
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    assert b"x-road-id: id-1" in head
    assert b"x-road-service" not in head
