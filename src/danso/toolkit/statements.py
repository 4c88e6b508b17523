"""Statements for paths that are walked every moment, on Django's own connection and transaction.

Django writes SQL anew for each call and sends it as text, to be parsed and planned each time. These
are written once, and PostgreSQL keeps their plans for as long as the connection lives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from psycopg import Cursor

M = TypeVar("M", bound=models.Model)
Given = Sequence[Any] | Mapping[str, Any]
Values = tuple[Any, ...]


def rows(statement: str, given: Given = ()) -> list[Values]:
    """All rows that a statement gives."""
    with _cursor() as cursor:
        cursor.execute(statement, given)
        found: list[Values] = cursor.fetchall()
        return found


def row(statement: str, given: Given = ()) -> Values | None:
    """The first row that a statement gives, if any."""
    with _cursor() as cursor:
        cursor.execute(statement, given)
        found: Values | None = cursor.fetchone()
        return found


def run(statement: str, given: Given = ()) -> int:
    """How many rows a statement wrote."""
    with _cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.rowcount)


def find(model: type[M], where: str, given: Given = ()) -> M | None:
    """The first row of a table for which this condition holds."""
    select, fields = _columns(model)
    statement = f"SELECT {select} FROM {model._meta.db_table} WHERE {where} LIMIT 1"  # noqa: S608 - no value in it
    found = row(statement, given)
    return None if found is None else _made(model, fields, found)


def joined(
    tables: Sequence[type[models.Model]], rest: str, given: Given = ()
) -> tuple[Any, ...] | None:
    """One row of several tables under their own names, as an object of each in this order; `rest`
    begins with FROM. None in the place of a table that an outer join found nothing in."""
    parts = [_columns(model) for model in tables]
    found = row(f"SELECT {', '.join(select for select, _ in parts)} {rest}", given)
    if found is None:
        return None
    made, start = [], 0
    for model, (_, fields) in zip(tables, parts, strict=True):
        end = start + len(fields)
        made.append(_made(model, fields, found[start:end]))
        start = end
    return tuple(made)


def _cursor() -> Any:
    """As `connection.cursor()`, but the values travel beside the statement; as text where a test
    or somebody who debugs wants to read it."""
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.queries_logged:
        return ours.cursor()
    ours.close_if_health_check_failed()
    ours.ensure_connection()
    ours.validate_thread_sharing()
    with ours.wrap_database_errors:
        bare: Any = Cursor(ours.connection)
        return ours.make_cursor(bare)


@cache
def _columns(model: type[models.Model]) -> tuple[str, tuple[Any, ...]]:
    table, fields = model._meta.db_table, tuple(model._meta.concrete_fields)
    return ", ".join(f"{table}.{field.column}" for field in fields), fields


def _made(model: type[Any], fields: tuple[Any, ...], values: Sequence[Any]) -> Any:
    read = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, values, strict=True)
    ]
    names = [field.attname for field in fields]
    if read[names.index(model._meta.pk.attname)] is None:
        return None
    return model.from_db(connection.alias, names, read)
