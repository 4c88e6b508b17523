"""A relying party to test sign-on with: signs what a client signs, reads what it is answered."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from danso.config.secrets import new_signing_key
from danso.kernel import clock
from danso.modules.signon import interface as signon
from danso.modules.signon.data import ClientData, ClientSettings
from tests.exchange_world import TestPartner, make_partner
from tests.officers import TESTER, make_officer

# What the test client gives: an HttpResponse with more, of a type it keeps to itself.
Answer = Any
BACK = "https://portal.example/back"
LEFT = "https://portal.example/left"
WORDS = "Để điền sẵn tờ khai"


def write_key(folder: Path, name: str = "sign-on-key") -> Path:
    """A signing key of the provider in a folder of its own."""
    path = folder / name
    path.write_text(new_signing_key(name))
    return path


def hashed(text: str) -> str:
    """SHA-256 in base64url, as PKCE and DPoP write it."""
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@dataclass
class RelyingParty:
    """One client with its keys. `browser` is where its user sits."""

    partner: TestPartner
    http: Client = field(default_factory=Client)
    proof_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    nonce: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def code(self) -> str:
        return self.partner.code

    def post(self, endpoint: str, *, proof: str | None = None, **given: str) -> Answer:
        """A call of the client's own; asks again with the provider's nonce as real clients do."""
        answer = self._post(endpoint, proof, given)
        if json.loads(answer.content or b"{}").get("error") == "use_dpop_nonce":
            self.nonce = answer["DPoP-Nonce"]
            answer = self._post(endpoint, None, given)
        return answer

    def _post(self, endpoint: str, proof: str | None, given: dict[str, str]) -> Answer:
        url = f"{signon.issuer()}/{endpoint}"
        form = {
            "client_id": self.code,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.partner.assertion(signon.issuer()),
        } | given
        headers = {"DPoP": self.proof("POST", url) if proof is None else proof}
        answer: Answer = self.http.generic(
            "POST",
            f"/sso/{endpoint}",
            urlencode({name: value for name, value in form.items() if value}),
            content_type="application/x-www-form-urlencoded",
            headers={name: value for name, value in headers.items() if value},
        )
        return answer

    def proof(self, method: str, url: str, *, token: str = "", **changes: Any) -> str:
        """A DPoP proof; `changes` bend its claims."""
        claims = {
            "jti": secrets.token_urlsafe(12),
            "htm": method,
            "htu": url,
            "iat": int(time.time()),
        }
        if self.nonce:
            claims["nonce"] = self.nonce
        if token:
            claims["ath"] = hashed(token)
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.proof_key.as_dict(private=False)}
        return jwt.encode(header, claims | changes, self.proof_key, algorithms=["ES256"])

    def push(self, **changes: str) -> Answer:
        """Push a request; a change to an empty text leaves that parameter out."""
        given = {
            "response_type": "code",
            "redirect_uri": BACK,
            "scope": "openid",
            "state": "s-1",
            "nonce": "n-1",
            "code_challenge": hashed(self.verifier),
            "code_challenge_method": "S256",
        } | changes
        return self.post("par", **given)

    def open(self, browser: Client, **changes: str) -> Answer:
        """Push, and bring the user's browser to the provider."""
        pushed = self.push(**changes)
        assert pushed.status_code == 201, pushed.content
        return self.bring(browser, json.loads(pushed.content)["request_uri"])

    def bring(self, browser: Client, request_uri: str) -> Answer:
        """The browser with a request_uri."""
        given = {"client_id": self.code, "request_uri": request_uri}
        answer: Answer = browser.get("/sso/authorize", given)
        return answer

    def tokens(self, code: str, **changes: str) -> Answer:
        """Exchange a code."""
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": self.verifier,
        } | changes
        return self.post("token", **given)

    def userinfo(self, token: str, *, scheme: str = "DPoP", **changes: Any) -> Answer:
        """Ask who signed in."""
        url = f"{signon.issuer()}/userinfo"
        proof = self.proof("GET", url, token=token, **changes)
        headers = {"Authorization": f"{scheme} {token}", "DPoP": proof}
        answer: Answer = self.http.get("/sso/userinfo", headers=headers)
        return answer


def register(partner: TestPartner, **changes: Any) -> ClientData:
    """The partner as a client."""
    given = {
        "partner": partner.code,
        "redirect_uris": (BACK,),
        "post_logout_uris": (LEFT,),
        "purpose": WORDS,
        "claims": ("name", "birthdate", "gender", "personal_number"),
    } | changes
    return signon.add_client(ClientSettings(**given), actor=TESTER)


def make_party(code: str = "portal", **changes: Any) -> RelyingParty:
    """A registered client."""
    partner = make_partner(code)
    register(partner, **changes)
    return RelyingParty(partner)


def sign_in_person(
    browser: Client,
    person: UUID | None,
    *,
    level: int = 2,
    methods: tuple[str, ...] = ("password",),
) -> UUID:
    """An account of a person, signed in by these methods just now."""
    account = make_officer(person=person)
    user = get_user_model().objects.get(pk=account.id)
    user.level, user.must_change_password = level, False
    user.save(update_fields=["level", "must_change_password"])
    enter_with(browser, account.id, methods)
    return account.id


def enter_with(browser: Client, account: UUID, methods: tuple[str, ...]) -> None:
    """Sign an account in as if these methods had been given just now."""
    user = get_user_model().objects.get(pk=account)
    browser.force_login(user)
    session = browser.session
    session["account_authentication_methods_user"] = str(account)
    session["account_authentication_methods"] = [
        {"method": one, "at": clock.now().timestamp()}
        if one == "password"
        else {"method": "mfa", "type": one, "at": clock.now().timestamp()}
        for one in methods
    ]
    session.save()


def told(answer: Answer) -> dict[str, str]:
    """What a client is told in the address that the browser is sent to."""
    assert answer.status_code in (302, 303), answer.content.decode()[:2000]
    query = parse_qs(urlsplit(answer["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def body(answer: Answer) -> dict[str, Any]:
    """The JSON of an answer."""
    found: dict[str, Any] = json.loads(answer.content)
    return found
