"""How a relying party signs somebody in who has a live session, at each of the three providers."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from danso.config.bench.signing_in.wire import Answer, Browser

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Flow(Protocol):
    """One sign-in after another, for one person and one client."""

    async def once(self) -> None:
        """A whole sign-in, each answer checked."""


@dataclass(frozen=True)
class Paths:
    """Where a FAPI 2.0 provider has its endpoints."""

    issuer: str
    push: str
    authorize: str
    token: str
    userinfo: str


@dataclass
class Fapi:
    """PAR, PKCE, private_key_jwt and DPoP: danso's only way, one of oidc-provider's."""

    person: Browser
    client: Browser
    paths: Paths
    client_id: str
    back: str
    key: ECKey | OKPKey
    algorithm: str
    proof_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    nonce: str = ""

    verifier: str = ""
    state: str = ""

    async def begin(self) -> Answer:
        """Push a request and bring the person's browser to it."""
        self.verifier, self.state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        asked = {"response_type": "code", "redirect_uri": self.back, "scope": "openid"}
        asked |= {"state": self.state, "nonce": secrets.token_urlsafe(16)}
        asked |= {"code_challenge": hashed(self.verifier), "code_challenge_method": "S256"}
        pushed = (await self._client(self.paths.push, asked)).must(201)
        request_uri = json.loads(pushed.body)["request_uri"]
        query = urlencode({"client_id": self.client_id, "request_uri": request_uri})
        return await self.person.get(f"{_path(self.paths.authorize)}?{query}")

    async def once(self) -> None:
        answer = await self.begin()
        told = told_back(answer.must(302, 303), self.back)
        if told["state"] != self.state:
            raise AssertionError("another state came back")
        given = {"grant_type": "authorization_code", "code": told["code"]}
        given |= {"redirect_uri": self.back, "code_verifier": self.verifier}
        tokens = await self._client(self.paths.token, given, proof=True)
        await self._who(json.loads(tokens.must(200).body)["access_token"])

    async def _client(self, url: str, form: dict[str, str], *, proof: bool = False) -> Answer:
        """A call of the client's own; again with the provider's nonce where it asks for one."""
        for _ in range(2):
            headers = {"DPoP": self._proof("POST", url)} if proof else {}
            answer = await self.client.post(_path(url), form | self._itself(), **headers)
            self.nonce = answer.headers.get("dpop-nonce", self.nonce)
            if b"use_dpop_nonce" not in answer.body:
                break
        return answer

    async def _who(self, token: str) -> None:
        proof = self._proof("GET", self.paths.userinfo, ath=hashed(token))
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        told = await self.client.get(_path(self.paths.userinfo), **headers)
        self.nonce = told.headers.get("dpop-nonce", self.nonce)
        if "sub" not in json.loads(told.must(200).body):
            raise AssertionError("userinfo says nobody")

    def _itself(self) -> dict[str, str]:
        now = int(time.time())
        claims: dict[str, Any] = {"iss": self.client_id, "sub": self.client_id}
        claims |= {"aud": self.paths.issuer, "jti": secrets.token_urlsafe(16)}
        claims |= {"iat": now, "exp": now + 60}
        header = {"alg": self.algorithm, "kid": str(self.key.thumbprint())}
        signed = jwt.encode(header, claims, self.key, algorithms=[self.algorithm])
        return {
            "client_id": self.client_id,
            "client_assertion_type": ASSERTION,
            "client_assertion": signed,
        }

    def _proof(self, method: str, url: str, **more: str) -> str:
        claims: dict[str, Any] = {"jti": secrets.token_urlsafe(12), "htm": method, "htu": url}
        claims |= {"iat": int(time.time())} | more | ({"nonce": self.nonce} if self.nonce else {})
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.proof_key.as_dict(private=False)}
        return jwt.encode(header, claims, self.proof_key, algorithms=["ES256"])


@dataclass
class Toolkit:
    """django-oauth-toolkit as it comes: code with PKCE, a client secret, bearer tokens."""

    person: Browser
    client: Browser
    client_id: str
    secret: str
    back: str

    async def once(self) -> None:
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": "openid",
            "state": state,
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": hashed(verifier),
            "code_challenge_method": "S256",
        }
        answer = await self.person.get(f"/o/authorize/?{urlencode(asked)}")
        told = told_back(answer.must(302), self.back)
        given = {"grant_type": "authorization_code", "code": told["code"]}
        given |= {"redirect_uri": self.back, "code_verifier": verifier}
        given |= {"client_id": self.client_id, "client_secret": self.secret}
        tokens = json.loads((await self.client.post("/o/token/", given)).must(200).body)
        bearer = f"Bearer {tokens['access_token']}"
        told_who = await self.client.get("/o/userinfo/", Authorization=bearer)
        if "sub" not in json.loads(told_who.must(200).body) or "id_token" not in tokens:
            raise AssertionError("signed nobody in")


def hashed(text: str) -> str:
    """SHA-256 in base64url, as PKCE and DPoP write it."""
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def told_back(answer: Answer, back: str) -> Mapping[str, str]:
    """What the browser was sent back with; anything but a code stops the run."""
    where = answer.headers.get("location", "")
    told = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
    if not where.startswith(back) or "code" not in told:
        raise AssertionError(f"sent to {quote(where)[:300]}")
    return told


def _path(url: str) -> str:
    return urlsplit(url).path
