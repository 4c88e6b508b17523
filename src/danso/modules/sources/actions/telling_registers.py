"""What the records of a hosted register tell of their people, in the same table as sources do."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from django.db import connection

from danso.modules.sources.actions.contradicting import with_siblings
from danso.modules.sources.actions.telling import DAY, keep_told, kinds_text
from danso.modules.sources.models import HostedRegister

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register

# A record that was ended tells until that day; one that was entered by mistake tells nothing.
_TOLD: Final = f"""
CREATE TEMP TABLE sources_told ON COMMIT DROP AS
SELECT r.number AS record, k.code AS kind, r.person, r.payload->>k.field AS value,
       CASE WHEN r.payload->>k.since ~ {DAY} THEN (r.payload->>k.since)::date END AS since,
       least(CASE WHEN r.payload->>k.until ~ {DAY} THEN (r.payload->>k.until)::date END,
             r.ended_on) AS until,
       r.changed_at AS as_of, 'good' AS quality, k.several
FROM sources_registerrecord r
CROSS JOIN jsonb_to_recordset(%(kinds)s::jsonb)
    AS k (code text, field text, since text, until text, several text)
WHERE r.register = %(source)s AND r.person IS NOT NULL AND r.state <> 'void'
  AND r.payload ? k.field
  AND (%(records)s::text[] IS NULL OR r.number = ANY(%(records)s))
"""  # noqa: S608 - only this file's constants


def tell_register(register: Register, numbers: Collection[str] | None = None) -> int:
    """Bring the facts of a register, or of some records, up to date in the caller's transaction;
    returns how many changed or ended. One that has graduated tells nothing any more."""
    graduated = HostedRegister.objects.filter(code=register.code, state="graduated").exists()
    asked = {
        "source": register.code,
        "kinds": kinds_text(() if graduated else register.facts),
        "records": None if numbers is None else with_siblings(register, numbers),
    }
    with connection.cursor() as cursor:
        return sum(keep_told(cursor, _TOLD, asked))
