"""What we sign as somebody's client: assertions of who we are (RFC 7523), proofs (RFC 9449)."""

from __future__ import annotations

import json
import warnings
from collections.abc import Collection
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from danso.modules.signon.engine.hashes import digest, new_secret

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS: Final = 60
PrivateKey = ECKey | OKPKey | RSAKey


def read_private_key(text: str) -> PrivateKey:
    """A private key as JWK or PEM; ValueError for anything else."""
    stripped = text.strip()
    for kind in (ECKey, OKPKey, RSAKey):
        try:
            key: PrivateKey = kind.import_key(_known(stripped))
            is_private = key.is_private
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue
        if is_private:
            key.ensure_kid()
            return key
    raise ValueError("this is no private key, neither as JWK nor as PEM")


def _known(text: str) -> Any:
    if not text.startswith("{"):
        return text
    found = json.loads(text)
    return {name: value for name, value in found.items() if name not in ("alg", "use", "key_ops")}


def algorithm_of(key: PrivateKey, offered: Collection[str] = ()) -> str:
    """What to sign with, as the other side writes it where it says what it takes."""
    if isinstance(key, ECKey):
        return {"P-256": "ES256", "P-384": "ES384"}[str(key.curve_name)]
    if isinstance(key, RSAKey):
        return "RS256" if offered and "PS256" not in offered else "PS256"
    return "EdDSA" if offered and "Ed25519" not in offered else "Ed25519"


def make_assertion(
    key: PrivateKey, client: str, audience: str, now: int, offered: Collection[str] = ()
) -> str:
    """That it is us, once, for a minute."""
    claims = {
        "iss": client,
        "sub": client,
        "aud": audience,
        "jti": new_secret(),
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
    }
    return _sign(key, "JWT", claims, algorithm_of(key, offered), kid=str(key.kid))


class Proofs:
    """A key of one sign-in, and the provider's newest nonce for its proofs."""

    def __init__(self) -> None:
        self._key = ECKey.generate_key("P-256")
        self.nonce = ""

    def make(self, method: str, url: str, now: int, *, token: str = "") -> str:
        """A proof for this very request."""
        claims: dict[str, Any] = {"jti": new_secret(), "htm": method, "htu": url, "iat": now}
        if self.nonce:
            claims["nonce"] = self.nonce
        if token:
            claims["ath"] = digest(token)
        return _sign(self._key, "dpop+jwt", claims, "ES256", jwk=self._key.as_dict(private=False))


def _sign(key: PrivateKey, kind: str, claims: dict[str, Any], algorithm: str, **header: Any) -> str:
    with warnings.catch_warnings():
        # "EdDSA" is deprecated by RFC 9864 but what older providers know.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode(
            {"alg": algorithm, "typ": kind, **header}, claims, key, algorithms=[algorithm]
        )
