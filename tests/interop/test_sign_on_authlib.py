"""A service on Authlib signs somebody in, and is told by the worker when the session is over."""

from __future__ import annotations

import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey

from tests.interop.person import Person
from tests.running_home import RunningHome

BACK = "https://authlib.example/back"


class Proofs:
    """Adds a DPoP proof to what goes out, and remembers the nonce of what comes in."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256")
        self.nonce = ""

    def add(self, request: httpx.Request) -> None:
        """httpx's hook before a request."""
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(12),
            "htm": request.method,
            "htu": str(request.url.copy_with(query=None)),
            "iat": int(time.time()),
        }
        if self.nonce:
            claims["nonce"] = self.nonce
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme == "DPoP":
            digest = sha256(token.encode()).digest()
            claims["ath"] = urlsafe_b64encode(digest).rstrip(b"=").decode()
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.key.as_dict(private=False)}
        request.headers["DPoP"] = jwt.encode(header, claims, self.key, algorithms=["ES256"])

    def remember(self, response: httpx.Response) -> None:
        """httpx's hook after a response."""
        self.nonce = response.headers.get("dpop-nonce", self.nonce)

    @property
    def hooks(self) -> dict[str, list[Any]]:
        return {"request": [self.add], "response": [self.remember]}


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """A service's back-channel logout endpoint: its address, and the tokens that came; it refuses
    the first one."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            came.append(parse_qs(form)["logout_token"][0])
            self.send_response(503 if len(came) == 1 else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/logout", came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.clause("II.2.3", partly="VNeID itself is the national system's")
def test_authlib_signs_in_and_hears_of_the_end_of_the_session(danso_home: RunningHome) -> None:
    demo = danso_home.json("signon", "demo")
    keys = sorted((danso_home.home.secrets / "partners").glob("*.jwk"))
    key_file = next(path for path in keys if path.stem != demo["client"])
    known = [one["partner"] for one in danso_home.json("signon", "client", "list")]
    verb = "set" if key_file.stem in known else "add"
    person = Person(demo["issuer"].removesuffix("/sso"))
    with listener() as (address, came):
        danso_home.danso(
            "signon", "client", verb, key_file.stem, f"--redirect={BACK}",
            "--purpose=Để thử", "--claims=name", f"--logout-uri={address}",
        )  # fmt: skip
        try:
            claims = sign_in(demo, key_file, person)
            person.go(f"{person.pages}/tai-khoan/dang-xuat/")
            person.submit("dang-xuat/$")
            end = time.monotonic() + 60
            while len(came) < 2 and time.monotonic() < end:
                time.sleep(0.2)
            keys_now = KeySet.import_key_set(httpx.get(f"{demo['issuer']}/jwks").json())
            told = [jwt.decode(one, keys_now, algorithms=["ES256"]) for one in came]
        finally:
            person.http.close()
            danso_home.danso("signon", "client", "disable", key_file.stem)
    assert len(told) == 2, "the refused notice is sent again"
    assert told[0].header["typ"] == "logout+jwt"
    assert "nonce" not in told[1].claims
    assert {told[1].claims[name] for name in ("sub", "sid", "aud")} == {
        claims["sub"],
        claims["sid"],
        key_file.stem,
    }


def sign_in(demo: dict[str, str], key_file: Path, person: Person) -> CodeIDToken:
    """The whole flow with Authlib's session; returns the checked ID token."""
    jwk = json.loads(key_file.read_text())
    proofs, nonce, verifier = Proofs(), secrets.token_urlsafe(12), secrets.token_urlsafe(48)
    metadata = httpx.get(f"{demo['issuer']}/.well-known/openid-configuration").json()
    client = OAuth2Client(
        client_id=key_file.stem,
        client_secret=OKPKey.import_key(jwk),
        token_endpoint_auth_method=fresh_assertion(metadata, jwk),
        redirect_uri=BACK,
        scope="openid profile",
        code_challenge_method="S256",
        event_hooks=proofs.hooks,
    )
    uri, state = client.create_authorization_url(
        "https://unused.example", code_verifier=verifier, nonce=nonce
    )
    url = person_goes(client, metadata, uri, person, demo)
    client.token_endpoint_auth_method = fresh_assertion(metadata, jwk)
    token = client.fetch_token(
        metadata["token_endpoint"], authorization_response=url, state=state, code_verifier=verifier
    )
    keys = KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).json())
    found = jwt.decode(token["id_token"], keys, algorithms=["ES256"])
    claims = CodeIDToken(
        found.claims,
        found.header,
        {"iss": {"value": metadata["issuer"]}, "aud": {"value": key_file.stem}},
        {"nonce": nonce, "client_id": key_file.stem},
    )
    claims.validate()
    with httpx.Client(event_hooks=proofs.hooks) as plain:
        headers = {"Authorization": f"DPoP {token['access_token']}"}
        info = plain.get(metadata["userinfo_endpoint"], headers=headers).json()
    assert set(info) == {"sub", "name"}
    client.close()
    return claims


def fresh_assertion(metadata: dict[str, str], jwk: dict[str, str]) -> Any:
    """Authlib keeps the jti of its first assertion where claims are given, so one for each call;
    by itself its assertions live for an hour, which no provider should take."""
    return PrivateKeyJWT(
        metadata["issuer"],
        headers={"kid": jwk["kid"]},
        alg="Ed25519",
        claims={"exp": int(time.time()) + 100},
    )


def person_goes(
    client: OAuth2Client, metadata: dict[str, str], uri: str, person: Person, demo: dict[str, str]
) -> str:
    """Push what Authlib would put into the address; sign in and agree to the name."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(uri).query).items()}
    endpoint = metadata["pushed_authorization_request_endpoint"]
    for _ in range(2):  # the first time without a nonce of the provider
        signer = client.client_auth(client.token_endpoint_auth_method)
        body = httpx.QueryParams(asked)
        prepared = signer.prepare("POST", endpoint, {}, str(body))
        form = dict(httpx.QueryParams(prepared[2]))
        pushed = client.request("POST", endpoint, data=form, withhold_token=True)
        if pushed.status_code == 201:
            break
    brought = {"client_id": client.client_id, "request_uri": pushed.json()["request_uri"]}
    person.go(f"{metadata['authorization_endpoint']}?{httpx.QueryParams(brought)}")
    person.sign_in(demo["username"], demo["password"])
    return person.submit("tiep-tuc/[^/]+/$", claims=["name"])
