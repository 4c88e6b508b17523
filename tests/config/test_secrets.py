"""Secrets are made once, kept from others, and replaceable from outside."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from danso.config.home import Home
from danso.config.secrets import PASSWORDS, SIGNING_KEYS, Secrets


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    home = Home(tmp_path)
    home.make()
    made = Secrets(home)
    made.make_missing()
    return made


def test_make_missing_writes_a_file_each_that_only_the_owner_reads(secrets: Secrets) -> None:
    for name in (*PASSWORDS, *SIGNING_KEYS):
        assert secrets.path(name).stat().st_mode & 0o777 == 0o600


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
