"""A source's table in PostgreSQL: one read-only snapshot, read through a server-side cursor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import psycopg
from psycopg import IsolationLevel, sql
from psycopg.rows import TupleRow

from danso.modules.sources.adapters.faults import SourceDown, refuses, unexpected
from danso.modules.sources.adapters.places import SqlPlace, reach_of
from danso.modules.sources.adapters.sql import After, Lost, Pages, Query, Session

PORT: Final = 5432
_DAY: Final = 1082  # the type `date`
_CONNECTION = psycopg.Connection[TupleRow]
# What a server says that will let us in later, where no SQLSTATE comes with it.
_LATER: Final = ("starting up", "shutting down", "too many", "recovery mode", "remaining")


@dataclass(frozen=True)
class PostgresqlEngine:
    """Opens read-only sessions at a place."""

    code: str
    place: SqlPlace
    secret: str = field(repr=False)

    def open(self) -> Session:
        """A session, bounded in time, that can change nothing."""
        place, port = self.place, self.place.port or PORT
        address = reach_of(self.code, place).address_of(place.host, port)
        try:
            connection = psycopg.connect(
                host=place.host,
                hostaddr=address,
                port=port,
                dbname=place.database,
                user=place.user,
                password=self.secret,
                **_tls(place),
                connect_timeout=max(2, int(place.timeout)),
                application_name="danso",
                # A line that went dead without a word is noticed within a minute or so.
                keepalives=1,
                keepalives_idle=30,
                keepalives_interval=10,
                keepalives_count=3,
            )
        except psycopg.Error as error:
            _translate(error)
        connection.read_only = True
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        session = _PostgresqlSession(connection)
        session.begin(place.statement_seconds)
        return session


def _tls(place: SqlPlace) -> dict[str, Any]:
    if place.tls == "off":
        return {"sslmode": "disable"}
    return {"sslmode": "verify-full", "sslrootcert": place.ca_file or "system"}


@dataclass(frozen=True)
class _PostgresqlSession:
    _connection: _CONNECTION

    def begin(self, seconds: float) -> None:
        """Bound every statement, and fix how dates are written."""
        milliseconds = str(int(seconds * 1000))
        set_config = sql.SQL("SELECT set_config(%s, %s, false)")
        self._one(set_config, ["statement_timeout", milliseconds])
        self._one(set_config, ["datestyle", "ISO, DMY"])

    def columns(self, table: tuple[str, ...]) -> tuple[str, ...]:
        """The table's columns as they are called."""
        return tuple(self._types(table))

    def _types(self, table: tuple[str, ...]) -> dict[str, int]:
        try:
            cursor = self._connection.execute(
                sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(*table))
            )
        except psycopg.Error as error:
            _translate(error)
        return {column.name: column.type_code for column in cursor.description or ()}

    def count_lost(self, query: Query) -> Lost:
        """Rows that no pull can find."""
        ahead = sql.SQL("{} > now() + interval '1 day'").format(_column(query.changed))
        counted = sql.SQL(
            "SELECT count(*) FILTER (WHERE {changed} IS NULL),"
            " count(*) FILTER (WHERE {key} IS NULL), count(*) FILTER (WHERE {ahead})"
            " FROM {table} t"
        ).format(
            changed=_column(query.changed),
            key=_column(query.key),
            ahead=sql.SQL("false") if query.settled is None else ahead,
            table=sql.Identifier(*query.table),
        )
        return Lost(*self._one(counted, []))

    def rows(self, query: Query, after: After | None, at_once: int) -> Pages:
        """Rows behind one, in order; all of one moment's state of the table."""
        are_days = self._types(query.table).get(query.changed) == _DAY
        asked, values = _select(query, after, are_days=are_days)
        try:
            with self._connection.cursor("danso") as cursor:
                cursor.execute(asked, values)
                while rows := cursor.fetchmany(at_once):
                    yield list(rows)
        except psycopg.Error as error:
            _translate(error)

    def close(self) -> None:
        """End it; nothing was changed."""
        self._connection.close()

    def _one(self, asked: sql.SQL | sql.Composed, values: list[Any]) -> TupleRow:
        try:
            found = self._connection.execute(asked, values).fetchone()
        except psycopg.Error as error:
            _translate(error)
        if found is None:
            raise unexpected("a count without a row")
        return found


def _column(name: str) -> sql.Composed:
    # By its table: an ORDER BY of the bare name would sort by the text that is shown.
    return sql.SQL("t.{}").format(sql.Identifier(name))


def _select(query: Query, after: After | None, *, are_days: bool) -> tuple[sql.Composed, list[Any]]:
    changed, key = _column(query.changed), _column(query.key)
    conditions = [sql.SQL("{} IS NOT NULL AND {} IS NOT NULL").format(changed, key)]
    values: list[Any] = []
    if after is not None:
        conditions.append(sql.SQL("({}, {}) > (%s, %s)").format(changed, key))
        values += [after.changed, after.key]
    if are_days:
        conditions.append(sql.SQL("{} < current_date").format(changed))
    elif query.settled is not None:
        conditions.append(sql.SQL("{} <= now() - make_interval(secs => %s)").format(changed))
        values.append(query.settled)
    shown = (query.changed, query.key, *query.columns)
    asked = sql.SQL("SELECT {} FROM {} t WHERE {} ORDER BY {}, {}").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(_column(name)) for name in shown),
        sql.Identifier(*query.table),
        sql.SQL(" AND ").join(conditions),
        changed,
        key,
    )
    return asked, values


def _translate(error: psycopg.Error) -> NoReturn:
    """As the fault it is. The server's own words may hold a row's values: they stay inside."""
    state, said = error.sqlstate or "", str(error)
    if state[:2] == "28" or state == "42501":
        raise refuses("login" if state[:2] == "28" else "rights") from None
    if state in ("42P01", "3F000"):
        raise unexpected("there is no such table") from None
    if state == "42703":
        raise unexpected("a column is gone") from None
    if state[:2] in ("42", "22"):
        raise unexpected(f"SQLSTATE {state}") from None
    if not state and ("SSL" in said or "certificate" in said):
        raise refuses("tls") from None
    if not state and "FATAL" in said and not any(word in said for word in _LATER):
        raise refuses("login") from None
    raise SourceDown(f"sql_{state}" if state else "connection") from None
