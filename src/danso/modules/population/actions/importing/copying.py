"""Rows into the tables by COPY; a row that the database refuses is found and set apart."""

from __future__ import annotations

import polars as pl
from django.db import DataError, IntegrityError, connection, transaction
from psycopg import sql

from danso.modules.population.engine.importing.rows import Stamp, TableRows, tables_of


def copy_people(frame: pl.DataFrame, head: str, stamp: Stamp) -> None:
    """Everything of these people, in the caller's transaction. Raises what the database raises."""
    for rows in tables_of(frame, head, stamp):
        if rows.count:
            _copy(rows)


def copy_bearable(frame: pl.DataFrame, head: str, stamp: Stamp) -> list[int]:
    """As `copy_people`, but rows that the database refuses stay out: their `line`s are returned.

    Halves are tried until the refused rows stand alone, so good rows beside them are not lost.
    """
    if frame.is_empty():
        return []
    try:
        with transaction.atomic():
            copy_people(frame, head, stamp)
    except (IntegrityError, DataError):
        if frame.height == 1:
            return [int(frame["line"][0])]
        middle = frame.height // 2
        return [
            *copy_bearable(frame[:middle], head, stamp),
            *copy_bearable(frame[middle:], head, stamp),
        ]
    return []


def _copy(rows: TableRows) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(rows.table), sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        copy.write(rows.text)
