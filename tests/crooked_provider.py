"""A provider of identities that can be made to lie: it listens, checks what honest ones check, and
bends one thing of its answers when told to."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from danso.modules.signon.data import LevelRule, PersonClaims, Upstream
from tests.signon_world import hashed

CLIENT = "danso-broker"
SUBJECT = "someone-there"
SESSION = "session-there"
PERSON = {"personal_number": "099084000123", "name": "Nguyễn Thị Sông", "birthdate": "1984-02-03"}
HIGH = "urn:danso:acr:2:2"


@dataclass
class CrookedProvider:
    """`bent`: claims of the ID token that are other than true (None: left out)."""

    issuer: str
    client_key: dict[str, Any]
    key: ECKey = field(default_factory=lambda: _key())
    bent: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=lambda: dict(PERSON))
    metadata: dict[str, Any] = field(default_factory=dict)
    acr: str = HIGH
    sign: Any = None
    status: dict[str, int] = field(default_factory=dict)
    wait: float = 0.0
    asked: list[str] = field(default_factory=list)
    pushed: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def upstream(self) -> Upstream:
        """As a home is told of it."""
        return Upstream(
            code="vneid",
            name="VNeID",
            issuer=self.issuer,
            client_id=CLIENT,
            claims=PersonClaims("personal_number", "name", "birthdate", "phone_number"),
            levels=(LevelRule(HIGH, 2, 2), LevelRule("urn:danso:acr:1:1", 1, 1)),
            purpose="Để đăng nhập",
            timeout=0.5,
        )

    def request_of(self, url: str) -> dict[str, str]:
        """What the address that a browser was sent to asks for."""
        query = flat(urlsplit(url).query)
        return self.pushed[query["request_uri"]] if "request_uri" in query else query

    def agree(self, url: str) -> dict[str, str]:
        """Somebody signs in there: what the browser brings back."""
        asked = self.request_of(url)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def published(self) -> dict[str, Any]:
        base = self.issuer
        return {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "pushed_authorization_request_endpoint": f"{base}/par",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/jwks",
            "end_session_endpoint": f"{base}/end-session",
            "code_challenge_methods_supported": ["S256"],
            "dpop_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": True,
            "acr_values_supported": [HIGH, "urn:danso:acr:1:1"],
            "backchannel_logout_supported": True,
        } | self.metadata

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": asked["nonce"],
            "acr": self.acr,
            "amr": ["pwd", "otp", "spell"],
            "sid": SESSION,
        } | self.bent
        return self.signed({name: value for name, value in claims.items() if value is not None})

    def logout_token(self, **bent: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(12),
            "sub": SUBJECT,
            "sid": SESSION,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        } | bent
        told = {name: value for name, value in claims.items() if value is not None}
        return self.signed(told, "logout+jwt")

    def signed(self, claims: dict[str, Any], kind: str = "JWT") -> str:
        if self.sign is not None:
            return str(self.sign(self, claims))
        header = {"alg": "ES256", "kid": self.key.kid, "typ": kind} | self.header
        return jwt.encode(header, claims, self.key, algorithms=["ES256"])

    def answer(self, path: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(path)
        time.sleep(self.wait)
        if path in self.status:
            return self.status[path], {"error": "server_error"}
        if path == "/.well-known/openid-configuration":
            return 200, self.published()
        if path == "/jwks":
            public = {**self.key.as_dict(private=False), "use": "sig"}
            return 200, {"keys": [public]}
        return self._as_client(path, form, headers)

    def _as_client(
        self, path: str, form: dict[str, str], headers: dict[str, str]
    ) -> tuple[int, Any]:
        if path == "/userinfo":
            assert headers["authorization"].startswith("DPoP ")
            return 200, {"sub": SUBJECT, **self.info}
        self._check_client(form)
        if path == "/par":
            reference = f"urn:request:{secrets.token_urlsafe(8)}"
            self.pushed[reference] = form
            return 201, {"request_uri": reference, "expires_in": 90}
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or hashed(form["code_verifier"]) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        assert "dpop" in headers
        return 200, {
            "access_token": "a-token",
            "token_type": "DPoP",
            "expires_in": 60,
            "id_token": self.id_token(asked),
        }

    def _check_client(self, form: dict[str, str]) -> None:
        key = ECKey.import_key(self.client_key)
        claims = jwt.decode(form["client_assertion"], key, algorithms=["ES256"]).claims
        assert claims["iss"] == claims["sub"] == CLIENT
        assert claims["aud"] == self.issuer


def _key() -> ECKey:
    made = ECKey.generate_key("P-256")
    made.ensure_kid()
    return made


def unsigned(provider: CrookedProvider, claims: dict[str, Any]) -> str:
    """alg none, as attackers write it."""
    return ".".join((_part({"alg": "none", "kid": provider.key.kid}), _part(claims), ""))


def by_public_key(provider: CrookedProvider, claims: dict[str, Any]) -> str:
    """HS256 with the published key as the shared secret; by hand, for libraries refuse to."""
    signed = f"{_part({'alg': 'HS256', 'kid': provider.key.kid})}.{_part(claims)}"
    shared = provider.key.as_pem(private=False)
    mac = hmac.new(shared, signed.encode(), "sha256").digest()
    return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def by_a_stranger(provider: CrookedProvider, claims: dict[str, Any]) -> str:
    """Another key under the published kid."""
    header = {"alg": "ES256", "kid": provider.key.kid}
    return jwt.encode(header, claims, ECKey.generate_key("P-256"), algorithms=["ES256"])


def _part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def flat(query: str) -> dict[str, str]:
    """A form or query with each name once."""
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def crooked_provider(client_key: dict[str, Any]) -> Iterator[CrookedProvider]:
    """One that listens on a port of its own."""
    provider = CrookedProvider("", client_key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(flat(form))

        def _answer(self, form: dict[str, str]) -> None:
            path = urlsplit(self.path).path.removeprefix("/op")
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body = provider.answer(path, form, headers)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}/op"
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
