"""The glass is broken on the console, once at a time, for an hour, and everybody who must knows."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import Settings
from typer.testing import CliRunner

from danso.config.commands import break_glass as command
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import BrokenGlass, Role, Scope, ScopeKind
from danso.modules.notices.models import OutgoingMessage
from danso.toolkit.platform import platform
from tests.conftest import Database
from tests.officers import TESTER, journal, sign_in

pytestmark = pytest.mark.clause("II.2.2")
REASON = "VNeID không trả lời từ sáng"
ENTRY = "/tai-khoan/khan-cap/"
CONSOLE = Actor(kind="operator", id="console", system="cli")


def smash(minutes: int = 60) -> BrokenGlass:
    return identity.break_glass(REASON, minutes=minutes, who="root", actor=CONSOLE)


def enter(client: Client, code: str) -> Any:
    return client.post(ENTRY, {"code": code})


def outcomes(database: Database) -> list[tuple[str, str]]:
    return [
        (row.action, row.outcome)
        for row in journal(database)
        if row.action.startswith("break_glass")
    ]


def test_code_opens_an_operator_once_who_may_do_what_operators_do(
    client: Client, fresh_db: Database
) -> None:
    made = smash()
    assert enter(client, f" {made.code} ")["Location"] == "/van-hanh/"
    page = client.get("/van-hanh/")
    assert "Vận hành khẩn cấp đang mở" in page.content.decode()
    # There is no factor to give again: its whole hour counts as fresh.
    assert client.get("/van-hanh/tai-khoan/moi/").status_code == 200
    assert client.get("/du-lieu/").status_code == 403
    assert client.get("/tai-khoan/yeu-to/")["Location"].startswith("/van-hanh/")
    assert journal(fresh_db)[-1].actor == str(made.glass.account)

    second = Client()
    assert enter(second, made.code).status_code == 200
    assert second.get("/van-hanh/").status_code == 302
    assert [one.what for one in identity.security_events()] == ["break_glass_refused"]
    assert outcomes(fresh_db)[:2] == [("break_glass.made", "done"), ("break_glass.begun", "done")]


def test_one_at_a_time(fresh_db: Database) -> None:
    smash()
    with pytest.raises(Conflict) as found:
        smash()
    assert found.value.code == "glass_broken"
    assert outcomes(fresh_db)[-1] == ("break_glass.made", "refused:glass_broken")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_break_glass (key, account_id, code_digest, reason, who, made_at,"
            " until, is_over, why, note, closed_by) SELECT gen_random_uuid(), account_id, '', '',"
            " '', now(), now(), false, '', '', '' FROM identity_break_glass"
        )
    identity.end_glass(actor=CONSOLE)
    assert smash().code
    with pytest.raises(InvalidValue):
        identity.break_glass("x", minutes=60, who="root", actor=CONSOLE)


def test_it_is_over_with_its_hour_and_never_comes_back(client: Client, fresh_db: Database) -> None:
    with clock.frozen(clock.now()) as watch:
        made = smash(minutes=10)
        enter(client, made.code)
        assert client.get("/van-hanh/").status_code == 200
        watch.advance(timedelta(minutes=10, seconds=1))
        assert client.get("/van-hanh/").status_code == 302
        again = smash()
        assert again.glass.account != made.glass.account
        late = smash_again_is_refused()
        watch.advance(timedelta(minutes=61))
        assert enter(Client(), again.code).status_code == 200
        assert identity.posts_of(made.glass.account) == ()
    assert late
    assert not identity.get_account(made.glass.account).is_active


def smash_again_is_refused() -> bool:
    try:
        smash()
    except Conflict:
        return True
    return False


def test_ending_it_ends_the_session_at_once(client: Client, fresh_db: Database) -> None:
    made = smash()
    enter(client, made.code)
    identity.end_glass(actor=CONSOLE)
    assert client.get("/van-hanh/").status_code == 302
    with pytest.raises(NotFound):
        identity.end_glass(actor=CONSOLE)


def test_signing_out_ends_it(client: Client, fresh_db: Database) -> None:
    made = smash()
    enter(client, made.code)
    client.post("/tai-khoan/dang-xuat/")
    (row,) = identity.break_glasses()
    assert (row.why, row.ended_at is not None) == ("signed_out", True)
    assert enter(client, made.code).status_code == 200
    assert outcomes(fresh_db)[-1] == ("break_glass.ended", "done")


def test_its_account_gets_no_password_no_post_and_no_person(fresh_db: Database) -> None:
    made = smash()
    name = identity.get_account(made.glass.account).username
    for act in (
        lambda: identity.reset_account(name, actor=TESTER),
        lambda: identity.hand_over(name, "099084000123", actor=TESTER),
        lambda: identity.grant_post(
            made.glass.account, Role.AUDITOR, Scope(ScopeKind.PROVINCE), actor=TESTER
        ),
    ):
        with pytest.raises(Refused) as found:
            act()
        assert found.value.code == "account_of_emergency"


def test_named_contacts_are_told_and_a_wrong_address_stops_nothing(
    fresh_db: Database, settings: Settings
) -> None:
    settings.BREAK_GLASS_CONTACTS = ["0912345678", "truc@example.vn", "không phải số"]
    made = smash()
    assert (made.told, made.contacts) == (2, 3)
    rows = OutgoingMessage.objects.filter(code="break_glass").order_by("channel")
    assert [row.address for row in rows] == ["truc@example.vn", "0912345678"]
    assert made.code not in "".join(row.text for row in rows)


def test_auditor_sees_it_and_closes_it_with_a_note(client: Client, fresh_db: Database) -> None:
    made = smash()
    sign_in(client, "auditor")
    assert "chưa kết luận" in client.get("/kiem-tra/").content.decode()
    assert REASON in client.get("/kiem-tra/khan-cap/").content.decode()
    at = f"/kiem-tra/khan-cap/{made.glass.key}/"
    assert client.post(at, {"note": "Đã hỏi, đúng việc"})["Location"] == "/kiem-tra/khan-cap/"
    (row,) = identity.break_glasses()
    assert row.note == "Đã hỏi, đúng việc"
    assert identity.count_open_glasses() == 0
    assert "Đã hỏi, đúng việc" in client.get(at).content.decode()
    assert REASON not in repr(journal(fresh_db))


def test_it_works_where_the_provider_and_the_register_are_away(
    client: Client, fresh_db: Database, settings: Settings
) -> None:
    changed = {"identity_mode": "broker", "register_mode": "absent", "officers": "persons"}
    settings.DANSO = type(platform())(**{**vars(platform()), **changed})
    made = smash()
    enter(client, made.code)
    assert client.get("/van-hanh/tai-khoan/moi/").status_code == 200


def test_console_shows_the_code_once(
    fresh_db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "default_home", lambda: tmp_path)
    done = CliRunner().invoke(
        command.app, ["start", "--reason", REASON, "--json"], catch_exceptions=False
    )
    told = json.loads(done.stdout)
    assert told["address"].endswith(ENTRY)
    assert enter(Client(), told["code"]).status_code == 302
    (row,) = identity.break_glasses()
    assert row.who == command.host_user()
    assert CliRunner().invoke(command.app, ["end"], catch_exceptions=False).exit_code == 0


def test_console_of_somebody_else_is_refused(
    fresh_db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "default_home", lambda: tmp_path)
    monkeypatch.setattr(command, "console_user", lambda: 4242)
    with pytest.raises(Refused) as found:
        CliRunner().invoke(command.app, ["start", "--reason", REASON], catch_exceptions=False)
    assert found.value.code == "not_the_owner"
