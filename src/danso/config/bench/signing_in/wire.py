"""A lean HTTP/1.1 connection for the generator: kept open, cookies kept, one answer at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode


@dataclass(frozen=True)
class Answer:
    """What came back; header names in lower case, of several the last."""

    status: int
    headers: dict[str, str]
    body: bytes

    def must(self, *statuses: int) -> Self:
        """Itself, if it has one of these statuses."""
        if self.status not in statuses:
            raise AssertionError(f"answered {self.status}: {self.body[:400]!r}")
        return self


@dataclass
class Browser:
    """One connection to one server, with its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.send("GET", path, headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.send("POST", path, kind | headers, urlencode(form).encode())

    async def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        """One call; a connection that was closed while idle is opened again."""
        lines = {"Host": f"localhost:{self.port}", "Content-Length": str(len(body)), **headers}
        if self.cookies:
            lines["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        text = f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
        for last in (False, True):
            try:
                return await self._exchange(text)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if last:
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def _exchange(self, text: bytes) -> Answer:
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(text)
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self._keep(value)
        answer = Answer(int(first.split(" ")[1]), headers, await self._body(headers))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    async def _body(self, headers: dict[str, str]) -> bytes:
        if self.reader is None:
            return b""
        if headers.get("transfer-encoding") != "chunked":
            return await self.reader.readexactly(int(headers.get("content-length", "0")))
        parts = []
        while size := int(await self.reader.readline(), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readline()
        await self.reader.readline()
        return b"".join(parts)

    def _keep(self, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].partition("=")
        if value in ("", '""'):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value
