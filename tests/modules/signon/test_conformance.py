"""What modules of the OpenID conformance suite ask and no other test of ours does; each test names
the module that it follows (docs/reference/conformance.md). The suite itself is not run here."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from danso.kernel import clock
from danso.modules.exchange import interface as exchange
from danso.modules.signon import interface as signon
from tests.conftest import Database
from tests.exchange_world import OFFICER, enrol
from tests.signon_world import (
    BACK,
    RelyingParty,
    body,
    hashed,
    make_party,
    sign_in_person,
    told,
)


@pytest.fixture
def party(fresh_db: Database) -> RelyingParty:
    return make_party()


@pytest.fixture
def browser(party: RelyingParty) -> Client:
    made = Client()
    sign_in_person(made, enrol())
    return made


def id_token_of(party: RelyingParty, browser: Client, **asked: str) -> dict[str, Any]:
    return claims_of(body(party.tokens(told(party.open(browser, **asked))["code"]))["id_token"])


def claims_of(text: str) -> dict[str, Any]:
    published: Any = signon.public_keys()
    keys = KeySet.import_key_set(published)
    return dict(jwt.decode(text, keys, algorithms=["ES256"]).claims)


def test_id_token_is_signed_with_a_published_key_and_names_it(
    party: RelyingParty, browser: Client
) -> None:
    """oidcc-idtoken-signature."""
    text = body(party.tokens(told(party.open(browser))["code"]))["id_token"]
    published: Any = signon.public_keys()
    token = jwt.decode(text, KeySet.import_key_set(published), algorithms=["ES256"])
    assert token.header["kid"] in [key["kid"] for key in published["keys"]]
    assert (token.claims["iss"], token.claims["aud"]) == (signon.issuer(), party.code)
    assert token.claims["exp"] > token.claims["iat"]


def test_response_type_missing(party: RelyingParty) -> None:
    """oidcc-response-type-missing."""
    answer = party.push(response_type="")
    assert (answer.status_code, body(answer)["error"]) == (400, "unsupported_response_type")


def test_without_nonce_and_without_state(party: RelyingParty, browser: Client) -> None:
    """oidcc-ensure-request-without-nonce-succeeds-for-code-flow, FAPI: without nonce, state."""
    assert "nonce" not in id_token_of(party, browser, nonce="")
    answer = told(party.open(browser, state=""))
    assert set(answer) == {"code", "iss"}


@pytest.mark.parametrize("length", [64, 255])
def test_a_long_nonce_comes_back_whole(party: RelyingParty, browser: Client, length: int) -> None:
    """FAPI: a nonce of 64 characters."""
    assert id_token_of(party, browser, nonce="n" * length)["nonce"] == "n" * length


def test_a_nonce_too_long_is_refused_and_a_long_state_comes_back(
    party: RelyingParty, browser: Client
) -> None:
    """FAPI: a nonce of 384 characters, a state of 1,000: whole, or invalid_request."""
    assert body(party.push(nonce="n" * 384))["error"] == "invalid_request"
    assert told(party.open(browser, state="s" * 1000))["state"] == "s" * 1000


def test_claims_that_nobody_knows_are_passed_over(party: RelyingParty, browser: Client) -> None:
    """FAPI: test-claims-parameter-identity-claims."""
    asked = json.dumps({"userinfo": {"blood_group": None, "name": None}, "id_token": {"x": None}})
    page = party.open(browser, claims=asked)
    assert page.status_code == 200
    only_unknown = json.dumps({"userinfo": {"blood_group": {"essential": True}}})
    assert "code" in told(party.open(browser, claims=only_unknown))


def test_scopes_in_another_order(party: RelyingParty, browser: Client) -> None:
    """oidcc-ensure-other-scope-order-succeeds."""
    answer = told(party.open(browser, scope="offline_access openid"))
    assert "refresh_token" in body(party.tokens(answer["code"]))


@pytest.mark.parametrize(
    "more",
    [
        {"extra": "foobar"},
        {"display": "page"},
        {"display": "popup"},
        {"ui_locales": "se"},
        {"claims_locales": "se"},
        {"login_hint": "nobody"},
        {"id_token_hint": "eyJ"},
        {"acr_values": "1 2"},
        {"max_age": "10000"},
    ],
    ids=str,
)
def test_parameters_that_change_nothing_here_stop_nobody(
    party: RelyingParty, browser: Client, more: dict[str, str]
) -> None:
    """oidcc-display-page, -popup, -ui-locales, -claims-locales, -login-hint, -max-age-10000,
    -ensure-request-with-unknown-parameter-succeeds, -ensure-request-with-acr-values-succeeds."""
    assert id_token_of(party, browser, **more)["acr"] == "urn:danso:acr:2:1"


def test_the_authorization_request_may_be_posted(party: RelyingParty, browser: Client) -> None:
    """oidcc-ensure-post-request-succeeds."""
    given = {"client_id": party.code, "request_uri": body(party.push())["request_uri"]}
    sent = browser.post("/sso/authorize", given)
    assert sent.status_code == 303
    assert "code" in told(browser.get(sent["Location"]))


def test_userinfo_may_be_posted_with_the_token_in_the_header_only(
    party: RelyingParty, browser: Client
) -> None:
    """oidcc-userinfo-post-header, -post-body (RFC 9449 leaves the header alone)."""
    token = body(party.tokens(told(party.open(browser))["code"]))["access_token"]
    url = f"{signon.issuer()}/userinfo"
    proof = party.proof("POST", url, token=token)
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
    assert "sub" in body(party.http.post("/sso/userinfo", headers=headers))
    proof = party.proof("POST", url, token=token)
    answer = party.http.post("/sso/userinfo", {"access_token": token}, headers={"DPoP": proof})
    assert answer.status_code == 401


@pytest.mark.parametrize("scheme", ["dpop", "DPOP", "dPoP"])
def test_the_scheme_is_read_in_any_case(party: RelyingParty, browser: Client, scheme: str) -> None:
    """FAPI: access-token-type-header-case-sensitivity."""
    token = body(party.tokens(told(party.open(browser))["code"]))["access_token"]
    assert party.userinfo(token, scheme=scheme).status_code == 200


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_the_push_endpoint_is_posted_to(party: RelyingParty, method: str) -> None:
    """FAPI: par-attempt-invalid-http-method."""
    assert getattr(party.http, method)("/sso/par").status_code == 405


def test_a_request_pushed_too_long_ago_is_not_begun(party: RelyingParty, browser: Client) -> None:
    """FAPI: par-attempt-to-use-expired-request_uri."""
    pushed = body(party.push())
    assert pushed["expires_in"] == 90
    with clock.frozen(clock.now() + timedelta(seconds=91)):
        assert party.bring(browser, pushed["request_uri"]).status_code == 400


def test_a_request_is_loaded_again_until_it_is_finished(party: RelyingParty) -> None:
    """FAPI: par-ensure-reused-request-uri-prior-to-auth-completion-succeeds."""
    browser = Client()
    request_uri = body(party.push())["request_uri"]
    assert party.bring(browser, request_uri).status_code == 302
    sign_in_person(browser, enrol())
    assert "code" in told(party.bring(browser, request_uri))


def test_what_stands_beside_the_pushed_request_counts_for_nothing(
    party: RelyingParty, browser: Client
) -> None:
    """FAPI: different state or nonce outside, state only outside, without duplicate parameters."""
    for pushed, state in (({}, "s-1"), ({"state": ""}, None)):
        given = {
            "client_id": party.code,
            "request_uri": body(party.push(**pushed))["request_uri"],
            "state": "outside",
            "nonce": "outside",
            "redirect_uri": "https://evil.example/",
        }
        sent = browser.get("/sso/authorize", given)
        assert sent["Location"].startswith(f"{BACK}?")
        answer = told(sent)
        assert answer.get("state") == state
        tokens = body(party.tokens(answer["code"]))
        assert claims_of(tokens["id_token"])["nonce"] == "n-1"


def test_redirect_uri_is_named_in_the_push(party: RelyingParty) -> None:
    """FAPI: ensure-redirect-uri-in-authorization-request."""
    assert body(party.push(redirect_uri=""))["error"] == "invalid_request"


def test_tokens_need_a_proof_and_a_client(party: RelyingParty, browser: Client) -> None:
    """FAPI: ensure-holder-of-key-required, ensure-client-assertion-in-token-endpoint."""
    code = told(party.open(browser))["code"]
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": party.verifier,
    }
    assert body(party.post("token", proof="", **given))["error"] == "invalid_dpop_proof"
    none = party.post("token", client_assertion="", **given)
    assert (none.status_code, body(none)["error"]) == (401, "invalid_client")
    tokens = body(party.post("token", **given))
    assert "access_token" in tokens, "neither spent the code"
    none = party.post("revoke", client_assertion="", token=tokens["access_token"])
    assert (none.status_code, body(none)["error"]) == (401, "invalid_client")
    assert party.userinfo(tokens["access_token"]).status_code == 200


def test_another_clients_id_with_ones_own_key_is_refused(
    party: RelyingParty, browser: Client
) -> None:
    """FAPI: ensure-client-id-in-token-endpoint."""
    make_party("other")
    code = told(party.open(browser))["code"]
    assert body(party.tokens(code, client_id="other"))["error"] == "invalid_client"


@pytest.mark.parametrize("grant", ["password", "client_credentials", "implicit", ""])
def test_there_are_no_other_grants(party: RelyingParty, grant: str) -> None:
    answer = party.post("token", grant_type=grant, username="a", password="b")
    assert body(answer)["error"] == "unsupported_grant_type"


def test_a_code_is_bound_to_the_key_named_when_it_was_pushed(
    party: RelyingParty, browser: Client
) -> None:
    """FAPI: dpop_jkt that fits, one that does not at the push, and another proof at the token."""
    named = str(party.proof_key.thumbprint())
    assert party.tokens(told(party.open(browser, dpop_jkt=named))["code"]).status_code == 200
    stranger = str(RelyingParty(party.partner).proof_key.thumbprint())
    assert body(party.push(dpop_jkt=stranger))["error"] == "invalid_request"
    pushed = party.post(
        "par",
        proof="",
        response_type="code",
        redirect_uri=BACK,
        scope="openid",
        dpop_jkt=stranger,
        code_challenge=hashed(party.verifier),
        code_challenge_method="S256",
    )
    code = told(party.bring(browser, body(pushed)["request_uri"]))["code"]
    assert body(party.tokens(code))["error"] == "invalid_grant"


def test_a_proof_may_tell_when_it_begins_and_ends(party: RelyingParty, browser: Client) -> None:
    """FAPI: check-dpop-proof-nbf-exp."""
    token = body(party.tokens(told(party.open(browser))["code"]))["access_token"]
    now = int(time.time())
    assert party.userinfo(token, nbf=now - 10, exp=now + 60).status_code == 200


def test_proofs_in_other_shapes_are_refused(party: RelyingParty, browser: Client) -> None:
    """FAPI: dpop-negative-tests, what test_attacks.py does not bend: the header, the signature."""
    token = body(party.tokens(told(party.open(browser))["code"]))["access_token"]
    url = f"{signon.issuer()}/userinfo"

    def status(proof: str) -> int:
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        return int(party.http.get("/sso/userinfo", headers=headers).status_code)

    def proof(header: dict[str, Any], key: Any = party.proof_key, **changes: Any) -> str:
        claims = read_part(party.proof("GET", url, token=token).split(".")[1]) | changes
        return jwt.encode({"alg": "ES256", **header}, claims, key, algorithms=["ES256"])

    known = party.proof_key.as_dict(private=False)
    sound = {"typ": "dpop+jwt", "jwk": known}
    parts = proof(sound).split(".")
    none = write_part({"typ": "dpop+jwt", "alg": "none", "jwk": known})
    for bent in (
        "no jwt",
        proof({"jwk": known}),
        proof({"typ": "jwt", "jwk": known}),
        proof({"typ": "dpop+jwt"}),
        f"{none}.{parts[1]}.",
        f"{parts[0]}.{parts[1]}.{'A' * 86}",
        proof(sound, RelyingParty(party.partner).proof_key),
        f"{proof(sound)}, {proof(sound)}",
    ):
        assert status(bent) == 401, bent
    for fine in (proof(sound, htu=f"{url}?a=b#c"), proof(sound, extra="x")):
        assert status(fine) == 200


def read_part(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def write_part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_an_assertion_by_rs256_is_refused_and_by_ps256_taken(party: RelyingParty) -> None:
    """FAPI: ensure-signed-client-assertion-with-RS256-fails."""
    key = RSAKey.generate_key(2048)
    exchange.add_key(party.code, dict(key.as_dict(private=False)), actor=OFFICER)
    now = int(clock.now().timestamp())
    claims = {"iss": party.code, "sub": party.code, "aud": signon.issuer(), "exp": now + 60}
    for algorithm, status in (("RS256", 401), ("PS256", 201)):
        header = {"alg": algorithm, "kid": key.thumbprint()}
        made = jwt.encode(
            header, claims | {"jti": f"{algorithm}-of-a-test"}, key, algorithms=[algorithm]
        )
        assert party.push(client_assertion=made).status_code == status


def test_an_assertion_names_its_client_and_nobody_else(party: RelyingParty) -> None:
    """FAPI: ensure-invalid-client-assertions-fail, and the modules for each of them."""
    now, issuer = int(clock.now().timestamp()), signon.issuer()
    bent: list[tuple[Any, dict[str, Any]]] = [
        (issuer, {"sub": None}),
        (issuer, {"exp": now - 300}),
        (f"{issuer}/par", {}),
        ([f"{issuer}/par"], {}),
        ([issuer, f"{issuer}/par"], {}),
        (f"{issuer}/token", {}),
        (issuer, {"nbf": now + 61}),
    ]
    for audience, changes in bent:
        assertion = party.partner.assertion(audience, **changes)
        answer = party.push(client_assertion=assertion)
        assert body(answer)["error"] == "invalid_client", (audience, changes)
    header, claims, _ = party.partner.assertion(issuer).split(".")
    none = write_part({"alg": "none", "kid": party.partner.key.thumbprint()})
    for unsigned in (f"{none}.{claims}.", f"{header}.{claims}.{'A' * 86}"):
        assert body(party.push(client_assertion=unsigned))["error"] == "invalid_client"
    for kind in ("", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"):
        assert body(party.push(client_assertion_type=kind))["error"] == "invalid_client"
    early = party.partner.assertion(issuer, iat=now + 8, nbf=now + 8)
    assert party.push(client_assertion=early).status_code == 201


def test_refresh_tokens_are_their_clients_own(party: RelyingParty, browser: Client) -> None:
    """oidcc-refresh-token, FAPI: refresh-token."""
    other = make_party("other")
    answer = told(party.open(browser, scope="openid offline_access"))
    refresh = body(party.tokens(answer["code"]))["refresh_token"]
    given = {"grant_type": "refresh_token", "refresh_token": refresh}
    assert body(other.post("token", **given))["error"] == "invalid_grant"
    assert body(party.post("token", proof="", **given))["error"] == "invalid_dpop_proof"
    assert body(party.post("token", client_assertion="", **given))["error"] == "invalid_client"
    assert party.post("token", **given).status_code == 200


def test_metadata_says_what_fapi_asks_for(party: RelyingParty) -> None:
    """FAPI: discovery-end-point-verification."""
    found = body(party.http.get("/sso/.well-known/openid-configuration"))
    assert found["require_pushed_authorization_requests"] is True
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["response_types_supported"] == ["code"]
    assert found["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert set(found["grant_types_supported"]) == {"authorization_code", "refresh_token"}
    for name in ("token_endpoint_auth_signing_alg", "dpop_signing_alg"):
        assert not {"none", "RS256", "HS256"} & set(found[f"{name}_values_supported"])
