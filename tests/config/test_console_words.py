"""What the console says where somebody mistyped, or the home is down."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from danso.client import Refused
from danso.config.commands import keys
from danso.config.commands.demo import _named
from danso.config.commands.partner import _services
from danso.config.commands.verify import _first_purpose
from danso.config.home import Home
from danso.config.secrets import Secrets
from danso.kernel.errors import InvalidValue, NotFound
from danso.toolkit.platform import province
from tests.conftest import Database


def test_a_mistyped_service_lists_the_services() -> None:
    with pytest.raises(InvalidValue, match="'shar'") as refused:
        _services("verify,shar")
    assert "verify, " in refused.value.fix
    assert "share" in refused.value.fix


def test_a_partner_nobody_made_is_told_so(fresh_db: Database) -> None:
    with pytest.raises(NotFound, match="there is no partner nobody"):
        _first_purpose("nobody")


def test_the_client_keeps_the_detail_of_a_refusal() -> None:
    refused = Refused(422, {"code": "body_wrong", "detail": "12 digits"})
    assert (refused.code, refused.detail) == ("body_wrong", "12 digits")


def test_rotating_a_key_of_a_home_that_is_down_promises_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    home.make()
    Secrets(home).make_missing()
    monkeypatch.setenv("DANSO_HOME", str(home.path))
    said = CliRunner().invoke(keys.app, ["rotate", "token-key"]).output
    assert "This home is not up" in said
    (home.run / "processes.json").write_text("{}")
    said = CliRunner().invoke(keys.app, ["rotate", "token-key"]).output
    assert "within a minute" in said


def test_a_log_in_of_a_commune_names_it() -> None:
    commune = province().units.communes[0]
    assert _named(f"commune:{commune.code}") == f"commune:{commune.code} ({commune.name})"
    assert _named("province") == "province"
