"""A source's table in MariaDB: page after page behind the last row, each a short statement.

No cursor is held open: a reader that is slow to store what it got would be cut off by the server.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NoReturn

import pymysql
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions

from danso.modules.sources.adapters.faults import SourceDown, is_certificate, refuses, unexpected
from danso.modules.sources.adapters.places import SqlPlace, reach_of
from danso.modules.sources.adapters.reach import connected_socket
from danso.modules.sources.adapters.sql import After, Lost, Pages, Query, Row, Session

PORT: Final = 3306
_NUMBERS: Final = frozenset(
    {
        FIELD_TYPE.TINY,
        FIELD_TYPE.SHORT,
        FIELD_TYPE.LONG,
        FIELD_TYPE.LONGLONG,
        FIELD_TYPE.INT24,
        FIELD_TYPE.DECIMAL,
        FIELD_TYPE.NEWDECIMAL,
    }
)
_DAYS: Final = frozenset({FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE})
# Values go in as they are and come out as the text that the server sent.
_AS_TEXT: Final[dict[Any, Any]] = {
    kind: way for kind, way in conversions.items() if not isinstance(kind, int)
}
_LOGIN: Final = frozenset({1044, 1045, 1049, 1130, 1227, 1698})
_RIGHTS: Final = frozenset({1142, 1143})
_NO_TABLE: Final = frozenset({1146})
_NO_COLUMN: Final = frozenset({1054})
_TLS: Final = 2026
_NO_SUCH_VARIABLE: Final = 1193


@dataclass(frozen=True)
class MariadbEngine:
    """Opens read-only sessions at a place."""

    code: str
    place: SqlPlace
    secret: str = field(repr=False)

    def open(self) -> Session:
        """A session, bounded in time, that can change nothing."""
        place, port = self.place, self.place.port or PORT
        tls: dict[str, Any] = {"ssl_disabled": True}
        if place.tls == "verify":
            tls = {
                "ssl_verify_cert": True,
                "ssl_verify_identity": True,
                "ssl_ca": place.ca_file or None,
            }
        connection = pymysql.Connection(
            host=place.host,
            port=port,
            user=place.user,
            password=self.secret.encode("utf-8"),
            database=place.database,
            charset="utf8mb4",
            conv=_AS_TEXT,
            autocommit=True,
            connect_timeout=max(1, int(place.timeout)),
            read_timeout=place.statement_seconds + place.timeout,
            write_timeout=place.timeout,
            defer_connect=True,
            **tls,
        )
        reach = reach_of(self.code, place)
        try:
            with connected_socket(reach, place.host, port, place.timeout) as socket:
                connection.connect(socket)
        except (pymysql.Error, OSError) as error:
            _translate(error)
        session = _MariadbSession(connection)
        session.begin(place.statement_seconds)
        return session


@dataclass(frozen=True)
class _MariadbSession:
    _connection: pymysql.Connection[Any]

    def begin(self, seconds: float) -> None:
        """Read only, and every statement bounded."""
        self._run("SET SESSION TRANSACTION READ ONLY", [])
        try:
            self._run("SET SESSION max_statement_time = %s", [seconds])
        except _NoSuchVariableError:
            # MySQL itself: the same in milliseconds.
            self._run("SET SESSION max_execution_time = %s", [int(seconds * 1000)])

    def columns(self, table: tuple[str, ...]) -> tuple[str, ...]:
        """The table's columns as they are called."""
        return tuple(self._types(table))

    def count_lost(self, query: Query) -> Lost:
        """Rows that no pull can find."""
        changed, key = _quoted(query.changed), _quoted(query.key)
        ahead = "0" if query.settled is None else f"SUM({changed} > NOW() + INTERVAL 1 DAY)"
        asked = (
            f"SELECT SUM({changed} IS NULL), SUM({key} IS NULL), {ahead}"  # noqa: S608 - quoted
            f" FROM {_quoted(*query.table)}"
        )
        rows, _ = self._run(asked, [])
        return Lost(*(int(count or 0) for count in rows[0]))

    def rows(self, query: Query, after: After | None, at_once: int) -> Pages:
        """Rows behind one, in order."""
        types = self._types(query.table)
        while True:
            limit = at_once + len(after.ties if after else ())
            asked, values = _select(query, after, types, limit)
            found, _ = self._run(asked, values)
            rows = [_texts(row) for row in found]
            if after is not None:
                rows = [row for row in rows if not _came(row, after)][:at_once]
            if not rows:
                return
            behind = After.of(rows)
            if after is not None and behind.changed == after.changed:
                behind = After.of([*([after.changed, tie] for tie in reversed(after.ties)), *rows])
            after = behind
            yield rows

    def close(self) -> None:
        """End it; nothing was changed."""
        with suppress(pymysql.Error, OSError):
            self._connection.close()

    def _types(self, table: tuple[str, ...]) -> dict[str, int]:
        _, described = self._run(f"SELECT * FROM {_quoted(*table)} LIMIT 0", [])  # noqa: S608
        return {str(column[0]): int(column[1]) for column in described}

    def _run(
        self, asked: str, values: Sequence[Any]
    ) -> tuple[Sequence[Sequence[Any]], Sequence[Sequence[Any]]]:
        """The rows and what describes them."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(asked, values)
                return cursor.fetchall(), cursor.description or ()
        except (pymysql.Error, OSError) as error:
            _translate(error)


class _NoSuchVariableError(Exception):
    """The server has no setting of that name."""


def _quoted(*names: str) -> str:
    # A per cent sign would be taken for a value's place.
    return ".".join("`" + name.replace("`", "``").replace("%", "%%") + "`" for name in names)


def _select(
    query: Query, after: After | None, types: dict[str, int], limit: int
) -> tuple[str, list[Any]]:
    changed, key = _quoted(query.changed), _quoted(query.key)
    conditions = [f"{changed} IS NOT NULL", f"{key} IS NOT NULL"]
    values: list[Any] = []
    if after is not None:
        # Not as a pair, for which MariaDB uses no index; and with the last key itself, for its
        # collation may hold another to be the same.
        conditions.append(f"{changed} >= %s AND ({changed} > %s OR {key} >= %s)")
        moment = _literal(after.changed, types.get(query.changed))
        values += [moment, moment, _literal(after.key, types.get(query.key))]
    if types.get(query.changed) in _DAYS:
        conditions.append(f"{changed} < CURRENT_DATE")
    elif query.settled is not None:
        conditions.append(f"{changed} <= NOW(6) - INTERVAL %s SECOND")
        values.append(Decimal(str(query.settled)))
    shown = ", ".join(map(_quoted, (query.changed, query.key, *query.columns)))
    asked = (
        f"SELECT {shown} FROM {_quoted(*query.table)}"  # noqa: S608 - quoted
        f" WHERE {' AND '.join(conditions)} ORDER BY {changed}, {key} LIMIT %s"
    )
    return asked, [*values, limit]


def _literal(text: str, kind: int | None) -> str | Decimal:
    """Numbers as numbers: as texts they would be compared as floats, and large ones be the same."""
    return Decimal(text) if kind in _NUMBERS else text


def _came(row: Row, after: After) -> bool:
    return row[0] == after.changed and row[1] in after.ties


def _texts(row: Sequence[Any]) -> Row:
    return [_text(value) for value in row]


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value.decode("latin-1")
    return None if value is None else str(value)


def _translate(error: Exception) -> NoReturn:
    """As the fault it is. The server's own words may hold a row's values: they stay inside."""
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if is_certificate(error) or number == _TLS:
        raise refuses("tls") from None
    if number == _NO_SUCH_VARIABLE:
        raise _NoSuchVariableError from None
    if number in _LOGIN or number in _RIGHTS:
        raise refuses("login" if number in _LOGIN else "rights") from None
    if number in _NO_TABLE or number in _NO_COLUMN:
        what = "there is no such table" if number in _NO_TABLE else "a column is gone"
        raise unexpected(what) from None
    if isinstance(error, pymysql.ProgrammingError | pymysql.DataError):
        raise unexpected(f"error {number}") from None
    raise SourceDown(f"sql_{number}" if number else "connection") from None
