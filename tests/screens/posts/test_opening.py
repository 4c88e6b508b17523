"""A post is opened with a passkey only; a citizen's session never has an officer's right."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from danso.kernel import clock
from danso.kernel.errors import Conflict
from danso.modules.identity import interface as identity
from danso.modules.identity.actions.following import lock_dead
from danso.modules.identity.actions.opened import open_post as act_open
from danso.modules.identity.data import LockReason
from danso.modules.identity.models import OpenedPost
from tests.conftest import Database
from tests.eid_world import CLERK
from tests.officers import TESTER, journal
from tests.post_world import (
    HOME,
    asked,
    enter_citizen,
    give_codes,
    give_key,
    give_post,
    make_eid,
    open_post,
    opened_world,
)

pytestmark = pytest.mark.clause("II.2.2")
DESK = "/du-lieu/"
SECOND = "099084000131"


def steps(database: Database, *actions: str) -> list[tuple[str, str, str, Any]]:
    """Rows of these actions: what, outcome, who, why."""
    return [
        (row.action, row.outcome, row.actor, row.detail.get("why"))
        for row in journal(database)
        if row.action in actions
    ]


def closings(database: Database) -> list[Any]:
    return [one[3] for one in steps(database, "post.closed")]


def test_person_opens_a_post_with_a_passkey_and_closes_it(
    client: Client, fresh_db: Database
) -> None:
    account = make_eid()
    post = give_post()
    key = give_key(account.id)
    enter_citizen(client, account.id)
    assert client.get(DESK).status_code == 403
    assert "Cán bộ quản trị dữ liệu" in client.get(HOME).content.decode()

    assert open_post(client, post.id, key)["Location"] == HOME
    page = client.get(HOME).content.decode()
    assert "Vị trí công tác đang mở" in page
    assert client.get(DESK).status_code == 200
    # One's own pages are the citizen's.
    assert client.get("/dinh-danh/")["Location"].startswith(HOME)

    assert client.post(f"{HOME}dong/")["Location"] == HOME
    assert client.get(DESK).status_code == 403
    assert client.get("/dinh-danh/").status_code == 200
    officer = str(post.account)
    assert steps(fresh_db, "post.opened", "post.closed") == [
        ("post.opened", "done", str(account.id), None),
        ("post.closed", "done", officer, "asked"),
    ]
    rows = [row for row in journal(fresh_db) if row.action.startswith("post.")]
    assert {row.subject for row in rows} == {str(account.person)}


def test_what_is_done_in_a_post_is_the_officers_and_their_person_is_known(
    client: Client, fresh_db: Database
) -> None:
    post = opened_world(client, "operator")
    client.get(DESK)  # refused: an operator sees no people
    last = journal(fresh_db)[-1]
    assert (last.action, last.outcome, last.actor) == (
        "page.steward:home",
        "refused:role_missing",
        str(post.account),
    )
    holder = identity.find_account("tran.thi")
    assert holder is not None
    assert holder.person == identity.get_account(holder.holder).person  # type: ignore[arg-type]


@pytest.mark.parametrize("methods", [("password", "totp"), ("password",)])
def test_codes_and_passwords_open_nothing(
    client: Client, fresh_db: Database, methods: tuple[str, ...]
) -> None:
    account = make_eid()
    post = give_post()
    give_codes(account.id)
    given = [
        {"method": "password"} if one == "password" else {"method": "mfa", "type": one}
        for one in methods
    ]
    enter_citizen(client, account.id, *given)
    assert client.get(f"{HOME}{post.id}/mo/")["Location"] == HOME
    assert "Cần một khóa truy cập" in client.get(HOME).content.decode()
    answer = client.post(f"{HOME}{post.id}/mo/", {"credential": "{}", "code": "123456"})
    assert answer["Location"] == HOME
    assert client.get(DESK).status_code == 403
    assert not OpenedPost.objects.exists()


def test_signing_in_with_a_passkey_opens_nothing_by_itself(
    client: Client, fresh_db: Database
) -> None:
    account = make_eid()
    give_post()
    give_key(account.id)
    enter_citizen(client, account.id, {"method": "mfa", "type": "webauthn", "passwordless": True})
    assert client.get(DESK).status_code == 403


def test_key_that_does_not_check_its_holder_is_refused(client: Client, fresh_db: Database) -> None:
    account = make_eid()
    post = give_post()
    key = give_key(account.id, verifies=False)
    enter_citizen(client, account.id)
    answer = open_post(client, post.id, key)
    assert answer.status_code == 403
    assert "Khóa truy cập chưa được chấp nhận" in answer.content.decode()
    assert client.get(DESK).status_code == 403
    assert [row.detail["method"] for row in journal(fresh_db) if row.action == "sign_in"] == [
        "key_again"
    ]


def test_answer_counts_once_for_one_post_and_for_five_minutes(
    client: Client, fresh_db: Database
) -> None:
    account = make_eid()
    post = give_post()
    other = identity.grant_post(
        post.account, identity.parse_role("leader"), post.scope, actor=TESTER
    )
    key = give_key(account.id)
    enter_citizen(client, account.id)
    at, elsewhere = f"{HOME}{post.id}/mo/", f"{HOME}{other.id}/mo/"

    answer = key.use(asked(client.get(at)))
    assert client.post(elsewhere, {"credential": answer}).status_code == 403

    answer = key.use(asked(client.get(at)))
    with clock.frozen(clock.now() + timedelta(minutes=5, seconds=1)):
        assert client.post(at, {"credential": answer}).status_code == 403

    answer = key.use(asked(client.get(at)))
    assert client.post(at, {"credential": answer}).status_code == 302
    client.post(f"{HOME}dong/")
    assert client.post(at, {"credential": answer}).status_code == 403
    assert client.get(DESK).status_code == 403


def test_key_of_somebody_else_opens_nothing(client: Client, fresh_db: Database) -> None:
    account, other = make_eid(), make_eid(SECOND)
    post = give_post()
    give_key(account.id)
    key = give_key(other.id)
    enter_citizen(client, account.id)
    assert open_post(client, post.id, key).status_code == 403
    # And nobody opens a post that is not theirs.
    enter_citizen(client, other.id)
    assert client.get(f"{HOME}{post.id}/mo/").status_code == 404


def test_answer_that_is_no_answer_is_refused(client: Client, fresh_db: Database) -> None:
    account = make_eid()
    post = give_post()
    give_key(account.id)
    enter_citizen(client, account.id)
    for junk in ("", "{", "[]", "null", json.dumps({"id": "a", "response": 1})):
        client.get(f"{HOME}{post.id}/mo/")
        answer = client.post(f"{HOME}{post.id}/mo/", {"credential": junk})
        assert answer.status_code == 403, junk


def test_new_key_waits_where_the_home_says_so(
    client: Client, fresh_db: Database, settings: Settings
) -> None:
    settings.KEY_RESTS = timedelta(hours=24)
    account = make_eid()
    post = give_post()
    key = give_key(account.id)
    enter_citizen(client, account.id)
    assert client.get(f"{HOME}{post.id}/mo/")["Location"] == HOME
    assert "chưa dùng để mở vị trí được ngay" in client.get(HOME).content.decode()
    with clock.frozen(clock.now() + timedelta(hours=25)):
        later = Client()
        enter_citizen(later, account.id)
        assert open_post(later, post.id, key).status_code == 302


def test_revoked_post_is_over_with_the_next_request(client: Client, fresh_db: Database) -> None:
    post = opened_world(client)
    identity.revoke_post(post.id, actor=TESTER)
    assert client.get(DESK).status_code == 403
    assert client.get("/dinh-danh/").status_code == 200
    assert closings(fresh_db) == ["revoked"]


def test_closed_account_and_taken_back_account_are_over_too(
    client: Client, fresh_db: Database
) -> None:
    opened_world(client)
    identity.take_back("tran.thi", actor=TESTER)
    assert client.get(DESK).status_code == 403
    assert closings(fresh_db) == ["revoked"]
    assert identity.granted_posts(make_eid(SECOND).id) == ()


def test_lock_ends_session_and_post_in_one_commit(client: Client, fresh_db: Database) -> None:
    post = opened_world(client)
    person = OpenedPost.objects.get().holder_id
    identity.lock_eid(person, LockReason.POLICE, actor=CLERK)
    assert closings(fresh_db) == ["eid"]
    assert client.get(DESK)["Location"].startswith("/tai-khoan/dang-nhap/")
    row = OpenedPost.objects.get()
    assert (row.ended_at is not None, row.why) == (True, "eid")
    assert post.account == identity.posts_of(post.account)[0].account


def test_death_ends_what_is_open(client: Client, fresh_db: Database) -> None:
    opened_world(client)
    holder = identity.get_account(OpenedPost.objects.get().holder_id)
    assert holder.person is not None
    lock_dead([holder.person])
    assert client.get(DESK)["Location"].startswith("/tai-khoan/dang-nhap/")
    assert closings(fresh_db) == ["eid"]


def test_key_locked_by_its_holder_closes_the_post(client: Client, fresh_db: Database) -> None:
    opened_world(client)
    holder = OpenedPost.objects.get().holder_id
    identity.lock_factor(holder, identity.factors_of(holder)[0].key)
    assert client.get(DESK).status_code == 403
    assert closings(fresh_db) == ["factor"]


def test_post_closes_after_eight_hours_and_the_citizen_stays(
    client: Client, fresh_db: Database
) -> None:
    opened_world(client)
    with clock.frozen(clock.now()) as watch:
        for _ in range(8 * 6):
            assert client.get(HOME).status_code == 200
            watch.advance(timedelta(minutes=10))
        watch.advance(timedelta(seconds=1))
        assert client.get(DESK).status_code == 403
        assert client.get("/dinh-danh/").status_code == 200
    assert closings(fresh_db) == ["too_long"]


def test_session_left_alone_closes_the_post(client: Client, fresh_db: Database) -> None:
    opened_world(client)
    client.get(HOME)
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert client.get(DESK)["Location"].startswith("/tai-khoan/dang-nhap/")
    assert closings(fresh_db) == ["idle"]


def test_signing_out_closes_the_post(client: Client, fresh_db: Database) -> None:
    opened_world(client)
    client.post("/tai-khoan/dang-xuat/")
    assert closings(fresh_db) == ["signed_out"]


def test_session_key_is_new_and_the_old_one_worth_nothing(
    client: Client, fresh_db: Database
) -> None:
    account = make_eid()
    post = give_post()
    key = give_key(account.id)
    enter_citizen(client, account.id)
    planted = client.session.session_key
    open_post(client, post.id, key)
    opened = client.session.session_key
    assert planted
    assert opened != planted
    thief = Client()
    thief.cookies["danso"] = planted
    assert thief.get(DESK)["Location"].startswith("/tai-khoan/dang-nhap/")
    client.post(f"{HOME}dong/")
    assert client.session.session_key != opened


def test_form_of_another_tab_is_not_sent_as_somebody_else(fresh_db: Database) -> None:
    client = Client(enforce_csrf_checks=True)
    account = make_eid()
    post = give_post("099084000123", "operator")
    key = give_key(account.id)
    enter_citizen(client, account.id)
    stale = _token_of(client.get("/dinh-danh/"))
    at = f"{HOME}{post.id}/mo/"
    page = client.get(at)
    form = {"credential": key.use(asked(page)), "csrfmiddlewaretoken": _token_of(page)}
    assert client.post(at, form).status_code == 302
    # The citizen's tab: its button does nothing while the post is open.
    answer = client.post("/dinh-danh/khoa/", {"csrfmiddlewaretoken": stale})
    assert answer.status_code == 403
    fresh = _token_of(client.get(HOME))
    answer = client.post("/dinh-danh/khoa/", {"csrfmiddlewaretoken": fresh})
    assert answer["Location"].startswith(HOME)
    assert identity.get_eid(account.id).lock == ""
    # The officer's tab, after the post was closed in the other.
    assert client.post(f"{HOME}dong/", {"csrfmiddlewaretoken": fresh}).status_code == 302
    answer = client.post("/van-hanh/tai-khoan/moi/", {"csrfmiddlewaretoken": fresh})
    assert answer.status_code == 403


def test_one_post_at_a_time_in_a_session(client: Client, fresh_db: Database) -> None:
    opened_world(client)
    row = OpenedPost.objects.get()
    with pytest.raises(Conflict) as found:
        act_open(row.holder_id, row.post_id, session=row.session)
    assert found.value.code == "post_open"


def test_weighty_things_ask_for_the_passkey_again(client: Client, fresh_db: Database) -> None:
    account = make_eid()
    post = give_post(role="operator")
    key = give_key(account.id)
    enter_citizen(client, account.id)
    open_post(client, post.id, key)
    assert client.get("/van-hanh/tai-khoan/moi/").status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        asked_at = client.get("/van-hanh/tai-khoan/moi/")["Location"]
        assert asked_at.startswith("/vi-tri/xac-nhan/?next=")
        page = client.get(asked_at)
        form = {"credential": key.use(asked(page)), "next": "/van-hanh/tai-khoan/moi/"}
        before = client.session.session_key
        assert client.post("/vi-tri/xac-nhan/", form)["Location"] == "/van-hanh/tai-khoan/moi/"
        assert client.session.session_key != before
        assert client.get("/van-hanh/tai-khoan/moi/").status_code == 200
        away = {"credential": key.use(asked(client.get(asked_at))), "next": "https://evil.example/"}
        assert client.post("/vi-tri/xac-nhan/", away)["Location"] == HOME


def _token_of(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]
