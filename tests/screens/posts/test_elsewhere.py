"""Posts of persons in a broker's home: VNeID says who it is, a passkey kept here opens the post."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from danso.kernel.errors import Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.actions import eids
from danso.modules.identity.data import PostData
from danso.modules.identity.models import Account, OpenedPost
from tests.broker_world import (
    come_back,
    end,
    enter,
    leave,
    next_of,
)
from tests.conftest import Database
from tests.crooked_provider import CrookedProvider
from tests.eid_world import told as messages
from tests.exchange_world import AN
from tests.officers import TESTER, journal
from tests.post_world import HOME, enter_citizen, give_key, give_post, open_post
from tests.screens.account.soft_key import SoftKey
from tests.screens.signon.conftest import _teahouse  # noqa: F401

pytestmark = [pytest.mark.clause("II.2.3"), pytest.mark.usefixtures("person")]
DESK = "/du-lieu/"
ADD = f"{HOME}khoa/them/"


@pytest.fixture
def browser(vneid: CrookedProvider) -> Client:
    """Where the person has come in from VNeID."""
    found = Client()
    enter(found, vneid)
    return found


def post_of_an() -> PostData:
    return give_post(AN["number"])


def to_make(page: Any) -> dict[str, Any]:
    found = re.search(r'id="passkey_data"[^>]*>(.*?)</script>', page.content.decode(), re.DOTALL)
    assert found is not None, page.content.decode()
    options: dict[str, Any] = json.loads(unescape(found[1]))["creation_options"]
    return options


def add_key(browser: Client, key: SoftKey, **given: str) -> Any:
    """The page that makes a passkey, as a browser takes it."""
    options = to_make(browser.get(ADD))
    assert options["publicKey"]["authenticatorSelection"]["userVerification"] == "required"
    return browser.post(ADD, {"name": "máy cơ quan", "credential": key.make(options)} | given)


def test_who_came_from_vneid_adds_a_passkey_and_opens_the_post_with_it(
    browser: Client, fresh_db: Database
) -> None:
    post, key = post_of_an(), SoftKey()
    assert browser.get(DESK).status_code == 403
    home = browser.get(HOME).content.decode()
    assert f'href="{ADD}"' in home
    assert "/tai-khoan/yeu-to/" not in home
    answer = add_key(browser, key)
    assert answer["Location"] == HOME
    assert "máy cơ quan" in browser.get(HOME).content.decode()
    assert open_post(browser, post.id, key)["Location"] == HOME
    assert browser.get(DESK).status_code == 200
    done = [one.action for one in journal(fresh_db) if one.action.startswith(("factor.", "post."))]
    assert done == ["post.granted", "factor.passkey_added", "post.opened"]
    browser.post(f"{HOME}dong/")
    assert browser.get(DESK).status_code == 403


def test_nobody_gets_a_post_before_vneid_has_vouched_for_level_2(
    vneid: CrookedProvider, fresh_db: Database
) -> None:
    def refused() -> str:
        with pytest.raises(Refused) as found:
            post_of_an()
        return found.value.code

    assert refused() == "vouched_unfit", "never here"
    vneid.acr = "urn:danso:acr:1:1"
    enter(Client(), vneid)
    assert refused() == "vouched_unfit", "level 1"
    vneid.acr = "urn:danso:acr:2:2"
    enter(Client(), vneid)
    assert post_of_an().account


def test_an_account_of_the_home_s_own_holds_no_post(
    vneid: CrookedProvider, person: Any, fresh_db: Database
) -> None:
    """Left over from when the home was a provider: nobody vouches for whoever holds it."""
    own = eids.make_citizen(AN["number"], "0912345678", person, None).account
    Account.objects.filter(pk=own.pk).update(level=2)
    with pytest.raises(Refused):
        post_of_an()


def test_accounts_are_handed_over_and_taken_back(browser: Client, fresh_db: Database) -> None:
    identity.create_account(username="tran.thi", name="Trần Thị", actor=TESTER)
    account = identity.hand_over("tran.thi", AN["number"], actor=TESTER)
    post = identity.grant_post(
        account.id, identity.parse_role("steward"), identity.parse_scope("province"), actor=TESTER
    )
    key = SoftKey()
    add_key(browser, key)
    open_post(browser, post.id, key)
    assert browser.get(DESK).status_code == 200
    identity.take_back("tran.thi", actor=TESTER)
    assert browser.get(DESK).status_code == 403
    assert "chưa được giao" in browser.get(HOME).content.decode()


def test_a_passkey_is_made_only_after_vneid_was_asked_just_now(
    vneid: CrookedProvider, browser: Client, fresh_db: Database
) -> None:
    post_of_an()
    session = browser.session
    records = session["account_authentication_methods"]
    records[0]["at"] -= timedelta(minutes=6).total_seconds()
    session["account_authentication_methods"] = records
    session.save()
    asked = browser.get(ADD)
    assert asked.status_code == 302
    page = browser.get(asked["Location"]).content.decode()
    assert "Xác nhận bằng VNeID" in page
    url = leave(browser, next=ADD, again="1")
    assert vneid.request_of(url)["prompt"] == "login"
    assert next_of(come_back(browser, vneid, url)) == ADD
    assert browser.get(ADD).status_code == 200


def test_without_a_post_no_passkey_is_kept(browser: Client, fresh_db: Database) -> None:
    assert browser.get(ADD).status_code == 403
    assert "key_without_post" in browser.get(ADD).content.decode()


def test_a_passkey_that_does_not_check_its_holder_is_not_kept(
    browser: Client, fresh_db: Database
) -> None:
    post_of_an()
    answer = add_key(browser, SoftKey(verifies=False))
    assert answer.status_code == 403
    assert "Khóa truy cập chưa được chấp nhận" in answer.content.decode()
    assert not identity.factors_of(Account.objects.get(level=2).pk)


def test_what_was_asked_of_one_page_is_answered_once(browser: Client, fresh_db: Database) -> None:
    post_of_an()
    made = SoftKey().make(to_make(browser.get(ADD)))
    assert browser.post(ADD, {"credential": made}).status_code == 302
    for credential in (made, "{}", "", '{"response": []}'):
        assert browser.post(ADD, {"credential": credential}).status_code == 403


def test_a_new_passkey_rests_and_its_holder_is_told(
    vneid: CrookedProvider, fresh_db: Database, settings: Settings
) -> None:
    settings.KEY_RESTS = timedelta(hours=24)
    vneid.info |= {"phone": "0912345678"}
    browser = Client()
    enter(browser, vneid)
    post, key = post_of_an(), SoftKey()
    add_key(browser, key)
    assert ("eid.factor", "0912345678") in messages()
    assert browser.get(f"{HOME}{post.id}/mo/")["Location"] == HOME
    assert "đợi đủ thời gian chờ" in browser.get(HOME).content.decode()


def test_a_passkey_of_posts_signs_nobody_in(
    browser: Client, fresh_db: Database, settings: Settings
) -> None:
    post_of_an()
    key = SoftKey()
    add_key(browser, key)
    stranger = Client()
    options = stranger.get(
        "/tai-khoan/dang-nhap/khoa/", headers={"X-Requested-With": "XMLHttpRequest"}
    )
    asked = json.loads(options.content)["request_options"]
    answer = stranger.post("/tai-khoan/dang-nhap/khoa/", {"credential": key.use(asked)})
    assert answer.status_code == 302
    assert stranger.get("/dinh-danh/").status_code == 302
    assert "_auth_user_id" not in stranger.session
    failed = [one.detail["method"] for one in journal(fresh_db) if one.outcome == "failed"]
    assert failed == ["elsewhere"]


def test_a_session_of_level_1_opens_nothing(
    vneid: CrookedProvider, browser: Client, fresh_db: Database
) -> None:
    """The account fell with what VNeID told last; what another session had open closes."""
    post, key = post_of_an(), SoftKey()
    add_key(browser, key)
    open_post(browser, post.id, key)
    vneid.acr = "urn:danso:acr:1:1"
    lower = Client()
    enter(lower, vneid)
    assert not OpenedPost.objects.filter(ended_at__isnull=True).exists()
    assert browser.get(DESK).status_code == 403
    answer = open_post(lower, post.id, key)
    assert "session_level" in answer.content.decode()
    vneid.acr = "urn:danso:acr:2:2"
    enter(Client(), vneid)
    assert "session_level" in open_post(lower, post.id, key).content.decode(), "this session's"


def test_the_end_at_vneid_closes_the_post(
    vneid: CrookedProvider, browser: Client, fresh_db: Database
) -> None:
    post, key = post_of_an(), SoftKey()
    add_key(browser, key)
    open_post(browser, post.id, key)
    assert end(Client(), vneid.logout_token()).status_code == 200
    row = OpenedPost.objects.get()
    assert (row.ended_at is not None, row.why) == (True, "session")
    assert browser.get(DESK).status_code == 302


def test_a_passkey_is_removed_after_asking_and_opens_nothing_more(
    browser: Client, fresh_db: Database
) -> None:
    post, key = post_of_an(), SoftKey()
    add_key(browser, key)
    (kept,) = identity.factors_of(Account.objects.get(level=2).pk)
    at = f"{HOME}khoa/{kept.key}/bo/"
    assert "máy cơ quan" in browser.get(at).content.decode()
    assert browser.post(at)["Location"] == HOME
    assert browser.get(f"{HOME}{post.id}/mo/")["Location"] == HOME
    assert browser.get(at).status_code == 404


def test_in_a_provider_s_home_passkeys_stay_with_the_factors(
    client: Client, vneid: CrookedProvider, fresh_db: Database, settings: Any
) -> None:
    settings.DANSO = replace(settings.DANSO, identity_mode="provider")
    own = eids.make_citizen(AN["number"], "0912345678", None, None).account
    Account.objects.filter(pk=own.pk).update(level=2)
    post_of_an()
    give_key(own.pk)
    enter_citizen(client, own.pk)
    assert "key_with_factors" in client.get(ADD).content.decode()
