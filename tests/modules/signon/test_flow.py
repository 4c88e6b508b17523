"""The whole way of one sign-in, and what is told, to whom, under which journal rows."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from danso.modules.signon import interface as signon
from tests.conftest import Database
from tests.exchange_world import enrol
from tests.officers import journal
from tests.signon_world import (
    BACK,
    WORDS,
    RelyingParty,
    body,
    make_party,
    sign_in_person,
    told,
)

CLAIMS = json.dumps(
    {
        "userinfo": {
            "name": {"essential": True, "purpose": "Để gọi tên bạn"},
            "birthdate": {"purpose": "Để chúc mừng sinh nhật"},
        }
    }
)


def agree(browser: Client, page: bytes, *claims: str) -> dict[str, str]:
    """Answer the consent page with these voluntary claims ticked."""
    text = page.decode()
    action = text.partition('action="/sso/tiep-tuc/')[2].partition('"')[0]
    session = text.partition('name="session" value="')[2].partition('"')[0]
    answer = browser.post(f"/sso/tiep-tuc/{action}", {"session": session, "claims": list(claims)})
    return told(answer)


def id_claims(token: str) -> dict[str, object]:
    published: Any = signon.public_keys()
    keys = KeySet.import_key_set(published)
    return dict(jwt.decode(token, keys, algorithms=["ES256"]).claims)


def signed_in(party: RelyingParty, browser: Client, **asked: str) -> dict[str, object]:
    """Tokens after a sign-in that needs no page."""
    answer = told(party.open(browser, **asked))
    return body(party.tokens(answer["code"]))


@pytest.mark.clause("II.2.3", partly="VNeID itself is the national system's")
def test_sign_in_with_a_live_session_gives_tokens_that_say_how_surely(fresh_db: Database) -> None:
    party, browser, person = make_party(), Client(), enrol()
    sign_in_person(browser, person, methods=("password", "totp"))
    answer = told(party.open(browser))
    assert (answer["state"], answer["iss"]) == ("s-1", signon.issuer())
    tokens = body(party.tokens(answer["code"]))
    assert tokens["token_type"] == "DPoP"
    claims = id_claims(tokens["id_token"])
    assert (claims["acr"], claims["amr"], claims["nonce"]) == (
        "urn:danso:acr:2:2",
        ["otp", "pwd"],
        "n-1",
    )
    assert body(party.userinfo(tokens["access_token"])) == {"sub": claims["sub"]}
    last = journal(fresh_db)[-1]
    assert (last.action, last.actor, last.subject) == ("signon.userinfo", "portal", str(person))


def test_consent_releases_what_was_ticked_and_journals_claims_and_purpose(
    fresh_db: Database,
) -> None:
    party, browser, person = make_party(), Client(), enrol("Nguyễn Văn Ấm")
    sign_in_person(browser, person)
    page = party.open(browser, claims=CLAIMS)
    text = page.content.decode()
    assert "Để gọi tên bạn" in text
    assert "trong 10 phút" in text
    assert "checked" not in text
    longer = party.open(browser, claims=CLAIMS, scope="openid offline_access")
    assert "nhiều nhất 12 giờ" in longer.content.decode()
    assert "form-action 'self' https://portal.example" in page["Content-Security-Policy"]
    tokens = body(party.tokens(agree(browser, page.content)["code"]))
    told_first = body(party.userinfo(tokens["access_token"]))
    assert set(told_first) == {"sub", "name"}
    page = party.open(browser, claims=CLAIMS)
    tokens = body(party.tokens(agree(browser, page.content, "birthdate")["code"]))
    found = body(party.userinfo(tokens["access_token"]))
    assert found == told_first | {"birthdate": "1984-03-21"}
    last = journal(fresh_db)[-1]
    assert last.detail["why"] == "Để gọi tên bạn; Để chúc mừng sinh nhật"
    consents = signon.consents_of(sign_in_of(fresh_db))
    assert [one.given for one in consents] == [("name", "birthdate"), ("name",)]


def sign_in_of(database: Database) -> UUID:
    rows = [row for row in journal(database) if row.action == "signon.signed_in"]
    return UUID(rows[-1].actor)


def test_declining_sends_access_denied_and_no_code(fresh_db: Database) -> None:
    party, browser, person = make_party(), Client(), enrol()
    sign_in_person(browser, person)
    page = party.open(browser, claims=CLAIMS).content.decode()
    action = page.partition('action="/sso/tiep-tuc/')[2].partition('"')[0]
    answer = told(browser.post(f"/sso/tiep-tuc/{action}quay-lai/", {"why": "declined"}))
    assert answer == {"error": "access_denied", "state": "s-1", "iss": signon.issuer()}


def test_profile_scope_asks_with_the_words_of_the_registration(fresh_db: Database) -> None:
    party, browser = make_party(claims=("name",)), Client()
    sign_in_person(browser, enrol())
    page = party.open(browser, scope="openid profile").content.decode()
    assert WORDS in page
    assert "claim-name" in page
    assert "claim-birthdate" not in page


def test_sub_is_one_within_a_sector_and_another_in_the_next(fresh_db: Database) -> None:
    parties = [
        make_party("one", sector="health"),
        make_party("two", sector="health"),
        make_party("three"),
    ]
    browser = Client()
    sign_in_person(browser, enrol())
    subs = [id_claims(str(signed_in(one, browser)["id_token"]))["sub"] for one in parties]
    sids = [id_claims(str(signed_in(one, browser)["id_token"]))["sid"] for one in parties]
    assert subs[0] == subs[1] != subs[2]
    assert len(set(sids)) == 3


def test_refresh_rotates_and_keeps_what_the_first_sign_in_was(fresh_db: Database) -> None:
    party, browser = make_party(), Client()
    sign_in_person(browser, enrol())
    first = signed_in(party, browser, scope="openid offline_access")
    given = {"grant_type": "refresh_token", "refresh_token": str(first["refresh_token"])}
    second = body(party.post("token", **given))
    assert second["refresh_token"] != first["refresh_token"]
    before, after = (id_claims(str(one["id_token"])) for one in (first, second))
    assert {name: before[name] for name in ("sub", "acr", "auth_time", "sid")} == {
        name: after[name] for name in ("sub", "acr", "auth_time", "sid")
    }
    assert party.userinfo(second["access_token"]).status_code == 200


def test_introspection_and_revocation_of_the_clients_own_tokens(fresh_db: Database) -> None:
    party, other, browser = make_party(), make_party("other"), Client()
    sign_in_person(browser, enrol())
    tokens = signed_in(party, browser, scope="openid offline_access")
    access, refresh = str(tokens["access_token"]), str(tokens["refresh_token"])
    state = body(party.post("introspect", token=access))
    assert (state["active"], state["client_id"], state["token_type"]) == (True, "portal", "DPoP")
    assert body(other.post("introspect", token=access)) == {"active": False}
    assert other.post("revoke", token=access).status_code == 200
    assert party.userinfo(access).status_code == 200
    assert party.post("revoke", token=refresh).status_code == 200
    assert party.userinfo(access).status_code == 401
    assert body(party.post("introspect", token=access)) == {"active": False}


def test_redirects_go_to_the_registered_address_only(fresh_db: Database) -> None:
    party, browser = make_party(), Client()
    sign_in_person(browser, enrol())
    assert party.open(browser)["Location"].startswith(f"{BACK}?code=")
