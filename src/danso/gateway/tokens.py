"""Access tokens: issued for a signed assertion, checked once, remembered by their hash."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from danso.gateway.problems import Problem
from danso.gateway.settings import Settings
from danso.gateway.standing import Standing
from danso.kernel.errors import InvalidValue

TOKEN_ALGORITHM: Final = "Ed25519"  # noqa: S105 - RFC 9864's name for EdDSA on this curve
ASSERTION_ALGORITHMS: Final = ["Ed25519", "EdDSA", "ES256", "PS256"]
_KINDS: Final[dict[str, Any]] = {"OKP": OKPKey, "EC": ECKey, "RSA": RSAKey}
_SAME: Final = {"EdDSA": "Ed25519"}
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a token speaks for: the partner, its signing key, the certificate it is bound to."""

    partner: int
    key: str
    expires: float
    certificate: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """A verified client assertion."""

    partner: int
    key: str
    jti: str
    expires: int


class Tokens:
    """Issues and checks. The private key is read once; public keys of earlier ones are kept."""

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        self._settings = settings
        self._now = now
        self._keys = read_keys(settings.token_key)
        self._read_at = _changed_at(settings.token_key)
        self._known: dict[bytes, Principal] = {}

    def issue(self, assertion: Assertion, certificate: str) -> str:
        """A short-lived access token for a partner whose assertion was accepted."""
        now = int(self._now())
        claims: dict[str, Any] = {
            "iss": self._settings.url,
            "aud": self._settings.url,
            "sub": str(assertion.partner),
            "key": assertion.key,
            "iat": now,
            "exp": now + self._settings.limits.token_life,
            "jti": secrets.token_urlsafe(12),
        }
        if certificate:
            claims["cnf"] = {"x5t#S256": certificate}
        signing = self._keys.keys[0]
        header = {"alg": TOKEN_ALGORITHM, "typ": "at+jwt", "kid": signing.thumbprint()}
        return jwt.encode(header, claims, signing, algorithms=[TOKEN_ALGORITHM])

    def check(self, token: str, standing: Standing, certificate: str) -> Principal:
        """Who this token speaks for now. Raises a 401 Problem; the costly check is done once."""
        digest = hashlib.sha256(token.encode()).digest()
        principal = self._known.get(digest)
        if principal is None:
            principal = self._read(token)
            self._remember(digest, principal)
        if principal.expires <= self._now():
            self._known.pop(digest, None)
            raise Problem("token_invalid")
        if principal.key not in standing.keys or principal.partner not in standing.partners:
            raise Problem("partner_closed")
        if principal.certificate and principal.certificate != certificate:
            raise Problem("token_bound_elsewhere")
        return principal

    def read_again(self) -> None:
        """Take a rotated key; the one before goes on verifying. A file in the making is left."""
        changed_at = _changed_at(self._settings.token_key)
        if changed_at == self._read_at:
            return
        with contextlib.suppress(InvalidValue):
            self._keys = read_keys(self._settings.token_key)
            self._read_at = changed_at

    def _read(self, token: str) -> Principal:
        try:
            decoded = jwt.decode(token, self._keys, algorithms=[TOKEN_ALGORITHM])
            claims = decoded.claims
            if decoded.header.get("typ") != "at+jwt" or claims["iss"] != self._settings.url:
                raise Problem("token_invalid")
            return Principal(
                partner=int(claims["sub"]),
                key=str(claims["key"]),
                expires=float(claims["exp"]),
                certificate=str(claims.get("cnf", {}).get("x5t#S256", "")),
            )
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem("token_invalid") from error

    def _remember(self, digest: bytes, principal: Principal) -> None:
        if len(self._known) >= _REMEMBERED:
            now = self._now()
            alive = {d: p for d, p in self._known.items() if p.expires > now}
            self._known = alive if len(alive) < _REMEMBERED else {}
        self._known[digest] = principal


class AssertionRefused(Exception):
    """Why a client assertion was not accepted; for the caller and the security log, no secrets."""


def read_assertion(text: str, settings: Settings, standing: Standing, now: float) -> Assertion:
    """Check a `private_key_jwt` assertion (RFC 7523) but for replay. Raises AssertionRefused."""
    found: list[str] = []

    def pick(guest: Any) -> Any:
        header = guest.headers()
        kid = str(header.get("kid", ""))
        if kid not in standing.keys:
            raise AssertionRefused("the key named in `kid` is not registered or was revoked")
        registered = standing.keys[kid][1]["alg"]
        if _SAME.get(header.get("alg"), header.get("alg")) != registered:
            raise AssertionRefused(f"this key signs with {registered}")
        found.append(kid)
        return _public_key(kid, standing)

    try:
        with warnings.catch_warnings():
            # "EdDSA" is deprecated by RFC 9864 but still what most libraries send.
            warnings.simplefilter("ignore", SecurityWarning)
            decoded = jwt.decode(text, pick, algorithms=ASSERTION_ALGORITHMS)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise AssertionRefused("the signature is not valid") from error
    partner = standing.keys[found[0]][0]
    _check_claims(decoded.claims, standing.partners[partner].code, settings, now)
    return Assertion(partner, found[0], str(decoded.claims["jti"]), int(decoded.claims["exp"]))


def _check_claims(claims: dict[str, Any], code: str, settings: Settings, now: float) -> None:
    limits = settings.limits
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    expires, issued = claims.get("exp"), claims.get("iat", now)
    if claims.get("iss") != code or claims.get("sub") != code:
        raise AssertionRefused("`iss` and `sub` must both be your partner code")
    if not {settings.url, f"{settings.url}/v1/token"} & {str(a) for a in audiences}:
        raise AssertionRefused(f"`aud` must be {settings.url}/v1/token")
    if not isinstance(expires, int | float) or not isinstance(issued, int | float):
        raise AssertionRefused("`exp` and `iat` must be numbers")
    if expires <= now - limits.clock_skew:
        raise AssertionRefused("the assertion has expired; check your clock")
    if issued > now + limits.clock_skew:
        raise AssertionRefused("`iat` is in the future; check your clock")
    if expires > now + limits.assertion_life + limits.clock_skew:
        raise AssertionRefused(f"`exp` may be at most {limits.assertion_life} s ahead")
    if not 8 <= len(str(claims.get("jti", ""))) <= 128:
        raise AssertionRefused("`jti` must be 8 to 128 characters, never used before")


def _public_key(kid: str, standing: Standing) -> Any:
    public = standing.keys[kid][1]
    return _import_key(public["kty"], tuple(sorted(public.items())))


@lru_cache(1024)
def _import_key(kind: str, members: tuple[tuple[str, str], ...]) -> Any:
    public = {name: value for name, value in members if name != "alg"}
    return _KINDS[kind].import_key(public)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def read_keys(path: Path) -> KeySet:
    """The signing key (PEM) and the public keys before it, which `danso keys rotate` retired."""
    try:
        keys = [OKPKey.import_key(path.read_bytes())]
        keys += [
            OKPKey.import_key(old.read_bytes())
            for old in sorted((path.parent / "retired").glob(f"{path.name}-*.pub"))
        ]
    except (OSError, ValueError, JoseError) as error:
        raise InvalidValue(
            "the gateway cannot read its token key",
            code="token_key_missing",
            fix=f"`danso up` makes one; else put an Ed25519 key as PEM at {path}.",
        ) from error
    for key in keys:
        key.ensure_kid()
    return KeySet(list(keys))
