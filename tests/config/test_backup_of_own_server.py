"""A home on an operator's own PostgreSQL: its copy is made as the owner and opens anywhere."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyrage
import pytest

from danso import __version__
from danso.config.database import Address
from danso.config.home import Home
from danso.config.postgres import Cluster
from danso.config.secrets import Secrets
from tests.conftest import PASSWORD, Database


@pytest.fixture
def back(tmp_path: Path) -> Iterator[Home]:
    yield (home := Home(tmp_path / "back"))
    Cluster(home.path / "postgres", "").remove()


def danso(home: Home, *arguments: str, **more: str) -> None:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DANSO_")}
    done = subprocess.run(
        [sys.executable, "-m", "danso.config.main", *arguments],
        env={**kept, "DANSO_HOME": str(home.path), **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(300)
def test_copy_of_a_home_on_its_own_server_restores_into_the_one_that_danso_brings(
    fresh_db: Database, tmp_path: Path, back: Home
) -> None:
    home = Home(tmp_path / "home")
    home.make()
    home.write_stamp({"kind": "demo", "danso": __version__})
    secrets = Secrets(home)
    secrets.make_missing()
    for role in ("owner", "app"):
        secrets.write(f"db-{role}", PASSWORD)
    with psycopg.connect(fresh_db.dsn("owner")) as connection:
        connection.execute("CREATE TABLE kept (what text)")
        connection.execute("INSERT INTO kept VALUES ('tea')")
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"{identity}\n")
    (home.path / "operator.pub").write_text(f"{identity.to_public()}\n")
    here = fresh_db.address
    url = f"postgresql://{here.host}:{here.port}/{here.name}"
    copy = tmp_path / "copy"
    danso(home, "backup", str(copy), DANSO_DATABASE_URL=url)
    keys = ("--keys", f"{copy}-keys", "--identity", str(tmp_path / "key"))
    danso(back, "restore", str(copy), *keys, "--no-published-head")
    cluster = Cluster(back.path / "postgres", Secrets(back).get("db-super"))
    cluster.start()
    address = Address("127.0.0.1", cluster.port, "danso")
    with psycopg.connect(address.dsn("super", cluster.password)) as connection:
        assert connection.execute("SELECT what FROM kept").fetchall() == [("tea",)]
