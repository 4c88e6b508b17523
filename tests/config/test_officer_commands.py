"""`danso operator` and `danso demo`, called as Typer apps on a real database."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from danso.config.commands import demo, operator
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.identity import interface as identity
from danso.toolkit.platform import platform

pytestmark = pytest.mark.django_db


def run(app: Any, *arguments: str) -> str:
    """The command's output; danso's own errors pass through, as `main` wants them."""
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def test_create_prints_the_password_once() -> None:
    made = json.loads(
        run(
            operator.app,
            "create",
            "le.thi",
            "--role",
            "commune-police",
            "--scope",
            "commune:1",
            "--json",
        )
    )
    account = identity.find_account("le.thi")
    assert account is not None
    assert account.must_change_password
    assert [(post.role.value, post.scope.text) for post in identity.posts_of(account.id)] == [
        ("commune_police", "commune:1")
    ]
    assert len(made["password"]) == 23


def test_create_writes_the_password_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    shown = run(operator.app, "create", "le.thi", "--role", "leader", "--password-file", str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip() not in shown


def test_create_with_a_scope_the_role_cannot_have_makes_no_account() -> None:
    with pytest.raises(InvalidValue):
        run(operator.app, "create", "le.thi", "--role", "auditor", "--scope", "partner:bank")
    assert identity.accounts() == ()


def test_create_twice_is_refused() -> None:
    run(operator.app, "create", "le.thi", "--role", "leader")
    with pytest.raises(Conflict):
        run(operator.app, "create", "le.thi", "--role", "leader")


def test_reset_changes_the_password() -> None:
    first = json.loads(run(operator.app, "create", "le.thi", "--role", "leader", "--json"))
    second = json.loads(run(operator.app, "reset", "le.thi", "--json"))
    assert first["password"] != second["password"]
    with pytest.raises(NotFound):
        run(operator.app, "reset", "nobody")


def test_grant_revoke_close_show_in_the_list() -> None:
    run(operator.app, "create", "le.thi", "--role", "leader")
    run(operator.app, "grant", "le.thi", "--role", "auditor")
    run(operator.app, "revoke", "le.thi", "--role", "leader")
    listed = json.loads(run(operator.app, "list", "--json"))
    assert listed[0]["posts"] == [{"role": "auditor", "scope": "province"}]
    with pytest.raises(NotFound):
        run(operator.app, "revoke", "le.thi", "--role", "leader")
    run(operator.app, "close", "le.thi")
    assert json.loads(run(operator.app, "list", "--json"))[0]["open"] is False
    assert "closed" in run(operator.app, "list")


def test_demo_logins_are_listed(tmp_path: Path, settings: Any) -> None:
    settings.DANSO = dataclasses.replace(platform(), home=tmp_path, is_demo=True)
    (tmp_path / "secrets").mkdir()
    with pytest.raises(NotFound):
        run(demo.app, "logins")
    logins = identity.create_demo_accounts(tmp_path / "secrets")
    listed = json.loads(run(demo.app, "logins", "--json"))
    assert [row["password"] for row in listed] == [login.password for login in logins]
    assert logins[0].username in run(demo.app, "logins")
    # The citizen to try has a file of their own.
    persona = {"username": "nguoi-dan", "password": "made-up", "full_name": "Ai Đó"}
    (tmp_path / "secrets/sign-on-demo.json").write_text(json.dumps(persona), encoding="utf-8")
    last = json.loads(run(demo.app, "logins", "--json"))[-1]
    assert (last["username"], last["password"], last["role"]) == ("nguoi-dan", "made-up", "citizen")


def test_real_home_has_no_demo_logins(tmp_path: Path, settings: Any) -> None:
    settings.DANSO = dataclasses.replace(platform(), home=tmp_path, is_demo=False)
    with pytest.raises(Refused):
        run(demo.app, "logins")
