"""/v1/sources/CODE/records and .../position: an owner sends its records, and asks how far it came.

A batch is answered once it is durable. Its number tells one sent twice from a new one, so that an
outage of any length, on either side, loses nothing and doubles nothing.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec

from danso import catalogue
from danso.catalogue.shapes.sources import Source
from danso.gateway import entries
from danso.gateway.calls import AsgiCall, Call, Receive, Scope, Send
from danso.gateway.entries import Why
from danso.gateway.gateway import Gateway
from danso.gateway.people import decode, serve
from danso.gateway.policy import Asking
from danso.gateway.problems import Problem
from danso.gateway.standing import Agreement
from danso.kernel.text import tidy
from danso.wire.flattening import flat
from danso.wire.push import PushAnswer, PushPosition, PushRequest, RecordRefused

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SERVICE: Final = "push"
_PATH: Final = re.compile(r"/v1/sources/([a-z0-9-]{1,64})/(records|position)")
_METHODS: Final = {"records": "POST", "position": "GET"}
_request: Final = msgspec.json.Decoder(PushRequest)
_PUSH: Final = (
    "SELECT outcome, newest, answer FROM gateway_v1.push"
    "(%s, %s::bigint, %s, %s, %s, %s::integer, %s::jsonb, %s::boolean, %s, %s)"
)
_POSITION: Final = "SELECT newest, waiting FROM gateway_v1.push_position(%s, %s)"
_encode: Final = msgspec.json.Encoder().encode
# One at a time: a thousand records take a while, and nobody else is to wait for them.
_sorter: Final = ThreadPoolExecutor(1, "sorting")


@functools.lru_cache(4)
def pushed(province: Path | None, files: Path | None) -> Mapping[str, Source]:
    """The sources whose owners send their records, as described or as the home whose `files` these
    are says. No province: none."""
    if province is None:
        return {}
    known = catalogue.load_standing(province, files)
    if files is not None:
        known = catalogue.with_pushed(known, catalogue.read_pushed(files))
    return {code: known.source(code) for code in known.pushed}


def beside(gateway: Gateway, others: Application) -> Application:
    """The addresses of this file, and what answers all the rest."""
    # Read now, not while the first caller waits.
    pushed(gateway.settings.province, gateway.settings.files)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        is_call = scope["type"] == "http"
        found = _PATH.fullmatch(scope["path"]) if is_call else None
        if found is None:
            await others(scope, receive, send)
            return
        code, what = found.groups()
        call = AsgiCall(scope, receive, send)
        if scope["method"] != _METHODS[what]:
            await call.refuse(Problem("method_wrong"))
            return
        answer = _records if what == "records" else _position

        async def work(gateway: Gateway, call: Call, asking: Asking) -> bytes:
            return await answer(gateway, call, asking, code)

        await serve(gateway, call, f"/v1/sources/{{source}}/{what}", SERVICE, work)

    return application


async def _records(gateway: Gateway, call: Call, asking: Asking, code: str) -> bytes:
    """Keep one batch; what is wrong with a record leaves its neighbours alone."""
    call.check_json()
    body = await gateway.body(call, gateway.settings.limits.push_body)
    agreement, source = _agreed(gateway, call, asking, code)
    request = decode(_request, body)
    if not (request.records or request.finish):
        raise Problem("body_wrong", at="records", detail="Expected records, or finish.")
    gateway.rates.take(agreement, gateway.now())
    sort = functools.partial(_sorted_out, request.records, source)
    rows, refused = await asyncio.get_running_loop().run_in_executor(_sorter, sort)
    told = PushAnswer(code, request.sequence, len(rows), refused, request.sequence + 1)
    counts = f',"sequence":{told.sequence},"records":{told.taken},"left_out":{len(refused)}'
    parameters = [code, told.sequence, hashlib.sha256(body).hexdigest(), _partner(asking)]
    parameters += ["[" + ",".join(rows) + "]", told.taken, _encode(refused).decode()]
    answer = msgspec.json.encode(told).decode()
    entry = entries.begun(agreement, asking.why, (code,)) + counts
    found = await gateway.calls(_PUSH, [*parameters, request.finish, answer, entry])
    return _told(*found[0])


def _told(outcome: str, newest: int, answer: str | None) -> bytes:
    if outcome == "ahead":
        raise Problem("sequence_ahead", at="sequence", detail=f"Expected: {newest + 1}")
    if outcome == "other":
        raise Problem("sequence_reused", at="sequence", detail=f"Expected: {newest + 1}")
    if outcome == "full":
        raise Problem("push_full", retry_after=60)
    return _left_open(msgspec.json.decode(answer or "", type=PushAnswer))


def _left_open(told: PushAnswer | PushPosition) -> bytes:
    """As JSON, up to where the tree head is added."""
    members = msgspec.to_builtins(told)
    del members["journal_head"]
    return msgspec.json.encode(members)[:-1]


async def _position(gateway: Gateway, call: Call, asking: Asking, code: str) -> bytes:
    """How far this source came."""
    agreement, _ = _agreed(gateway, call, asking, code)
    gateway.rates.take(agreement, gateway.now())
    entry = entries.begun(agreement, asking.why, (code,))
    ((newest, waiting),) = await gateway.calls(_POSITION, [code, entry])
    return _left_open(PushPosition(code, newest + 1, waiting))


def _agreed(gateway: Gateway, call: Call, asking: Asking, code: str) -> tuple[Agreement, Source]:
    """The agreement under which this partner may send this source. What is not agreed and what
    does not exist are refused alike."""
    asking.why = Why(
        system=call.road(b"x-road-client"),
        officer=call.road(b"x-road-userid"),
        procedure="",
        file_code=call.road(b"x-road-issue"),
        request=call.road(b"x-road-id"),
        consent="",
    )
    known = pushed(gateway.settings.province, gateway.settings.files)
    partner, source = asking.partner, known.get(code)
    held = [
        one
        for one in gateway.news.standing.agreements.values()
        if partner is not None
        and one.partner == partner.id
        and one.service == SERVICE
        and code in one.fields
    ]
    if not held or source is None:
        raise Problem("not_agreed")
    now = gateway.now()
    agreement = max(held, key=lambda one: (one.since <= now < one.until, one.until))
    asking.agreement = agreement
    if not agreement.since <= now < agreement.until:
        raise Problem("agreement_over" if now >= agreement.until else "agreement_not_begun")
    return agreement, source


def _partner(asking: Asking) -> str:
    return asking.partner.code if asking.partner else ""


def _sorted_out(
    records: Sequence[msgspec.Raw], source: Source
) -> tuple[list[str], list[RecordRefused]]:
    """The records as they were written, and those that nobody could load."""
    key = frozenset(map(_tidied, source.by_code[source.key].columns))
    rows: list[str] = []
    refused: list[RecordRefused] = []
    for index, raw in enumerate(records):
        written = bytes(raw).decode("utf-8", "replace")
        if code := _fault(written, key):
            refused.append(msgspec.convert({"index": index, "code": code}, RecordRefused))
        else:
            rows.append(written)
    return rows, refused


def _fault(written: str, key: frozenset[str]) -> str:
    try:
        row = json.loads(written)
        again = json.dumps(row, ensure_ascii=False)
        again.encode()
    except UnicodeEncodeError:
        # Half a character: JSON can write it, nothing else can hold it.
        return "character_wrong"
    except (ValueError, RecursionError):
        return "row_not_object"
    if "\\u0000" in again or "\ufffd" in written:
        return "character_wrong"
    texts = flat(row)
    if isinstance(texts, str):
        return texts
    has_key = any(value.strip() and _tidied(path) in key for path, value in texts.items())
    return "" if has_key else "key_missing"


@functools.lru_cache(4096)
def _tidied(heading: str) -> str:
    return tidy(heading).casefold()
