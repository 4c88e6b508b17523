"""What attacks get: each a refusal, in the words of the protocol, and what must end has ended."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from joserfc.jwk import ECKey

from danso.kernel import clock
from danso.modules.signon import interface as signon
from danso.modules.signon.models import Family
from tests.conftest import Database
from tests.exchange_world import enrol
from tests.officers import TESTER, journal
from tests.signon_world import RelyingParty, body, make_party, sign_in_person, told


@pytest.fixture
def party(fresh_db: Database) -> RelyingParty:
    return make_party()


@pytest.fixture
def browser(party: RelyingParty) -> Client:
    made = Client()
    sign_in_person(made, enrol())
    return made


def code_of(party: RelyingParty, browser: Client, **asked: str) -> str:
    return told(party.open(browser, **asked))["code"]


def ended() -> list[str]:
    return list(Family.objects.exclude(ended_at=None).values_list("ended_why", flat=True))


@pytest.mark.parametrize(
    ("bent", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": "x" * 42}, "invalid_request"),
        ({"redirect_uri": "https://portal.example/back/"}, "invalid_request"),
        ({"redirect_uri": "https://portal.example/back?x=1"}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://evil.example/r"}, "request_not_supported"),
        ({"claims": "[" * 3000}, "invalid_request"),
        ({"claims": '{"userinfo": {"family_name": null}}'}, "invalid_request"),
        ({"claims": '{"userinfo": {"name": {"purpose": "x"}}}'}, "invalid_request"),
        (
            {"claims": '{"id_token": {"acr": {"essential": true, "value": "urn:mace:gold"}}}'},
            "unmet_authentication_requirements",
        ),
        ({"dpop_jkt": "a" * 43}, "invalid_request"),
        ({"state": "s" * 1025}, "invalid_request"),
    ],
    ids=lambda one: json.dumps(one)[:60] if isinstance(one, dict) else one,
)
def test_a_pushed_request_out_of_order_is_refused(
    party: RelyingParty, bent: dict[str, str], error: str
) -> None:
    answer = party.push(**bent)
    assert (answer.status_code, body(answer)["error"]) == (400, error)


def test_parameters_twice_or_in_the_address_are_refused(party: RelyingParty) -> None:
    kind = "application/x-www-form-urlencoded"
    for path, form in (("/sso/par", "scope=openid&scope=openid"), ("/sso/par?a=b", "scope=openid")):
        answer = party.http.generic("POST", path, form, content_type=kind)
        assert body(answer)["error"] == "invalid_request"


def test_a_request_that_was_not_pushed_is_told_on_our_own_page(
    party: RelyingParty, browser: Client
) -> None:
    """An open redirect would need an address from the request: none is ever read."""
    query = {
        "client_id": party.code,
        "response_type": "code",
        "redirect_uri": "https://evil.example/",
    }
    for asked in (query, query | {"request_uri": "https://evil.example/r"}):
        answer = browser.get("/sso/authorize", asked)
        assert answer.status_code == 400
        assert "Location" not in answer
        assert b'href="https://evil' not in answer.content


def test_a_pushed_request_is_begun_by_one_browser_and_finished_once(
    party: RelyingParty, browser: Client
) -> None:
    request_uri = body(party.push())["request_uri"]
    assert party.bring(browser, request_uri).status_code == 303
    assert party.bring(browser, request_uri).status_code == 400
    request_uri = body(party.push())["request_uri"]
    assert party.bring(Client(), request_uri).status_code == 302
    assert party.bring(browser, request_uri).status_code == 400


def test_another_clients_request_is_not_opened_under_ones_own_name(
    party: RelyingParty, browser: Client
) -> None:
    other = make_party("other")
    request_uri = body(party.push())["request_uri"]
    assert other.bring(browser, request_uri).status_code == 400


def test_the_page_between_is_nobodys_without_the_browsers_cookie(
    party: RelyingParty, browser: Client
) -> None:
    where = party.open(Client(), prompt="login")["Location"]
    key = where.partition("tiep-tuc%2F")[2].partition("%2F")[0]
    assert browser.get(f"/sso/tiep-tuc/{key}/").status_code == 400
    assert browser.post(f"/sso/tiep-tuc/{key}/quay-lai/").status_code == 400


def test_a_code_played_twice_ends_the_tokens_it_gave(
    party: RelyingParty, browser: Client, fresh_db: Database
) -> None:
    code = code_of(party, browser)
    tokens = body(party.tokens(code))
    assert body(party.tokens(code))["error"] == "invalid_grant"
    assert ended() == ["code_replayed"]
    assert party.userinfo(tokens["access_token"]).status_code == 401
    refused = [row.outcome for row in journal(fresh_db) if row.action == "signon.token"]
    assert refused == ["done", "refused:invalid_grant"]


@pytest.mark.parametrize(
    "bent",
    [
        {"code_verifier": "v" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "https://portal.example/other"},
        {"redirect_uri": ""},
    ],
    ids=str,
)
def test_a_code_tried_wrongly_is_spent(
    party: RelyingParty, browser: Client, bent: dict[str, str]
) -> None:
    code = code_of(party, browser)
    assert body(party.tokens(code, **bent))["error"] == "invalid_grant"
    assert body(party.tokens(code))["error"] == "invalid_grant"
    assert ended() == ["code_misused"]


def test_an_injected_code_of_another_client_or_another_key_gives_nothing(
    party: RelyingParty, browser: Client
) -> None:
    other = make_party("other")
    code = code_of(party, browser)
    assert body(other.tokens(code, code_verifier=party.verifier))["error"] == "invalid_grant"
    thief = RelyingParty(party.partner, verifier=party.verifier)
    assert body(thief.tokens(code))["error"] == "invalid_grant"


def test_a_code_too_old_gives_nothing(party: RelyingParty, browser: Client) -> None:
    code = code_of(party, browser)
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        party.nonce = signon.new_nonce()
        assert body(party.tokens(code))["error"] == "invalid_grant"


def test_a_refresh_token_used_twice_ends_the_family(party: RelyingParty, browser: Client) -> None:
    first = body(party.tokens(code_of(party, browser, scope="openid offline_access")))
    given = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = body(party.post("token", **given))
    assert body(party.post("token", **given))["error"] == "invalid_grant"
    again = given | {"refresh_token": second["refresh_token"]}
    assert body(party.post("token", **again))["error"] == "invalid_grant"
    assert party.userinfo(second["access_token"]).status_code == 401


def test_a_stolen_refresh_token_with_another_key_ends_the_family(
    party: RelyingParty, browser: Client
) -> None:
    first = body(party.tokens(code_of(party, browser, scope="openid offline_access")))
    thief = RelyingParty(party.partner)
    given = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert body(thief.post("token", **given))["error"] == "invalid_grant"
    assert ended() == ["refresh_stolen"]


def test_a_stolen_access_token_is_worth_nothing(party: RelyingParty, browser: Client) -> None:
    token = body(party.tokens(code_of(party, browser)))["access_token"]
    answer = party.http.get("/sso/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith('DPoP error="invalid_token"')
    assert party.userinfo(token, scheme="Bearer").status_code == 401
    thief = RelyingParty(party.partner, nonce=party.nonce)
    assert body(thief.userinfo(token))["error"] == "invalid_dpop_proof"
    assert party.userinfo(token).status_code == 200


@pytest.mark.parametrize(
    "bent",
    [
        {"htm": "POST"},
        {"htu": "https://evil.example/userinfo"},
        {"iat": 1},
        {"iat": 99999999999},
        {"ath": "x" * 43},
        {"jti": "short"},
        {"nonce": "0" * 32},
        {"nonce": ""},
    ],
    ids=str,
)
def test_a_bent_proof_is_refused(
    party: RelyingParty, browser: Client, bent: dict[str, Any]
) -> None:
    token = body(party.tokens(code_of(party, browser)))["access_token"]
    answer = party.userinfo(token, **bent)
    assert answer.status_code == 401
    assert body(answer)["error"] in ("invalid_dpop_proof", "use_dpop_nonce")


def test_a_proof_played_twice_is_refused(party: RelyingParty, browser: Client) -> None:
    token = body(party.tokens(code_of(party, browser)))["access_token"]
    proof = party.proof("GET", f"{signon.issuer()}/userinfo", token=token)
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
    found = [party.http.get("/sso/userinfo", headers=headers).status_code for _ in range(2)]
    assert found == [200, 401]


def test_a_proof_that_carries_its_private_key_is_refused(party: RelyingParty) -> None:
    party.nonce = signon.new_nonce()
    whole = party.proof_key.as_dict(private=True)
    bare = ECKey.import_key(whole)
    bare.as_dict = lambda **_: whole  # type: ignore[method-assign]
    party.proof_key = bare
    assert body(party.push())["error"] == "invalid_dpop_proof"


def post_assertion(party: RelyingParty, assertion: str, client: str = "portal") -> dict[str, Any]:
    form = {
        "client_id": client,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "token": "x",
    }
    kind = "application/x-www-form-urlencoded"
    answer = party.http.generic("POST", "/sso/introspect", urlencode(form), content_type=kind)
    return {"status": answer.status_code, **body(answer)}


@pytest.mark.parametrize(
    "bent",
    [
        {"aud": "https://evil.example"},
        {"aud": "http://localhost:8000/sso/token"},
        {"iss": "other"},
        {"sub": "other"},
        {"exp": 1},
        {"exp": 99999999999},
        {"exp": "soon"},
        {"iat": 99999999999},
        {"jti": 5},
    ],
    ids=str,
)
def test_a_bent_client_assertion_is_refused(party: RelyingParty, bent: dict[str, Any]) -> None:
    answer = post_assertion(party, party.partner.assertion(signon.issuer(), **bent))
    assert (answer["status"], answer["error"]) == (401, "invalid_client")


def test_a_client_assertion_counts_once_and_for_its_own_client(party: RelyingParty) -> None:
    other = make_party("other")
    assertion = party.partner.assertion(signon.issuer())
    assert post_assertion(party, assertion, "other")["error"] == "invalid_client"
    assert post_assertion(party, assertion) == {"status": 200, "active": False}
    assert post_assertion(party, assertion)["error"] == "invalid_client"
    assert other.push().status_code == 201


def test_a_disabled_client_gets_nothing_and_its_tokens_end(
    party: RelyingParty, browser: Client
) -> None:
    tokens = body(party.tokens(code_of(party, browser)))
    signon.disable_client(party.code, actor=TESTER)
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert body(party.push())["error"] == "invalid_client"


@pytest.mark.parametrize("state", ["locked", "closed"])
def test_a_locked_account_with_a_live_token_tells_nothing(
    party: RelyingParty, fresh_db: Database, state: str
) -> None:
    browser = Client()
    account = sign_in_person(browser, enrol())
    tokens = body(party.tokens(code_of(party, browser, scope="openid offline_access")))
    get_user_model().objects.filter(pk=account).update(state=state)
    assert party.userinfo(tokens["access_token"]).status_code == 401
    given = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert body(party.post("token", **given))["error"] == "invalid_grant"
    # The session of a locked account has ended: whoever comes back has to sign in, and can't.
    turned_away = party.open(browser)
    assert turned_away.status_code == 302
    assert "/dang-nhap/" in turned_away.headers["Location"]


def test_errors_to_the_client_carry_iss_and_state_against_mix_up(party: RelyingParty) -> None:
    answer = told(party.open(Client(), prompt="none"))
    assert answer == {"error": "login_required", "state": "s-1", "iss": signon.issuer()}
