"""What one connection may cost a gateway before anybody has signed in, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import uvicorn

from danso.gateway.calls import AsgiCall, Call, Receive, Scope, Send
from danso.gateway.connections import Bounds
from danso.gateway.direct import DirectProtocol, direct_protocol

pytestmark = pytest.mark.anyio

CALL = b"POST /people HTTP/1.1\r\ncontent-length: 2\r\n\r\nab"
BOUNDS = Bounds(head=2_000, headers=20, body=5_000, pipelined=5, silence=0.6, silence_when_full=0.2)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Server:
    """A server that answers everything with 200 once its gate is open."""

    protocol: type[DirectProtocol]
    port: int = 0
    begun: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async def answer(call: Call, _: str) -> None:
        here.begun += 1
        await here.gate.wait()
        await call.answer(b"{}")

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(AsgiCall(scope, receive, send), "")

    here = Server(direct_protocol(answer, ["/people"], BOUNDS))
    here.gate.set()
    config = uvicorn.Config(
        application,
        http=here.protocol,
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_level="critical",
        limit_concurrency=20,
        timeout_graceful_shutdown=5,
    )
    running = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        here.port = listener.getsockname()[1]
        serving = asyncio.create_task(running.serve([listener]))
        while not running.started:
            await asyncio.sleep(0.01)
        yield here
        here.gate.set()
        running.should_exit = True
        await serving


async def everything(reader: asyncio.StreamReader) -> bytes:
    """What is said until the connection ends."""
    said = b""
    with contextlib.suppress(ConnectionError):
        while data := await asyncio.wait_for(reader.read(65_536), 5):
            said += data
    return said


async def send_on(writer: asyncio.StreamWriter, piece: bytes, *, times: int = 200) -> None:
    with contextlib.suppress(ConnectionError):
        for _ in range(times):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.002)
            if writer.is_closing():
                return


@pytest.mark.parametrize("piece", [b"a" * 500, b"a: b\r\n" * 10], ids=["one", "many"])
async def test_a_head_without_an_end_is_cut(server: Server, piece: bytes) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(b"POST /people HTTP/1.1\r\nx: ")
        sending = asyncio.create_task(send_on(writer, piece))
        said = await everything(reader)
        sending.cancel()
    assert said == b"" or said.startswith(b"HTTP/1.1 431 ")
    assert server.begun == 0


@pytest.mark.parametrize("path", [b"/people", b"/other"])
async def test_a_body_longer_than_a_head_may_be_is_answered(server: Server, path: bytes) -> None:
    reader, writer = await server.connect()
    head = b"POST " + path + b" HTTP/1.1\r\nhost: here\r\ncontent-length: 4000\r\n\r\n"
    with contextlib.closing(writer):
        for _ in range(2):
            server.gate.clear()
            writer.write(head)
            for _ in range(8):
                writer.write(b"x" * 500)
                await writer.drain()
                await asyncio.sleep(0.01)
            server.gate.set()
            said = await asyncio.wait_for(reader.readuntil(b"{}"), 5)
            assert said.startswith(b"HTTP/1.1 200 ")


async def test_headers_after_a_chunked_body_are_cut_too(server: Server) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(b"GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n")
        sending = asyncio.create_task(send_on(writer, b"a: b\r\n" * 10))
        said = await everything(reader)
        sending.cancel()
    assert said.count(b"HTTP/1.1 200 ") <= 1
    assert not server.protocol.alive


async def test_a_body_that_nobody_reads_ends(server: Server) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(b"GET / HTTP/1.1\r\ncontent-length: 999999999\r\n\r\n")
        sending = asyncio.create_task(send_on(writer, b"a" * 500))
        await everything(reader)
        sending.cancel()
    assert not server.protocol.alive


async def test_too_many_pipelined_calls_are_refused_and_few_are_answered(server: Server) -> None:
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(CALL * 50)
        said = await everything(reader)
    assert b"HTTP/1.1 400 " in said
    assert server.begun <= BOUNDS.pipelined + 1
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(CALL * 5)
        for _ in range(5):
            assert b" 200 " in await asyncio.wait_for(reader.readuntil(b"{}"), 5)


async def test_what_comes_behind_waits_outside_until_its_turn(server: Server) -> None:
    server.gate.clear()
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(CALL * 4)
        while server.begun < 1:
            await asyncio.sleep(0.01)
        (one,) = server.protocol.alive
        for _ in range(40):
            writer.write(CALL * 4)
            await asyncio.sleep(0.002)
        assert len(one.pipeline) <= BOUNDS.pipelined
        server.gate.set()
        # Nothing was lost either: all are answered, a read at a time.
        first = await asyncio.wait_for(reader.readuntil(b"{}"), 5)
    assert b" 200 " in first


@pytest.mark.parametrize("begin", [b"", b"POST /peo", CALL, CALL + b"\r\n"])
async def test_a_silent_connection_is_let_go(server: Server, begin: bytes) -> None:
    watching = asyncio.create_task(server.protocol.watch())
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(begin)
        said = await everything(reader)
    watching.cancel()
    assert said.count(b" 200 ") == (1 if CALL in begin else 0)


async def test_a_call_being_worked_on_is_not_let_go(server: Server) -> None:
    server.gate.clear()
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(CALL)
        while server.begun < 1:
            await asyncio.sleep(0.01)
        await asyncio.sleep(BOUNDS.silence)
        server.protocol.sweep()
        server.gate.set()
        assert b" 200 " in await asyncio.wait_for(reader.readuntil(b"{}"), 5)


async def test_who_keeps_sending_a_head_bit_by_bit_is_let_go(server: Server) -> None:
    watching = asyncio.create_task(server.protocol.watch())
    reader, writer = await server.connect()
    with contextlib.closing(writer):
        writer.write(b"POST /people HTTP/1.1\r\nx: ")
        sending = asyncio.create_task(send_on(writer, b"a", times=1_500))
        assert await everything(reader) == b""
        sending.cancel()
    watching.cancel()


async def test_silence_is_shorter_while_places_are_few(server: Server) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(11):
            _, writer = await server.connect()
            stack.enter_context(contextlib.closing(writer))
        while len(server.protocol.alive) < 11:
            await asyncio.sleep(0.01)
        await asyncio.sleep(BOUNDS.silence_when_full + 0.05)
        server.protocol.sweep()
        while server.protocol.alive:
            await asyncio.sleep(0.01)
