"""What a person sees while signing in elsewhere, and what their browser is held to."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from danso.modules.signon import interface as signon
from tests.conftest import Database
from tests.exchange_world import enrol
from tests.officers import PASSWORD, journal
from tests.signon_world import (
    LEFT,
    RelyingParty,
    body,
    enter_with,
    make_party,
    sign_in_person,
    told,
)

NAMED = json.dumps({"userinfo": {"name": {"purpose": "Để gọi tên bạn <b>"}}})


@pytest.fixture
def party(fresh_db: Database) -> RelyingParty:
    return make_party()


def key_of(answer: object, find: Callable[[str], str] = str) -> str:
    """The request's key, from the address that a browser is sent to or from a page."""
    text = find(getattr(answer, "headers", {}).get("Location", "") or answer.content.decode())  # type: ignore[attr-defined]
    return text.replace("%2F", "/").partition("tiep-tuc/")[2].partition("/")[0]


def test_whoever_signs_in_on_the_way_comes_back_and_on_to_the_client(party: RelyingParty) -> None:
    browser = Client()
    account = sign_in_person(Client(), enrol())
    sent = party.open(browser)
    username = get_user_model().objects.get(pk=account).username
    form = {"login": username, "password": PASSWORD, "next": f"/sso/tiep-tuc/{key_of(sent)}/"}
    back = browser.post("/tai-khoan/dang-nhap/", form)
    assert back["Location"] == form["next"]
    page = browser.get(back["Location"])
    # Not a redirect: a browser would hold it to the sign-in form's form-action.
    assert page.status_code == 200
    assert b'http-equiv="refresh"' in page.content
    assert "code" in told(browser.get(f"{back['Location']}?now=1"))


def test_the_consent_page_shows_words_escaped_and_may_lead_to_one_client(
    party: RelyingParty,
) -> None:
    browser = Client()
    sign_in_person(browser, enrol())
    page = party.open(browser, claims=NAMED)
    assert b"&lt;b&gt;" in page.content
    policy = page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://portal.example;" in policy + ";"
    assert page["X-Frame-Options"] == "DENY"
    assert page["Cache-Control"] == "no-store"


def test_agreeing_needs_the_form_of_this_page(party: RelyingParty) -> None:
    browser = Client(enforce_csrf_checks=True)
    sign_in_person(browser, enrol())
    key = key_of(party.open(browser, claims=NAMED))
    assert browser.post(f"/sso/tiep-tuc/{key}/", {"claims": ["name"]}).status_code == 403


def test_somebody_else_in_the_session_agrees_to_nothing(party: RelyingParty) -> None:
    """Two tabs: the page was shown to one account, the session is another's by now."""
    browser = Client()
    sign_in_person(browser, enrol())
    page = party.open(browser, claims=NAMED).content.decode()
    session = page.partition('name="session" value="')[2].partition('"')[0]
    key = page.partition("/sso/tiep-tuc/")[2].partition("/")[0]
    sign_in_person(browser, enrol(number="909000000002"))
    answer = browser.post(f"/sso/tiep-tuc/{key}/", {"session": session, "claims": ["name"]})
    assert answer["Location"] == f"/sso/tiep-tuc/{key}/"


def test_going_back_after_the_end_says_that_it_is_over(party: RelyingParty) -> None:
    browser = Client()
    sign_in_person(browser, enrol())
    key = key_of(party.open(browser, claims=NAMED))
    answer = told(browser.post(f"/sso/tiep-tuc/{key}/quay-lai/", {"why": "declined"}))
    assert answer["error"] == "access_denied"
    page = browser.get(f"/sso/tiep-tuc/{key}/")
    assert page.status_code == 400
    assert "Lần đăng nhập này đã xong" in page.content.decode()


@pytest.mark.parametrize(
    ("level", "methods", "acr", "seen"),
    [
        (2, ("password",), "urn:danso:acr:2:2", "bước xác thực thứ hai"),
        (1, ("password", "totp"), "urn:danso:acr:2:2", "mức độ 2"),
        (2, ("password", "totp"), "urn:danso:acr:2:3", "khuôn mặt"),
    ],
)
def test_what_is_missing_is_said_and_the_client_told(
    party: RelyingParty, level: int, methods: tuple[str, ...], acr: str, seen: str
) -> None:
    browser = Client()
    sign_in_person(browser, enrol(), level=level, methods=methods)
    page = party.open(browser, acr_values=acr)
    assert seen in page.content.decode()
    answer = told(browser.post(f"/sso/tiep-tuc/{key_of(page)}/quay-lai/"))
    assert answer["error"] == "unmet_authentication_requirements"


def test_a_second_factor_given_in_place_goes_on_with_the_same_request(
    party: RelyingParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    account = sign_in_person(browser, enrol())
    monkeypatch.setattr("danso.modules.identity.queries.has_factor", lambda _: True)
    sent = party.open(browser, acr_values="urn:danso:acr:2:2")
    assert sent["Location"].startswith(reverse("mfa_reauthenticate"))
    enter_with(browser, account, ("password", "totp"))
    assert "code" in told(browser.get(f"/sso/tiep-tuc/{key_of(sent)}/?now=1"))


def test_signing_out_asks_first_and_ends_what_came_of_the_session(
    party: RelyingParty, fresh_db: Database
) -> None:
    browser = Client()
    sign_in_person(browser, enrol())
    tokens = body(party.tokens(told(party.open(browser))["code"]))
    asked = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": LEFT,
        "state": "bye",
    }
    page = browser.get("/sso/end-session", asked, follow=True)
    assert page.status_code == 200
    assert tokens["id_token"] not in page.content.decode()
    assert party.userinfo(tokens["access_token"]).status_code == 200
    fields = {"client_id": "portal", "post_logout_redirect_uri": LEFT, "state": "bye"}
    left = browser.post("/sso/dang-xuat/", fields)
    assert left["Location"] == f"{LEFT}?state=bye"
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert "sign_out" in [row.action for row in journal(fresh_db)]


@pytest.mark.parametrize(
    "asked",
    [
        {"client_id": "portal", "post_logout_redirect_uri": "https://evil.example/"},
        {"post_logout_redirect_uri": LEFT},
        {"client_id": "nobody"},
        {"id_token_hint": "eyJhbGciOiJub25lIn0.e30."},
        {"client_id": "portal", "post_logout_redirect_uri": f"{LEFT}/.."},
    ],
    ids=str,
)
def test_signing_out_leads_nowhere_that_is_not_the_clients(
    party: RelyingParty, asked: dict[str, str]
) -> None:
    browser = Client()
    sign_in_person(browser, enrol())
    assert browser.get("/sso/end-session", asked).status_code == 400
    assert browser.post("/sso/dang-xuat/", asked).status_code == 400
    assert told(party.open(browser))["code"]


def test_a_hint_of_another_client_is_refused(party: RelyingParty) -> None:
    make_party("other")
    browser = Client()
    sign_in_person(browser, enrol())
    token = body(party.tokens(told(party.open(browser))["code"]))["id_token"]
    asked = {"id_token_hint": token, "client_id": "other"}
    assert browser.get("/sso/end-session", asked).status_code == 400


def test_metadata_is_at_the_places_where_clients_look(party: RelyingParty) -> None:
    paths = (
        "/sso/.well-known/openid-configuration",
        "/sso/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/sso",
    )
    found = [body(party.http.get(path)) for path in paths]
    assert found[0] == found[1] == found[2]
    assert found[0]["issuer"] == signon.issuer()
    assert "d" not in body(party.http.get("/sso/jwks"))["keys"][0]
