"""A broker's home: people come in by VNeID alone, and what they find is what it vouches for."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from danso.kernel.dates import PartialDate
from danso.modules.identity import interface as identity
from danso.modules.identity.actions import eids
from danso.modules.identity.data import LockReason
from danso.modules.identity.models import Account, Citizen
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds
from danso.modules.signon.models import Family, LogoutNotice, UpstreamSession
from danso.modules.sources import interface as sources
from tests.broker_world import (
    come_back,
    end,
    enter,
    info_of,
    leave,
    next_of,
)
from tests.conftest import Database
from tests.crooked_provider import CrookedProvider
from tests.exchange_world import AN, OFFICER, enrol
from tests.officers import TESTER, journal
from tests.signon_world import body, make_party, told


def account() -> Account:
    return Account.objects.get(level__gt=0)


def test_the_sign_in_page_offers_vneid_alone(person: UUID) -> None:
    page = Client().get("/tai-khoan/dang-nhap/?next=/dinh-danh/").content.decode()
    assert "Đăng nhập bằng VNeID" in page
    assert "69/2024" in page
    assert 'type="password"' not in page
    officers = Client().get("/tai-khoan/dang-nhap/?can-bo=1").content.decode()
    assert 'type="password"' in officers
    assert "số định danh" not in officers


@pytest.mark.clause("II.2.3", partly="VNeID itself is the national system's")
def test_whoever_vneid_vouches_for_gets_an_account_without_factors(
    vneid: CrookedProvider, person: UUID, fresh_db: Database
) -> None:
    browser = Client()
    page = enter(browser, vneid)
    assert page.status_code == 200
    assert 'url=/cua-toi/"' in page.content.decode()
    held = account()
    assert (held.person, held.level, held.upstream) == (person, 2, "vneid")
    assert not held.has_usable_password()
    own = browser.get("/dinh-danh/").content.decode()
    assert "VNeID" in own
    assert "/tai-khoan/mat-khau/" not in own
    assert AN["number"] not in own
    looks = [(one.action, one.outcome) for one in journal(fresh_db) if one.subject == str(person)]
    assert ("eid.verified", "match") in looks
    assert ("eid.vouched", "done") in looks
    enter(Client(), vneid)
    assert account() == held, "the second time it is the same account"


def test_an_account_that_is_vouched_for_takes_no_factor_of_this_home(
    vneid: CrookedProvider, person: UUID
) -> None:
    browser = Client()
    enter(browser, vneid)
    for path in ("mat-khau/", "yeu-to/", "yeu-to/ma/them/", "yeu-to/khoa/them/"):
        answer = browser.get(f"/tai-khoan/{path}")
        assert answer.status_code == 403, path
        assert "VNeID" in answer.content.decode()


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ({"name": "Trần Văn Khác"}, "vouched_mismatch"),
        ({"birthdate": "1984-03-22"}, "vouched_mismatch"),
        ({"personal_number": "909084000999"}, "vouched_mismatch"),
        ({"personal_number": "12"}, "vouched_untold"),
        ({"name": ""}, "vouched_untold"),
        ({"birthdate": ""}, "vouched_untold"),
    ],
)
def test_who_does_not_match_the_register_gets_no_account(
    vneid: CrookedProvider, person: UUID, info: dict[str, str], code: str
) -> None:
    vneid.info |= info
    browser = Client()
    page = enter(browser, vneid)
    assert page.status_code == 403
    assert code in page.content.decode()
    assert not Account.objects.filter(level__gt=0).exists()
    assert browser.get("/dinh-danh/").status_code == 302
    open_ones = sources.list_corrections(communes=None)
    if code == "vouched_mismatch" and "personal_number" not in info:
        (opened,) = open_ones
        assert (opened.person, opened.claimed) == (person, next(iter(info.values())))
        enter(browser, vneid)
        assert len(sources.list_corrections(communes=None)) == 1
    else:
        assert not open_ones


def test_the_dead_do_not_sign_in(vneid: CrookedProvider) -> None:
    grounds = Grounds(reason="test", evidence="paper 1")
    population.record_death(enrol(), PartialDate(2026, 11, 30), actor=OFFICER, grounds=grounds)
    page = enter(Client(), vneid)
    assert "vouched_not_alive" in page.content.decode()


def test_a_lock_here_holds(vneid: CrookedProvider, person: UUID) -> None:
    browser = Client()
    enter(browser, vneid)
    identity.lock_eid(account().pk, LockReason.POLICE, actor=TESTER)
    assert browser.get("/dinh-danh/").status_code == 302
    assert enter(browser, vneid)["Location"] == "/dinh-danh/dang-khoa/"
    assert browser.get("/dinh-danh/").status_code == 302


def test_a_level_nobody_mapped_signs_nobody_in(vneid: CrookedProvider, person: UUID) -> None:
    vneid.acr = "urn:something:else"
    assert "vouched_level" in enter(Client(), vneid).content.decode()
    assert not Account.objects.filter(level__gt=0).exists()


def test_an_account_of_the_home_s_own_is_taken_over(
    vneid: CrookedProvider, person: UUID, settings: Any
) -> None:
    own = eids.make_citizen(AN["number"], "0912345678", person, None).account
    own.set_password("mật khẩu cũ của nhà")
    own.save()
    enter(Client(), vneid)
    own.refresh_from_db()
    assert (own.upstream, own.has_usable_password()) == ("vneid", False)
    assert Citizen.objects.filter(is_open=True).count() == 1


def test_another_browsers_return_signs_nobody_in(vneid: CrookedProvider, person: UUID) -> None:
    """Login CSRF: the attacker's own return is followed by the victim's browser."""
    url = leave(Client())
    victim = Client()
    page = come_back(victim, vneid, url)
    assert (page.status_code, "upstream_state" in page.content.decode()) == (403, True)
    leave(victim)
    assert come_back(victim, vneid, url).status_code == 403
    assert victim.get("/dinh-danh/").status_code == 302


def test_a_parameter_given_twice_is_refused(vneid: CrookedProvider, person: UUID) -> None:
    browser = Client()
    given = vneid.agree(leave(browser))
    answer = browser.get("/sso/ve/vneid", {**given, "code": [given["code"], "other"]})
    assert answer.status_code == 403
    assert browser.get("/sso/ve/vneid", given).status_code == 200


def test_going_elsewhere_afterwards_is_a_path_of_ours(vneid: CrookedProvider, person: UUID) -> None:
    for evil in ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:x"):
        browser = Client()
        page = come_back(browser, vneid, leave(browser, next=evil))
        assert next_of(page) == "/cua-toi/"


def test_a_session_gets_a_new_key_with_the_sign_in(vneid: CrookedProvider, person: UUID) -> None:
    browser = Client()
    leave(browser)
    session = browser.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    enter(browser, vneid)
    assert browser.session.session_key != before


def test_a_service_behind_gets_the_level_that_vneid_told(
    vneid: CrookedProvider, person: UUID
) -> None:
    """portal -> danso -> VNeID: one chain, no page of ours in between."""
    party, browser = make_party(), Client()
    sent = party.open(browser, acr_values="urn:danso:acr:2:1", max_age="600")
    assert sent.status_code == 303
    asked = vneid.request_of(sent["Location"])
    assert (asked["acr_values"], asked["max_age"]) == ("urn:danso:acr:2:2", "600")
    page = come_back(browser, vneid, sent["Location"])
    answer = told(browser.get(next_of(page)))
    tokens = body(party.tokens(answer["code"]))
    claims = claims_of(tokens["id_token"])
    assert (claims["acr"], claims["amr"]) == ("urn:danso:acr:2:2", ["otp", "pwd"])


def claims_of(text: str) -> dict[str, Any]:
    part = text.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_a_surer_sign_in_is_asked_of_vneid_and_not_twice(
    vneid: CrookedProvider, person: UUID
) -> None:
    vneid.acr = "urn:danso:acr:1:1"
    party, browser = make_party(), Client()
    enter(browser, vneid)
    sent = party.open(browser, acr_values="urn:danso:acr:2:2")
    assert vneid.request_of(sent["Location"])["acr_values"] == "urn:danso:acr:2:2"
    page = come_back(browser, vneid, sent["Location"])
    unmet = browser.get(next_of(page))
    assert unmet.status_code == 200
    assert "VNeID" in unmet.content.decode()
    vneid.acr = "urn:danso:acr:2:2"
    again = party.open(browser, acr_values="urn:danso:acr:2:2")
    page = come_back(browser, vneid, again["Location"])
    assert "code" in told(browser.get(next_of(page)))


def test_prompt_login_goes_up_and_somebody_else_does_not_come_back(
    vneid: CrookedProvider, person: UUID
) -> None:
    other = enrol("Lê Văn Núi", number="909085000456", birth=PartialDate(1985, 5, 6))
    party, browser = make_party(), Client()
    enter(browser, vneid)
    sent = party.open(browser, prompt="login")
    assert vneid.request_of(sent["Location"])["prompt"] == "login"
    vneid.info = info_of("909085000456", "Lê Văn Núi", "1985-05-06")
    page = come_back(browser, vneid, sent["Location"])
    assert "upstream_somebody_else" in page.content.decode()
    assert browser.get("/dinh-danh/").status_code == 200
    assert identity.get_account(UUID(browser.session["_auth_user_id"])).person != other


def test_a_silent_request_asks_nobody(vneid: CrookedProvider, person: UUID) -> None:
    party = make_party()
    assert told(party.open(Client(), prompt="none"))["error"] == "login_required"


def test_a_no_at_vneid_leads_back_to_the_service_too(vneid: CrookedProvider, person: UUID) -> None:
    party, browser = make_party(), Client()
    sent = party.open(browser)
    given = vneid.agree(sent["Location"])
    page = browser.get(
        "/sso/ve/vneid",
        {"error": "access_denied", "state": given["state"], "iss": vneid.issuer},
    )
    text = page.content.decode()
    assert "upstream_declined" in text
    assert "https://portal.example" in page["Content-Security-Policy"]
    key = text.partition("/sso/tiep-tuc/")[2].partition("/")[0]
    back = browser.post(f"/sso/tiep-tuc/{key}/quay-lai/", {"why": "declined"})
    assert told(back)["error"] == "access_denied"


def test_vneid_down_is_said_and_nothing_else(vneid: CrookedProvider, person: UUID) -> None:
    vneid.status = {"/par": 503}
    page = Client().post("/sso/di/vneid/")
    assert page.status_code == 503
    assert "VNeID" in page.content.decode()


def test_the_end_of_the_session_at_vneid_ends_it_here_and_at_services(
    vneid: CrookedProvider, person: UUID
) -> None:
    party = make_party(logout_uri="https://portal.example/logout")
    browser, other = Client(), Client()
    enter(browser, vneid)
    enter(other, vneid)
    tokens = body(party.tokens(told(party.open(browser))["code"]))
    assert party.userinfo(tokens["access_token"]).status_code == 200
    token = vneid.logout_token()
    machine = Client()
    assert machine.post("/sso/het-phien/vneid", {"logout_token": "a.b.c"}).status_code == 400
    answer = end(machine, token)
    assert answer.status_code == 200, answer.content
    assert browser.get("/dinh-danh/").status_code == 302
    assert other.get("/dinh-danh/").status_code == 302
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert Family.objects.get().ended_why == "upstream_ended"
    assert LogoutNotice.objects.count() == 1
    assert not UpstreamSession.objects.exists()
    assert end(machine, token).status_code == 400, "once"


def test_signing_out_offers_to_sign_out_at_vneid_too(
    vneid: CrookedProvider, person: UUID, settings: Any
) -> None:
    browser = Client()
    enter(browser, vneid)
    answer = browser.post("/tai-khoan/dang-xuat/")
    page = browser.get(answer["Location"])
    assert vneid.issuer.removesuffix("/op") in page["Content-Security-Policy"]
    form = page.content.decode().partition(f'action="{vneid.issuer}/end-session">')[2]
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]+)"', form.partition("</form>")[0]))
    assert fields["client_id"] == "danso-broker"
    assert claims_of(fields["id_token_hint"])["iss"] == vneid.issuer
    assert fields["id_token_hint"] not in str(dict(browser.session)), "sealed"
    assert "csrfmiddlewaretoken" not in fields
    other = Client()
    name = settings.SESSION_COOKIE_NAME
    other.cookies[name] = browser.cookies[name].value
    assert "id_token_hint" not in other.get(answer["Location"]).content.decode(), "another browser"
    browser.get("/sso/da-dang-xuat")
    assert "id_token_hint" not in browser.get(answer["Location"]).content.decode()
    assert browser.get("/dinh-danh/").status_code == 302


def test_a_home_that_is_the_provider_lets_nobody_in_this_way(
    vneid: CrookedProvider, person: UUID, settings: Any
) -> None:
    browser = Client()
    enter(browser, vneid)
    settings.DANSO = replace(settings.DANSO, identity_mode="provider")
    assert browser.get("/dinh-danh/").status_code == 302
    assert "identity_is_provider" in enter(Client(), vneid).content.decode()
