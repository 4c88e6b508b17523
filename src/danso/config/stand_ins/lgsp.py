"""The door of a sharing axis (LGSP) as stand-ins keep it: tokens for those who know the header.
**Assumed after public clients; no axis was seen.**"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from danso.wire.upstream import lgsp

_SECONDS: Final = 300


@dataclass
class Axis:
    """Whom it lets in, and the tokens it gave out. `handed_out` counts them, for tests."""

    caller: lgsp.Lgsp
    secret: str
    tokens: set[str] = field(default_factory=set)
    handed_out: int = 0

    async def token(self, request: Request) -> Response:
        """A token for the right header, by client credentials."""
        form = parse_qs((await request.body()).decode("latin-1"))
        if form.get("grant_type") != ["client_credentials"] or not self._is_known(request):
            return JSONResponse({"error": "invalid_client"}, 401)
        made = secrets.token_urlsafe(16)
        self.tokens.add(made)
        self.handed_out += 1
        return JSONResponse({"access_token": made, "token_type": "Bearer", "expires_in": _SECONDS})

    def lets_in(self, request: Request) -> bool:
        """Whether a call brings the header and a token that is still known."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and given in self.tokens and self._is_known(request)

    def _is_known(self, request: Request) -> bool:
        given = request.headers.get(lgsp.HEADER, "").encode()
        return hmac.compare_digest(given, self.caller.header(self.secret).encode())
