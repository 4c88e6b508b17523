"""Facts: what the linked records of a source tell about their people, kept in step with both."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from danso.kernel.actors import Actor
from danso.kernel.keys import new_key
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import Decision
from danso.modules.sources.actions import telling_absent
from danso.modules.sources.actions.agreeing import compare_source
from danso.modules.sources.actions.contradicting import settle, with_siblings
from danso.modules.sources.actions.locked import take_back
from danso.modules.sources.data import FactsTold, FactsWithdrawn
from danso.modules.sources.models import Fact, HostedRegister
from danso.toolkit.platform import platform, province

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import FactKind, Source

TELLER: Final = Actor(kind="system", id="sources")
# Changes of facts under one position of the log.
TOLD_TOGETHER: Final = 200

DAY: Final = telling_absent.DAY
_TOLD: Final = f"""
CREATE TEMP TABLE sources_told ON COMMIT DROP AS
SELECT r.record, k.code AS kind, l.person, r.payload->>k.field AS value,
       CASE WHEN r.payload->>k.since ~ {DAY} THEN (r.payload->>k.since)::date END AS since,
       CASE WHEN r.payload->>k.until ~ {DAY} THEN (r.payload->>k.until)::date END AS until,
       r.changed_at AS as_of,
       CASE WHEN r.faults ?| ARRAY[k.field, k.since, k.until] THEN 'unverified' ELSE 'good' END
           AS quality, k.several
FROM sources_record r
JOIN linkage_v1.links l ON l.source = r.source AND l.record = r.record
CROSS JOIN jsonb_to_recordset(%(kinds)s::jsonb)
    AS k (code text, field text, since text, until text, several text)
WHERE r.source = %(source)s AND r.gone_at IS NULL AND r.payload ? k.field
  AND (%(records)s::text[] IS NULL OR r.record = ANY(%(records)s))
"""  # noqa: S608 - only this file's constants
# Whose facts are about to change, before they do. That the owner confirmed a value is no change.
_ALTERED: Final = """
CREATE TEMP TABLE sources_altered ON COMMIT DROP AS
SELECT DISTINCT w.person, kind FROM (
    SELECT * FROM sources_fact f
    WHERE f.source = %(source)s AND (%(records)s::text[] IS NULL OR f.record = ANY(%(records)s))
) f
FULL JOIN sources_told t USING (record, kind)
CROSS JOIN LATERAL (VALUES (f.person), (t.person)) AS w (person)
WHERE w.person IS NOT NULL AND (f.person, f.value, f.since, f.until, f.quality)
      IS DISTINCT FROM (t.person, t.value, t.since, t.until, t.quality)
"""
_NAMED: Final = """
INSERT INTO sources_fact_change (telling, person, kind)
SELECT (%(tellings)s::uuid[])[1 + (row_number() OVER (ORDER BY person, kind) - 1) / %(each)s],
       person, kind
FROM sources_altered
"""
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
    """Bring facts and mismatches up to what clerks decided: of those records only. A bare file
    tells nothing. What ends because a decision was taken back is announced."""
    known = [linkage.get_decision(key) for key in dict.fromkeys(decisions)]
    known = [one for one in known if one.source in province().sources]
    records: dict[str, list[str]] = defaultdict(list)
    for decision in known:
        records[decision.source].append(decision.record)
    with transaction.atomic():
        before = {one.key: _kinds(one) for one in known if one.state == "undone"}
        for code, some in records.items():
            tell_facts(code, actor=TELLER, records=some)
            compare_source(code, actor=TELLER, records=some)
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

    Idempotent. One transaction, one journal row, and a FactsTold for each 200 that changed.
    A locked source tells nothing, and nothing more of what it told before.
    """
    source = province().source(code)
    if province().is_locked(code):
        return take_back(code)
    opening = Entry(
        actor=actor, action="sources.tell_facts", outcome="done", detail={"source": code}
    )
    # Whoever follows a hosted register tells from its graduation on, not beside it.
    facts = source.facts if may_tell(source) else ()
    with audit.carried_out(opening) as ledger, connection.cursor() as cursor:
        some = None if records is None else with_siblings(source, records)
        asked = {"source": code, "kinds": kinds_text(facts), "records": some}
        asked |= telling_absent.known_by(source)
        is_absent = platform().register_mode == "absent"
        told = telling_absent.TOLD if is_absent else _TOLD
        changed, ended = keep_told(cursor, told, asked)
        ledger.detail |= {"changed": changed, "ended": ended}
    return changed + ended


def _name_changes(cursor: CursorWrapper, asked: Mapping[str, Any]) -> list[FactsTold]:
    """Keep whose facts change, few to an event: a page of changes never cuts a position in two."""
    cursor.execute("DROP TABLE IF EXISTS sources_altered")
    cursor.execute(_ALTERED, asked)
    many = int(cursor.rowcount)
    tellings = [new_key() for _ in range(-(-many // TOLD_TOGETHER))]
    cursor.execute(_NAMED, {"tellings": tellings, "each": TOLD_TOGETHER})
    return [FactsTold(telling, str(asked["source"])) for telling in tellings]


def kinds_text(facts: Collection[FactKind]) -> str:
    """Kinds of facts as the statements here read them."""
    return json.dumps(
        [
            {
                "code": fact.code,
                "field": fact.field,
                "since": fact.since,
                "until": fact.until,
                "several": fact.several,
            }
            for fact in facts
        ]
    )


def keep_told(cursor: CursorWrapper, told: str, asked: Mapping[str, Any]) -> tuple[int, int]:
    """Bring facts up to what the statement `told` makes (a table sources_told), in the caller's
    transaction, with their events; returns how many changed and how many ended."""
    cursor.execute("DROP TABLE IF EXISTS sources_told")
    cursor.execute(told, asked)
    cursor.execute("CREATE INDEX ON sources_told (record, kind)")
    cursor.execute("ANALYZE sources_told")
    settle(cursor)
    audit.emit_many(_name_changes(cursor, asked))
    cursor.execute(_ENDED, asked)
    ended = int(cursor.rowcount)
    cursor.execute(_KEPT, asked)
    return int(cursor.rowcount), ended


def may_tell(source: Source) -> bool:
    """Whether a source tells at all: one that follows a hosted register only in its place."""
    followed = source.follows_register
    if followed is None:
        return True
    return HostedRegister.objects.filter(
        code=followed, state="graduated", source=source.code
    ).exists()
