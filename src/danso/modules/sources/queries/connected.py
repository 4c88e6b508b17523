"""Reading connected sources: where each stands, its loads, what it tells about a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from danso.catalogue.shapes.hosted import Register
from danso.catalogue.shapes.sources import Source
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import MatchCounts, MatchRun
from danso.modules.sources.data import (
    BROKEN_OFF,
    FactRecord,
    LoadRecord,
    OwnersRecord,
    SourceStanding,
    record_gone,
    source_locked,
)
from danso.modules.sources.models import Fact, Load, SourceRecord, SourceState
from danso.modules.sources.queries import registers
from danso.modules.sources.queries.locks import LOAD, held_locks
from danso.toolkit.platform import province

_FACTS: Final = tuple(FactRecord.__dataclass_fields__)
# Boards ask every two seconds, and loads only ever become more: one look into an index for each
# source, however many loads there were.
_LATEST: Final = """
SELECT last.key FROM unnest(%s::text[]) AS known (source)
CROSS JOIN LATERAL (SELECT key FROM sources_load l WHERE l.source = known.source
                    ORDER BY started_at DESC LIMIT 1) last
"""
_FIRST: Final = """
SELECT known.source, first.finished_at FROM unnest(%s::text[]) AS known (source)
CROSS JOIN LATERAL (SELECT finished_at FROM sources_load l
                    WHERE l.source = known.source AND state = 'done' AND finished_at IS NOT NULL
                    ORDER BY finished_at LIMIT 1) first
"""


def standings() -> list[SourceStanding]:
    columns = ("records", "faulty", "facts", "loaded_at")
    states = {row["source"]: row for row in SourceState.objects.values("source", *columns)}
    nothing = {"records": 0, "faulty": 0, "facts": 0, "loaded_at": None}
    last = {load.source: load for load in _latest()}
    runs = linkage.last_runs(province().sources)
    return [
        SourceStanding(
            code=code,
            records=(held := states.get(code, nothing))["records"],
            faulty=held["faulty"],
            matched=_counts(code, runs),
            facts=0 if province().is_locked(code) else held["facts"],
            last=last.get(code),
            loaded_at=held["loaded_at"],
        )
        for code in province().sources
    ]


def _counts(code: str, runs: Mapping[str, MatchRun]) -> MatchCounts | None:
    if province().is_locked(code) or code not in runs:
        return None
    return runs[code].counts


def _latest() -> list[LoadRecord]:
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [list(province().sources)])
        keys = [key for (key,) in cursor.fetchall()]
    return _as_they_are([LoadRecord.of(row) for row in Load.objects.filter(key__in=keys)])


def _as_they_are(loads: list[LoadRecord]) -> list[LoadRecord]:
    """Newest first of each source: one whose process died never said so itself."""
    claimed = [load.source for load in loads if load.state == "running"]
    if not claimed:
        return loads
    running = held_locks(LOAD, claimed)
    found = []
    for load in loads:
        is_dead = load.state == "running" and load.source not in running
        found.append(replace(load, state="stopped", stopped=BROKEN_OFF) if is_dead else load)
        # One load of a source runs at a time, so that an older one does not.
        running.discard(load.source)
    return found


def connected_since() -> dict[str, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [list(province().sources)])
        return dict(cursor.fetchall())


def loads_of(code: str, *, limit: int) -> list[LoadRecord]:
    rows = Load.objects.filter(source=code).order_by("-started_at")[:limit]
    return _as_they_are([LoadRecord.of(row) for row in rows])


def facts_about(person: UUID) -> list[FactRecord]:
    rows = (
        Fact.objects.filter(person=person)
        .exclude(source__in=_closed())
        .order_by("kind", "-until", "record")
    )
    return [FactRecord(**row) for row in rows.values(*_FACTS)]


def _closed() -> list[str]:
    """Sources and hosted registers through which nobody is reached."""
    here = province()
    locked = [code for code in here.sources if here.is_locked(code)]
    hosted = registers.registers().items()
    return locked + [
        code
        for code, (register, _origin) in hosted
        if register.database and here.databases[register.database].reach == "closed"
    ]


def find_teller(code: str) -> Source | Register | None:
    """The description of a connected source or hosted register; None for one that is no more."""
    found = province().sources.get(code)
    if found is not None:
        return found
    known = registers.registers().get(code)
    return known[0] if known else None


def owners_record(code: str, record: str) -> OwnersRecord:
    if province().is_locked(code):
        raise source_locked(code)
    terms = province().source(code).terms
    row = SourceRecord.objects.filter(source=code, record=record, gone_at__isnull=True).first()
    if row is None:
        raise record_gone()
    held = {str(term): row.payload.get(field.code, "") for term, field in terms.items()}
    # A birth of which only the year is known is no fault: it is read as it stands.
    faults = {code for code, fault in row.faults.items() if fault != "date_partial"}
    faulty = {str(term) for term, field in terms.items() if field.code in faults}
    return OwnersRecord(code, row.changed_at, held, frozenset(faulty))
