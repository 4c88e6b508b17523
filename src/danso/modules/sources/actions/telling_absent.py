"""What records tell where the register is absent: nobody is there to match them to, so that they
lie under a key of their own number and birth date."""

from __future__ import annotations

from typing import Any, Final

from danso.catalogue.shapes.sources import Source

# A date known only in part says nothing about from when to when.
DAY: Final = r"'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"
# Whose number or birth date has a fault, or is known in part, is told of nobody. The key is
# wire.keys.unregistered_key.
TOLD: Final = f"""
CREATE TEMP TABLE sources_told ON COMMIT DROP AS
SELECT r.record, k.code AS kind,
       left(encode(sha256(convert_to(
           (r.payload->>%(number)s) || '|' || (r.payload->>%(birth)s), 'UTF8')), 'hex'), 32)::uuid
           AS person,
       r.payload->>k.field AS value,
       CASE WHEN r.payload->>k.since ~ {DAY} THEN (r.payload->>k.since)::date END AS since,
       CASE WHEN r.payload->>k.until ~ {DAY} THEN (r.payload->>k.until)::date END AS until,
       r.changed_at AS as_of,
       CASE WHEN r.faults ?| ARRAY[k.field, k.since, k.until] THEN 'unverified' ELSE 'good' END
           AS quality, k.several
FROM sources_record r
CROSS JOIN jsonb_to_recordset(%(kinds)s::jsonb)
    AS k (code text, field text, since text, until text, several text)
WHERE r.source = %(source)s AND r.gone_at IS NULL AND r.payload ? k.field
  AND (%(records)s::text[] IS NULL OR r.record = ANY(%(records)s))
  AND r.payload->>%(number)s ~ '^[0-9]{{12}}$' AND r.payload->>%(birth)s ~ {DAY}
  AND NOT r.faults ?| ARRAY[%(number)s, %(birth)s]
"""  # noqa: S608 - only this file's constants


def known_by(source: Source) -> dict[str, Any]:
    """The fields that the statement reads; without a number or a birth date nobody is told of."""
    terms = {str(term): field.code for term, field in source.terms.items()}
    return {"number": terms.get("number", ""), "birth": terms.get("birth", "")}
