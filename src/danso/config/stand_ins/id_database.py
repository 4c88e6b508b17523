"""A stand-in of the police's ID database. **Ours; the real service's specification is not public.**
It compares bytes with bytes, of made-up people only, on loopback.

`/stand-in/...` is its back door: whose face and fingerprints it holds, how it should behave.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from uuid import uuid4

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Compare(msgspec.Struct):
    """What `/v1/compare` is asked."""

    request: str
    number: str
    face: str
    fingerprints: list[str]


class Held(msgspec.Struct):
    """What the back door gives it of one person."""

    number: str
    face: str
    fingerprints: list[str]


@dataclass
class IdDatabase:
    """`everyone`: whoever is not held matches any picture, so that a demo can be tried."""

    secret: str
    everyone: bool = False
    held: dict[str, Held] = field(default_factory=dict)
    is_down: bool = False
    asked: int = 0

    async def compare(self, request: Request) -> Response:
        """Face and fingerprints against those held for the number."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.is_down:
            return Response("closed for now", 503)
        if not hmac.compare_digest(given, self.secret):
            return Response("not you", 401)
        try:
            asked = msgspec.json.decode(await request.body(), type=Compare)
            face = base64.b64decode(asked.face, validate=True)
            fingers = [base64.b64decode(one, validate=True) for one in asked.fingerprints]
        except (msgspec.MsgspecError, binascii.Error):
            return Response("not as agreed", 400)
        self.asked += 1
        one = self.held.get(asked.number)
        is_face = self.everyone if one is None else face == one.face.encode()
        known = set() if one is None else {finger.encode() for finger in one.fingerprints}
        is_finger = self.everyone if one is None else bool(fingers) and set(fingers) <= known
        return JSONResponse(
            {"face": is_face, "fingerprints": is_finger, "reference": uuid4().hex[:16]}
        )

    async def enter(self, request: Request) -> Response:
        """Back door: somebody's face and fingerprints, as texts."""
        one = msgspec.json.decode(await request.body(), type=Held)
        self.held[one.number] = one
        return JSONResponse({})

    async def behave(self, request: Request) -> Response:
        """Back door: `{"down": true}` until told otherwise."""
        self.is_down = bool((await request.json()).get("down"))
        return JSONResponse({})

    async def state(self, _: Request) -> Response:
        """Back door: how often it was asked."""
        return JSONResponse({"asked": self.asked})


def stand_in(service: IdDatabase) -> Starlette:
    """The stand-in as an application."""
    return Starlette(
        routes=[
            Route("/v1/compare", service.compare, methods=["POST"]),
            Route("/stand-in/enter", service.enter, methods=["POST"]),
            Route("/stand-in/behave", service.behave, methods=["POST"]),
            Route("/stand-in/state", service.state),
        ]
    )
