"""Accounts and posts: made, reset, closed, granted, revoked, each with its journal entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role, Scope, ScopeKind
from tests.conftest import Database
from tests.officers import TESTER, journal, make_officer

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
WHOLE = Scope(ScopeKind.PROVINCE)


def steps(database: Database) -> list[tuple[str, str, Mapping[str, object]]]:
    return [(row.action, row.outcome, row.detail) for row in journal(database)]


def test_create_gives_a_password_once_and_keeps_its_hash(fresh_db: Database) -> None:
    made = identity.create_account(username="Tran.Thi", name="Trần Thị", actor=TESTER)
    row = get_user_model().objects.get(pk=made.account.id)
    assert made.account.username == "tran.thi"
    assert made.account.must_change_password
    assert row.password.startswith("argon2$")
    assert row.check_password(made.password)
    assert steps(fresh_db) == [("account.created", "done", {"account": str(made.account.id)})]


@pytest.mark.django_db
def test_create_twice_is_refused_in_any_case_of_letters() -> None:
    identity.create_account(username="trung", name="Trung", actor=TESTER)
    with pytest.raises(Conflict):
        identity.create_account(username="TRUNG", name="Trung", actor=TESTER)


def test_grant_and_revoke_are_dated_and_journaled(fresh_db: Database) -> None:
    officer = make_officer()
    scope = Scope(ScopeKind.COMMUNE, "00001")
    with clock.frozen(NOON) as watch:
        post = identity.grant_post(officer.id, Role.COMMUNE_POLICE, scope, actor=TESTER)
        assert identity.may(officer.id, Role.COMMUNE_POLICE, scope)
        assert not identity.may(officer.id, Role.COMMUNE_POLICE, WHOLE)
        watch.advance(timedelta(days=2))
        identity.revoke_post(post.id, actor=TESTER)
        assert identity.posts_of(officer.id) == ()
        assert identity.posts_of(officer.id, at=NOON + timedelta(days=1))[0].scope == scope
    detail = {"account": str(officer.id), "role": "commune_police", "scope": "commune:00001"}
    assert steps(fresh_db)[-2:] == [
        ("post.granted", "done", detail),
        ("post.revoked", "done", {"post": post.id, **detail}),
    ]


@pytest.mark.django_db
def test_same_post_twice_is_refused_by_action_and_table() -> None:
    officer = make_officer("leader")
    with pytest.raises(Conflict):
        identity.grant_post(officer.id, Role.LEADER, WHOLE, actor=TESTER)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_post (account_id, role, scope_kind, scope_code, since)"
            " VALUES (%s, 'leader', 'province', '', now())",
            [officer.id],
        )


def test_role_in_a_scope_it_cannot_have_leaves_only_the_refusal(fresh_db: Database) -> None:
    officer = make_officer()
    with pytest.raises(InvalidValue):
        identity.grant_post(
            officer.id, Role.AUDITOR, Scope(ScopeKind.PARTNER, "bank"), actor=TESTER
        )
    assert identity.posts_of(officer.id) == ()
    detail = {"account": str(officer.id), "role": "auditor", "scope": "partner:bank"}
    assert steps(fresh_db)[1:] == [("post.granted", "refused:scope_role", detail)]


@pytest.mark.django_db
def test_revoke_twice_is_refused() -> None:
    officer = make_officer("leader")
    post = identity.posts_of(officer.id)[0]
    identity.revoke_post(post.id, actor=TESTER)
    with pytest.raises(NotFound):
        identity.revoke_post(post.id, actor=TESTER)


@pytest.mark.django_db
def test_reset_gives_a_new_password_and_lifts_the_lock() -> None:
    officer = make_officer()
    for _ in range(5):
        identity.record_failure(officer.username, method="password", network="")
    assert identity.find_lock(officer.username) is not None
    fresh = identity.reset_account(officer.username, actor=TESTER)
    assert identity.find_lock(officer.username) is None
    assert get_user_model().objects.get(pk=officer.id).check_password(fresh.password)
    assert fresh.account.must_change_password


@pytest.mark.django_db
def test_close_ends_posts_and_password() -> None:
    officer = make_officer("steward")
    identity.close_account(officer.username, actor=TESTER)
    assert identity.posts_of(officer.id) == ()
    assert not get_user_model().objects.get(pk=officer.id).has_usable_password()
    assert identity.holders_of(Role.STEWARD) == ()


@pytest.mark.django_db
def test_holders_are_listed_by_role() -> None:
    guardian = make_officer("guardian")
    make_officer("leader")
    assert identity.holders_of(Role.GUARDIAN) == (guardian,)


def test_linking_a_person_names_the_person_as_subject(fresh_db: Database) -> None:
    person = UUID(int=99)
    officer = make_officer()
    assert identity.link_person(officer.username, person, actor=TESTER).person == person
    assert journal(fresh_db)[-1].subject == str(person)


def test_five_failures_lock_for_a_quarter_of_an_hour(fresh_db: Database) -> None:
    officer = make_officer()
    with clock.frozen(NOON) as watch:
        for _ in range(4):
            identity.record_failure(officer.username, method="password", network="")
        assert identity.find_lock(officer.username) is None
        identity.record_failure(officer.username.upper(), method="password", network="")
        assert identity.find_lock(officer.username) == NOON + timedelta(minutes=15)
        watch.advance(timedelta(minutes=15))
        assert identity.find_lock(officer.username) is None
    actions = [(action, outcome) for action, outcome, _ in steps(fresh_db)][1:]
    assert actions == [("sign_in", "failed")] * 5 + [("account.locked", "done")]


@pytest.mark.django_db
def test_success_starts_the_counter_anew() -> None:
    officer = make_officer()
    for _ in range(4):
        identity.record_failure(officer.username, method="password", network="")
    identity.record_sign_in(officer.id, methods=("password", "totp"))
    failure = identity.record_failure(officer.username, method="password", network="")
    assert failure is not None
    assert failure.failures == 1


def test_unknown_name_leaves_a_line_without_the_name(fresh_db: Database) -> None:
    assert identity.record_failure("nobody", method="password", network="198.51.100.0/24") is None
    event = identity.security_events()[0]
    assert (event.what, event.network) == ("sign_in_unknown", "198.51.100.0/24")
    assert steps(fresh_db) == []


@pytest.mark.django_db
def test_security_log_never_grows_past_its_cap() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_securityline (at, what, network)"
            " SELECT now(), 'filler', '' FROM generate_series(1, 10000)"
        )
    identity.note_security("passkey_refused", "")
    identity.note_security("sign_in_locked", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM identity_securityline")
        assert cursor.fetchone() == (10_000,)
    assert [event.what for event in identity.security_events(3)] == [
        "sign_in_locked",
        "passkey_refused",
        "filler",
    ]
