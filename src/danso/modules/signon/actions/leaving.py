"""Signing out at the upstream as well: where to, and with what."""

from __future__ import annotations

from danso.modules.signon.adapters import upstream_calls as calls
from danso.modules.signon.data import Leave, Upstream


def leave(upstream: Upstream, back: str, hint: str) -> Leave | None:
    """See interface."""
    endpoint = calls.metadata(upstream).get("end_session_endpoint")
    if not endpoint:
        return None
    given = {
        "client_id": upstream.client_id,
        "post_logout_redirect_uri": back,
        "id_token_hint": hint,
    }
    return Leave(str(endpoint), {name: value for name, value in given.items() if value})
