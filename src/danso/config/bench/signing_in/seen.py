"""What a token that was seen before costs the gateway."""

from __future__ import annotations

import time
from typing import Any, Final

from danso.config.bench.place import Place
from danso.gateway.settings import Settings
from danso.gateway.standing import Standing
from danso.gateway.tokens import Assertion, Tokens

CHECKS: Final = 100_000


def milliseconds_a_check(place: Place) -> float:
    """One process, one token, the gateway's own code; the first check is not counted."""
    settings = Settings(dsn="", token_key=place.home.secrets / "token-key")
    tokens = Tokens(settings, time.time)
    token = tokens.issue(Assertion(1, "key", "x" * 16, 0), "")
    # Only that they are there is looked at.
    partners: dict[int, Any] = {1: None}
    keys: dict[str, tuple[int, dict[str, Any]]] = {"key": (1, {})}
    standing = Standing(partners=partners, keys=keys)
    tokens.check(token, standing, "")
    began = time.perf_counter()
    for _ in range(CHECKS):
        tokens.check(token, standing, "")
    return (time.perf_counter() - began) / CHECKS * 1000
