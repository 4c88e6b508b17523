"""The operator's pages: links as they are, accounts given and ended, nobody for themselves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from danso.config.handlers import load_handlers
from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.adapters.head_files import HeadFiles
from danso.modules.audit.data import Entry, SignedHead, TreeHead
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, Message
from danso.modules.notices.models import OutgoingMessage
from danso.screens.operator import probes, state
from tests.conftest import Database
from tests.modules.population.conftest import enrol
from tests.officers import TESTER, journal, make_officer, sign_in

HERE = "/van-hanh/"


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK, path
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["steward", "auditor", "leader", "agreement_officer"])
def test_other_roles_are_kept_out(client: Client, role: str) -> None:
    sign_in(client, role, fresh=True)
    for path in ("", "trang-thai/", "an-ninh/", "tai-khoan/"):
        assert client.get(HERE + path).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.django_db
def test_a_gateway_that_does_not_answer_is_named(client: Client) -> None:
    sign_in(client, "operator")
    page = text_of(client, HERE)
    assert "Đang hỏng:" in page
    assert "Cổng kết nối" in page
    assert "không trả lời" in page


@pytest.mark.django_db
def test_the_moving_part_stands_alone_and_says_the_same(client: Client) -> None:
    sign_in(client, "operator")
    part = text_of(client, f"{HERE}trang-thai/")
    assert "Niêm phong nhật ký" in part
    assert "<html" not in part


def test_rows_that_nobody_seals_are_seen_with_their_age(fresh_db: Database) -> None:
    audit.record(Entry(actor=TESTER, action="look", outcome="done"))
    found = audit.journal_health()
    assert found.oldest_unsealed_at is not None
    health = replace(found, swept_at=found.oldest_unsealed_at)
    assert health.oldest_unsealed_at is not None
    with clock.frozen(health.oldest_unsealed_at + timedelta(seconds=5)):
        late = probes.sealer(health)
    with clock.frozen(health.oldest_unsealed_at + timedelta(seconds=60)):
        stopped = probes.sealer(health)
    assert (late.tone, stopped.tone) == ("warn", "bad")
    assert stopped.since == health.oldest_unsealed_at
    assert "60,0" in stopped.waits


def test_a_journal_that_is_held_says_the_next_command(
    fresh_db: Database, settings: LazySettings, tmp_path: Path
) -> None:
    head = TreeHead("danso-journal/another", 9, bytes(32), clock.now().replace(microsecond=0))
    HeadFiles(tmp_path / "files" / "heads").publish(SignedHead(head, "0" * 8, bytes(64)), {})
    settings.DANSO = replace(settings.DANSO, home=tmp_path)
    held = probes.sealer(audit.journal_health())
    assert held.tone == "bad"
    assert f"danso --home {tmp_path} journal resume --confirm" in held.text


@pytest.mark.django_db
def test_a_worker_without_a_heartbeat_is_down() -> None:
    assert probes.worker().tone == "bad"
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert probes.worker().tone == "good"
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert probes.worker().tone == "bad"


def test_since_moves_with_the_state_only() -> None:
    memory = probes.Memory()
    with clock.frozen(clock.now()) as stopped:
        first = memory.since("x", "good")
        stopped.advance(timedelta(minutes=1))
        assert memory.since("x", "good") == first
        assert memory.since("x", "bad") == first + timedelta(minutes=1)


@pytest.mark.django_db
def test_the_security_log_shows_codes_and_networks(client: Client) -> None:
    identity.note_security("name_unknown", "203.0.113.0/24")
    sign_in(client, "operator")
    page = text_of(client, f"{HERE}an-ninh/")
    assert "name_unknown" in page
    assert "203.0.113.0/24" in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["moi/", "{}/vi-tri/", "{}/ho-so/", "{}/dat-lai/", "{}/dong/"])
def test_accounts_ask_for_the_password_again(client: Client, path: str) -> None:
    other = make_officer("steward")
    sign_in(client, "operator")
    answer = client.post(f"{HERE}tai-khoan/{path.format(other.id)}")
    assert answer["Location"].startswith("/tai-khoan/xac-nhan/")


@pytest.mark.django_db
def test_a_new_officer_gets_a_post_and_a_password_shown_once(client: Client) -> None:
    sign_in(client, "operator", fresh=True)
    given = {
        "username": "can-bo-moi",
        "name": "Lê Thị Ấm",
        "role": "commune_police",
        "kind": "commune",
        "code": "14758",
    }
    answer = client.post(f"{HERE}tai-khoan/moi/", given)
    assert "no-store" in answer["Cache-Control"]
    made = identity.find_account("can-bo-moi")
    assert made is not None
    assert made.must_change_password
    (post,) = identity.posts_of(made.id)
    assert (post.role, post.scope.code) == (Role.COMMUNE_POLICE, "14758")
    assert "Mật khẩu dùng một lần" in answer.content.decode()
    assert "Mật khẩu dùng một lần" not in text_of(client, f"{HERE}tai-khoan/{made.id}/")


@pytest.mark.django_db
def test_a_role_outside_its_scope_is_refused_in_words(client: Client) -> None:
    sign_in(client, "operator", fresh=True)
    given = {"username": "a-b-c", "name": "A", "role": "auditor", "kind": "commune", "code": "1"}
    assert client.post(f"{HERE}tai-khoan/moi/", given).status_code == HTTPStatus.OK
    assert identity.find_account("a-b-c") is None


@pytest.mark.django_db
def test_posts_are_granted_and_ended_and_accounts_reset_and_locked(client: Client) -> None:
    other = make_officer("steward")
    sign_in(client, "operator", fresh=True)
    where = f"{HERE}tai-khoan/{other.id}/"
    client.post(f"{where}vi-tri/", {"role": "leader", "kind": "province"})
    held = identity.posts_of(other.id)
    assert {post.role for post in held} == {Role.STEWARD, Role.LEADER}
    client.post(f"{where}vi-tri/{held[0].id}/ket-thuc/")
    assert {post.role for post in identity.posts_of(other.id)} == {Role.LEADER}
    assert "Mật khẩu dùng một lần" in client.post(f"{where}dat-lai/").content.decode()
    client.post(f"{where}dong/")
    assert not identity.get_account(other.id).is_active
    assert "đã khóa" in text_of(client, where)


def test_nobody_grants_themselves_and_the_try_is_journaled(
    fresh_db: Database, client: Client
) -> None:
    operator = sign_in(client, "operator", fresh=True)
    where = f"{HERE}tai-khoan/{operator.id}/vi-tri/"
    answer = client.post(where, {"role": "auditor", "kind": "province"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    last = journal(fresh_db)[-1]
    assert last.outcome == "refused:own_account"
    assert {post.role for post in identity.posts_of(operator.id)} == {Role.OPERATOR}


@pytest.mark.django_db
def test_a_post_of_another_account_cannot_be_ended_through_this_one(client: Client) -> None:
    one, other = make_officer("steward"), make_officer("leader")
    sign_in(client, "operator", fresh=True)
    (post,) = identity.posts_of(other.id)
    answer = client.post(f"{HERE}tai-khoan/{one.id}/vi-tri/{post.id}/ket-thuc/")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert identity.posts_of(other.id)


def note_link(*, answers: bool, fault: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT population_v1.note_link(%s, %s)", [answers, fault])


@pytest.mark.django_db
def test_the_national_database_is_followed_in_a_copy(settings: LazySettings) -> None:
    assert probes.upstream().tone == "mute"
    settings.DANSO = replace(settings.DANSO, register_mode="copy")
    assert (probes.upstream().tone, probes.upstream().since) == ("warn", None)
    note_link(answers=False, fault="http_401")
    down = probes.upstream()
    assert (down.tone, down.text) == ("bad", "không nhận tài khoản hoặc khóa của hệ thống này")
    note_link(answers=False, fault="ReadTimeout")
    still = probes.upstream()
    assert still.since == down.since, "down since the first failure"
    assert "ReadTimeout" in still.text
    note_link(answers=True)
    assert probes.upstream().tone == "good"
    assert probes.upstream().since != down.since


def test_followers_are_told_in_words_and_numbers_written_the_local_way(fresh_db: Database) -> None:
    load_handlers()
    ours = ("exchange.", "identity.", "population.", "sources.")
    following = {run.name for run in audit.run_handlers() if run.name.startswith(ours)}
    assert following
    assert following <= set(state.FOLLOWERS)
    assert re.search(r"trả lời trong \d+,\d ms", probes.database().text)


@pytest.mark.django_db
def test_a_new_account_starts_with_no_role_and_scope_chosen(client: Client) -> None:
    sign_in(client, "operator", fresh=True)
    page = text_of(client, f"{HERE}tai-khoan/moi/")
    assert "– chọn vai trò –" in page
    assert "– chọn phạm vi –" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"role": "commune_police", "kind": "commune", "code": "99999"}, "code"),
        ({"role": "commune_police", "kind": "commune", "code": "14758", "unit": "x-y"}, "unit"),
    ],
)
def test_a_code_that_nothing_has_makes_no_account(
    client: Client, given: dict[str, str], wrong: str
) -> None:
    sign_in(client, "operator", fresh=True)
    answer = client.post(f"{HERE}tai-khoan/moi/", {"username": "a-b-c", "name": "A", **given})
    page = answer.content.decode()
    assert "Không có mã này" in page
    assert f'id="id_{wrong}-error"' in page
    assert '<option value="14758">Phường Hàm Rồng</option>' in page
    assert identity.find_account("a-b-c") is None


def test_an_account_is_linked_to_its_holder_by_number_and_parted_again(
    fresh_db: Database, client: Client
) -> None:
    person = enrol(number="099084000123")
    other = make_officer("commune_police", "commune:14758")
    sign_in(client, "operator", fresh=True)
    where = f"{HERE}tai-khoan/{other.id}/"
    client.post(f"{where}ho-so/", {"number": "099084000123"})
    assert identity.get_account(other.id).person == person
    last = journal(fresh_db)[-1]
    assert (last.action, last.outcome, last.subject) == ("account.linked", "done", str(person))
    assert "099084000123" not in client.get(where).content.decode()
    assert (
        "Không có người mang số này"
        in client.post(f"{where}ho-so/", {"number": "099084000999"}).content.decode()
    )
    last = journal(fresh_db)[-1]
    assert (last.action, last.outcome) == ("account.linked", "refused:number_unknown")
    client.post(f"{where}ho-so/bo/")
    assert identity.get_account(other.id).person is None


def test_messages_show_what_waits_masked_and_are_sent_again_by_the_operator(
    client: Client, fresh_db: Database
) -> None:
    sign_in(client, "operator", fresh=True)
    assert "Chưa có tin nào" in text_of(client, f"{HERE}tin-nhan/")
    key = notices.tell(Message(Channel.SMS, "0912345678", "test", "Ma: 123 456"))
    notices.send_message(key)

    text = text_of(client, f"{HERE}tin-nhan/")
    assert "*******678" in text
    assert "no_carrier" in text
    assert "0912345678" not in text
    assert "123 456" not in text

    path = f"{HERE}tin-nhan/{key}/gui-lai/"
    assert client.get(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.post(path).headers["Location"] == f"{HERE}tin-nhan/"
    assert "message.tried_again" in [one.action for one in journal(fresh_db)]

    OutgoingMessage.objects.update(state="sent")
    assert client.post(path).headers["Location"] == f"{HERE}tin-nhan/"
    tried = [one.outcome for one in journal(fresh_db) if one.action == "message.tried_again"]
    assert tried == ["done", "refused:message_over"]
