"""Signing in with a password and a second factor, out, idle, again; all of it journaled."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from danso.kernel import clock
from danso.modules.identity import interface as identity
from danso.modules.identity.data import AccountData
from tests.conftest import Database
from tests.officers import PASSWORD, TESTER, enter, journal, make_officer, sign_in

SIGN_IN = "/tai-khoan/dang-nhap/"
CODE = "/tai-khoan/dang-nhap/ma/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_codes(officer: AccountData) -> None:
    """Set one-time codes up behind the screens."""
    user = get_user_model().objects.get(pk=officer.id)
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)


def code_now(step: int = 0) -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + step)))


def give_password(client: Client, officer: AccountData, password: str = PASSWORD) -> int:
    response = client.post(SIGN_IN, {"login": officer.username, "password": password})
    return int(response.status_code)


def steps(database: Database) -> list[tuple[str, str]]:
    made = {"account.created", "post.granted"}
    return [(row.action, row.outcome) for row in journal(database) if row.action not in made]


def test_page_says_what_is_asked_and_has_no_sign_up(client: Client, fresh_db: Database) -> None:
    page = client.get(SIGN_IN).content.decode()
    assert "Tên đăng nhập" in page
    assert 'autocomplete="current-password"' in page
    assert "signup" not in page


def test_password_alone_signs_in_where_no_factor_is_set_up(
    client: Client, fresh_db: Database
) -> None:
    officer = make_officer("steward")
    assert give_password(client, officer) == 302
    assert client.get("/tai-khoan/").status_code == 200
    assert journal(fresh_db)[-1].detail == {"account": str(officer.id), "method": "password"}


def test_log_in_name_is_read_in_any_case(client: Client, fresh_db: Database) -> None:
    make_officer(username="le.van")
    response = client.post(SIGN_IN, {"login": "Le.Van", "password": PASSWORD})
    assert response.status_code == 302


def test_second_factor_is_asked_for_where_it_is_set_up(client: Client, fresh_db: Database) -> None:
    officer = make_officer("steward")
    give_codes(officer)
    assert give_password(client, officer) == 302
    assert client.get("/tai-khoan/").status_code == 302
    assert client.get(CODE).status_code == 200
    wrong = client.post(CODE, {"code": "000000"})
    assert "Mã không đúng." in wrong.content.decode()
    assert client.post(CODE, {"code": code_now()}).status_code == 302
    assert client.get("/tai-khoan/").status_code == 200
    assert steps(fresh_db) == [("sign_in", "failed"), ("sign_in", "done")]
    assert journal(fresh_db)[-1].detail["method"] == "password+totp"


def test_one_time_code_works_once(client: Client, fresh_db: Database) -> None:
    officer = make_officer()
    give_codes(officer)
    code = code_now()
    give_password(client, officer)
    assert client.post(CODE, {"code": code}).status_code == 302
    other = Client()
    give_password(other, officer)
    assert other.post(CODE, {"code": code}).status_code == 200


def test_recovery_code_works_once(client: Client, fresh_db: Database) -> None:
    officer = make_officer()
    give_codes(officer)
    row = Authenticator.objects.get(user_id=officer.id, type="recovery_codes")
    code = row.wrap().get_unused_codes()[0]
    give_password(client, officer)
    assert client.post(CODE, {"code": code}).status_code == 302
    other = Client()
    give_password(other, officer)
    assert other.post(CODE, {"code": code}).status_code == 200


def test_factor_secrets_are_not_readable_in_the_database(fresh_db: Database) -> None:
    officer = make_officer()
    give_codes(officer)
    assert SECRET not in repr(list(Authenticator.objects.values_list("data", flat=True)))


def test_wrong_password_reads_like_an_unknown_name(client: Client, fresh_db: Database) -> None:
    officer = make_officer()
    wrong = client.post(SIGN_IN, {"login": officer.username, "password": "x"}).content.decode()
    unknown = client.post(SIGN_IN, {"login": "nobody-here", "password": "x"}).content.decode()
    said = "Tên đăng nhập hoặc mật khẩu không đúng."
    assert said in wrong
    assert said in unknown
    assert steps(fresh_db) == [("sign_in", "failed")]
    assert [event.what for event in identity.security_events()] == ["sign_in_unknown"]
    assert "nobody-here" not in repr(identity.security_events())


def test_fifth_wrong_password_locks_even_the_right_one(client: Client, fresh_db: Database) -> None:
    officer = make_officer()
    for _ in range(5):
        give_password(client, officer, "wrong")
    cache.clear()  # as after a restart: the lock is in the database, not in a process
    response = client.post(SIGN_IN, {"login": officer.username, "password": PASSWORD})
    assert "Sai quá nhiều lần" in response.content.decode()
    assert steps(fresh_db)[-1] == ("account.locked", "done")
    assert identity.security_events()[0].what == "sign_in_locked"


def test_sign_out_needs_a_post_and_is_journaled(client: Client, fresh_db: Database) -> None:
    officer = sign_in(client)
    assert client.get("/tai-khoan/dang-xuat/").status_code == 200
    assert client.get("/tai-khoan/").status_code == 200
    client.post("/tai-khoan/dang-xuat/")
    assert client.get("/tai-khoan/").status_code == 302
    last = journal(fresh_db)[-1]
    assert (last.action, last.detail["why"], last.actor) == ("sign_out", "asked", str(officer.id))


def test_fifteen_idle_minutes_end_the_session(client: Client, fresh_db: Database) -> None:
    officer = make_officer()
    with clock.frozen(datetime.now(UTC)) as watch:
        enter(client, officer)
        assert client.get("/tai-khoan/").status_code == 200
        for _ in range(3):
            watch.advance(timedelta(minutes=14))
            assert client.get("/tai-khoan/").status_code == 200
        watch.advance(timedelta(minutes=15, seconds=1))
        assert client.get("/tai-khoan/").status_code == 302
    assert journal(fresh_db)[-1].detail["why"] == "idle"


def test_page_that_refreshes_itself_keeps_no_session_alive(
    client: Client, fresh_db: Database
) -> None:
    officer = make_officer()
    live = {"HX-Request": "true", "X-Danso-Live": "1"}
    with clock.frozen(datetime.now(UTC)) as watch:
        enter(client, officer)
        client.get("/tai-khoan/")
        for _ in range(2):
            watch.advance(timedelta(minutes=7))
            assert client.get("/tai-khoan/", headers=live).status_code == 200
        watch.advance(timedelta(minutes=2))
        assert client.get("/tai-khoan/", headers=live).status_code == 401


def test_session_ends_after_twelve_hours_of_work(client: Client, fresh_db: Database) -> None:
    officer = make_officer()
    with clock.frozen(datetime.now(UTC)) as watch:
        enter(client, officer)
        client.get("/tai-khoan/")
        for _ in range(12 * 6):
            watch.advance(timedelta(minutes=10))
            client.get("/tai-khoan/")
        watch.advance(timedelta(minutes=10))
        assert client.get("/tai-khoan/").status_code == 302
    assert journal(fresh_db)[-1].detail["why"] == "too_long"


def test_password_again_makes_the_session_fresh_under_a_new_key(
    client: Client, fresh_db: Database, settings: Settings
) -> None:
    sign_in(client, "steward")
    again = "/tai-khoan/xac-nhan/?next=/tai-khoan/"
    assert "năm phút" in client.get(again).content.decode()
    assert client.post(again, {"password": "wrong"}).status_code == 200
    before = Client()
    name = settings.SESSION_COOKIE_NAME
    before.cookies[name] = client.cookies[name].value
    assert before.get("/tai-khoan/").status_code == 200
    assert client.post(again, {"password": PASSWORD})["Location"] == "/tai-khoan/"
    assert client.get("/tai-khoan/").status_code == 200
    assert before.get("/tai-khoan/").status_code == 302, "the key from before is worth nothing"
    assert steps(fresh_db) == [("sign_in", "failed"), ("reauthenticated", "done")]


def test_closed_account_cannot_go_on(client: Client, fresh_db: Database) -> None:
    officer = sign_in(client)
    identity.close_account(officer.username, actor=TESTER)
    assert client.get("/tai-khoan/").status_code == 302


def test_reset_ends_open_sessions(client: Client, fresh_db: Database) -> None:
    officer = sign_in(client)
    identity.reset_account(officer.username, actor=TESTER)
    assert client.get("/tai-khoan/").status_code == 302


def test_sign_in_does_not_send_the_browser_elsewhere(client: Client, fresh_db: Database) -> None:
    officer = make_officer()
    response = client.post(
        f"{SIGN_IN}?next=https://elsewhere.invalid/",
        {"login": officer.username, "password": PASSWORD},
    )
    assert response["Location"] == "/"


def test_pages_carry_the_strict_headers(client: Client, fresh_db: Database) -> None:
    response = client.get(SIGN_IN)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in response
    inline = re.findall(r"<script(?![^>]*(?:src=|application/json))", response.content.decode())
    assert inline == []
    assert " style=" not in response.content.decode()


def test_form_sent_from_another_site_does_nothing(fresh_db: Database) -> None:
    officer = make_officer()
    client = Client(enforce_csrf_checks=True)
    response = client.post(SIGN_IN, {"login": officer.username, "password": PASSWORD})
    assert response.status_code == 403
    assert client.get("/tai-khoan/").status_code == 302


def test_tls_makes_every_cookie_secure_and_asks_for_tls_for_ever(
    client: Client, fresh_db: Database
) -> None:
    officer = make_officer()
    client.get(SIGN_IN, secure=True)
    response = client.post(SIGN_IN, {"login": officer.username, "password": PASSWORD}, secure=True)
    assert response["Strict-Transport-Security"].startswith("max-age=31536000")
    assert response.cookies
    for cookie in response.cookies.values():
        assert cookie["secure"], cookie.key
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key


@pytest.fixture
def few(settings: Settings) -> None:
    """The limits of an address at a twentieth and a tenth: what a home has is hundreds."""
    assert settings.ACCOUNT_RATE_LIMITS["login"] == "600/m/ip"
    assert settings.ACCOUNT_RATE_LIMITS["login_failed"] == "60/m/ip,5/900s/key"
    few = {"login": "30/m/ip", "login_failed": "6/m/ip,5/900s/key"}
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, **few}


@pytest.mark.usefixtures("few")
def test_storm_of_tries_is_slowed_down_by_address(client: Client, fresh_db: Database) -> None:
    answers = [client.post(SIGN_IN, {"login": "ai-do", "password": "x"}) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert "quá nhiều lần" in answers[-1].content.decode()


@pytest.mark.usefixtures("few")
def test_wrong_tries_under_many_names_are_counted_by_address(
    client: Client, fresh_db: Database
) -> None:
    pages = [
        client.post(SIGN_IN, {"login": f"ai-do-{number}", "password": "x"}).content.decode()
        for number in range(7)
    ]
    assert ["Sai quá nhiều lần" in page for page in pages] == [False] * 6 + [True]


@pytest.mark.usefixtures("few")
def test_storm_of_names_does_not_push_the_counters_out(client: Client, fresh_db: Database) -> None:
    for _ in range(31):
        last = client.post(SIGN_IN, {"login": "ai-do", "password": "x"})
    assert last.status_code == 429
    for number in range(1000):
        cache.set(f"allauth:rl:made-up:{number}", [1.0], 900)
    assert client.post(SIGN_IN, {"login": "ai-do", "password": "x"}).status_code == 429
