"""Rows into the tables by COPY; a row that the database refuses is found and set apart."""

from __future__ import annotations

from typing import Final

import polars as pl
from django.db import DataError, IntegrityError, connection, transaction
from psycopg import sql

from danso.modules.population.engine.importing.rows import Stamp, TableRows, tables_of

_HOUSEHOLDS: Final = "population_household"
_WAITING: Final = "population_household_waiting"


def copy_people(frame: pl.DataFrame, head: str, stamp: Stamp, *, meets: bool = False) -> None:
    """Everything of these people, in the caller's transaction. Raises what the database raises.

    With `meets`, their households may be there already.
    """
    for rows in tables_of(frame, head, stamp):
        if not rows.count:
            continue
        if meets and rows.table == _HOUSEHOLDS:
            _join(rows)
        else:
            _copy(rows, rows.table)


def copy_bearable(frame: pl.DataFrame, head: str, stamp: Stamp) -> list[int]:
    """As `copy_people`, but rows that the database refuses stay out: their `line`s are returned.

    Halves are tried until the refused rows stand alone, so good rows beside them are not lost.
    """
    if frame.is_empty():
        return []
    try:
        with transaction.atomic():
            copy_people(frame, head, stamp, meets=True)
    except (IntegrityError, DataError):
        if frame.height == 1:
            return [int(frame["line"][0])]
        middle = frame.height // 2
        return [
            *copy_bearable(frame[:middle], head, stamp),
            *copy_bearable(frame[middle:], head, stamp),
        ]
    return []


def _copy(rows: TableRows, table: str) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        copy.write(rows.text)


def _join(rows: TableRows) -> None:
    """Households that may be there: a later stretch may bring the head of one."""
    columns = ", ".join(rows.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {_WAITING} (LIKE {_HOUSEHOLDS})"
            " ON COMMIT DELETE ROWS"
        )
        cursor.execute(f"TRUNCATE {_WAITING}")
        _copy(rows, _WAITING)
        cursor.execute(
            f"INSERT INTO {_HOUSEHOLDS} AS home ({columns}) SELECT {columns} FROM {_WAITING}"  # noqa: S608
            " ON CONFLICT (key) DO UPDATE SET head = coalesce(home.head, EXCLUDED.head)"
            " WHERE home.head IS NULL AND EXCLUDED.head IS NOT NULL"
        )
