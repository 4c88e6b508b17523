"""A stand-in of a service that hands out its rows as pages of JSON. It holds made-up rows only,
on loopback, and misbehaves on demand. **Assumed: no owner's real service was seen.**

`/stand-in/...` is its back door: how it should behave, which rows come.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from danso.config.stand_ins.lgsp import Axis
from danso.config.stand_ins.roads import CALLER, Road, encoded, marked, page, wrapped

ACCOUNT: Final = "danso"
ROWS: Final = "rows.jsonl"
_LOOPBACK_ELSEWHERE: Final = "http://127.0.0.1:9/elsewhere"


@dataclass
class Behaviour:
    """How it answers now. `times`: for so many answers, then as usual (0: for good).

    `mode`: up, down (503, with `retry_after` if it says so), busy (429), garbage (HTML), cut (half
    a page), refuse (403), forget (401 once: the token is no longer known), redirect (to another
    host), elsewhere (`next` on another host), twice (a page comes in place of the one after it),
    loop (`next` leads back), renamed (members have other names), whole_url (`next` is an address);
    and on a road axis_error, axis_refuse, bare (stand_ins.roads.wrapped).
    """

    mode: str = "up"
    times: int = 0
    delay: float = 0.0
    retry_after: str = ""


@dataclass
class RestSource:
    """Rows of one file, ordered by `changed`, a page at a time."""

    folder: Path
    secret: str
    changed: str
    page_size: int = 100
    since: str = "updatedSince"
    road: Road = Road.OWN
    behaviour: Behaviour = field(default_factory=Behaviour)
    tokens: set[str] = field(default_factory=set)
    # What was asked, for tests: paths with their queries, and how each was answered.
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.axis = Axis(CALLER, self.secret) if self.road is Road.NDXP else None

    async def shown(self, _: Request) -> Response:
        """What a browser sees."""
        return page(self.road)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All rows, the latest changed last."""
        lines = (self.folder / ROWS).read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        return sorted(rows, key=lambda row: str(row.get(self.changed, "")))

    async def token(self, request: Request) -> Response:
        """OAuth 2.0 client credentials, for those who know the secret."""
        self.asked.append("token")
        if self.axis is not None:
            return await self.axis.token(request)
        if not _knows(request, self.secret):
            return JSONResponse({"error": "invalid_client"}, 401)
        made = secrets.token_urlsafe(16)
        self.tokens.add(made)
        return JSONResponse({"access_token": made, "token_type": "Bearer", "expires_in": 300})

    async def page(self, request: Request) -> Response:
        """One page: rows under data, the next page's number under next."""
        how = self._how()
        self.asked.append(str(request.url.query))
        await asyncio.sleep(how.delay)
        if how.mode == "forget":
            self.tokens.clear()
            if self.axis is not None:
                self.axis.tokens.clear()
        if not self._is_known(request):
            return JSONResponse({"error": "invalid_token"}, 401)
        if (wrong := _misbehaved(how)) is not None:
            return wrong
        return marked(self.road, self._page(request, how))

    def _page(self, request: Request, how: Behaviour) -> Response:
        number = int(request.query_params.get("page", "1"))
        since = request.query_params.get(self.since, "")
        rows = [row for row in self.rows if str(row.get(self.changed, "")) >= since]
        # A page that comes twice takes the place of the one after it.
        shown = number - 1 if how.mode == "twice" and number > 1 else number
        begin = (shown - 1) * self.page_size
        told = rows[begin : begin + self.page_size]
        if how.mode == "renamed":
            told = [{f"{name}_moi": value for name, value in row.items()} for row in told]
        following: Any = number + 1 if number * self.page_size < len(rows) else None
        if how.mode == "loop" and number > 1:
            following = number - 1
        if how.mode == "whole_url" and following:
            following = str(request.url.include_query_params(page=following))
        if how.mode == "elsewhere":
            following = f"{_LOOPBACK_ELSEWHERE}?page=2"
        told_page = {"data": told, "next": following}
        etag = f'"{hashlib.sha256(encoded(told_page)).hexdigest()[:16]}"'
        content = encoded(wrapped(self.road, told_page, how.mode))
        if request.headers.get("if-none-match") == etag:
            self.asked[-1] += " 304"
            return Response(status_code=304, headers={"ETag": etag})
        if how.mode == "cut":
            content = content[: len(content) // 2]
        return Response(content, media_type="application/json", headers={"ETag": etag})

    def _how(self) -> Behaviour:
        how = self.behaviour
        if how.times > 1:
            self.behaviour = Behaviour(how.mode, how.times - 1, how.delay, how.retry_after)
        elif how.times == 1:
            self.behaviour = Behaviour()
        return how

    def _is_known(self, request: Request) -> bool:
        if self.axis is not None:
            return self.axis.lets_in(request)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return (scheme == "Bearer" and given in self.tokens) or _knows(request, self.secret)

    async def behave(self, request: Request) -> Response:
        """Back door: behave like this from now on."""
        self.behaviour = Behaviour(**await request.json())
        return JSONResponse({})

    async def add(self, request: Request) -> Response:
        """Back door: these rows come, or come again changed."""
        with (self.folder / ROWS).open("a", encoding="utf-8") as rows:
            for row in await request.json():
                rows.write(json.dumps(row, ensure_ascii=False) + "\n")
        return JSONResponse({})

    async def seen(self, _: Request) -> Response:
        """Back door: what it was asked."""
        return JSONResponse({"asked": self.asked})


def _misbehaved(how: Behaviour) -> Response | None:
    headers = {"Retry-After": how.retry_after} if how.retry_after else {}
    if how.mode in ("down", "busy"):
        return Response("not now", 503 if how.mode == "down" else 429, headers=headers)
    if how.mode == "garbage":
        return Response("<html><body>Welcome to the hotel's network", media_type="text/html")
    if how.mode == "refuse":
        return Response("not you", 403)
    if how.mode == "redirect":
        return RedirectResponse(_LOOPBACK_ELSEWHERE)
    return None


def _knows(request: Request, secret: str) -> bool:
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return False
    account, _, given = base64.b64decode(coded).decode().partition(":")
    return account == ACCOUNT and hmac.compare_digest(given.encode(), secret.encode())


def stand_in(service: RestSource) -> Starlette:
    """The stand-in as an application."""
    routes = [
        Route("/", service.shown),
        Route("/rows", service.page),
        Route("/moved", lambda _: RedirectResponse("/rows")),
        Route("/token", service.token, methods=["POST"]),
        Route("/stand-in/behave", service.behave, methods=["POST"]),
        Route("/stand-in/add", service.add, methods=["POST"]),
        Route("/stand-in/seen", service.seen),
    ]
    return Starlette(routes=routes)
