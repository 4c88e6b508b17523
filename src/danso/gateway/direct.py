"""Answers calls about people without the detour over ASGI (decisions/0006-direct-calls.md).

Much of what uvicorn spends on a small call goes into turning it into ASGI messages, and its answer
back. A call that came whole in one read is handed over as it is; everything else, and everything
about connections (pipelining, keep-alive, shutdown), stays uvicorn's, within `connections`' bounds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from danso.gateway.calls import Answer, Call, Header
from danso.gateway.connections import BoundedProtocol, Bounds
from danso.gateway.problems import Problem


class Cycle:
    """What uvicorn's protocol wants to know of the answer in the making."""

    __slots__ = ("disconnected", "keep_alive", "message_event", "response_complete")

    def __init__(self) -> None:
        self.disconnected = False
        self.keep_alive = True
        self.response_complete = False
        self.message_event = _Unheard()


class _Unheard:
    """Nobody waits for a message: the call came whole."""

    def set(self) -> None:
        pass


class DirectCall(Call):
    """A call that came whole; its answer leaves in one write."""

    __slots__ = ("_body", "_reply")

    def __init__(
        self,
        headers: Mapping[bytes, bytes],
        client: str,
        whole: bytes,
        reply: Callable[[int, list[Header], bytes], None],
    ) -> None:
        super().__init__(headers, client, whole)
        self._body = whole
        self._reply = reply

    async def read(self, limit: int) -> bytes:
        if len(self._body) > limit:
            raise Problem("body_too_large")
        return self._body

    async def send(self, status: int, headers: list[Header], body: bytes) -> None:
        self._reply(status, headers, body)


class DirectProtocol(BoundedProtocol):
    """uvicorn's protocol with a short way for some paths; made by `direct_protocol`."""

    paths: ClassVar[Mapping[bytes, str]]
    answer: ClassVar[Answer]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # Parts of the body of a call that may go the short way; None: not such a call.
        self._parts: list[bytes] | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._parts is not None:
            parts, self._parts = self._parts, None
            if not self.transport.is_closing():
                self._go_the_long_way(parts)

    def begin_call(self) -> None:
        if self.url in self.paths and self._may_go_short():
            self._parts = []
        else:
            super().begin_call()

    def on_body(self, body: bytes) -> None:
        if self._parts is None:
            super().on_body(body)
        else:
            self._parts.append(body)

    def end_call(self) -> None:
        if self._parts is None:
            super().end_call()
            return
        body, self._parts = b"".join(self._parts), None
        cycle = Cycle()
        # uvicorn takes it for one of its own: it queues what is pipelined behind, and waits for it.
        self.cycle = cycle  # type: ignore[assignment]

        def reply(status: int, headers: list[Header], content: bytes) -> None:
            self._reply(cycle, status, headers, content)

        client = self.client[0] if self.client else ""
        call = DirectCall(dict(self.headers), client, body, reply)
        task = self.loop.create_task(type(self).answer(call, self.paths[self.url]))
        self.tasks.add(task)
        task.add_done_callback(self._finished)

    def _may_go_short(self) -> bool:
        """A plain POST on a connection that is kept, with nothing before it, within the limits."""
        parser, most = self.parser, self.limit_concurrency
        return (
            (self.cycle is None or self.cycle.response_complete)
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.expect_100_continue
            and not self.flow.write_paused
            and (most is None or max(len(self.connections), len(self.tasks)) < most)
        )

    def _go_the_long_way(self, parts: list[bytes]) -> None:
        """The rest of the body is still to come: uvicorn waits for it."""
        super().begin_call()
        for part in parts:
            super().on_body(part)

    def _reply(self, cycle: Cycle, status: int, headers: list[Header], body: bytes) -> None:
        if cycle.disconnected or self.transport.is_closing():
            return
        head = [STATUS_LINE[status]]
        for name, value in headers:
            head += (name, b": ", value, b"\r\n")
        if not cycle.keep_alive:
            head.append(b"connection: close\r\n")
        self.transport.write_through(b"".join((*head, b"\r\n", body)))  # type: ignore[attr-defined]
        cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        failed = task.cancelled() or task.exception() is not None
        if failed and not self.transport.is_closing():
            self.transport.close()


def direct_protocol(
    answer: Answer, paths: Collection[str], bounds: Bounds | None = None
) -> type[DirectProtocol]:
    """The protocol class for uvicorn's `http`: POSTs to `paths` go to `answer`."""
    members = {
        "answer": staticmethod(answer),
        "paths": {path.encode(): path for path in paths},
        "bounds": bounds or Bounds(),
        "alive": set(),
    }
    return type("Direct", (DirectProtocol,), members)
