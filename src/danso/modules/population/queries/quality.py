"""Đúng, đủ, sạch, sống: each fault as one condition in SQL, counted and listed by the same
words."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from django.db import connection

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.population.data import MEASURES, Faulty, Nowhere, QualityFigures, Scope, Virtue
from danso.modules.population.queries.doubles import UNDECIDED
from danso.modules.population.rules import (
    CARD_AGE,
    STALE_DAYS,
    VERY_OLD,
    check_has_data,
    years_before,
)
from danso.toolkit.platform import platform

# One condition per measure of `data.MEASURES`, on the alias p. What they mean in words, and why
# these: docs/explanation/the-register.md. A number's fourth digit carries sex and century, the
# next two the year.
CONDITIONS: Final = {
    "number_disagrees": """p.number IS NOT NULL AND (
        (p.sex <> 0 AND (substr(p.number, 4, 1)::int %% 2 + 1) <> p.sex)
        OR (p.birth IS NOT NULL AND
            1900 + 100 * (substr(p.number, 4, 1)::int / 2) + substr(p.number, 5, 2)::int
            <> substr(p.birth, 1, 4)::int))""",
    "under_investigation": "p.flags @? '$.* ? (@ == \"under_investigation\")'",
    "no_number": "p.number IS NULL",
    "birth_partial": "p.birth IS NULL OR length(p.birth) < 10",
    "sex_unknown": "p.sex = 0",
    "no_ethnicity": "p.ethnicity IS NULL",
    "no_nationality": "p.nationality IS NULL",
    "no_household": "p.household IS NULL",
    "no_head": """p.household IS NOT NULL AND NOT EXISTS (
        SELECT FROM population_household AS h JOIN population_person AS q ON q.key = h.head
        WHERE h.key = p.household AND q.household = h.key AND q.status = 'alive'
        AND q.merged_into IS NULL)""",
    "no_parents": "p.birth > %(child_from)s AND p.father_name IS NULL AND p.mother_name IS NULL",
    "commune_unresolved": "p.commune IS NULL",
    # Kept pairs (`actions.keep_doubles`): one small table, hashed once for all rows.
    "possible_duplicate": f"""p.key IN (
        SELECT d.first {UNDECIDED} UNION ALL SELECT d.second {UNDECIDED})""",
    "old_number_shared": """p.old_number IS NOT NULL AND EXISTS (
        SELECT FROM population_old_number AS o JOIN population_person AS q ON q.key = o.person
        WHERE o.number = p.old_number AND o.person <> p.key AND q.merged_into IS NULL
        AND (%(sees_protected)s OR NOT q.protected))""",
    "unverified": "p.flags @? '$.* ? (@ == \"unverified\")'",
    "very_old": "p.birth < %(very_old)s",
    "temporary_expired": "p.temporary_until < %(today)s",
    "stale": "p.as_of < %(stale)s",
}

SHOWN: Final = "(%(sees_protected)s OR NOT p.protected)"
LIVING: Final = """p.merged_into IS NULL AND p.status = 'alive'
    AND (%(communes)s::text[] IS NULL OR p.commune = ANY(%(communes)s))"""

NOWHERE: Final = f"{LIVING} AND p.commune IS NULL AND {SHOWN}"


def quality_report(scope: Scope) -> tuple[QualityFigures, ...]:
    check_has_data(platform().register_mode)
    # Faults of protected people are not counted: a count that is one above its list would betray
    # them.
    flags = ", ".join(
        f"coalesce(({CONDITIONS[one.code]}) AND {SHOWN}, false) AS {one.code}" for one in MEASURES
    )
    counts = ", ".join(f"count(*) FILTER (WHERE {one.code})" for one in MEASURES)
    virtues = ", ".join(f"count(*) FILTER (WHERE {_any_of(virtue)})" for virtue in _virtues())
    # MATERIALIZED-like subquery: each condition is evaluated once per person, then counted twice.
    statement = f"""
        SELECT commune, count(*), {counts}, {virtues}
        FROM (SELECT p.commune, {flags} FROM population_person AS p WHERE {LIVING} OFFSET 0) AS q
        GROUP BY commune ORDER BY commune
    """  # noqa: S608 - only this file's constants
    size = len(MEASURES)
    return tuple(
        QualityFigures(
            commune=row[0],
            people=row[1],
            faults=dict(zip((one.code for one in MEASURES), row[2 : 2 + size], strict=True)),
            failing=dict(zip(_virtues(), row[2 + size :], strict=True)),
        )
        for row in _rows(statement, _parameters(scope))
    )


def list_faulty(
    measure: str, commune: str, scope: Scope, *, limit: int = 500, offset: int = 0
) -> tuple[Faulty, ...]:
    check_has_data(platform().register_mode)
    if measure not in CONDITIONS:
        raise NotFound(
            "There is no such measure of quality.",
            code="measure_unknown",
            fix=f"Use one of: {', '.join(CONDITIONS)}.",
        )
    statement = f"""
        SELECT p.key, p.full_name, p.birth, p.number, p.hamlet, p.flags FROM population_person AS p
        WHERE {LIVING} AND p.commune = %(commune)s AND ({CONDITIONS[measure]})
              AND {SHOWN}
        ORDER BY p.hamlet, p.sort_key, p.key LIMIT %(limit)s OFFSET %(offset)s
    """  # noqa: S608 - only this file's constants
    parameters = _parameters(scope) | {"commune": commune, "limit": limit, "offset": offset}
    return tuple(_faulty(row) for row in _rows(statement, parameters))


def count_nowhere(scope: Scope) -> int:
    """From the index of communes alone; nobody within a commune's reach."""
    check_has_data(platform().register_mode)
    statement = f"SELECT count(*) FROM population_person AS p WHERE {NOWHERE}"  # noqa: S608
    [(count,)] = _rows(statement, _parameters(scope))
    return int(count)


def list_nowhere(scope: Scope, *, limit: int = 50, offset: int = 0) -> tuple[Nowhere, ...]:
    check_has_data(platform().register_mode)
    statement = f"""
        SELECT p.key, p.full_name, p.birth, p.recorded_commune, p.hamlet, p.address
        FROM population_person AS p WHERE {NOWHERE}
        ORDER BY p.recorded_commune, p.sort_key, p.key LIMIT %(limit)s OFFSET %(offset)s
    """  # noqa: S608 - only this file's constants
    parameters = _parameters(scope) | {"limit": limit, "offset": offset}
    return tuple(Nowhere(*row) for row in _rows(statement, parameters))


def _faulty(row: tuple[Any, ...]) -> Faulty:
    flags = json.loads(row[-1]) if isinstance(row[-1], str) else row[-1]
    person, full_name, birth, number, hamlet = row[:-1]
    return Faulty(person, full_name, birth, number, hamlet, flags)


def _virtues() -> tuple[Virtue, ...]:
    return tuple(dict.fromkeys(measure.virtue for measure in MEASURES))


def _any_of(virtue: Virtue) -> str:
    return " OR ".join(measure.code for measure in MEASURES if measure.virtue == virtue)


def _parameters(scope: Scope) -> dict[str, Any]:
    today = clock.today()
    return {
        "communes": None if scope.communes is None else list(scope.communes),
        "sees_protected": scope.sees_protected,
        "today": today,
        "child_from": years_before(today, CARD_AGE).isoformat(),
        "very_old": years_before(today, VERY_OLD).isoformat(),
        "stale": today - timedelta(days=STALE_DAYS),
    }


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
