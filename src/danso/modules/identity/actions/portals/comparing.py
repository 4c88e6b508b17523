"""Rows of a chunk beside the register: one statement, keys against keys, as verify compares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection

from danso.kernel.dates import PartialDate
from danso.modules.identity import rules
from danso.modules.identity.engine.portals import Comparison, Way

# Through the doors of population: keys of numbers for ever, who was merged into whom. A number is
# exact; an old number is an attribute that several people may hold: the one who fits comes first.
_COMPARE: Final = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(number)s::text[], %(old_number)s::text[], %(name)s::text[],
                         %(plain)s::text[], %(toneless)s::boolean[], %(birth)s::text[])
    WITH ORDINALITY AS a (number, old_number, name, plain, toneless, birth, place)
), found AS (
    SELECT a.place, 'number' AS way, k.person, k.status = 'active' AS is_active, k.life,
           k.protected, k.birth AS held, k.commune, k.name_key, k.plain_key
    FROM asked a JOIN population_v1.keys k ON k.number = a.number
    UNION ALL
    SELECT a.place, 'old_number', o.person, true, s.life, s.protected, s.birth,
           s.permanent_place ->> 'commune', k.name_key, k.plain_key
    FROM asked a JOIN population_v1.old_numbers o ON o.number = a.old_number
    JOIN population_v1.shared s ON s.person = o.person
    LEFT JOIN population_v1.keys k ON k.number = s.number
    WHERE a.number IS NULL
), seen AS (
    SELECT DISTINCT ON (f.place, coalesce(s.merged_into, f.person))
           f.place, f.way, coalesce(s.merged_into, f.person) AS person, f.is_active, f.life,
           f.protected OR coalesce(kept.protected, false) AS protected, f.held, f.commune,
           CASE WHEN f.name_key = a.name OR (a.toneless AND f.plain_key = a.plain) THEN 'same'
                WHEN f.plain_key = a.plain THEN 'tones' ELSE 'other' END AS name_r,
           CASE WHEN a.birth IS NULL OR f.held IS NULL THEN 'none'
                WHEN f.held = a.birth OR starts_with(f.held, a.birth || '-')
                     OR starts_with(a.birth, f.held || '-') THEN 'same'
                ELSE 'other' END AS birth_r
    FROM found f JOIN asked a ON a.place = f.place
    JOIN population_v1.people s ON s.person = f.person
    LEFT JOIN population_v1.people kept ON kept.person = s.merged_into
    ORDER BY f.place, coalesce(s.merged_into, f.person), f.name_key = a.name DESC NULLS LAST
), ranked AS (
    SELECT *, count(*) OVER w AS holders,
           count(*) FILTER (WHERE name_r = 'same' AND birth_r = 'same') OVER w AS fits,
           row_number() OVER (PARTITION BY place ORDER BY
               name_r = 'same' AND birth_r = 'same' DESC, name_r = 'same' DESC, person) AS nth
    FROM seen WHERE NOT protected WINDOW w AS (PARTITION BY place)
)
SELECT place, NULL::uuid AS hidden, way, person, is_active, life, held, coalesce(commune, ''),
       name_r, birth_r, holders, fits
FROM ranked WHERE nth = 1
UNION ALL
SELECT place, person, '', NULL, false, '', NULL, '', '', '', 0, 0 FROM seen WHERE protected
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One row beside the register. A protected person is compared as if nobody was there; `hidden`
    is who, for the journal and the guardians' alert alone."""

    comparison: Comparison
    person: UUID | None = None
    commune: str = ""
    hidden: UUID | None = None


def compare(rows: pl.DataFrame, today: date) -> list[Seen]:
    """One answer for each row (columns number, old_number, name, plain, toneless, birth)."""
    asked = {name: rows[name].to_list() for name in _COLUMNS}
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, asked)
        rows_found = cursor.fetchall()
    found: dict[int, Any] = {row[0]: row[2:] for row in rows_found if row[1] is None}
    hidden: dict[int, UUID] = {row[0]: row[1] for row in rows_found if row[1] is not None}
    ways: list[Way] = ["number" if one else "old_number" for one in asked["number"]]
    return [
        _seen(found[place], way, today, hidden.get(place))
        if place in found
        else Seen(Comparison(way), hidden=hidden.get(place))
        for place, way in enumerate(ways, start=1)
    ]


_COLUMNS: Final = ("number", "old_number", "name", "plain", "toneless", "birth")


def _seen(row: Any, asked: Way, today: date, hidden: UUID | None) -> Seen:
    way, person, is_active, life, held, commune, name, birth, holders, fits = row
    comparison = Comparison(
        asked=asked,
        way=way,
        name=name,
        birth=birth,
        is_active=is_active,
        life=life,
        is_minor=held is not None and _is_minor(held, today),
        holders=holders,
        fits=fits,
    )
    return Seen(comparison, person, commune, hidden)


@lru_cache(1 << 16)
def _is_minor(held: str, today: date) -> bool:
    return rules.age_on(PartialDate.from_iso(held), today) < rules.OWN_FROM
