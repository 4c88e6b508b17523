"""Reading connected sources: where each stands, its loads, what it tells about a person."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Q

from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import MatchCounts, NoLinks
from danso.modules.sources.data import FactRecord, LoadRecord, SourceStanding
from danso.modules.sources.models import Fact, Load, SourceRecord, SourceState
from danso.toolkit.platform import province

_FACTS: Final = tuple(FactRecord.__dataclass_fields__)
_PER_SOURCE: Final = """
SELECT DISTINCT ON (source) key FROM sources_load ORDER BY source, started_at DESC
"""


def standings() -> list[SourceStanding]:
    held = {
        row["source"]: row
        for row in SourceRecord.objects.filter(gone_at__isnull=True)
        .order_by()
        .values("source")
        .annotate(records=Count("record"), faulty=Count("record", filter=~Q(faults={})))
    }
    facts = dict(Fact.objects.order_by().values_list("source").annotate(n=Count("record")))
    states = dict(SourceState.objects.values_list("source", "loaded_at"))
    last = {load.source: load for load in _latest()}
    return [
        SourceStanding(
            code=code,
            records=held[code]["records"] if code in held else 0,
            faulty=held[code]["faulty"] if code in held else 0,
            matched=_counts(code),
            facts=facts.get(code, 0),
            last=last.get(code),
            loaded_at=states.get(code),
        )
        for code in province().sources
    ]


def _counts(code: str) -> MatchCounts | None:
    try:
        return linkage.last_run(code).counts
    except NoLinks:
        return None


def _latest() -> list[LoadRecord]:
    with connection.cursor() as cursor:
        cursor.execute(_PER_SOURCE)
        keys = [key for (key,) in cursor.fetchall()]
    return [LoadRecord.of(row) for row in Load.objects.filter(key__in=keys)]


def connected_since() -> dict[str, datetime]:
    done = Load.objects.filter(state="done").order_by().values_list("source")
    return dict(done.annotate(first=Min("finished_at")))


def loads_of(code: str, *, limit: int) -> list[LoadRecord]:
    rows = Load.objects.filter(source=code).order_by("-started_at")[:limit]
    return [LoadRecord.of(row) for row in rows]


def facts_about(person: UUID) -> list[FactRecord]:
    rows = Fact.objects.filter(person=person).order_by("kind", "-until", "record")
    return [FactRecord(**row) for row in rows.values(*_FACTS)]
