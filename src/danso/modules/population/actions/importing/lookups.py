"""Who is in the register already: by number, by 9-digit number, by name and place, by key."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from django.db import connection

from danso.modules.population.engine.importing.matching import HELD, Held

_COLUMNS: Final = ", ".join(f"p.{column}" for column in HELD)

_BY_NUMBER: Final = f"""
    SELECT n.number, n.status = 'cancelled', {_COLUMNS}
    FROM population_number AS n JOIN population_person AS p ON p.key = n.person
    WHERE n.number = ANY(%s)
"""  # noqa: S608 - only this file's constants
_BY_OLD_NUMBER: Final = f"""
    SELECT o.number, false, {_COLUMNS}
    FROM population_old_number AS o JOIN population_person AS p ON p.key = o.person
    WHERE o.number = ANY(%s) AND p.merged_into IS NULL
"""  # noqa: S608
_BY_NAME: Final = f"""
    SELECT p.search_key || ' ' || left(p.birth, 4) || ' ' || p.commune, false, {_COLUMNS}
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS r(name, first, after, commune)
    JOIN population_person AS p
      ON p.search_key = r.name AND p.birth >= r.first AND p.birth < r.after
    WHERE p.merged_into IS NULL AND p.commune = r.commune
"""  # noqa: S608
_BY_KEY: Final = f"""
    SELECT p.key::text, false, {_COLUMNS} FROM population_person AS p WHERE p.key = ANY(%s::uuid[])
"""  # noqa: S608
_HOUSEHOLDS: Final = """
    SELECT n.number, p.household::text
    FROM population_number AS n JOIN population_person AS p ON p.key = n.person
    WHERE n.number = ANY(%s) AND p.household IS NOT NULL
"""
_PERSONS: Final = "SELECT number, person::text FROM population_number WHERE number = ANY(%s)"


def by_number(numbers: Iterable[str]) -> dict[str, Held]:
    """Holders of 12-digit numbers, cancelled ones too."""
    return {held.asked: held for held in _held(_BY_NUMBER, [sorted(set(numbers))])}


def by_key(keys: Iterable[str]) -> dict[str, Held]:
    """People by their keys."""
    return {held.asked: held for held in _held(_BY_KEY, [sorted(set(keys))])}


def by_old_number(numbers: Iterable[str]) -> dict[str, list[Held]]:
    """Holders of 9-digit numbers: there may be several."""
    return _grouped(_held(_BY_OLD_NUMBER, [sorted(set(numbers))]))


def by_name(wanted: Iterable[tuple[str, str, str]]) -> dict[str, list[Held]]:
    """People of a plain name, a birth year and a commune, under the three with spaces between."""
    asked = sorted(set(wanted))
    names, first, communes = ([one[place] for one in asked] for place in range(3))
    after = [str(int(year) + 1) for year in first]
    return _grouped(_held(_BY_NAME, [names, first, after, communes]))


def households_of(numbers: Iterable[str]) -> dict[str, str]:
    """The household each number's holder lives in."""
    return _pairs(_HOUSEHOLDS, numbers)


def persons_of(numbers: Iterable[str]) -> dict[str, str]:
    """The person each number belongs or belonged to."""
    return _pairs(_PERSONS, numbers)


def _held(statement: str, parameters: list[Any]) -> list[Held]:
    if not parameters[0]:
        return []
    return [Held(row[0], row[1], _values_of(row[2:])) for row in _rows(statement, parameters)]


def _values_of(row: tuple[Any, ...]) -> dict[str, Any]:
    values = dict(zip(HELD, row, strict=True))
    # Django leaves JSON of raw statements as text.
    return {**values, "flags": json.loads(values["flags"])}


def _grouped(found: list[Held]) -> dict[str, list[Held]]:
    groups: dict[str, list[Held]] = {}
    for held in found:
        groups.setdefault(held.asked, []).append(held)
    return groups


def _pairs(statement: str, numbers: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(numbers))
    return dict(_rows(statement, [wanted])) if wanted else {}


def _rows(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
