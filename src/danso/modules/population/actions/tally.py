"""Keeping the counts by commune that moving pages read: one commune at a time, as events come."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from danso.kernel import clock
from danso.modules.population.queries.counting import COUNTS

# Whoever counts holds this lock, so that an older count can't be written over a newer one.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('population_tally'))"
_WRITE: Final = f"""
WITH counted AS (
    SELECT coalesce(p.commune, '') AS commune, {COUNTS}
    FROM population_person AS p
    WHERE p.merged_into IS NULL
          AND (%(all)s OR p.commune = ANY(%(communes)s::text[])
               OR (p.commune IS NULL AND %(nowhere)s))
    GROUP BY 1)
INSERT INTO population_tally
    (commune, alive, dead, missing, with_number, with_card, counted_at)
SELECT commune, coalesce(alive, 0), coalesce(dead, 0), coalesce(missing, 0),
       coalesce(with_number, 0), coalesce(with_card, 0), %(now)s
FROM (SELECT unnest(%(communes)s::text[]) AS commune
      UNION SELECT commune FROM counted
      UNION SELECT commune FROM population_tally WHERE %(all)s) AS wanted
LEFT JOIN counted USING (commune) ORDER BY commune
ON CONFLICT (commune) DO UPDATE SET alive = excluded.alive, dead = excluded.dead,
    missing = excluded.missing, with_number = excluded.with_number,
    with_card = excluded.with_card, counted_at = excluded.counted_at
"""  # noqa: S608 - only constants of this module
# Where these people live now, and where they lived before any change that could have moved them.
_TOUCHED: Final = """
SELECT coalesce(commune, '') FROM population_person WHERE key = ANY(%(people)s::uuid[])
UNION
SELECT coalesce(changes -> 'commune' ->> 0, '') FROM population_person_version
WHERE person = ANY(%(people)s::uuid[]) AND changes ? 'commune'
"""


def count_anew() -> None:
    """Count every commune: after a load, and once a day, for cards run out without an event."""
    _count([], is_all=True)


def count_around(people: Collection[UUID]) -> None:
    """Count the communes again that these people live in or have left."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {"people": list(people)})
        communes = [commune for (commune,) in cursor.fetchall()]
    _count(communes, is_all=False)


def _count(communes: list[str], *, is_all: bool) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        parameters: dict[str, Any] = {
            "communes": communes,
            "nowhere": "" in communes,
            "all": is_all,
            "now": clock.now(),
            "today": clock.today(),
        }
        cursor.execute(_WRITE, parameters)
