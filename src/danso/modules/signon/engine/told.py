"""Reading what another provider signs for us: ID tokens, logout tokens. Nothing is believed that
is not signed by a key of the pinned issuer, with an algorithm that was agreed, for us, now."""

from __future__ import annotations

import hmac
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning

from danso.modules.signon.engine.hashes import digest
from danso.modules.signon.engine.signed import SKEW, Once, read_public_key

# Never `none`, never a shared secret: an allow-list may name these and nothing else.
SAFE: Final = frozenset(
    {"ES256", "ES384", "PS256", "PS384", "Ed25519", "EdDSA", "RS256", "RS384", "RS512"}
)
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LONGEST: Final = 16_000
# An ID token is for this moment; a logout token is as old as its retries.
ISSUED_WITHIN: Final = 600
LOGOUT_WITHIN: Final = 24 * 3600
_KINDS: Final = {"ES": "EC", "PS": "RSA", "RS": "RSA", "Ed": "OKP"}
# Published keys by the kid that a token names ("" where it names none).
Keys = Callable[[str], Sequence[Mapping[str, Any]]]


class TokenFault(ValueError):
    """What of a token did not hold, in one word."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must say to be the answer to one request of ours. `nonce` is the digest of
    what we sent; `since`: seconds since 1970 before which nobody may have proved themselves."""

    issuer: str
    client_id: str
    algorithms: tuple[str, ...]
    nonce: str
    since: int | None = None


def read_id_token(text: str, keys: Keys, expected: Expected, now: int) -> dict[str, Any]:
    """Its claims (OpenID Connect Core 1.0, section 3.1.3.7). Raises TokenFault."""
    header, claims = _read(text, keys, expected.algorithms)
    _need(str(header.get("typ", "JWT")).upper() in ("JWT", "ID_TOKEN+JWT"), "typ")
    _need("events" not in claims, "events")
    _check_parties(claims, expected)
    _check_times(claims, now, within=ISSUED_WITHIN, needs_end=True)
    nonce = claims.get("nonce")
    is_ours = isinstance(nonce, str) and hmac.compare_digest(digest(nonce), expected.nonce)
    _need(is_ours, "nonce")
    if expected.since is not None:
        at: Any = claims.get("auth_time")
        _need(_is_time(at) and at >= expected.since - SKEW, "auth_time")
    if "auth_time" in claims:
        at = claims["auth_time"]
        _need(_is_time(at) and at <= now + SKEW, "auth_time")
    return claims


def read_logout_token(
    text: str, keys: Keys, expected: Expected, now: int
) -> tuple[dict[str, Any], Once]:
    """Its claims (Back-Channel Logout 1.0, section 2.6), and its `jti`, good once."""
    header, claims = _read(text, keys, expected.algorithms)
    # An ID token that was stolen must not end a session: the type, the event, and no nonce.
    _need(str(header.get("typ", "logout+jwt")).lower() in ("logout+jwt", "jwt"), "typ")
    _need("nonce" not in claims, "nonce")
    events = claims.get("events")
    is_logout = isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict)
    _need(is_logout, "events")
    _check_parties(claims, expected)
    _check_times(claims, now, within=LOGOUT_WITHIN, needs_end=False)
    names = [claims[name] for name in ("sub", "sid") if name in claims]
    _need(bool(names) and all(isinstance(one, str) and one for one in names), "sub")
    name = claims.get("jti")
    _need(isinstance(name, str) and 0 < len(name) <= 256, "jti")
    until = int(claims["iat"]) + LOGOUT_WITHIN + 2 * SKEW
    return claims, Once(digest("logout", expected.issuer, str(name)), until, "invalid_request")


def _read(
    text: str, keys: Keys, algorithms: tuple[str, ...]
) -> tuple[Mapping[str, Any], dict[str, Any]]:
    _need(len(text) <= LONGEST and text.count(".") == 2, "shape")
    allowed = [one for one in algorithms if one in SAFE]

    def pick(guest: Any) -> Any:
        header = guest.headers()
        algorithm = str(header.get("alg", ""))
        _need(algorithm in allowed, "alg")
        _need("crit" not in header, "crit")
        return _fitting(keys(str(header.get("kid", ""))), algorithm)

    try:
        with warnings.catch_warnings():
            # "EdDSA" is deprecated by RFC 9864 but still what most providers write.
            warnings.simplefilter("ignore", SecurityWarning)
            # joserfc refuses an algorithm that is not on the list before it looks for a key.
            found = jwt.decode(text, pick, algorithms=allowed)
    except TokenFault:
        raise
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise TokenFault("signature") from fault
    return found.header, dict(found.claims)


def _fitting(published: Sequence[Mapping[str, Any]], algorithm: str) -> Any:
    """The one key that this algorithm can be checked with: none or two of them are refused."""
    kind = _KINDS[algorithm[:2]]
    fits = [
        key
        for key in published
        if key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and _same(str(key.get("alg", algorithm)), algorithm)
    ]
    _need(len(fits) == 1, "key")
    return read_public_key(fits[0])


def _same(one: str, other: str) -> bool:
    eddsa = {"EdDSA", "Ed25519"}
    return one == other or {one, other} <= eddsa


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    _need(claims.get("iss") == expected.issuer, "iss")
    told = claims.get("aud")
    audience = told if isinstance(told, list) else [told]
    _need(expected.client_id in audience, "aud")
    # Somebody else among those it is for: then it has to say that it was made for us.
    _need(claims.get("azp", expected.client_id) == expected.client_id, "azp")
    _need(len(audience) == 1 or "azp" in claims, "azp")
    sub = claims.get("sub")
    _need(sub is None or (isinstance(sub, str) and 0 < len(sub) <= 255), "sub")
    _need(sub is not None or "events" in claims, "sub")


def _check_times(claims: Mapping[str, Any], now: int, *, within: int, needs_end: bool) -> None:
    issued: Any = claims.get("iat")
    ends: Any = claims.get("exp")
    _need(_is_time(issued) and now - within - SKEW <= issued <= now + SKEW, "iat")
    _need((ends is None and not needs_end) or (_is_time(ends) and ends > now - SKEW), "exp")
    begins = claims.get("nbf", 0)
    _need(_is_time(begins) and begins <= now + SKEW, "nbf")


def _is_time(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _need(holds: bool, why: str) -> None:
    if not holds:
        raise TokenFault(why)
