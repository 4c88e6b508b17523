"""A stand-in of the national number service. **Ours; the real service's specification is not
public.** It gives numbers to made-up newborns only, on loopback, and says so in every answer.

`/stand-in/...` is its back door: how it should behave, what it was asked, what it shall answer.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

NOTICE: Final = (
    "This is a stand-in. The national number service has no public specification: every member of "
    "this answer, and the number in it, is made up."
)


class Mode(StrEnum):
    """How it behaves. late: takes it, answers once told to (`/stand-in/finish`). refuse: never.
    twice: its first answer to a key is lost on the way. down: 503. wrong: a number of another year.
    taken: the number that `/stand-in/behave` names, whosever it is."""

    NOW = "now"
    LATE = "late"
    REFUSE = "refuse"
    TWICE = "twice"
    DOWN = "down"
    WRONG = "wrong"
    TAKEN = "taken"


class Child(msgspec.Struct):
    """Of the newborn only what the number is made of."""

    sex: str
    birth: str


class Birth(msgspec.Struct):
    """What `POST /v1/births` is asked."""

    request: str
    child: Child


class Behaviour(msgspec.Struct):
    """What the back door is told."""

    mode: Mode
    number: str = ""


@dataclass
class Kept:
    """What it knows under one key. `number` is empty until it is given."""

    birth: Child
    receipt: str
    number: str = ""
    reason: str = ""

    def told(self) -> Response:
        """The same answer however often it is asked for."""
        told: dict[str, Any] = {"stand_in": True, "notice": NOTICE, "receipt": self.receipt}
        if self.reason:
            return JSONResponse(told | {"state": "refused", "reason": self.reason})
        if self.number:
            return JSONResponse(told | {"state": "issued", "number": self.number})
        return JSONResponse(told | {"state": "accepted"}, 202)


@dataclass
class NumberService:
    """`prefix`: the place of registration that its numbers say."""

    secret: str
    prefix: str
    mode: Mode = Mode.NOW
    taken: str = ""
    kept: dict[str, Kept] = field(default_factory=dict)
    asked: int = 0
    lost: set[str] = field(default_factory=set)

    async def ask(self, request: Request) -> Response:
        """A birth: done once under its key."""
        if (closed := self._closed(request)) is not None:
            return closed
        try:
            birth = msgspec.json.decode(await request.body(), type=Birth)
            known = self.kept.get(birth.request) or self._new(birth)
        except (msgspec.MsgspecError, ValueError):
            return _marked(JSONResponse({"stand_in": True, "notice": NOTICE}, 400))
        if self.mode is Mode.TWICE and birth.request not in self.lost:
            self.lost.add(birth.request)
            return _marked(Response(NOTICE, 504))
        return _marked(known.told())

    async def follow(self, request: Request) -> Response:
        """What became of a key."""
        if (closed := self._closed(request)) is not None:
            return closed
        known = self.kept.get(request.path_params["key"])
        return _marked(known.told() if known else Response(NOTICE, 404))

    async def behave(self, request: Request) -> Response:
        """Back door: `{"mode": ...}` until told otherwise."""
        told = msgspec.json.decode(await request.body(), type=Behaviour)
        self.mode, self.taken = told.mode, told.number
        return JSONResponse({})

    async def finish(self, _: Request) -> Response:
        """Back door: everything that was taken gets its number."""
        for one in self.kept.values():
            if not one.number and not one.reason:
                one.number = self._number(one.birth)
        return JSONResponse({})

    async def forget(self, _: Request) -> Response:
        """Back door: it loses all it knew, as a service restored from an old copy does."""
        self.kept.clear()
        return JSONResponse({})

    async def state(self, _: Request) -> Response:
        """Back door: how often it was asked, how many births it knows, how many numbers it gave."""
        given = [one.number for one in self.kept.values() if one.number]
        return JSONResponse({"asked": self.asked, "births": len(self.kept), "given": given})

    def _closed(self, request: Request) -> Response | None:
        """The answer to whoever it does not let in; None for those it does."""
        if self.mode is Mode.DOWN:
            return _marked(Response("closed for now", 503))
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given, self.secret):
            return _marked(Response("not you", 401))
        self.asked += 1
        return None

    def _new(self, birth: Birth) -> Kept:
        made = Kept(birth.child, uuid4().hex[:16])
        if self.mode is Mode.REFUSE:
            made.reason = "parent_unknown"
        elif self.mode is not Mode.LATE:
            made.number = self._number(birth.child)
        self.kept[birth.request] = made
        return made

    def _number(self, child: Child) -> str:
        """By Circular 59/2021/TT-BCA art. 4; wrong by a year, or somebody's, if told so."""
        if self.mode is Mode.TAKEN:
            return self.taken
        year = int(child.birth[:4]) - (self.mode is Mode.WRONG)
        century_and_sex = 2 * (year // 100 - 19) + int(child.sex) - 1
        head = f"{self.prefix}{century_and_sex}{year % 100:02}"
        given = {one.number for one in self.kept.values()}
        while (number := f"{head}{secrets.randbelow(1_000_000):06}") in given:
            pass
        return number


def _marked(answer: Response) -> Response:
    answer.headers["Stand-In"] = "unpublished specification, made up"
    return answer


def stand_in(service: NumberService) -> Starlette:
    """The stand-in as an application."""
    return Starlette(
        routes=[
            Route("/v1/births", service.ask, methods=["POST"]),
            Route("/v1/births/{key}", service.follow),
            Route("/stand-in/behave", service.behave, methods=["POST"]),
            Route("/stand-in/finish", service.finish, methods=["POST"]),
            Route("/stand-in/forget", service.forget, methods=["POST"]),
            Route("/stand-in/state", service.state),
        ]
    )
