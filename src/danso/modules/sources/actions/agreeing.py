"""Records beside the people they are linked to: verdicts by field, and mismatches that open and
close by themselves. Set by set in the database; only what differs is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import polars as pl
from django.db import connection

from danso.catalogue.shapes.sources import LIFE
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.population import interface as population
from danso.modules.sources.actions.contradicting import find_contradicted, with_siblings
from danso.modules.sources.data import Compared, SourceCompared
from danso.modules.sources.engine import agreeing
from danso.modules.sources.models import SourceState
from danso.modules.sources.rules import owners_due
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from danso.catalogue.shapes.sources import Source

COMPARER: Final = Actor(kind="system", id="sources")
_TEXTS: Final = 50_000

# One comparison of a source at a time: two would open the same mismatch twice.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('sources.compare:' || %s, 0))"
# A whole source is joined row by row by plans made before its rows were there: hashes instead.
_WHOLE: Final = "SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '128MB'"
_BEHIND: Final = """
CREATE TEMP TABLE sources_behind ON COMMIT DROP AS
SELECT r.record, r.digest, r.payload->>%(commune)s AS place
FROM sources_record r
LEFT JOIN sources_agreement a ON a.source = r.source AND a.record = r.record
WHERE r.source = %(source)s AND r.gone_at IS NULL AND a.digest IS DISTINCT FROM r.digest
  AND (%(records)s::text[] IS NULL OR r.record = ANY(%(records)s))
"""
_PLACES: Final = "CREATE TEMP TABLE sources_place (place text, commune text) ON COMMIT DROP"
_READ: Final = """
CREATE TEMP TABLE sources_read ON COMMIT DROP AS
SELECT b.record, p.commune FROM sources_behind b LEFT JOIN sources_place p ON p.place = b.place
"""
_GONE: Final = """
DELETE FROM sources_agreement a WHERE a.source = %(source)s
  AND (%(records)s::text[] IS NULL OR a.record = ANY(%(records)s))
  AND NOT EXISTS (SELECT FROM sources_record r
                  WHERE r.source = a.source AND r.record = a.record AND r.gone_at IS NULL)
"""
# Once past both sides: what is kept of them (k) beside what is so now, and of a record that differs
# what stands on either side.
_JUDGED: Final = """
CREATE TEMP TABLE sources_judged ON COMMIT DROP AS
SELECT record, digest, commune_said, person, commune, verdicts,
       kept IS DISTINCT FROM ROW(digest, commune_said, person, commune, verdicts) AS is_new,
       CASE WHEN person IS NOT NULL AND verdicts::text ~ %(different)s THEN
           jsonb_build_object({sides}) END AS sides
FROM (
    SELECT r.record, r.digest, a.commune_said, p.person,
           coalesce(p.commune, a.commune_said, '') AS commune,
           jsonb_strip_nulls(jsonb_build_object({verdicts})) AS verdicts,
           CASE WHEN k.record IS NOT NULL THEN
               ROW(k.digest, k.commune_said, k.person, k.commune, k.verdicts) END AS kept,
           {columns}
    FROM sources_record r
    LEFT JOIN sources_agreement k ON k.source = r.source AND k.record = r.record
    LEFT JOIN {against} c ON c.record = r.record
    LEFT JOIN {read} b ON b.record = r.record
    CROSS JOIN LATERAL (
        SELECT CASE WHEN b.record IS NULL THEN k.commune_said ELSE b.commune END AS commune_said
    ) a
    LEFT JOIN linkage_v1.links l ON l.source = r.source AND l.record = r.record
    LEFT JOIN population_v1.people p
        ON p.person = l.person AND p.merged_into IS NULL AND NOT p.protected
    WHERE r.source = %(source)s AND r.gone_at IS NULL
      AND (%(records)s::text[] IS NULL OR r.record = ANY(%(records)s))
    -- Verdicts are reckoned once, not wherever they are named above.
    OFFSET 0
) q
"""
_NONE_READ: Final = "(SELECT NULL AS record, NULL AS commune WHERE false)"
_NONE_AGAINST: Final = "(SELECT NULL AS record, NULL::jsonb AS others WHERE false)"
_KEPT: Final = """
INSERT INTO sources_agreement
    (source, record, digest, commune_said, person, commune, verdicts)
SELECT %(source)s, record, digest, commune_said, person, commune, verdicts
FROM sources_judged WHERE is_new
ON CONFLICT (source, record) DO UPDATE
SET digest = excluded.digest, commune_said = excluded.commune_said, person = excluded.person,
    commune = excluded.commune, verdicts = excluded.verdicts
"""
_FOUND: Final = """
CREATE TEMP TABLE sources_found ON COMMIT DROP AS
SELECT j.record, v.key AS field, j.person, j.commune, v.value AS kind,
       j.sides->v.key->>0 AS said, j.sides->v.key->>1 AS held
