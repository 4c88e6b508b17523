"""Reading what clients sign: assertions of who they are (RFC 7523), proofs of possession (9449)."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from danso.modules.signon.data import SignOnRefused
from danso.modules.signon.engine.hashes import digest

ALGORITHMS: Final = ["ES256", "PS256", "Ed25519", "EdDSA"]
SKEW: Final = 30
ASSERTION_LIFE: Final = 300
PROOF_LIFE: Final = 60
_KINDS: Final[dict[str, Any]] = {"OKP": OKPKey, "EC": ECKey, "RSA": RSAKey}
_SAME: Final = {"EdDSA": "Ed25519"}
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})


@dataclass(frozen=True, slots=True)
class Once:
    """An identifier that must not be seen again before `until` (seconds since 1970)."""

    digest: str
    until: int
    # The protocol's word for showing it again.
    error: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A DPoP proof whose signature, method, address and age are in order."""

    key: str
    nonce: str
    token_hash: str
    once: Once


def read_assertion(
    text: str, client: str, keys: Mapping[str, tuple[str, Mapping[str, Any]]], issuer: str, now: int
) -> Once:
    """That this client signed it, for us, just now. `keys`: kid -> (algorithm, public JWK).

    FAPI 2.0 section 5.3.2.1: `aud` is the issuer and nothing else. Raises SignOnRefused.
    """

    def pick(guest: Any) -> Any:
        header = guest.headers()
        registered = keys.get(str(header.get("kid", "")))
        if registered is None or _alg(header) != registered[0]:
            raise ValueError("another key")
        return read_public_key(registered[1])

    claims = _decode(text, pick, "invalid_client", "the client assertion")[1]
    expires: Any = claims.get("exp")
    issued = claims.get("iat", now)
    in_order = (
        claims.get("iss") == client
        and claims.get("sub") == client
        and claims.get("aud") in (issuer, [issuer])
        and isinstance(expires, int | float)
        and isinstance(issued, int | float)
        and now - SKEW < expires <= now + ASSERTION_LIFE + SKEW
        and issued <= now + SKEW
        and isinstance(claims.get("nbf", 0), int | float)
        and claims.get("nbf", 0) <= now + SKEW
    )
    if not in_order:
        raise SignOnRefused(
            "invalid_client",
            "the client assertion must have iss and sub = client_id, aud = the issuer, "
            f"and an exp at most {ASSERTION_LIFE} seconds ahead",
        )
    return _once("assertion", client, claims, int(expires) + SKEW, "invalid_client")


def read_proof(text: str, *, method: str, url: str, now: int) -> Proof:
    """A DPoP proof for this very request. The nonce is the caller's to check."""
    header, claims = _decode(text, _own_key, "invalid_dpop_proof", "the DPoP proof")
    issued = claims.get("iat")
    in_order = (
        header.get("typ") == "dpop+jwt"
        and claims.get("htm") == method
        and _address(claims.get("htu")) == _address(url)
        and isinstance(issued, int | float)
        and now - PROOF_LIFE - SKEW <= issued <= now + SKEW
    )
    if not in_order or not isinstance(issued, int | float):
        raise SignOnRefused(
            "invalid_dpop_proof", "typ, htm, htu or iat of the DPoP proof does not fit this request"
        )
    key = str(_own_key_of(header).thumbprint())
    until = int(issued) + PROOF_LIFE + 2 * SKEW
    return Proof(
        key=key,
        nonce=str(claims.get("nonce", "")),
        token_hash=str(claims.get("ath", "")),
        once=_once("proof", key, claims, until, "invalid_dpop_proof"),
    )


def _decode(
    text: str, pick: Callable[[Any], Any], error: str, what: str
) -> tuple[Mapping[str, Any], dict[str, Any]]:
    if len(text) > 6000:
        raise SignOnRefused(error, f"{what} is too long")
    try:
        with warnings.catch_warnings():
            # "EdDSA" is deprecated by RFC 9864 but still what most libraries send.
            warnings.simplefilter("ignore", SecurityWarning)
            decoded = jwt.decode(text, pick, algorithms=ALGORITHMS)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise SignOnRefused(error, f"{what} has no valid signature of the right key") from fault
    return decoded.header, decoded.claims


def _own_key(guest: Any) -> Any:
    return _own_key_of(guest.headers())


def _own_key_of(header: Mapping[str, Any]) -> Any:
    jwk = header["jwk"]
    if not isinstance(jwk, dict) or _PRIVATE & jwk.keys():
        raise ValueError("no public key")
    return read_public_key(jwk)


def read_public_key(public: Mapping[str, Any]) -> Any:
    """The key of a JWK; ValueError or KeyError for what is none, or an RSA key too short."""
    known = {name: value for name, value in public.items() if name != "alg"}
    key = _KINDS[str(known["kty"])].import_key(known)
    if known["kty"] == "RSA" and key.raw_value.key_size < 2048:
        raise ValueError("too short")
    return key


def _alg(header: Mapping[str, Any]) -> str:
    given = str(header.get("alg", ""))
    return _SAME.get(given, given)


def _once(kind: str, who: str, claims: Mapping[str, Any], until: int, error: str) -> Once:
    name = claims.get("jti")
    if not isinstance(name, str) or not 8 <= len(name) <= 256:
        raise SignOnRefused(error, "jti must be 8 to 256 characters, never used before")
    return Once(digest(kind, who, name), until, error)


def _address(text: Any) -> tuple[str, str, str]:
    """Scheme, host and path as RFC 9449 compares them: without query and fragment."""
    parts = urlsplit(str(text))
    default = {"https": ":443", "http": ":80"}.get(parts.scheme.lower(), "")
    host = parts.netloc.lower().removesuffix(default) if default else parts.netloc.lower()
    return parts.scheme.lower(), host, parts.path


def named_client(text: str) -> str:
    """Whom an assertion claims to come from, unverified: only to look its keys up."""
    try:
        payload = text.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["sub"])[:64]
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return ""
