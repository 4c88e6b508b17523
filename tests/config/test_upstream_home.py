"""Settings of the national service enter a home checked and whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from danso.config.commands.stand_in import settings_text
from danso.config.home import Home
from danso.config.secrets import Secrets
from danso.config.upstream_home import install
from danso.gateway.settings import from_environment
from danso.kernel.errors import InvalidValue
from danso.wire.upstream.setup import FILE, SECRET_FILE


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / SECRET_FILE).write_text("s3cret\n")
    made = tmp_path / FILE
    made.write_text(settings_text(port=9))
    return made


def test_install_puts_settings_and_secret_into_the_home(home: Home, file: Path) -> None:
    install(home, file)
    assert (home.files / FILE).read_text() == file.read_text()
    assert Secrets(home).get(SECRET_FILE) == "s3cret"
    # As root its holder may read it as well (config/identities.py), and nobody else.
    assert home.secrets.joinpath(SECRET_FILE).stat().st_mode & 0o037 == 0


def test_gateway_of_an_absent_home_finds_them(home: Home, file: Path) -> None:
    install(home, file)
    home.write_stamp({"register": "absent"})
    told = from_environment({"DANSO_GATEWAY_DSN": "x", "DANSO_HOME": str(home.path)})
    assert (told.register, told.upstream_secret) == ("absent", "s3cret")
    assert told.upstream is not None
    assert told.upstream.service.address == "http://127.0.0.1:9"
    assert "s3cret" not in repr(told)


def test_install_keeps_the_secret_that_is_there(home: Home, file: Path) -> None:
    install(home, file)
    (file.parent / SECRET_FILE).unlink()
    install(home, file)
    assert Secrets(home).get(SECRET_FILE) == "s3cret"


def test_install_of_what_cannot_work_changes_nothing(home: Home, file: Path) -> None:
    file.write_text(settings_text(port=9).replace("http://127.0.0.1", "http://example.org"))
    with pytest.raises(InvalidValue, match="in the clear"):
        install(home, file)
    file.write_text(settings_text(port=9).replace("[caller]", 'ca_file = "/none.pem"\n[caller]'))
    with pytest.raises(InvalidValue, match=r"there is no /none\.pem"):
        install(home, file)
    file.write_text(settings_text(port=9))
    (file.parent / SECRET_FILE).unlink()
    with pytest.raises(InvalidValue, match="secret shared"):
        install(home, file)
    with pytest.raises(InvalidValue, match="cannot be read"):
        install(home, file.parent / "none.toml")
    assert not (home.files / FILE).exists()
