"""Secrets are made once, kept from others, and replaceable from outside."""

import grp
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from danso.config.home import Home
from danso.config.identities import HOLDERS, secrets_of
from danso.config.secrets import PASSWORDS, SIGNING_KEYS, Secrets
from danso.config.supervisor import without_secrets


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    home = Home(tmp_path)
    home.make()
    made = Secrets(home)
    made.make_missing()
    return made


def test_make_missing_writes_a_file_each_for_its_owner_and_its_holders_group(
    secrets: Secrets,
) -> None:
    users = {entry.gr_gid: entry.gr_name for entry in grp.getgrall()}
    for name in (*PASSWORDS, *SIGNING_KEYS):
        found = secrets.path(name).stat()
        assert found.st_mode & 0o137 == 0
        assert not found.st_mode & 0o040 or users[found.st_gid] == HOLDERS[name]


def test_replaced_gives_what_comes_from_outside_and_nothing_of_the_home(
    secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").write_text("from a file\n")
    monkeypatch.setenv("DANSO_SECRET_SEALING_KEY_FILE", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("DANSO_SECRET_DB_APP", "for the pages")
    own = secrets.replaced(secrets_of("sealer"))
    assert own == {"DANSO_SECRET_SEALING_KEY": "from a file"}
    assert without_secrets({"DANSO_SECRET_SEALING_KEY_FILE": "x", "PATH": "y"}) == {"PATH": "y"}


def test_make_missing_never_replaces(secrets: Secrets) -> None:
    before = secrets.get("db-app")
    secrets.make_missing()
    assert secrets.get("db-app") == before


def test_passwords_differ(secrets: Secrets) -> None:
    assert len({secrets.get(name) for name in PASSWORDS}) == len(PASSWORDS)


def test_signing_keys_are_usable(secrets: Secrets) -> None:
    for name in SIGNING_KEYS:
        load_pem_private_key(secrets.get(name).encode(), None)


def test_get_prefers_the_environment_then_a_named_file(
    secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").write_text("from a file\n")
    monkeypatch.setenv("DANSO_SECRET_DB_APP_FILE", str(tmp_path / "elsewhere"))
    assert secrets.get("db-app") == "from a file"
    monkeypatch.setenv("DANSO_SECRET_DB_APP", "from the environment")
    assert secrets.get("db-app") == "from the environment"


def test_find_returns_none_for_a_secret_not_made(secrets: Secrets) -> None:
    assert secrets.find("nothing-here") is None
