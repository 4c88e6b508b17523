"""One call as the gateway sees it: headers, body, who calls, and how an answer is sent."""

from __future__ import annotations

import base64
import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from functools import lru_cache
from typing import Any, Final

from danso.gateway.problems import Problem
from danso.gateway.settings import Settings

Header = tuple[bytes, bytes]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_JSON: Final = (b"content-type", b"application/json")
_PROBLEM: Final = (b"content-type", b"application/problem+json")
_NO_STORE: Final = (b"cache-control", b"no-store")
_ECHOED: Final = (b"x-road-client", b"x-road-service", b"x-road-id", b"x-road-issue")
_VISIBLE: Final = re.compile(rb"[\x21-\x7e][\x20-\x7e]{0,254}")


class Call(ABC):
    """A request being answered, however it came. Created once per request, so it is kept small.

    `whole` is the body where it came with the head, else None: then it must be waited for.
    """

    __slots__ = ("client", "headers", "status", "whole")

    def __init__(
        self, headers: Mapping[bytes, bytes], client: str, whole: bytes | None = None
    ) -> None:
        self.headers = headers
        self.client = client
        self.whole = whole
        self.status = 0

    @abstractmethod
    async def read(self, limit: int) -> bytes:
        """The whole body, or `body_too_large`."""

    @abstractmethod
    async def send(self, status: int, headers: list[Header], body: bytes) -> None:
        """Send the one answer."""

    def road(self, name: bytes) -> str:
        """An X-Road header, or ''. Refused when it is not plain visible ASCII."""
        value = self.headers.get(name)
        if not value:
            return ""
        if not _VISIBLE.fullmatch(value):
            raise Problem("header_wrong", field=name.decode("ascii"))
        return value.decode("ascii")

    def bearer(self) -> str:
        """The access token of the call."""
        scheme, _, token = self.headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer" or not token:
            raise Problem("token_missing")
        return token.strip().decode("latin-1")

    def origin(self, settings: Settings) -> str:
        """Where the call comes from: the peer, or whom a trusted proxy names."""
        if not settings.trusts(self.client):
            return self.client
        named = self.headers.get(b"x-forwarded-for", b"").decode("latin-1")
        return named.rpartition(",")[2].strip() or self.client

    def certificate(self, settings: Settings) -> str:
        """The `x5t#S256` of the client certificate that a trusted edge passes (RFC 9440), or ''."""
        passed = self.headers.get(b"client-cert")
        if not passed or not settings.trusts(self.client):
            return ""
        return _thumbprint(passed)

    def check_length(self, limit: int) -> None:
        """Refuse a body that is too large by its own account."""
        declared = self.headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            raise Problem("body_too_large")

    def check_json(self) -> None:
        """Refuse a body that does not call itself JSON."""
        kind = self.headers.get(b"content-type", b"")
        if kind != b"application/json" and kind.partition(b";")[0].strip() != b"application/json":
            raise Problem("media_type")

    async def answer(self, body: bytes, head: bytes = b"", status: int = 200) -> None:
        """Send a JSON answer with the tree head and the caller's own X-Road headers."""
        headers = [_JSON, _NO_STORE, (b"content-length", str(len(body)).encode())]
        if head:
            headers.append((b"danso-tree-head", head))
        headers += self._echoed()
        await self._send(status, headers, body)

    async def refuse(self, problem: Problem, head: bytes = b"") -> None:
        """Send a problem."""
        request_id = self.headers.get(b"x-road-id", b"")
        body = problem.body(request_id.decode("latin-1") if _is_plain(request_id) else "")
        headers = [_PROBLEM, _NO_STORE, (b"content-length", str(len(body)).encode())]
        if problem.retry_after:
            headers.append((b"retry-after", str(problem.retry_after).encode()))
        if problem.status == 401:
            headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
        if head:
            headers.append((b"danso-tree-head", head))
        headers += self._echoed()
        await self._send(problem.status, headers, body)

    def _echoed(self) -> list[Header]:
        return [
            (name, self.headers[name])
            for name in _ECHOED
            if name in self.headers and _is_plain(self.headers[name])
        ]

    async def _send(self, status: int, headers: list[Header], body: bytes) -> None:
        self.status = status
        await self.send(status, headers, body)


class AsgiCall(Call):
    """A call as ASGI hands it over, message by message."""

    __slots__ = ("_receive", "_send_message")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        super().__init__(dict(scope["headers"]), client[0] if client else "")
        self._receive = receive
        self._send_message = send

    async def read(self, limit: int) -> bytes:
        parts, size, more = [], 0, True
        while more and size <= limit:
            message = await self._receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
        if size > limit:
            raise Problem("body_too_large")
        return b"".join(parts)

    async def send(self, status: int, headers: list[Header], body: bytes) -> None:
        start = {"type": "http.response.start", "status": status, "headers": headers}
        await self._send_message(start)
        await self._send_message({"type": "http.response.body", "body": body})


# Answers a call to one of the paths about people, whichever way it came in.
Answer = Callable[[Call, str], Coroutine[Any, Any, None]]


def _is_plain(value: bytes) -> bool:
    return bool(value) and _VISIBLE.fullmatch(value) is not None


@lru_cache(1024)
def _thumbprint(passed: bytes) -> str:
    # RFC 9440: a structured-field byte sequence, `:base64:`.
    text = passed.strip()
    if not (text.startswith(b":") and text.endswith(b":")):
        return ""
    try:
        der = base64.b64decode(text[1:-1], validate=True)
    except ValueError:
        return ""
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
