"""A source's table in a MariaDB that really runs, pulled; the server killed in the middle."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from danso.kernel.errors import Unavailable
from tests.certificates import make_certificate
from tests.faults.mariadb_server import MariadbServer, started
from tests.modules.sources.described import kettles_of, rows_of
from tests.modules.sources.sql_promises import (
    READER,
    SqlPromises,
    Table,
    moment,
    stopped,
    stored,
)


@pytest.fixture(autouse=True)
def _up() -> None:
    """No home is needed here."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariadbServer]:
    with started(tmp_path_factory.mktemp("mariadb")) as made:
        yield made


@pytest.fixture
def table(server: MariadbServer) -> Table:
    if server.process is None or server.process.poll() is not None:
        server.start()
    server.run(
        "DROP TABLE IF EXISTS SO_AM, SO_DONG",
        "CREATE TABLE SO_AM (MA_AM varchar(20), HO_TEN varchar(100), CAP_NHAT datetime(6) NULL)",
        f"GRANT SELECT ON SO_AM TO '{READER}'@'%'",
    )
    return Table(server)


class TestMariadb(SqlPromises):
    """The promises, kept on MariaDB."""

    def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(
        self, table: Table, server: MariadbServer
    ) -> None:
        table.fill(*((f"K{n}", moment(n // 10)) for n in range(30)))
        pull = table.connector().pull(None)
        before = [next(pull), next(pull)]
        server.stop(signal.SIGKILL)
        with pytest.raises(Unavailable):
            list(pull)
        with pytest.raises(Unavailable):
            list(table.connector().pull(stored(before)))
        server.start()
        table.fill(("K30", moment(9)))
        after = list(table.connector().pull(stored(before)))
        names = kettles_of([*before, *after])
        assert Counter(names) == Counter(f"K{n}" for n in range(31))

    @pytest.mark.parametrize("size", [1, 2, 3, 7])
    def test_keys_that_a_collation_holds_to_be_equal_all_come(
        self, table: Table, size: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("danso.modules.sources.adapters.sql.AT_ONCE", size)
        names = ["k1", "K1", "k2", "K2", "K3", "k3", "K4"]
        table.fill(*((name, moment(1)) for name in names))
        assert Counter(kettles_of(table.connector().pull(None))) == Counter(names)

    def test_a_statement_that_takes_too_long_is_an_outage(self, table: Table) -> None:
        session: Any = table.connector().engine.open()
        session._run("SET SESSION max_statement_time = 0.1", [])
        with pytest.raises(Unavailable):
            session._run("SELECT SLEEP(5) FROM SO_AM UNION SELECT SLEEP(5)", [])
        session.close()

    def test_tls_is_spoken_with_whom_it_was_agreed(
        self, table: Table, server: MariadbServer, tmp_path: Path
    ) -> None:
        table.fill(("K1", moment(1)))
        server.run(f"ALTER USER '{READER}'@'%' REQUIRE SSL")
        try:
            good = msgspec.structs.replace(
                server.place, host="localhost", tls="verify", ca_file=str(server.folder / "ca.pem")
            )
            assert kettles_of(table.connector_at(good).pull(None)) == ["K1"]
            plain = msgspec.structs.replace(good, tls="off")
            assert stopped(table.connector_at(plain)).code == "source_refuses"
            # The certificate is another host's, or another authority's.
            other_name = msgspec.structs.replace(good, host="127.0.0.1")
            assert stopped(table.connector_at(other_name)).code == "source_refuses"
            make_certificate(tmp_path, "localhost")
            other = msgspec.structs.replace(good, ca_file=str(tmp_path / "ca.pem"))
            assert stopped(table.connector_at(other)).code == "source_refuses"
        finally:
            server.run(f"ALTER USER '{READER}'@'%' REQUIRE NONE")

    def test_letters_of_an_old_database_come_as_they_are(
        self, table: Table, server: MariadbServer
    ) -> None:
        server.run(
            "ALTER TABLE SO_AM MODIFY HO_TEN varchar(100) CHARACTER SET latin1",
            "INSERT INTO SO_AM VALUES ('K1', _latin1 x'4E677579D46E', '2026-01-01')",
        )
        assert rows_of(table.connector().pull(None))[0]["keeper"] == "NguyÔn"
