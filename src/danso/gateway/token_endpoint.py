"""POST /v1/token: a signed assertion in, a short-lived access token out (RFC 6749, 7523)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from danso.gateway.calls import Call
from danso.gateway.gateway import Gateway
from danso.gateway.limits import network
from danso.gateway.problems import Problem
from danso.gateway.tokens import Assertion, AssertionRefused, read_assertion

_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM: Final = b"application/x-www-form-urlencoded"
_USE: Final = "SELECT gateway_v1.use_assertion(%s, %s, %s)"


class TokenRefused(Exception):
    """An OAuth error: its code and a description that says what to do."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


async def serve(gateway: Gateway, call: Call) -> None:
    """Answer one token request; what fails goes to the security log."""
    started = time.perf_counter()
    await _answer(gateway, call)
    gateway.done(call, "/v1/token", None, started)


async def _answer(gateway: Gateway, call: Call) -> None:
    try:
        gateway.news.check_open()
        answer = await _grant(gateway, call)
    except TokenRefused as refused:
        gateway.security.add(
            what=f"token_{refused.error}", network=network(call.origin(gateway.settings))
        )
        body = {"error": refused.error, "error_description": refused.description}
        await call.answer(msgspec.json.encode(body), status=refused.status)
    except Problem as problem:
        await call.refuse(problem)
    else:
        await call.answer(msgspec.json.encode(answer))


async def _grant(gateway: Gateway, call: Call) -> dict[str, Any]:
    form = await _read_form(gateway, call)
    if form.get("grant_type") != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "use grant_type=client_credentials")
    if form.get("client_assertion_type") != _ASSERTION_TYPE:
        raise TokenRefused("invalid_request", f"use client_assertion_type={_ASSERTION_TYPE}")
    try:
        assertion = read_assertion(
            form.get("client_assertion", ""),
            gateway.settings,
            gateway.news.standing,
            gateway.now(),
        )
    except AssertionRefused as refused:
        raise TokenRefused("invalid_client", str(refused), 401) from refused
    if not await _first_use(gateway, assertion):
        raise TokenRefused("invalid_client", "this assertion was used before; sign a new one", 401)
    token = gateway.tokens.issue(assertion, call.certificate(gateway.settings))
    life = gateway.settings.limits.token_life
    return {"access_token": token, "token_type": "Bearer", "expires_in": life}


async def _read_form(gateway: Gateway, call: Call) -> dict[str, str]:
    if call.headers.get(b"content-type", b"").partition(b";")[0].strip() != _FORM:
        raise TokenRefused("invalid_request", f"send {_FORM.decode()}")
    limits = gateway.settings.limits
    body = await gateway.body(call, limits.body)
    try:
        fields = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=10)
    except ValueError as error:
        raise TokenRefused("invalid_request", "the form cannot be read") from error
    if any(len(values) > 1 for values in fields.values()):
        raise TokenRefused("invalid_request", "a field was sent twice")
    return {name: values[0] for name, values in fields.items()}


async def _first_use(gateway: Gateway, assertion: Assertion) -> bool:
    until = datetime.fromtimestamp(assertion.expires, UTC)
    ((is_first,),) = await gateway.calls(_USE, [assertion.partner, assertion.jti, until])
    return bool(is_first)