FROM sources_judged j CROSS JOIN LATERAL jsonb_each_text(j.verdicts) v
WHERE j.sides IS NOT NULL AND v.value = ANY(%(kinds)s)
"""
_CLOSED: Final = """
UPDATE sources_mismatch m
SET state = 'closed', closed_at = %(now)s, since = %(now)s, said = '', held = '', closed_as = CASE
    WHEN j.record IS NULL THEN 'gone'
    WHEN j.person IS DISTINCT FROM m.person THEN 'unlinked'
    ELSE 'agrees' END
FROM sources_mismatch o LEFT JOIN sources_judged j ON j.record = o.record
WHERE m.key = o.key AND m.source = %(source)s AND m.state <> 'closed'
  AND (%(records)s::text[] IS NULL OR m.record = ANY(%(records)s))
  AND NOT EXISTS (SELECT FROM sources_found f
                  WHERE f.record = m.record AND f.field = m.field AND f.person = m.person)
"""
# The owner said it was mended, and has sent data since.
_RETURNED: Final = """
WITH returned AS (
    UPDATE sources_mismatch m SET state = 'asked', since = %(now)s, due = %(due)s
    FROM sources_found f
    WHERE m.source = %(source)s AND m.record = f.record AND m.field = f.field
      AND m.state = 'promised' AND m.since < %(loaded)s
    RETURNING m.key
)
INSERT INTO sources_mismatch_step (key, mismatch_id, at, by, said)
SELECT uuidv7(), key, %(now)s, 'sources', 'still_different' FROM returned
"""
# What the province has before it is another disagreement now: both proofs were about other values.
_ASKED_ANEW: Final = """
WITH moved AS (
    UPDATE sources_mismatch m SET state = 'asked', since = %(now)s, due = %(due)s
    FROM sources_found f
    WHERE m.source = %(source)s AND m.record = f.record AND m.field = f.field
      AND m.state = 'above' AND (m.said, m.held) IS DISTINCT FROM (f.said, f.held)
    RETURNING m.key
)
INSERT INTO sources_mismatch_step (key, mismatch_id, at, by, said)
SELECT uuidv7(), key, %(now)s, 'sources', 'changed' FROM moved
"""
_CHANGED: Final = """
UPDATE sources_mismatch m
SET kind = f.kind, said = f.said, held = f.held, commune = f.commune
FROM sources_found f
WHERE m.source = %(source)s AND m.record = f.record AND m.field = f.field AND m.state <> 'closed'
  AND (m.kind, m.said, m.held, m.commune) IS DISTINCT FROM (f.kind, f.said, f.held, f.commune)
"""
_OPENED: Final = """
INSERT INTO sources_mismatch
    (key, source, record, field, person, commune, kind, said, held, first_seen, since, due)
SELECT uuidv7(), %(source)s, f.record, f.field, f.person, f.commune, f.kind, f.said, f.held,
       %(now)s, %(now)s, %(due)s
FROM sources_found f
WHERE NOT EXISTS (SELECT FROM sources_mismatch m
                  WHERE m.source = %(source)s AND m.record = f.record AND m.field = f.field
                    AND m.state <> 'closed')
