"""Scopes, roles and locks, decided without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from danso.kernel.errors import InvalidValue
from danso.modules.identity import rules
from danso.modules.identity.data import (
    AccountData,
    Officer,
    PostData,
    Role,
    Scope,
    ScopeKind,
    SignInFailure,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
WHOLE = Scope(ScopeKind.PROVINCE)
ACCOUNT = UUID(int=7)


def post(role: Role, scope: Scope) -> PostData:
    return PostData(1, ACCOUNT, role, scope, NOW)


def officer(*posts: PostData) -> Officer:
    account = AccountData(ACCOUNT, "can-bo", "Cán bộ", "don-vi", None, True, False)
    return Officer(account, posts)


def test_scope_covers_its_own_people_only() -> None:
    assert WHOLE.covers("00001")
    assert Scope(ScopeKind.COMMUNE, "00001").covers("00001")
    assert not Scope(ScopeKind.COMMUNE, "00001").covers("00002")
    assert not Scope(ScopeKind.AGENCY, "00001").covers("00001")
    assert not Scope(ScopeKind.PARTNER, "00001").covers("00001")


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("province", WHOLE),
        ("commune:00001", Scope(ScopeKind.COMMUNE, "00001")),
        (" agency:so-y ", Scope(ScopeKind.AGENCY, "so-y")),
    ],
)
def test_scope_is_read_and_written_alike(text: str, scope: Scope) -> None:
    assert rules.parse_scope(text) == scope
    assert scope.text == text.strip()


@pytest.mark.parametrize("text", ["", "commune", "commune:", "province:38", "ward:1", "COMMUNE:1"])
def test_scope_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        rules.parse_scope(text)
    assert refusal.value.code == "scope_shape"


def test_every_role_has_a_scope_it_can_be_held_in() -> None:
    assert set(rules.SCOPES_OF_ROLE) == set(Role)
    assert all(rules.SCOPES_OF_ROLE.values())


def test_auditor_of_one_partner_is_refused() -> None:
    with pytest.raises(InvalidValue) as refusal:
        rules.check_post(Role.AUDITOR, Scope(ScopeKind.PARTNER, "bank"))
    assert refusal.value.code == "scope_role"


def test_unknown_role_lists_the_known() -> None:
    with pytest.raises(InvalidValue) as refusal:
        rules.parse_role("chief")
    assert "commune_police" in refusal.value.fix
    assert rules.parse_role("Commune-Police") is Role.COMMUNE_POLICE


@pytest.mark.parametrize("name", ["ab", "Nguyễn", "1abc", "a b c", "a" * 65, "a\nbc"])
def test_log_in_name_of_another_shape_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue):
        rules.parse_username(name)


def test_fifth_failure_in_a_row_locks() -> None:
    assert rules.fail_once(3, NOW) == SignInFailure(4, None)
    assert rules.fail_once(4, NOW) == SignInFailure(0, NOW + timedelta(minutes=15))


def test_officer_reaches_what_the_posts_of_a_role_reach() -> None:
    one, two = Scope(ScopeKind.COMMUNE, "00001"), Scope(ScopeKind.COMMUNE, "00002")
    someone = officer(
        post(Role.COMMUNE_POLICE, one),
        post(Role.COMMUNE_POLICE, two),
        post(Role.AUDITOR, WHOLE),
    )
    assert someone.communes(Role.COMMUNE_POLICE) == frozenset({"00001", "00002"})
    assert someone.communes(Role.STEWARD) == frozenset()
    assert someone.communes(Role.AUDITOR) is None
    assert someone.may(Role.COMMUNE_POLICE, one)
    assert not someone.may(Role.COMMUNE_POLICE, WHOLE)
    assert someone.may(Role.AUDITOR, two)
    assert someone.codes(ScopeKind.PARTNER, Role.COMMUNE_POLICE) == frozenset()


def test_journal_names_the_officer_by_key_and_unit() -> None:
    actor = officer().actor
    assert (actor.kind, actor.id, actor.unit) == ("officer", str(ACCOUNT), "don-vi")
    assert "can-bo" not in repr(actor)
