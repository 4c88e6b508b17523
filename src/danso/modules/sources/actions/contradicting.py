"""Records of one source that tell the same of one person for the same days: what the description
makes of them (`FactKind.several`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from django.db import connection

from danso.catalogue.shapes.hosted import Register

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from danso.catalogue.shapes.sources import Source

_TOGETHER: Final = """
    o.kind = t.kind AND o.person = t.person AND o.record <> t.record
    AND (o.value, o.until) IS DISTINCT FROM (t.value, t.until)
    AND coalesce(o.since, '-infinity') <= coalesce(t.until, 'infinity')
    AND coalesce(t.since, '-infinity') <= coalesce(o.until, 'infinity')
"""
_OLDER: Final = f"""
DELETE FROM sources_told t USING sources_told o
WHERE t.several = 'newest' AND {_TOGETHER} AND (coalesce(o.since, '-infinity'), o.as_of)
      > (coalesce(t.since, '-infinity'), t.as_of)
"""  # noqa: S608 - only this file's constants
_CONTRADICTED: Final = f"""
UPDATE sources_told t SET quality = 'contradicted' FROM sources_told o
WHERE t.several = 'one' AND {_TOGETHER}
"""  # noqa: S608
# The later of two is asked about: one disagreement is one mismatch.
_AGAINST: Final = f"""
CREATE TEMP TABLE sources_against ON COMMIT DROP AS
SELECT record, jsonb_object_agg(kind, other) AS others FROM (
    SELECT DISTINCT ON (t.record, t.kind) t.record, t.kind, o.record AS other
    FROM sources_fact t JOIN sources_fact o ON o.source = t.source AND {_TOGETHER}
    WHERE t.source = %(source)s AND t.kind = ANY(%(kinds)s)
      AND t.quality = 'contradicted' AND o.quality = 'contradicted'
      AND (o.as_of, o.record) < (t.as_of, t.record)
    ORDER BY t.record, t.kind, o.as_of DESC, o.record DESC
) q GROUP BY record
"""  # noqa: S608
_SIBLINGS: Final = """
SELECT unnest(%(records)s::text[])
UNION
SELECT record FROM linkage_v1.links WHERE source = %(source)s AND person IN (
    SELECT person FROM linkage_v1.links WHERE source = %(source)s AND record = ANY(%(records)s)
    UNION
    SELECT person FROM sources_fact WHERE source = %(source)s AND record = ANY(%(records)s)
    UNION
    SELECT person FROM sources_agreement WHERE source = %(source)s AND record = ANY(%(records)s)
)
"""
_HOSTED_SIBLINGS: Final = """
SELECT unnest(%(records)s::text[])
UNION
SELECT number FROM sources_registerrecord WHERE register = %(source)s AND person IN (
    SELECT person FROM sources_registerrecord
    WHERE register = %(source)s AND number = ANY(%(records)s)
    UNION
    SELECT person FROM sources_fact WHERE source = %(source)s AND record = ANY(%(records)s)
)
"""


def settle(cursor: CursorWrapper) -> None:
    """What is left of sources_told once its facts are put beside each other."""
    cursor.execute(_OLDER)
    cursor.execute(_CONTRADICTED)


def find_contradicted(cursor: CursorWrapper, source: Source) -> bool:
    """Make sources_against: the records that contradict an earlier one, by kind of fact. Returns
    whether there are any."""
    cursor.execute("DROP TABLE IF EXISTS sources_against")
    kinds = [fact.code for fact in source.told_once]
    if not kinds:
        return False
    cursor.execute(_AGAINST, {"source": source.code, "kinds": kinds})
    return int(cursor.rowcount) > 0


def with_siblings(source: Source | Register, records: Collection[str]) -> list[str]:
    """These records, and those about the same people where they have to be put beside each other
    (before anything of them is written: who they were about counts too)."""
    if all(fact.several == "each" for fact in source.facts):
        return list(records)
    statement = _HOSTED_SIBLINGS if isinstance(source, Register) else _SIBLINGS
    with connection.cursor() as cursor:
        cursor.execute(statement, {"source": source.code, "records": list(records)})
        return [record for (record,) in cursor.fetchall()]