ON CONFLICT (source, record, field) WHERE state <> 'closed' DO NOTHING
"""
# A protected person's links may have gone before: what is open about them closes all the same.
_LINKED: Final = """
SELECT source, record FROM linkage_v1.links WHERE person = ANY(%(people)s::uuid[])
UNION
SELECT source, record FROM sources_mismatch
WHERE person = ANY(%(people)s::uuid[]) AND state <> 'closed'
ORDER BY source, record
"""


def compare_source(code: str, *, actor: Actor, records: Collection[str] | None = None) -> Compared:
    source = province().source(code)
    if province().is_locked(code) or not source.terms:
        return Compared(0, 0, 0)
    opening = Entry(
        actor=actor, action="sources.compare_source", outcome="done", detail={"source": code}
    )
    with audit.carried_out(opening) as ledger, connection.cursor() as cursor:
        cursor.execute(_LOCK, [code])
        some = None if records is None else with_siblings(source, records)
        asked = {"source": code, "records": some, "now": clock.now()}
        asked["today"] = clock.today().isoformat()
        if some is None:
            cursor.execute(_WHOLE)
        read = _read_communes(cursor, source, asked)
        _judge(cursor, source, asked, is_any_read=read > 0)
        found = _bring_up(cursor, asked | {"due": owners_due(clock.today(), province().calendar)})
        SourceState.objects.filter(source=code).update(is_behind=True)
        ledger.detail |= vars(found)
        ledger.happened(SourceCompared(code, found.opened, found.closed))
    return found


def compare_people(people: Collection[UUID], *, actor: Actor = COMPARER) -> None:
    """Compare the records linked to these people again: something of theirs changed."""
    with connection.cursor() as cursor:
        cursor.execute(_LINKED, {"people": list(people)})
        linked: list[tuple[str, str]] = cursor.fetchall()
    for code, rows in groupby(linked, key=lambda row: row[0]):
        if code in province().sources:
            compare_source(code, actor=actor, records=[record for _, record in rows])


def _read_communes(cursor: CursorWrapper, source: Source, asked: dict[str, Any]) -> int:
    """The commune that each new or changed record names, on today's map: each text once. Returns
    how many records are new or changed."""
    field = source.terms["commune"].code if "commune" in source.terms else ""
    for name in ("sources_behind", "sources_place", "sources_read"):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
    cursor.execute(_BEHIND, asked | {"commune": field})
    cursor.execute(_PLACES)
    cursor.execute("SELECT DISTINCT place FROM sources_behind WHERE place IS NOT NULL")
    texts = [place for (place,) in cursor.fetchall()]
    with cursor.copy("COPY sources_place FROM STDIN") as copy:
        for row in _resolved(texts):
            copy.write_row(row)
    cursor.execute("ANALYZE sources_place")
    cursor.execute(_GONE, asked)
    cursor.execute(_READ)
    read = int(cursor.rowcount)
    cursor.execute("ANALYZE sources_read")
    cursor.execute("DROP TABLE sources_behind, sources_place")
    return read


def _resolved(texts: list[str]) -> Iterator[tuple[str, str]]:
    for begin in range(0, len(texts), _TEXTS):
        some = texts[begin : begin + _TEXTS]
        columns = {
            "record": [str(place) for place in range(len(some))],
            "full_name": [None] * len(some),
            "commune": some,
        }
        cleaned = population.clean_people(
            pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
        )
        for key, commune in cleaned.select("key", "commune").iter_rows():
            if commune:
                yield some[int(key)], commune


def _judge(
    cursor: CursorWrapper, source: Source, asked: dict[str, Any], *, is_any_read: bool
) -> None:
    """Every record's verdicts, kept where they are new, and the fields that differ with what stands
    on both sides."""
    for name in ("sources_judged", "sources_found"):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
    verdicts = _verdicts(source)
    # Constants of the catalogue and of the engine only: nobody's data is in the statement.
    judged = _JUDGED.format(
        # Workers share no look that asks about a temporary table.
        read="sources_read" if is_any_read else _NONE_READ,
        against="sources_against" if find_contradicted(cursor, source) else _NONE_AGAINST,
        verdicts=", ".join(f"'{code}', {one.verdict}" for code, one in verdicts.items()),
        columns=", ".join(
            f"{one.said} AS said_{place}, {one.held} AS held_{place}"
            for place, one in enumerate(verdicts.values())
        ),
        sides=", ".join(
            f"'{code}', jsonb_build_array(said_{place}, held_{place})"
            for place, code in enumerate(verdicts)
        ),
    )
    different = f'"({"|".join(agreeing.DIFFERENT)})"'
    cursor.execute(judged, asked | {"different": different})
    cursor.execute("CREATE INDEX ON sources_judged (record)")
    cursor.execute("ANALYZE sources_judged (record, person)")
    cursor.execute(_KEPT, asked)
    # Most records agree.
    cursor.execute(_FOUND, {"kinds": list(agreeing.DIFFERENT)})
    cursor.execute("CREATE INDEX ON sources_found (record, field)")
    cursor.execute("ANALYZE sources_found")
    cursor.execute("DROP TABLE sources_read")


@dataclass(frozen=True)
class _Judged:
    """SQL expressions: the verdict, and what stands on either side."""

    verdict: str
    said: str
    held: str


def _verdicts(source: Source) -> dict[str, _Judged]:
    """What is judged of each record, by the code under which a mismatch is kept."""
    found = {
        field.code: _Judged(
            agreeing.verdict(source, term), agreeing.said(source, term), agreeing.HELD[term]
        )
        for term, field in source.terms.items()
    }
    if not source.keeps_the_dead:
        found[LIFE.code] = _Judged(agreeing.life(source), *agreeing.life_sides(source))
    for fact in source.told_once:
        found[fact.code] = _Judged(*agreeing.once(fact.code))
    return found


def _bring_up(cursor: CursorWrapper, asked: dict[str, Any]) -> Compared:
    counts = []
    state = SourceState.objects.filter(source=asked["source"]).first()
    asked = asked | {"loaded": state.loaded_at if state else None}
    for statement in (_CLOSED, _ASKED_ANEW, _CHANGED, _OPENED, _RETURNED):
        cursor.execute(statement, asked)
        counts.append(int(cursor.rowcount))
    cursor.execute("DROP TABLE sources_judged, sources_found")
    closed, anew, _, opened, returned = counts
    return Compared(opened, closed, returned + anew)
