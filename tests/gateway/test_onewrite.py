"""The gateway's transport joins an answer's head and body, and never keeps anything back."""

from __future__ import annotations

import asyncio

import pytest

from danso.gateway.onewrite import JoiningTransport


class Pipe(asyncio.Transport):
    """Keeps what is written to it, write by write."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: object) -> None:
        assert isinstance(data, bytes)
        assert not self.is_closed
        self.writes.append(data)

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


async def test_head_and_body_go_together() -> None:
    pipe = Pipe()
    joining = JoiningTransport(pipe, asyncio.get_running_loop())
    joining.write(b"head ")
    joining.write(b"body")
    assert pipe.writes == [b"head body"]
    await asyncio.sleep(0)
    assert pipe.writes == [b"head body"]


async def test_a_head_alone_leaves_with_the_loops_next_turn() -> None:
    pipe = Pipe()
    joining = JoiningTransport(pipe, asyncio.get_running_loop())
    joining.write(b"100 continue")
    assert pipe.writes == []
    await asyncio.sleep(0)
    assert pipe.writes == [b"100 continue"]


async def test_closing_loses_nothing() -> None:
    pipe = Pipe()
    joining = JoiningTransport(pipe, asyncio.get_running_loop())
    joining.write(b"last words")
    joining.close()
    assert pipe.writes == [b"last words"]
    assert pipe.is_closed


async def test_the_rest_is_the_transports_own() -> None:
    pipe = Pipe()
    pipe._extra = {"peername": ("127.0.0.1", 1)}  # type: ignore[attr-defined]
    joining = JoiningTransport(pipe, asyncio.get_running_loop())
    assert joining.get_extra_info("peername") == ("127.0.0.1", 1)
