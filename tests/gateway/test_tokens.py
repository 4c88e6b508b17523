"""Tokens: private_key_jwt in, short-lived tokens out; forged, stale and stolen ones refused."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import ipaddress
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from danso.config.secrets import new_signing_key
from danso.gateway.app import create_app
from danso.gateway.settings import Settings
from danso.kernel import clock
from danso.modules.exchange import interface as exchange
from tests.exchange_world import AN, OFFICER, TestPartner
from tests.gateway.conftest import ENVELOPE, URL, Caller

pytestmark = pytest.mark.anyio

AUDIENCE = f"{URL}/v1/token"
ASKED = {"envelope": ENVELOPE, "person": AN}


@pytest.fixture
async def guest(kettle: TestPartner, running: Callable[[TestPartner], Caller]) -> Caller:
    """A partner that has no token yet."""
    found = running(kettle)
    await found.gateway.news.ask()
    return found


async def test_token_is_given_for_a_signed_assertion(guest: Caller) -> None:
    answer = await guest.sign_in()
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 300)
    assert answer.headers["cache-control"] == "no-store"
    assert (await guest.post("/v1/verify", ASKED)).status_code == 200


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        ({"aud": "https://elsewhere.test"}, "aud"),
        ({"iss": "somebody"}, "iss"),
        ({"sub": "somebody"}, "sub"),
        ({"exp": 1_000_000}, "expired"),
        ({"exp": 9_999_999_999}, "300 s ahead"),
        ({"exp": "soon"}, "numbers"),
        ({"iat": 9_999_999_999}, "future"),
        ({"jti": ""}, "jti"),
    ],
)
async def test_token_is_refused_for_a_bent_assertion(
    guest: Caller, bend: dict[str, Any], said: str
) -> None:
    answer = await guest.ask_token(guest.partner.assertion(AUDIENCE, **bend))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert said in answer.json()["error_description"]


async def test_token_is_refused_for_an_assertion_played_twice(guest: Caller) -> None:
    assertion = guest.partner.assertion(AUDIENCE)
    assert (await guest.ask_token(assertion)).status_code == 200
    again = await guest.ask_token(assertion)
    assert (again.status_code, "used before" in again.text) == (401, True)


@pytest.mark.parametrize(("skew", "status"), [(20, 200), (-20, 200), (200, 401), (-200, 401)])
async def test_token_allows_a_little_clock_skew(guest: Caller, skew: int, status: int) -> None:
    theirs = int(clock.now().timestamp()) + skew
    assertion = guest.partner.assertion(AUDIENCE, iat=theirs, exp=theirs + 60)
    assert (await guest.ask_token(assertion)).status_code == status


async def test_token_is_refused_for_another_partners_key(guest: Caller) -> None:
    stranger = TestPartner("kettle")
    answer = await guest.ask_token(stranger.assertion(AUDIENCE))
    assert answer.status_code == 401
    forged = jwt.encode(
        {"alg": "Ed25519", "kid": guest.partner.key.thumbprint()},
        {"iss": "kettle", "sub": "kettle", "aud": AUDIENCE, "jti": "12345678", "exp": 1},
        stranger.key,
        algorithms=["Ed25519"],
    )
    assert (await guest.ask_token(forged)).json()[
        "error_description"
    ] == "the signature is not valid"


@pytest.mark.parametrize(
    "assertion", ["", "abc", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "ấ", "{}", "." * 5000]
)
async def test_token_is_refused_for_rubbish(guest: Caller, assertion: str) -> None:
    assert (await guest.ask_token(assertion)).status_code in (400, 401)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, "invalid_request"),
    ],
)
async def test_token_is_refused_for_another_grant(
    guest: Caller, changes: dict[str, str], error: str
) -> None:
    answer = await guest.ask_token(guest.partner.assertion(AUDIENCE), **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


async def test_token_takes_elliptic_keys_and_the_old_name_of_eddsa(guest: Caller) -> None:
    key = ECKey.generate_key("P-256")
    exchange.add_key("kettle", dict(key.as_dict(private=False)), actor=OFFICER)
    await guest.gateway.news.ask()
    now = int(clock.now().timestamp())
    claims = {"iss": "kettle", "sub": "kettle", "aud": AUDIENCE, "exp": now + 60}
    signed = jwt.encode(
        {"alg": "ES256", "kid": key.thumbprint()}, claims | {"jti": "elliptic-1"}, key
    )
    assert (await guest.ask_token(signed)).status_code == 200
    with pytest.warns(UserWarning, match="EdDSA"):
        old = jwt.encode(
            {"alg": "EdDSA", "kid": guest.partner.key.thumbprint()},
            claims | {"jti": "old-name-1"},
            guest.partner.key,
            algorithms=["EdDSA"],
        )
    assert (await guest.ask_token(old)).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "." * 9000])
async def test_calls_without_a_good_token_go_to_the_security_log_only(
    guest: Caller, token: str
) -> None:
    guest.token = token
    answer = await guest.post("/v1/verify", ASKED)
    assert answer.status_code == 401
    assert answer.json()["code"] in ("token_missing", "token_invalid")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    guest.gateway.security.flush()
    folder = guest.gateway.settings.logs
    assert folder is not None
    line = json.loads((folder / "gateway-security.log").read_text().splitlines()[-1])
    assert (line["what"], line["network"]) == (answer.json()["code"], "127.0.0.0/24")


async def test_token_of_another_issuer_is_refused(guest: Caller, tmp_path: Path) -> None:
    await guest.sign_in()
    claims = jwt.decode(guest.token, guest.gateway.tokens._keys, algorithms=["Ed25519"]).claims
    stranger = OKPKey.generate_key("Ed25519")
    header = {"alg": "Ed25519", "typ": "at+jwt"}
    guest.token = jwt.encode(header, claims, stranger, algorithms=["Ed25519"])
    assert (await guest.post("/v1/verify", ASKED)).json()["code"] == "token_invalid"


async def test_token_expires(guest: Caller) -> None:
    with clock.frozen(clock.now()) as watch:
        await guest.sign_in()
        assert (await guest.post("/v1/verify", ASKED)).status_code == 200
        watch.advance(timedelta(seconds=301))
        late = await guest.post("/v1/verify", ASKED)
    assert late.json()["code"] == "token_invalid"


async def test_token_stops_with_its_key_and_with_its_partner(guest: Caller) -> None:
    second = TestPartner("kettle")
    exchange.add_key("kettle", second.public, actor=OFFICER)
    await guest.gateway.news.ask()
    await guest.sign_in()
    by_first, first = guest.token, guest.partner
    guest.partner = second
    await guest.sign_in()
    exchange.revoke_key(first.key.thumbprint(), actor=OFFICER)
    await guest.gateway.news.ask()
    assert (await guest.post("/v1/verify", ASKED)).status_code == 200
    by_second, guest.token = guest.token, by_first
    assert (await guest.post("/v1/verify", ASKED)).json()["code"] == "partner_closed"
    exchange.close_partner("kettle", actor=OFFICER)
    await guest.gateway.news.ask()
    guest.token = by_second
    assert (await guest.post("/v1/verify", ASKED)).json()["code"] == "partner_closed"


async def test_token_bound_to_a_certificate_needs_it(
    kettle: TestPartner, an: str, gateway_settings: Settings
) -> None:
    trusting = dataclasses.replace(
        gateway_settings, trusted_proxies=(ipaddress.ip_network("127.0.0.0/8"),)
    )
    certificate = f":{base64.b64encode(b'certificate of kettle').decode()}:"
    other = f":{base64.b64encode(b'certificate of somebody').decode()}:"
    application, gateway = create_app(trusting)
    transport = httpx.ASGITransport(app=application, client=("127.0.0.1", 1))
    async with gateway.running(), httpx.AsyncClient(transport=transport, base_url=URL) as http:
        caller = Caller(gateway, http, kettle, headers={"client-cert": certificate})
        await caller.sign_in()
        claims = jwt.decode(caller.token, gateway.tokens._keys, algorithms=["Ed25519"]).claims
        digest = hashlib.sha256(b"certificate of kettle").digest()
        expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert claims["cnf"] == {"x5t#S256": expected}
        assert (await caller.post("/v1/verify", ASKED)).status_code == 200
        stolen = await caller.post("/v1/verify", ASKED, **{"client-cert": other})
        assert stolen.json()["code"] == "token_bound_elsewhere"


async def test_security_log_names_the_network_a_trusted_proxy_names(
    kettle: TestPartner, gateway_settings: Settings
) -> None:
    trusting = dataclasses.replace(
        gateway_settings, trusted_proxies=(ipaddress.ip_network("127.0.0.0/8"),)
    )
    application, gateway = create_app(trusting)
    transport = httpx.ASGITransport(app=application, client=("127.0.0.1", 1))
    async with gateway.running(), httpx.AsyncClient(transport=transport, base_url=URL) as http:
        forwarded = {"x-forwarded-for": "10.9.9.9, 10.7.8.9"}
        await http.post("/v1/verify", json=ASKED, headers=forwarded)
        await http.post("/v1/token", data={"grant_type": "x"}, headers=forwarded)
    assert trusting.logs is not None
    lines = (trusting.logs / "gateway-security.log").read_text().splitlines()
    assert {json.loads(line)["network"] for line in lines} == {"10.7.8.0/24"}


async def test_certificate_header_of_an_untrusted_peer_is_ignored(guest: Caller) -> None:
    guest.headers = {"client-cert": f":{base64.b64encode(b'made up').decode()}:"}
    await guest.sign_in()
    claims = jwt.decode(guest.token, guest.gateway.tokens._keys, algorithms=["Ed25519"]).claims
    assert "cnf" not in claims


async def test_rotated_token_key_is_taken_and_the_old_one_still_verifies(guest: Caller) -> None:
    await guest.sign_in()
    path = guest.gateway.settings.token_key
    retired = path.parent / "retired"
    retired.mkdir()
    public = OKPKey.import_key(path.read_bytes()).as_pem(private=False)
    (retired / "token-key-20260101T000000Z.pub").write_bytes(public)
    path.write_text(new_signing_key())
    guest.gateway.tokens.read_again()
    guest.gateway.tokens._known.clear()
    assert (await guest.post("/v1/verify", ASKED)).status_code == 200
    before = guest.token
    await guest.sign_in()
    assert (
        jwt.decode(guest.token, guest.gateway.tokens._keys, algorithms=["Ed25519"]).header["kid"]
        == OKPKey.import_key(path.read_bytes()).thumbprint()
    )
    assert before != guest.token
