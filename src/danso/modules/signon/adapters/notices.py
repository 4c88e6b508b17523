"""Telling a client that a session is over (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import httpx

SECONDS = 5.0


def tell(uri: str, logout_token: str) -> str:
    """Post it; "" where the client took it, else a short code of what went wrong."""
    try:
        # An address that sends us elsewhere is not the one that was registered.
        answer = httpx.post(
            uri, data={"logout_token": logout_token}, timeout=SECONDS, follow_redirects=False
        )
    except httpx.HTTPError as error:
        return type(error).__name__[:40]
    return "" if answer.status_code in (200, 204) else f"status_{answer.status_code}"
