"""Calls to another provider: discovery, its keys, and the endpoints it named.

Bounded in size and time; to the issuer's own host or one that the home lists, never to this
machine's neighbourhood, never where a redirect leads. What was published is kept for ten minutes;
while the provider is down for some hours more; a key it does not know yet is looked for at once.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from danso.kernel import clock
from danso.kernel.errors import Refused, Unavailable
from danso.modules.signon.adapters import upstreams
from danso.modules.signon.data import Upstream, UpstreamRefused
from danso.modules.signon.engine.signing_as_client import (
    ASSERTION_TYPE,
    Proofs,
    make_assertion,
)
from danso.toolkit.addresses import CheckedTransport, inner_address, is_internal, look_up
from danso.toolkit.platform import platform

LARGEST: Final = 256 << 10
FRESH: Final = 600.0
# While it is down: its metadata for six hours, its keys for one, so that a key that was withdrawn
# is not believed for long.
STALE: Final = {"metadata": 6 * 3600.0, "keys": 3600.0}
# An unknown kid makes us look again, but forged ones can't make us ask without end.
AGAIN_AFTER: Final = 10.0
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_NAMED: Final = (
    *_NEEDED,
    "pushed_authorization_request_endpoint",
    "userinfo_endpoint",
    "end_session_endpoint",
)
_OK: Final = frozenset({200, 201})


@dataclass
class _Kept:
    value: Any
    at: float


@dataclass
class _Cache:
    kept: dict[tuple[str, str], _Kept] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_cache = _Cache()


def forget() -> None:
    """Drop everything that was kept of what providers published."""
    with _cache.lock:
        _cache.kept.clear()
    client_for.cache_clear()


@dataclass(frozen=True)
class Answer:
    """What came back: the JSON object of the body, and the headers that matter."""

    status: int
    body: dict[str, Any]
    nonce: str

    @property
    def is_good(self) -> bool:
        """Whether it is what was asked for."""
        return self.status in _OK


def metadata(upstream: Upstream) -> dict[str, Any]:
    """What the provider publishes of itself, checked. Raises Unavailable, UpstreamRefused."""
    found: dict[str, Any] = _kept(upstream, "metadata", lambda: _discover(upstream))
    return found


def _discover(upstream: Upstream) -> dict[str, Any]:
    answer = call(upstream, "GET", f"{upstream.issuer}/.well-known/openid-configuration")
    if not answer.is_good:
        raise down(upstream, f"http_{answer.status}")
    told = answer.body
    if told.get("issuer") != upstream.issuer:
        raise _unlike(upstream, "issuer")
    for name in _NAMED:
        if name in told or name in _NEEDED:
            _check_url(upstream, told.get(name), name)
    if "S256" not in told.get("code_challenge_methods_supported", ["S256"]):
        raise _unlike(upstream, "code_challenge_methods_supported")
    return told


def keys(upstream: Upstream, kid: str) -> Sequence[Mapping[str, Any]]:
    """Its published keys by this kid (all where a token names none)."""
    found = _keys(upstream)
    if not _by_kid(found, kid):
        found = _keys(upstream, is_missing=True)
    return _by_kid(found, kid)


def _keys(upstream: Upstream, *, is_missing: bool = False) -> list[dict[str, Any]]:
    fresh = AGAIN_AFTER if is_missing else FRESH
    found: list[dict[str, Any]] = _kept(upstream, "keys", lambda: _published(upstream), fresh=fresh)
    return found


def _published(upstream: Upstream) -> list[dict[str, Any]]:
    answer = call(upstream, "GET", str(metadata(upstream)["jwks_uri"]))
    told = answer.body.get("keys")
    if not answer.is_good or not isinstance(told, list):
        raise down(upstream, f"keys_{answer.status}")
    return [one for one in told if isinstance(one, dict)]


def _by_kid(found: Sequence[Mapping[str, Any]], kid: str) -> Sequence[Mapping[str, Any]]:
    return [one for one in found if not kid or one.get("kid") == kid]


def post_as_client(
    upstream: Upstream, endpoint: str, form: Mapping[str, str], proofs: Proofs | None = None
) -> Answer:
    """A call with our assertion; asked again once with the nonce that the provider wants."""
    answer = _post(upstream, endpoint, form, proofs)
    if proofs and answer.body.get("error") == "use_dpop_nonce" and answer.nonce:
        proofs.nonce = answer.nonce
        answer = _post(upstream, endpoint, form, proofs)
    if proofs and answer.nonce:
        proofs.nonce = answer.nonce
    return answer


def _post(
    upstream: Upstream, endpoint: str, form: Mapping[str, str], proofs: Proofs | None
) -> Answer:
    told = metadata(upstream)
    url, now = str(told[endpoint]), int(clock.now().timestamp())
    audience = upstream.issuer if upstream.audience == "issuer" else str(told["token_endpoint"])
    offered = told.get("token_endpoint_auth_signing_alg_values_supported", ())
    assertion = make_assertion(
        upstreams.key_of(upstream), upstream.client_id, audience, now, offered
    )
    given = {
        **form,
        "client_id": upstream.client_id,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    headers = {"DPoP": proofs.make("POST", url, now)} if proofs else {}
    return call(upstream, "POST", url, form=given, headers=headers)


def get_with_token(upstream: Upstream, url: str, token: str, proofs: Proofs | None) -> Answer:
    """Userinfo with an access token that is bound to our key where proofs are given."""
    answer = _get(upstream, url, token, proofs)
    if proofs and not answer.is_good and answer.nonce and answer.nonce != proofs.nonce:
        proofs.nonce = answer.nonce
        answer = _get(upstream, url, token, proofs)
    return answer


def _get(upstream: Upstream, url: str, token: str, proofs: Proofs | None) -> Answer:
    headers = {"Authorization": f"{'DPoP' if proofs else 'Bearer'} {token}"}
    if proofs:
        headers["DPoP"] = proofs.make("GET", url, int(clock.now().timestamp()), token=token)
    return call(upstream, "GET", url, headers=headers)


def call(
    upstream: Upstream,
    method: str,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request. A read is repeated once; what changes something never is.

    Raises Unavailable (`upstream_sign_in_down`) for no answer, one too slow or too large, or an
    error of the provider's own.
    """
    _check_url(upstream, url, "address")
    tries = 2 if method == "GET" and not (headers or {}).get("Authorization") else 1
    for left in range(tries - 1, -1, -1):
        try:
            return _once(upstream, method, url, form, headers or {})
        except Unavailable:
            if not left:
                raise
    raise AssertionError("unreachable")


