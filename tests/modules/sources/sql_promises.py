"""What a source's table is pulled by, whichever database it lies in: tested on each of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest
from psycopg import sql as statements

from danso.catalogue.shapes.sources import Source
from danso.kernel.errors import DansoError, InvalidValue, Refused, Unavailable
from danso.modules.sources.adapters import sql
from danso.modules.sources.adapters.connecting import connect
from danso.modules.sources.adapters.places import SqlPlace
from danso.modules.sources.adapters.port import Batch, Checkpoint, Fault
from danso.modules.sources.adapters.sql import SqlConnector
from tests.modules.sources.described import kettles_of, pull_killed_after, rows_of, source


class Database(Protocol):
    """A running database with a user who may only read one table."""

    engine: str
    secret: str

    @property
    def place(self) -> SqlPlace:
        """Where it is, for the reading user."""

    def run(self, *statements: str) -> None:
        """As its owner, committed."""

    def transaction(self, statement: str) -> AbstractContextManager[None]:
        """A statement whose transaction ends, committed, with the block."""

    def drop_connections(self) -> None:
        """Cut every connection of the reading user."""


@dataclass
class Table:
    """The table of kettles in one database."""

    database: Database

    def source(self, **transport: Any) -> Source:
        how = {"engine": self.database.engine, "table": "SO_AM", "changed": "CAP_NHAT"}
        return source(kind="sql", **{**how, "by": "timestamp", **transport})

    def connector(self, **transport: Any) -> SqlConnector:
        return self.connector_at(self.database.place, **transport)

    def connector_at(self, place: SqlPlace, **transport: Any) -> SqlConnector:
        made = connect(self.source(**transport), place, self.database.secret, files=Path())
        assert isinstance(made, SqlConnector)
        return made

    def fill(self, *rows: tuple[str, str]) -> None:
        """Rows of (key, moment)."""
        values = ", ".join(f"('{key}', 'Ấm', '{moment}')" for key, moment in rows)
        self.database.run(f"INSERT INTO {self.name} VALUES {values}")

    @property
    def name(self) -> str:
        return '"SO_AM"' if self.database.engine == "postgresql" else "`SO_AM`"


def moment(number: int) -> str:
    return f"2026-01-01 00:{number // 60:02}:{number % 60:02}"


def stored(batches: list[Batch]) -> Checkpoint:
    """The last checkpoint, as it comes back from where it was stored."""
    found: Checkpoint = json.loads(json.dumps(dict(batches[-1].after)))
    return found


def stopped(connector: SqlConnector) -> DansoError:
    with pytest.raises((InvalidValue, Refused, Unavailable)) as caught:
        list(connector.pull(None))
    assert caught.value.fix
    return caught.value


class SqlPromises:
    """Inherited by the tests of each database, which bring `table`."""

    @pytest.fixture(autouse=True)
    def _small_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sql, "AT_ONCE", 7)

    def test_all_rows_come_and_then_only_what_is_new(self, table: Table) -> None:
        table.fill(*((f"K{n:02}", moment(n // 3)) for n in range(30)))
        first = list(table.connector().pull(None))
        assert kettles_of(first) == [f"K{n:02}" for n in range(30)]
        assert rows_of(first)[0] == {
            "kettle": "K00",
            "keeper": "Ấm",
            "born": "",
            "updated_at": rows_of(first)[0]["updated_at"],
        }
        assert str(rows_of(first)[0]["updated_at"]).startswith("2026-01-01 00:00:00")
        assert (first[-1].end, first[-1].everything) == ("whole", True)

        # The same moment as the last row's, behind it; an older row changed again.
        table.fill(("K30", moment(9)))
        table.database.run(
            f"UPDATE {table.name} SET {self.quote(table, 'CAP_NHAT')} = '{moment(500)}'"
            f" WHERE {self.quote(table, 'MA_AM')} = 'K05'"
        )
        second = list(table.connector().pull(stored(first)))
        assert kettles_of(second) == ["K30", "K05"]
        assert second[-1].everything is False
        assert kettles_of(table.connector().pull(stored(second))) == []

    @staticmethod
    def quote(table: Table, name: str) -> str:
        return f'"{name}"' if table.database.engine == "postgresql" else f"`{name}`"

    @pytest.mark.parametrize("batches", range(5))
    def test_a_pull_killed_anywhere_goes_on_with_every_row_once(
        self, table: Table, batches: int
    ) -> None:
        table.fill(*((f"K{n}", moment(n // 10)) for n in range(30)))
        before, since = pull_killed_after(table.connector(), None, batches)
        kept = None if since is None else json.loads(json.dumps(dict(since)))
        after = list(table.connector().pull(kept))
        names = kettles_of([*before, *after])
        assert Counter(names) == Counter(f"K{n}" for n in range(30))

    def test_a_connection_cut_in_the_middle_loses_and_doubles_nothing(self, table: Table) -> None:
        table.fill(*((f"K{n}", moment(n // 10)) for n in range(30)))
        pull: Iterator[Batch] = table.connector().pull(None)
        before = [next(pull), next(pull)]
        table.database.drop_connections()
        with pytest.raises(Unavailable):
            list(pull)
        after = list(table.connector().pull(stored(before)))
        names = kettles_of([*before, *after])
        assert Counter(names) == Counter(f"K{n}" for n in range(30))

    def test_a_row_committed_late_is_not_passed_by(self, table: Table) -> None:
        """A transaction that began before the newest row we saw, and committed behind it."""
        patient = replace(table.connector(), settled=5.0)
        now = "CURRENT_TIMESTAMP"
        with table.database.transaction(f"INSERT INTO {table.name} VALUES ('K1', 'x', {now})"):
            table.database.run(f"INSERT INTO {table.name} VALUES ('K2', 'x', {now})")
            first = list(patient.pull(None))
            assert kettles_of(first) == []
        at_once = replace(table.connector(), settled=0.0)
        assert set(kettles_of(at_once.pull(stored(first)))) == {"K1", "K2"}

    def test_rows_that_no_pull_can_find_are_told(self, table: Table) -> None:
        table.fill(("K1", moment(1)))
        table.database.run(
            f"INSERT INTO {table.name} VALUES ('K2', 'x', NULL)",
            f"INSERT INTO {table.name} VALUES (NULL, 'x', '{moment(1)}')",
            f"INSERT INTO {table.name} VALUES ('K3', 'x', '2037-01-01 00:00:00')",
        )
        one = replace(table.connector(), settled=1.0)
        batches = list(one.pull(None))
        told = ("changed_missing", "key_missing", "changed_ahead")
        assert kettles_of(batches) == ["K1"]
        assert batches[-1].faulty == tuple(Fault(0, code) for code in told)
        assert tuple(problem.code for problem in one.check().problems) == told

    def test_changed_columns_are_told_and_nothing_is_read(self, table: Table) -> None:
        table.fill(("K1", moment(1)))
        checked = table.connector().check()
        assert (checked.ok, checked.missing, checked.unknown) == (True, ("born",), ())
        table.database.run(
            f"ALTER TABLE {table.name} RENAME COLUMN {self.quote(table, 'MA_AM')} TO moi"
        )
        checked = table.connector().check()
        assert (checked.ok, checked.missing, checked.unknown) == (
            False,
            ("kettle", "born"),
            ("moi",),
        )
        assert stopped(table.connector()).code == "source_columns_missing"

    def test_wrong_keys_and_names_are_told(self, table: Table) -> None:
        wrong = connect_with(table, "wrong")
        assert stopped(wrong).code == "source_refuses"
        assert wrong.check().problems[0].code == "source_refuses"
        assert table.database.secret not in str(wrong.check())
        nowhere = msgspec.structs.replace(table.database.place, database="nowhere")
        assert stopped(table.connector_at(nowhere)).code == "source_refuses"
        assert stopped(table.connector(table="KHONG_CO")).code in (
            "source_answer",
            "source_refuses",
        )
        assert stopped(table.connector(changed="KHONG_CO")).code == "source_columns_missing"
        closed = msgspec.structs.replace(table.database.place, port=1)
        assert stopped(table.connector_at(closed)).code == "source_down"

    def test_a_name_is_a_name_and_never_a_statement(self, table: Table) -> None:
        table.fill(("K1", moment(1)))
        for name in ('SO_AM"; DROP TABLE "SO_AM', "SO_AM`; DROP TABLE `SO_AM", "SO%s_AM"):
            assert isinstance(stopped(table.connector(table=name)), InvalidValue | Refused)
        assert kettles_of(table.connector().pull(None)) == ["K1"]

    def test_nothing_but_reading_is_possible(self, table: Table) -> None:
        session = table.connector().engine.open()
        with pytest.raises((InvalidValue, Refused, Unavailable)):
            self.write(session, f"DELETE FROM {table.name}")
        session.close()

    @staticmethod
    def write(session: Any, statement: str) -> None:
        if hasattr(session, "_run"):
            session._run(statement, [])
        else:
            session._one(statements.SQL(statement), [])

    def test_an_internal_address_is_refused(self, table: Table) -> None:
        place = msgspec.structs.replace(table.database.place, internal=False)
        assert stopped(table.connector_at(place)).code == "source_address_internal"
        listed = msgspec.structs.replace(place, addresses=("127.0.0.1/32",))
        assert kettles_of(table.connector_at(listed).pull(None)) == []

    def test_a_server_without_tls_is_refused_where_tls_is_asked(self, table: Table) -> None:
        place = msgspec.structs.replace(table.database.place, tls="verify")
        assert stopped(table.connector_at(place)).code == "source_refuses"

    def test_a_table_by_rising_numbers_is_pulled(self, table: Table) -> None:
        quote = self.quote
        many = self.quote(table, "SO_DONG")
        table.database.run(
            f"CREATE TABLE {many} ({quote(table, 'MA_AM')} varchar(20),"
            f" {quote(table, 'CAP_NHAT')} bigint)",
            f"INSERT INTO {many} VALUES "
            + ", ".join(f"('K{n}', {9007199254740990 + n})" for n in range(20)),
        )
        self.allow(table, many)
        one = table.connector(table="SO_DONG", by="number")
        before, since = pull_killed_after(one, None, 1)
        after = list(one.pull(since))
        names = kettles_of([*before, *after])
        assert Counter(names) == Counter(f"K{n}" for n in range(20))

    @staticmethod
    def allow(table: Table, name: str) -> None:
        table.database.run(f"GRANT SELECT ON {name} TO {READER_OF[table.database.engine]}")

    def test_a_day_is_pulled_when_it_is_over(self, table: Table) -> None:
        """Another row of today may yet come that stands before those of today that came."""
        days, quote = self.quote(table, "SO_DONG"), self.quote
        table.database.run(
            f"CREATE TABLE {days} ({quote(table, 'MA_AM')} varchar(20),"
            f" {quote(table, 'CAP_NHAT')} date)",
            f"INSERT INTO {days} VALUES ('K2', '2026-01-01'), ('K3', CURRENT_DATE)",
        )
        self.allow(table, days)
        one = table.connector(table="SO_DONG")
        first = list(one.pull(None))
        assert kettles_of(first) == ["K2"]
        table.database.run(f"INSERT INTO {days} VALUES ('K1', '2026-01-02')")
        assert kettles_of(one.pull(stored(first))) == ["K1"]

    def test_preview_shows_the_first_rows(self, table: Table) -> None:
        table.fill(*((f"K{n}", moment(n)) for n in range(9)))
        assert kettles_of([table.connector().preview(3)]) == ["K0", "K1", "K2"]


READER = "danso_reader"
READER_OF = {"postgresql": READER, "mariadb": f"{READER}@'%'"}


def connect_with(table: Table, secret: str) -> SqlConnector:
    """As `table.connector()`, with another secret."""
    one = table.connector()
    return replace(one, engine=replace(one.engine, secret=secret))  # type: ignore[type-var]
