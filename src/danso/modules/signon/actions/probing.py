"""Is the connection to another provider what was agreed? Asked of the provider, about nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from danso.kernel.errors import DansoError
from danso.modules.signon import rules
from danso.modules.signon.actions.departing import return_address
from danso.modules.signon.adapters import upstream_calls as calls
from danso.modules.signon.adapters import upstreams
from danso.modules.signon.data import Finding, Upstream
from danso.modules.signon.engine.hashes import digest, new_secret


def check_upstream(upstream: Upstream) -> tuple[Finding, ...]:
    """See interface."""
    calls.forget()
    found = [_tried("metadata", lambda: str(calls.metadata(upstream)["issuer"]))]
    if not found[0].holds:
        return tuple(found)
    told = calls.metadata(upstream)
    found.append(_tried("keys", lambda: _key_names(upstream)))
    found.append(_tried("own key", lambda: str(upstreams.key_of(upstream).kid)))
    found.extend(_promises(upstream, told))
    if "pushed_authorization_request_endpoint" in told:
        found.append(_tried("a pushed request", lambda: _pushed(upstream)))
    return tuple(found)


def _tried(what: str, ask: Callable[[], str]) -> Finding:
    try:
        return Finding(what, holds=True, seen=ask())
    except DansoError as error:
        return Finding(what, holds=False, seen=str(error))


def _key_names(upstream: Upstream) -> str:
    names = [str(key.get("kid", "?")) for key in calls.keys(upstream, "")]
    return ", ".join(names) or "none"


def _promises(upstream: Upstream, told: dict[str, Any]) -> Iterator[Finding]:
    """What its metadata says, as far as it says anything, against what we need."""
    methods = told.get("token_endpoint_auth_methods_supported", [])
    yield _holds("private_key_jwt", not methods or "private_key_jwt" in methods, methods)
    signs = told.get("id_token_signing_alg_values_supported", [])
    yield _holds("algorithms", not signs or bool(set(signs) & set(upstream.algorithms)), signs)
    values = told.get("acr_values_supported", [])
    ours = {rule.value for rule in upstream.levels if rule.claim == "acr"}
    yield _holds("levels", bool(upstream.levels), sorted(ours))
    strange = sorted(ours - set(values)) if values else []
    yield _holds("acr values", not strange, strange or values)
    logs_out = told.get("backchannel_logout_supported") is True
    yield _holds("back-channel logout", logs_out, [logs_out])


def _holds(what: str, holds: bool, seen: Any) -> Finding:
    return Finding(what, holds=holds, seen=", ".join(map(str, seen)))


def _pushed(upstream: Upstream) -> str:
    """A request that no browser brings: it shows that client, key and return address are known."""
    form = {
        "response_type": "code",
        "redirect_uri": return_address(upstream),
        "scope": upstream.scope,
        "state": new_secret(),
        "nonce": new_secret(),
        "code_challenge": digest(new_secret()),
        "code_challenge_method": "S256",
    }
    if upstream.ask_by == "claims" and upstream.claims:
        form["claims"] = rules.claims_parameter(upstream)
    answer = calls.post_as_client(upstream, "pushed_authorization_request_endpoint", form)
    if not answer.is_good:
        raise calls.refuses(upstream, answer)
    return f"accepted, answers go to {return_address(upstream)}"
