"""Users for processes: what a start tries and hands over, and what is said where it fails."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from danso.config import identities
from danso.config.apart import closed_folder
from danso.config.home import Home
from danso.config.secrets import new_signing_key
from tests.conftest import PASSWORD, Database


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    made.write_stamp({"kind": "demo"})
    return made


def test_stand_apart_where_others_cannot_walk_to_the_code_stays_root_and_says_why(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root starts others")
    closed = home.path / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    assert identities.stand_apart(home, home.files.parent, said.append)
    assert said == []
    monkeypatch.setattr(identities, "needed_paths", lambda *_: [closed / "not-there"])
    assert not identities.stand_apart(home, home.path, said.append)
    assert "the sealing key is not kept from the others" in said[0]


def test_stand_apart_for_a_plain_user_changes_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not identities.stand_apart(home, home.path, print)
    assert home.secrets.stat().st_mode & 0o777 == 0o700


def test_closed_folder_is_the_first_on_the_way(tmp_path: Path) -> None:
    inner = tmp_path / "open" / "shut" / "open"
    inner.mkdir(parents=True)
    tmp_path.joinpath("open", "shut").chmod(0o700)
    found = closed_folder(inner / "file")
    assert found is not None
    assert found in (tmp_path / "open" / "shut", *(tmp_path / "open" / "shut").parents)
    tmp_path.joinpath("open", "shut").chmod(0o755)
    assert closed_folder(inner / "file") != tmp_path / "open" / "shut"


def test_every_secret_of_a_home_has_a_holder_or_is_the_owners_alone() -> None:
    assert not {"db-super", "db-owner"} & set(identities.HOLDERS)
    assert identities.secrets_of("sealer") == ["sealing-key", "db-sealer"]


def test_sealer_in_a_unit_of_its_own_needs_two_files_and_no_secrets_folder(
    fresh_db: Database, tmp_path: Path
) -> None:
    (tmp_path / "sealing-key").write_text(new_signing_key())
    (tmp_path / "db-sealer").write_text(PASSWORD)
    address = fresh_db.address
    environment = {
        "PATH": os.environ["PATH"],
        "DANSO_HOME": str(tmp_path / "home"),
        "DANSO_DATABASE_URL": f"postgresql://{address.host}:{address.port}/{address.name}",
        "DANSO_SECRET_SEALING_KEY_FILE": str(tmp_path / "sealing-key"),
        "DANSO_SECRET_DB_SEALER_FILE": str(tmp_path / "db-sealer"),
    }
    command = [sys.executable, "-m", "danso.config.main", "sealer"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as sealer:
        try:
            end = time.monotonic() + 30
            while not (head := Home(tmp_path / "home").heads / "latest.txt").exists():
                assert sealer.poll() is None, sealer.communicate()[1]
                assert time.monotonic() < end
                time.sleep(0.05)
        finally:
            sealer.terminate()
    assert head.read_text().startswith("danso")
