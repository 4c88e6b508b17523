"""The load generator: people with a live session who sign in again and again, each on a connection.

`python -m danso.config.bench.signing_in.load`, what to do as JSON on stdin; prints how many
sign-ins were whole, in how many seconds, and how long they took. Any other answer ends the run.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc.jwk import ECKey, OKPKey

from danso.config.bench.sender import percentiles
from danso.config.bench.signing_in.flows import Fapi, Flow, Paths, Toolkit
from danso.config.bench.signing_in.passkeys import PasskeyHolder
from danso.config.bench.signing_in.wire import Browser

_FORM: Final = re.compile(r'<form[^>]*action="([^"]+)"')
_PROMPT: Final = re.compile(r'name="prompt" value="([^"]+)"')


async def run(given: dict[str, Any]) -> dict[str, Any]:
    """`given`: kind, port, seconds, people (each what its session needs), and the client's."""
    flows = [await _flow(given, person) for person in given["people"]]
    for flow in flows:
        await flow.once()
    waits: list[float] = []
    began = time.perf_counter()
    until = began + float(given["seconds"])
    await asyncio.gather(*(_again(flow.once, waits, until) for flow in flows))
    return {
        "answers": len(waits),
        "seconds": time.perf_counter() - began,
        **percentiles(waits),
    }


async def _again(once: Callable[[], Awaitable[None]], waits: list[float], until: float) -> None:
    while (at := time.perf_counter()) < until:
        await once()
        waits.append(time.perf_counter() - at)


async def _flow(given: dict[str, Any], person: dict[str, Any]) -> Flow:
    port = int(given["port"])
    client, browser = Browser(port), Browser(port, dict(person.get("cookies", {})))
    if given["kind"] == "passkey":
        return PasskeyHolder(port, person, given["path"])
    if given["kind"] == "toolkit":
        return Toolkit(browser, client, given["client"], given["secret"], given["back"])
    public = given["key"]
    flow = Fapi(
        person=browser,
        client=client,
        paths=Paths(**given["paths"]),
        client_id=given["client"],
        back=given["back"],
        key=(OKPKey if public["kty"] == "OKP" else ECKey).import_key(public),
        algorithm=given["algorithm"],
    )
    if given["kind"] == "oidc-provider":
        await _enter(flow)
    return flow


async def _enter(flow: Fapi) -> None:
    """oidc-provider's own pages for trying it: whoever types a name is signed in from then on."""
    answer = await flow.begin()
    for _ in range(8):
        where = answer.headers.get("location", "")
        if where.startswith(flow.back):
            return
        if answer.status == 200:
            page = answer.body.decode()
            action, prompt = _FORM.search(page), _PROMPT.search(page)
            if action is None or prompt is None:
                raise AssertionError("oidc-provider shows another page")
            typed = {"prompt": prompt[1], "login": "somebody", "password": "x"}
            answer = await flow.person.post(_within(unescape(action[1])), typed)
        else:
            answer = await flow.person.get(_within(where))
    raise AssertionError("oidc-provider did not sign anybody in")


def _within(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def main() -> None:
    json.dump(asyncio.run(run(json.load(sys.stdin))), sys.stdout)


if __name__ == "__main__":
    main()
