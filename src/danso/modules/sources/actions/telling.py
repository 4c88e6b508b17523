"""Facts: what the linked records of a source tell about their people, kept in step with both."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import Decision
from danso.modules.sources.data import FactsWithdrawn
from danso.modules.sources.models import Fact
from danso.toolkit.platform import province

TELLER: Final = Actor(kind="system", id="sources")

# A date known only in part says nothing about from when to when.
_DAY: Final = r"'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"
_TOLD: Final = f"""
CREATE TEMP TABLE sources_told ON COMMIT DROP AS
SELECT r.record, k.code AS kind, l.person, r.payload->>k.field AS value,
       CASE WHEN r.payload->>k.since ~ {_DAY} THEN (r.payload->>k.since)::date END AS since,
       CASE WHEN r.payload->>k.until ~ {_DAY} THEN (r.payload->>k.until)::date END AS until,
       r.changed_at AS as_of,
       CASE WHEN r.faults ?| ARRAY[k.field, k.since, k.until] THEN 'unverified' ELSE 'good' END
           AS quality
FROM sources_record r
JOIN linkage_v1.links l ON l.source = r.source AND l.record = r.record
CROSS JOIN jsonb_to_recordset(%(kinds)s::jsonb)
    AS k (code text, field text, since text, until text)
WHERE r.source = %(source)s AND r.gone_at IS NULL AND r.payload ? k.field
  AND (%(records)s::text[] IS NULL OR r.record = ANY(%(records)s))
"""  # noqa: S608 - only this file's constants
_ENDED: Final = """
DELETE FROM sources_fact f
WHERE f.source = %(source)s AND (%(records)s::text[] IS NULL OR f.record = ANY(%(records)s))
AND NOT EXISTS (
    SELECT FROM sources_told t WHERE t.record = f.record AND t.kind = f.kind
)
"""
_KEPT: Final = """
INSERT INTO sources_fact AS f (source, record, kind, person, value, since, until, as_of, quality)
SELECT %(source)s, record, kind, person, value, since, until, as_of, quality FROM sources_told
ON CONFLICT (source, record, kind) DO UPDATE SET
    person = excluded.person, value = excluded.value, since = excluded.since,
    until = excluded.until, as_of = excluded.as_of, quality = excluded.quality
WHERE (f.person, f.value, f.since, f.until, f.as_of, f.quality) IS DISTINCT FROM
      (excluded.person, excluded.value, excluded.since, excluded.until, excluded.as_of,
       excluded.quality)
"""


def tell_decided(decisions: Collection[UUID]) -> None:
    """Bring facts up to what clerks decided: of those records only. A bare file tells nothing.
    What ends because a decision was taken back is announced."""
    known = [linkage.get_decision(key) for key in dict.fromkeys(decisions)]
    known = [one for one in known if one.source in province().sources]
    records: dict[str, list[str]] = defaultdict(list)
    for decision in known:
        records[decision.source].append(decision.record)
    with transaction.atomic():
        before = {one.key: _kinds(one) for one in known if one.state == "undone"}
        for code, some in records.items():
            tell_facts(code, actor=TELLER, records=some)
        for decision in known:
            ended = before.get(decision.key, set()) - _kinds(decision)
            if ended and decision.person is not None:
                kinds = tuple(sorted(ended))
                audit.emit(FactsWithdrawn(decision.key, decision.source, decision.person, kinds))


def _kinds(decision: Decision) -> set[str]:
    """What the record of a decision tells about its person now."""
    if decision.person is None:
        return set()
    facts = Fact.objects.filter(
        source=decision.source, record=decision.record, person=decision.person
    )
    return set(facts.values_list("kind", flat=True))


def tell_facts(code: str, *, actor: Actor, records: Collection[str] | None = None) -> int:
    """Bring the facts of a source up to its records and links; returns how many changed or ended.
    `records`: of these only.

    Idempotent. One transaction, one journal row.
    """
    source = province().source(code)
    opening = Entry(
        actor=actor, action="sources.tell_facts", outcome="done", detail={"source": code}
    )
    kinds = [
        {"code": fact.code, "field": fact.field, "since": fact.since, "until": fact.until}
        for fact in source.facts
    ]
    with audit.carried_out(opening) as ledger, connection.cursor() as cursor:
        some = None if records is None else list(records)
        asked = {"source": code, "kinds": json.dumps(kinds), "records": some}
        cursor.execute("DROP TABLE IF EXISTS sources_told")
        cursor.execute(_TOLD, asked)
        cursor.execute("CREATE INDEX ON sources_told (record, kind)")
        cursor.execute("ANALYZE sources_told")
        cursor.execute(_ENDED, asked)
        ended = int(cursor.rowcount)
        cursor.execute(_KEPT, asked)
        changed = int(cursor.rowcount)
        ledger.detail |= {"changed": changed, "ended": ended}
    return changed + ended
