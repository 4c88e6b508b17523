"""What anybody may ask without a token: health, readiness, metrics, description, sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from danso.gateway import openapi
from danso.gateway.gateway import Gateway
from danso.gateway.problems import Problem
from danso.wire.answers import Sandbox, SandboxExample

_SANDBOX: Final = "SELECT number, name, birth, gives, note FROM gateway_v1.sandbox ORDER BY gives"


class OpenPages:
    """The open pages of one gateway; none of them says anything about anybody real."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._description = openapi.text().encode()

    async def health(self, _: Request) -> Response:
        """The process runs."""
        return PlainTextResponse("ok\n")

    async def ready(self, _: Request) -> Response:
        """It would answer; 503 says why not."""
        news = self._gateway.news
        try:
            news.check_open()
        except Problem as problem:
            return PlainTextResponse(f"{problem.code}: {problem.en} {news.fault}\n", 503)
        return PlainTextResponse("ready\n")

    async def metrics(self, _: Request) -> Response:
        """For Prometheus."""
        self._gateway.measure()
        page = self._gateway.meters.page()
        return Response(page, media_type="text/plain; version=0.0.4")

    async def description(self, _: Request) -> Response:
        """OpenAPI 3.1."""
        return Response(self._description, media_type="application/json")

    async def sandbox(self, _: Request) -> Response:
        """Published made-up people of a demo home."""
        try:
            rows = await self._gateway.calls(_SANDBOX, [])
        except Problem as problem:
            return _problem(problem)
        found = Sandbox([SandboxExample(*row) for row in rows])
        return Response(msgspec.json.encode(found), media_type="application/json")


async def _missing(_: Request, error: Exception) -> Response:
    is_method = getattr(error, "status_code", 404) == 405
    return _problem(Problem("method_wrong" if is_method else "path_unknown"))


def _problem(problem: Problem) -> Response:
    return Response(
        problem.body(), status_code=problem.status, media_type="application/problem+json"
    )


def open_pages(gateway: Gateway) -> Starlette:
    """The open pages as an application; its lifespan runs the gateway."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with gateway.running():
            yield

    pages = OpenPages(gateway)
    handlers: dict[Any, Any] = {404: _missing, 405: _missing}
    routes = [
        Route("/health", pages.health),
        Route("/ready", pages.ready),
        Route("/metrics", pages.metrics),
        Route("/v1/openapi.json", pages.description),
        Route("/v1/sandbox", pages.sandbox),
    ]
    return Starlette(lifespan=lifespan, routes=routes, exception_handlers=handlers)
