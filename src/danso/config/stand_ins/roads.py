"""The roads before a stand-in of a source: what each demands of a call, how it wraps an answer."""

from __future__ import annotations

import json
import uuid
from enum import StrEnum
from typing import Any, Final

from starlette.responses import HTMLResponse, Response

from danso.wire.upstream.lgsp import Lgsp

# Who a stand-in's caller is to it, and what a home writes into its sources.toml.
CALLER: Final = Lgsp("stand-in-key", "danso", "000.00.00.STAND-IN", "000.00.00.STAND-IN")
NOTICE: Final = (
    "This is a stand-in. The platform of Decree 278/2025 (NDOP) has no public specification: every "
    "member of this answer is made up."
)
HEADER: Final = "Stand-In"


class Road(StrEnum):
    """How a source is reached."""

    OWN = "own"
    NDXP = "ndxp"
    NDOP = "ndop"


def settings(road: Road) -> str:
    """The lines of a home's sources.toml that go with a road."""
    if road is Road.NDXP:
        lines = (f'{name} = "{getattr(CALLER, name)}"' for name in CALLER.__struct_fields__)
        return "\n".join(("[CODE.lgsp]", *lines))
    if road is Road.NDOP:
        return '[CODE.ndop]\ndata = "payload"\ncode = "result.code"\ndone = ["0"]'
    return ""


def wrapped(road: Road, page: Any, mode: str) -> Any:
    """A page as it arrives by a road. `mode`: axis_error and axis_refuse say so inside an answer of
    200; bare forgets the envelope."""
    if road is Road.OWN or mode == "bare":
        return page
    code = {"axis_error": "99", "axis_refuse": "403"}.get(mode, "0")
    data = page if code == "0" else None
    if road is Road.NDOP:
        return {"result": {"code": code}, "payload": data, "notice": NOTICE}
    return {
        "code": 403 if mode == "axis_refuse" else 200,
        "status": code == "0",
        "correlationId": uuid.uuid4().hex,
        "response": {"error_code": int(code), "message": "", "data": data},
    }


def marked(road: Road, answer: Response) -> Response:
    """With a header that says what it comes from."""
    if road is Road.NDOP:
        answer.headers[HEADER] = "unpublished specification, made up"
    return answer


def page(road: Road) -> Response:
    """What a browser sees: that this is a stand-in, and of what."""
    said = NOTICE if road is Road.NDOP else f"This is a stand-in of a source, by the road {road}."
    body = f"<!doctype html><html lang=en><title>Stand-in</title><h1>Stand-in</h1><p>{said}"
    return marked(road, HTMLResponse(body))


def encoded(found: Any) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode()