def _once(
    upstream: Upstream,
    method: str,
    url: str,
    form: Mapping[str, str] | None,
    headers: Mapping[str, str],
) -> Answer:
    end = time.monotonic() + 2 * upstream.timeout
    http = client_for(upstream, is_demo=platform().is_demo)
    content = bytearray()
    try:
        with http.stream(
            method, url, data=form, headers={"Accept": "application/json", **headers}
        ) as told:
            for chunk in told.iter_bytes():
                content += chunk
                if len(content) > LARGEST:
                    raise down(upstream, "large")
                if time.monotonic() > end:
                    raise down(upstream, "slow")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise down(upstream, type(error).__name__) from error
    if told.status_code >= 500 or told.status_code in (408, 429) or told.is_redirect:
        raise down(upstream, f"http_{told.status_code}")
    return Answer(told.status_code, _object(bytes(content)), told.headers.get("dpop-nonce", ""))


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=32)
def client_for(upstream: Upstream, *, is_demo: bool) -> httpx.Client:
    """One for all calls to a provider; connections are used again."""
    trust = ssl.create_default_context(cafile=upstream.ca_file or None)
    networks = [ip_network(one) for one in upstream.networks]

    def address_of(host: str, port: int) -> str:
        try:
            found = [ip_address(one) for one in look_up(host, port)]
        except (OSError, UnicodeError, ValueError) as error:
            raise httpx.ConnectError("name") from error
        for one in found:
            inner = inner_address(one)
            is_listed = any(it in network for it in (one, inner) for network in networks)
            is_stand_in = is_demo and inner.is_loopback
            if is_internal(one) and not (is_listed or is_stand_in):
                raise Refused(
                    "the provider's name leads to this machine or to a network's inside",
                    code="upstream_address_internal",
                    fix=f"If it really is there, list it under `networks` in {upstreams.FILE}.",
                )
        if not found:
            raise httpx.ConnectError("name")
        return str(min(found, key=lambda address: address.version))

    inner = httpx.HTTPTransport(verify=trust, trust_env=False)
    return httpx.Client(
        transport=CheckedTransport(address_of, inner),
        timeout=upstream.timeout,
        follow_redirects=False,
        trust_env=False,
    )


def _check_url(upstream: Upstream, url: Any, what: str) -> None:
    """Only the issuer's own origin, or https at a host that the home lists."""
    if not isinstance(url, str) or not url.isascii():
        raise _unlike(upstream, what)
    place, home = urlsplit(url), urlsplit(upstream.issuer)
    is_own = (place.scheme, place.netloc) == (home.scheme, home.netloc)
    is_listed = place.scheme == "https" and place.hostname in upstream.hosts
    if place.username or place.fragment or not (is_own or is_listed):
        raise _unlike(upstream, what)


def _kept(upstream: Upstream, what: str, ask: Any, *, fresh: float = FRESH) -> Any:
    name, now = (upstream.issuer, what), time.monotonic()
    with _cache.lock:
        found = _cache.kept.get(name)
    if found is not None and now - found.at < fresh:
        return found.value
    try:
        value = ask()
    except Unavailable:
        if found is None or now - found.at > STALE[what]:
            raise
        return found.value
    with _cache.lock:
        _cache.kept[name] = _Kept(value, time.monotonic())
    return value


def down(upstream: Upstream, why: str) -> Unavailable:
    """It does not answer, or not as a provider would; `why` is one word for the log."""
    return Unavailable(
        f"{upstream.name} does not answer now ({why})",
        code="upstream_sign_in_down",
        fix="Nothing was recorded; try again in a few minutes.",
    )


def refuses(upstream: Upstream, answer: Answer) -> UpstreamRefused:
    """It answered, with the protocol's word for no."""
    error = answer.body.get("error")
    why = error[:40] if isinstance(error, str) else f"http_{answer.status}"
    return UpstreamRefused(
        f"{upstream.name} refused to sign you in", code="upstream_error", why=why
    )


def _unlike(upstream: Upstream, what: str) -> UpstreamRefused:
    return UpstreamRefused(
        f"what {upstream.issuer} publishes is not what was agreed ({what})",
        code="upstream_metadata",
        why=what,
        fix=f"Compare its metadata with {upstreams.FILE}.",
    )
