"""First password, one-time codes, passkeys and recovery codes on the officer's own pages."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from danso.kernel import clock
from danso.modules.identity import interface as identity
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.officers import PASSWORD, TESTER, enter, journal, make_officer, sign_in
from tests.screens.account.soft_key import SoftKey

SIGN_IN = "/tai-khoan/dang-nhap/"
CODE = "/tai-khoan/dang-nhap/ma/"
PASSKEY_SIGN_IN = "/tai-khoan/dang-nhap/khoa/"
OWN = "/tai-khoan/"
FACTORS = "/tai-khoan/yeu-to/"
NEW_PASSWORD = "bảy ngọn đồi sau làng cũ"


def data_in(page: str) -> dict[str, Any]:
    """What the page hands to the passkey script."""
    found = re.search(r'<script id="passkey_data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(unescape(found[1]))
    return data


def add_codes(client: Client) -> str:
    """Set one-time codes up through the pages; the secret they showed."""
    page = client.get(f"{FACTORS}ma/them/").content.decode()
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found is not None
    code = format_hotp_value(hotp_value(found[1], int(time.time()) // 30))
    response = client.post(f"{FACTORS}ma/them/", {"code": code})
    assert response["Location"].startswith(FACTORS)
    return found[1]


def add_passkey(client: Client, key: SoftKey, *, alone: bool = False) -> None:
    page = client.get(f"{FACTORS}khoa/them/").content.decode()
    options = data_in(page)["creation_options"]
    form = {"name": "máy cơ quan", "credential": key.make(options)}
    response = client.post(
        f"{FACTORS}khoa/them/", {**form, **({"passwordless": "on"} if alone else {})}
    )
    assert response.status_code == 302, response.content.decode()


def actions(database: Database) -> list[str]:
    return [row.action for row in journal(database)]


def test_one_time_password_opens_nothing_but_the_password_page(
    client: Client, fresh_db: Database
) -> None:
    made = identity.create_account(username="moi-vao", name="Mới vào", actor=TESTER)
    client.post(SIGN_IN, {"login": "moi-vao", "password": made.password})
    assert client.get(OWN)["Location"].startswith("/tai-khoan/mat-khau/")
    assert "chỉ dùng được một lần" in client.get("/tai-khoan/mat-khau/").content.decode()
    form = {"oldpassword": made.password, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/tai-khoan/mat-khau/", form)["Location"] == OWN
    assert client.get(OWN).status_code == 200
    assert actions(fresh_db)[-1] == "account.password_changed"


def test_one_time_password_lapses_in_a_week_and_one_that_was_chosen_does_not(
    client: Client, fresh_db: Database
) -> None:
    made = identity.create_account(username="moi-vao", name="Mới vào", actor=TESTER)
    form = {"login": "moi-vao", "password": made.password}
    with clock.frozen(clock.now() + timedelta(days=7, minutes=1)):
        assert client.post(SIGN_IN, form)["Location"] == "/tai-khoan/het-han/"
        assert "hết hạn" in client.get("/tai-khoan/het-han/").content.decode()
        assert client.get("/tai-khoan/mat-khau/").status_code == 302, "nobody is signed in"
        made = identity.reset_account("moi-vao", actor=TESTER)
    with clock.frozen(clock.now() + timedelta(days=13)):
        client.post(SIGN_IN, form | {"password": made.password})
        new = {"oldpassword": made.password, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        client.post("/tai-khoan/mat-khau/", new)
    with clock.frozen(clock.now() + timedelta(days=400)):
        other = Client()
        other.post(SIGN_IN, form | {"password": NEW_PASSWORD})
        assert other.get(OWN).status_code == 200
    assert [one.detail["method"] for one in journal(fresh_db) if one.outcome == "failed"] == [
        "lapsed"
    ]


@pytest.mark.parametrize("weak", ["ngắn", "123456789012345", "tran-van-moi-vao1"])
def test_weak_password_is_not_taken(client: Client, fresh_db: Database, weak: str) -> None:
    enter(client, make_officer(username="tran-van-moi-vao"))
    form = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    assert client.post("/tai-khoan/mat-khau/", form).status_code == 200
    assert "account.password_changed" not in actions(fresh_db)


def test_new_password_ends_the_other_sessions(client: Client, fresh_db: Database) -> None:
    officer, other = make_officer(), Client()
    enter(client, officer)
    enter(other, officer)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/tai-khoan/mat-khau/", form)
    assert client.get(OWN).status_code == 200
    assert other.get(OWN).status_code == 302


@pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
def test_real_home_lets_nobody_work_without_a_second_factor(
    client: Client, fresh_db: Database, settings: Any
) -> None:
    settings.FACTOR_REQUIRED = True
    sign_in(client, "steward", fresh=True)
    assert client.get(OWN)["Location"].startswith(FACTORS)
    assert "phải có bước xác thực thứ hai" in client.get(FACTORS).content.decode()
    add_codes(client)
    assert client.get(f"{FACTORS}du-phong/").status_code == 200
    assert client.get(OWN).status_code == 200


def test_last_factor_stays_where_one_is_required(
    client: Client, fresh_db: Database, settings: Any
) -> None:
    settings.FACTOR_REQUIRED = True
    officer = sign_in(client, fresh=True)
    key = SoftKey()
    add_passkey(client, key)
    row = Authenticator.objects.get(user_id=officer.id, type="webauthn")
    assert client.post(f"{FACTORS}khoa/{row.pk}/bo/").status_code == 409
    add_codes(client)
    assert client.post(f"{FACTORS}khoa/{row.pk}/bo/").status_code == 302
    client.post(f"{FACTORS}ma/bo/")
    assert identity.has_factor(officer.id)


def test_demo_home_leaves_it_to_the_officer(client: Client, fresh_db: Database) -> None:
    sign_in(client, "steward")
    assert client.get(OWN).status_code == 200


def test_codes_are_added_shown_once_and_removed(client: Client, fresh_db: Database) -> None:
    officer = sign_in(client, fresh=True)
    add_codes(client)
    shown = client.get(f"{FACTORS}du-phong/").content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", shown)) == 10
    again = client.get(f"{FACTORS}du-phong/").content.decode()
    assert re.findall(r"<code>\d{8}</code>", again) == []
    client.post(f"{FACTORS}du-phong/moi/")
    client.post(f"{FACTORS}ma/bo/")
    assert not identity.has_factor(officer.id)
    assert actions(fresh_db)[1:] == [
        "factor.totp_added",
        "factor.recovery_codes_renewed",
        "factor.totp_removed",
    ]


def test_factor_pages_ask_for_a_fresh_password(client: Client, fresh_db: Database) -> None:
    sign_in(client)
    response = client.get(f"{FACTORS}ma/them/")
    assert response["Location"].startswith("/tai-khoan/xac-nhan/?next=")


def test_factor_and_its_journal_row_are_one_commit(
    client: Client, fresh_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = sign_in(client, fresh=True)
    client.get(f"{FACTORS}ma/them/")
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    def broken(*arguments: object) -> None:
        raise OSError("no journal")

    monkeypatch.setattr("danso.modules.audit.actions.frame.record_many", broken)
    with pytest.raises(OSError, match="no journal"):
        client.post(f"{FACTORS}ma/them/", {"code": code})
    assert not identity.has_factor(officer.id)


def test_passkey_is_the_second_step(client: Client, fresh_db: Database) -> None:
    officer = sign_in(client, fresh=True)
    key = SoftKey()
    add_passkey(client, key)
    other = Client()
    other.post(SIGN_IN, {"login": officer.username, "password": PASSWORD})
    options = data_in(other.get(CODE).content.decode())["request_options"]
    stranger = SoftKey()
    assert other.post(CODE, {"credential": stranger.use(options)}).status_code == 200
    options = data_in(other.get(CODE).content.decode())["request_options"]
    assert other.post(CODE, {"credential": key.use(options)}).status_code == 302
    assert other.get(OWN).status_code == 200
    assert journal(fresh_db)[-1].detail["method"] == "password+webauthn"


def test_passkey_alone_signs_in(client: Client, fresh_db: Database) -> None:
    sign_in(client, fresh=True)
    key = SoftKey()
    add_passkey(client, key, alone=True)
    other = Client()
    asked = other.get(PASSKEY_SIGN_IN, headers={"Accept": "application/json"}).json()
    response = other.post(PASSKEY_SIGN_IN, {"credential": key.use(asked["request_options"])})
    assert response.status_code == 302
    assert other.get(OWN).status_code == 200
    assert journal(fresh_db)[-1].detail["method"] == "webauthn"


def test_passkey_alone_must_verify_its_holder(client: Client, fresh_db: Database) -> None:
    sign_in(client, fresh=True)
    key = SoftKey(verifies=False)
    add_passkey(client, key)
    other = Client()
    asked = other.get(PASSKEY_SIGN_IN, headers={"Accept": "application/json"}).json()
    other.post(PASSKEY_SIGN_IN, {"credential": key.use(asked["request_options"])})
    assert other.get(OWN).status_code == 302
    assert identity.security_events()[0].what == "passkey_refused"


def test_passkey_again_makes_the_session_fresh(client: Client, fresh_db: Database) -> None:
    officer = sign_in(client, fresh=True)
    key = SoftKey()
    add_passkey(client, key)
    other = Client()
    enter(other, officer)
    again = "/tai-khoan/xac-nhan/khoa/?next=/tai-khoan/"
    options = data_in(other.get(again).content.decode())["request_options"]
    assert other.post(again, {"credential": key.use(options)})["Location"] == OWN
    assert journal(fresh_db)[-1].detail == {"account": str(officer.id), "method": "webauthn"}


def test_own_page_shows_posts_and_nothing_of_others(client: Client, fresh_db: Database) -> None:
    commune = next(iter(province().units.by_code.values()))
    sign_in(client, "commune_police", f"commune:{commune.code}")
    page = client.get(OWN).content.decode()
    assert "Công an cấp xã" in page
    assert commune.name in page
