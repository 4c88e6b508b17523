"""Demo log-ins: random, in the home's secrets folder only, none in a real home."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from danso.kernel.errors import Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role
from danso.toolkit.platform import platform

pytestmark = pytest.mark.django_db


def test_every_role_gets_a_log_in_that_works(tmp_path: Path) -> None:
    logins = identity.create_demo_accounts(
        tmp_path,
        communes=["00001", "00002"],
        partner="bank",
        owner="kettle-office",
        units={"leader": "so-nao-do"},
    )
    assert {login.role for login in logins} == {role.value for role in Role}
    assert {login.scope for login in logins} == {
        "province",
        "commune:00001",
        "commune:00002",
        "partner:bank",
        "agency:kettle-office",
    }
    for login in logins:
        user = get_user_model().objects.get(username=login.username)
        assert user.check_password(login.password)
        assert not user.must_change_password
    units = {account.username: account.unit for account in identity.accounts()}
    assert units["lanh-dao"] == "so-nao-do"
    assert units["congan-xa-2"] == "commune:00002"
    assert len({login.password for login in logins}) == len(logins)


def test_file_is_its_owners_alone(tmp_path: Path) -> None:
    logins = identity.create_demo_accounts(tmp_path)
    path = tmp_path / "demo-logins.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert identity.read_demo_logins(tmp_path) == logins


def test_second_start_keeps_the_log_ins(tmp_path: Path) -> None:
    first = identity.create_demo_accounts(tmp_path, communes=["00001"])
    assert identity.create_demo_accounts(tmp_path, communes=["00001"]) == first


def test_lost_file_gets_new_passwords(tmp_path: Path) -> None:
    first = identity.create_demo_accounts(tmp_path)
    (tmp_path / "demo-logins.json").unlink()
    second = identity.create_demo_accounts(tmp_path)
    assert {login.username for login in first} == {login.username for login in second}
    assert {login.password for login in first}.isdisjoint(login.password for login in second)
    user = get_user_model().objects.get(username=second[0].username)
    assert user.check_password(second[0].password)


def test_real_home_has_none(tmp_path: Path, settings: Any) -> None:
    settings.DANSO = dataclasses.replace(platform(), is_demo=False)
    with pytest.raises(Refused):
        identity.create_demo_accounts(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert identity.accounts() == ()
