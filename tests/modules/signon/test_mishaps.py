"""Nobody attacks, and things go wrong: clocks apart, two tabs, a phone that dies in the middle."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.test import Client

from danso.kernel import clock
from danso.modules.signon import interface as signon
from danso.modules.signon.models import Code, Family, PushedRequest
from tests.conftest import Database
from tests.exchange_world import enrol
from tests.signon_world import RelyingParty, body, enter_with, make_party, sign_in_person, told


@pytest.fixture
def party(fresh_db: Database) -> RelyingParty:
    return make_party()


@pytest.mark.parametrize(("off", "status"), [(-25, 201), (25, 201), (40, 401), (-400, 401)])
def test_a_clients_clock_may_be_half_a_minute_off(
    party: RelyingParty, off: int, status: int
) -> None:
    """The assertion of a client whose clock is `off` seconds before or behind ours."""
    now = int(clock.now().timestamp())
    assertion = party.partner.assertion(signon.issuer(), iat=now + off, exp=now + off + 300)
    assert party.push(client_assertion=assertion).status_code == status


def test_an_assertion_for_longer_than_skew_explains_is_refused(party: RelyingParty) -> None:
    now = int(clock.now().timestamp())
    for ahead, status in ((325, 201), (340, 401)):
        assertion = party.partner.assertion(signon.issuer(), exp=now + ahead)
        assert party.push(client_assertion=assertion).status_code == status


@pytest.mark.parametrize(("off", "status"), [(-80, 200), (25, 200), (45, 401), (-100, 401)])
def test_a_proof_may_be_half_a_minute_off(party: RelyingParty, off: int, status: int) -> None:
    browser = Client()
    sign_in_person(browser, enrol())
    token = body(party.tokens(told(party.open(browser))["code"]))["access_token"]
    assert party.userinfo(token, iat=int(time.time()) + off).status_code == status


def test_two_tabs_sign_in_to_two_services_in_any_order(party: RelyingParty) -> None:
    other = make_party("other")
    browser = Client()
    first = party.open(browser, prompt="login")["Location"]
    second = other.open(browser, prompt="login")["Location"]
    sign_in_person(browser, enrol())
    ways = [one.partition("tiep-tuc%2F")[2].partition("%2F")[0] for one in (first, second)]
    assert ways[0] != ways[1]
    answers = [told(browser.get(f"/sso/tiep-tuc/{key}/?now=1")) for key in reversed(ways)]
    assert other.tokens(answers[0]["code"]).status_code == 200
    assert party.tokens(answers[1]["code"]).status_code == 200


def test_two_tabs_of_one_request_finish_it_once(party: RelyingParty) -> None:
    browser = Client()
    sent = party.open(browser)["Location"]
    key = sent.partition("tiep-tuc%2F")[2].partition("%2F")[0]
    sign_in_person(browser, enrol())
    assert "code" in told(browser.get(f"/sso/tiep-tuc/{key}/?now=1"))
    again = browser.get(f"/sso/tiep-tuc/{key}/?now=1")
    assert again.status_code == 400
    assert "Location" not in again
    assert Code.objects.count() == 1


def test_a_phone_that_dies_before_the_answer_leaves_nothing_to_take_up(
    party: RelyingParty,
) -> None:
    """The cookie is gone with the phone: whoever has the address has nothing, its owner begins
    anew, and what was left lapses."""
    phone, person = Client(), enrol()
    account = sign_in_person(Client(), person)
    sent = party.open(phone)["Location"]
    key = sent.partition("tiep-tuc%2F")[2].partition("%2F")[0]
    other = Client()
    enter_with(other, account, ("password",))
    assert other.get(f"/sso/tiep-tuc/{key}/?now=1").status_code == 400
    assert party.tokens(told(party.open(other))["code"]).status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=21)):
        enter_with(phone, account, ("password",))
        assert phone.get(f"/sso/tiep-tuc/{key}/?now=1").status_code == 400
    with clock.frozen(clock.now() + timedelta(days=3)):
        signon.sweep()
    assert PushedRequest.objects.count() == 0


def test_a_phone_that_dies_with_the_code_costs_one_more_sign_in(party: RelyingParty) -> None:
    phone = Client()
    sign_in_person(phone, enrol())
    lost = told(party.open(phone))["code"]
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        party.nonce = signon.new_nonce()
        assert body(party.tokens(lost))["error"] == "invalid_grant"
    assert party.tokens(told(party.open(phone))["code"]).status_code == 200


def test_an_answer_lost_on_the_way_ends_the_refresh_and_no_session(party: RelyingParty) -> None:
    """Whoever never got the new refresh token shows the old one: nobody can tell that from a theft,
    so the family ends; the person's session goes on and the next sign-in needs no password."""
    phone = Client()
    sign_in_person(phone, enrol())
    first = body(party.tokens(told(party.open(phone, scope="openid offline_access"))["code"]))
    given = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert party.post("token", **given).status_code == 200
    assert body(party.post("token", **given))["error"] == "invalid_grant"
    assert Family.objects.get().ended_why == "refresh_replayed"
    assert party.tokens(told(party.open(phone, prompt="none"))["code"]).status_code == 200


def test_a_family_ends_twelve_hours_after_it_began_however_often_it_is_refreshed(
    party: RelyingParty,
) -> None:
    def refresh(token: str) -> dict[str, str]:
        party.nonce, now = signon.new_nonce(), int(clock.now().timestamp())
        proof = party.proof("POST", f"{signon.issuer()}/token", iat=now)
        given = {"grant_type": "refresh_token", "refresh_token": token}
        found: dict[str, str] = body(party.post("token", proof=proof, **given))
        return found

    browser = Client()
    sign_in_person(browser, enrol())
    answer = told(party.open(browser, scope="openid offline_access"))
    token = body(party.tokens(answer["code"]))["refresh_token"]
    with clock.frozen(clock.now()) as watch:
        for _ in range(3):
            watch.advance(timedelta(hours=3, minutes=59))
            token = refresh(token)["refresh_token"]
        watch.advance(timedelta(minutes=4))
        assert refresh(token)["error"] == "invalid_grant"
