"""Values that only one record of a source may hold, compared across all its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source
    from danso.modules.sources.actions.staging import Taken

TWICE: Final = "value_twice"
_HELD: Final = """
WITH shared AS (
    SELECT payload->>%(field)s AS value FROM sources_record
    WHERE source = %(source)s AND gone_at IS NULL AND payload ? %(field)s
    GROUP BY 1 HAVING count(*) > 1
)
"""
_MARKED: Final = f"""
{_HELD} UPDATE sources_record SET faults = faults || jsonb_build_object(%(field)s::text, '{TWICE}')
WHERE source = %(source)s AND gone_at IS NULL AND NOT faults ? %(field)s
AND payload->>%(field)s IN (SELECT value FROM shared)
"""  # noqa: S608 - only this file's constants
_CLEARED: Final = f"""
{_HELD} UPDATE sources_record SET faults = faults - %(field)s
WHERE source = %(source)s AND gone_at IS NULL AND faults->>%(field)s = '{TWICE}'
AND payload->>%(field)s NOT IN (SELECT value FROM shared)
"""  # noqa: S608 - only this file's constants


def mark_twice(source: Source, taken: Taken) -> None:
    """Mark every record whose unique value another one holds too, and unmark those that stand alone
    again. Run at the end of a load; a record that is taken anew has lost its mark until then.

    Idempotent; one transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for field in source.fields:
            if not field.unique:
                continue
            asked = {"source": source.code, "field": field.code}
            cursor.execute(_CLEARED, asked)
            cursor.execute(_MARKED, asked)
            if cursor.rowcount:
                taken.faults[f"{field.code}:{TWICE}"] += int(cursor.rowcount)
