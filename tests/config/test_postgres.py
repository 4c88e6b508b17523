"""The PostgreSQL that danso brings: leftovers are stopped, other versions refused."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from danso.config.database import Address
from danso.config.postgres import Cluster
from danso.kernel.errors import Conflict


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path / "postgres", "secret", {"fsync": "off", "shared_buffers": "16MB"})
    made.initialise()
    yield made
    made.remove()


def test_start_answers_on_loopback_with_the_password_only(own_cluster: Cluster) -> None:
    own_cluster.start()
    address = Address("127.0.0.1", own_cluster.port, "postgres")
    with psycopg.connect(address.dsn("super", "secret")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address.dsn("super", "wrong"))


def test_start_stops_a_postmaster_that_a_killed_supervisor_left(own_cluster: Cluster) -> None:
    own_cluster.start()
    first = (own_cluster.data / "postmaster.pid").read_text().split()[0]
    own_cluster.start()
    assert (own_cluster.data / "postmaster.pid").read_text().split()[0] != first


def test_initialise_finds_another_major_version_and_says_the_way(own_cluster: Cluster) -> None:
    (own_cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Conflict) as refused:
        own_cluster.initialise()
    assert refused.value.code == "postgres_major_version"
    assert "danso backup" in refused.value.fix


def test_initialise_clears_away_a_first_start_that_was_killed(tmp_path: Path) -> None:
    made = Cluster(tmp_path / "postgres", "secret", {"fsync": "off", "shared_buffers": "16MB"})
    made.initialise()
    (made.data / "PG_VERSION").unlink()
    (made.data / "half-written").write_text("x")
    made.initialise()
    assert not (made.data / "half-written").exists()
    assert (made.data / "PG_VERSION").exists()
    made.remove()


def test_a_new_home_at_an_old_path_never_meets_the_old_database(tmp_path: Path) -> None:
    options = {"fsync": "off", "shared_buffers": "16MB"}
    old = Cluster(tmp_path / "postgres", "old", options)
    old.initialise()
    data = old.data
    shutil.rmtree(tmp_path / "postgres")
    new = Cluster(tmp_path / "postgres", "new", options)
    new.initialise()
    new.start()
    psycopg.connect(Address("127.0.0.1", new.port, "postgres").dsn("super", "new")).close()
    new.remove()
    shutil.rmtree(data.parent, ignore_errors=True)
