"""Reading the quality of sources and their mismatches: counts kept by day, queues by state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from danso.kernel import clock
from danso.modules.sources.data import (
    WAITS_FOR,
    MismatchRecord,
    QualityCount,
    StepRecord,
    Waits,
    mismatch_not_found,
)
from danso.modules.sources.models import Mismatch, MismatchStep, QualityDay
from danso.modules.sources.queries.protection import IsUnprotected
from danso.toolkit.platform import province

_COLUMNS: Final = tuple(MismatchRecord.__dataclass_fields__)
_STEPS: Final = tuple(StepRecord.__dataclass_fields__)
_SUMS: Final = """
sum(records)::int AS records, sum(linked)::int AS linked, sum(correct)::int AS correct,
sum(differs)::int AS differs, sum(missing)::int AS missing, sum(invalid)::int AS invalid,
sum(doubled)::int AS doubled, max(age_days) AS age_days
"""
# The day's figures as they last stood on or before it.
_LATEST: Final = f"""
WITH latest AS (
    SELECT source, max(day) AS day FROM sources_quality
    WHERE day <= %(day)s AND source = ANY(%(open)s::text[])
      AND (%(source)s::text IS NULL OR source = %(source)s) GROUP BY source
)
SELECT q.source, q.day, q.field, NULL::text AS commune, {_SUMS}
FROM sources_quality q JOIN latest USING (source, day)
WHERE %(field)s::text IS NULL OR q.field = %(field)s
GROUP BY q.source, q.day, q.field
"""  # noqa: S608 - only this file's constants
_BY_COMMUNE: Final = f"""
WITH latest AS (
    SELECT source, max(day) AS day FROM sources_quality
    WHERE day <= %(day)s AND source = ANY(%(open)s::text[])
      AND (%(source)s::text IS NULL OR source = %(source)s) GROUP BY source
)
SELECT coalesce(%(source)s, '') AS source, max(q.day) AS day, q.field, q.commune, {_SUMS}
FROM sources_quality q JOIN latest USING (source, day) WHERE q.field = %(field)s
GROUP BY q.field, q.commune ORDER BY q.commune
"""  # noqa: S608
_TREND: Final = f"""
SELECT source, day, field, NULL::text AS commune, {_SUMS} FROM sources_quality
WHERE source = %(source)s AND source = ANY(%(open)s::text[])
  AND field = %(field)s AND day >= %(since)s
  AND (%(commune)s::text IS NULL OR commune = %(commune)s)
GROUP BY source, day, field ORDER BY day
"""  # noqa: S608
_WAITS: Final = """
SELECT {by}, state, count(*), count(*) FILTER (WHERE state = 'asked' AND due < %(today)s)
FROM sources_mismatch WHERE state <> 'closed' AND source = ANY(%(open)s::text[]) GROUP BY 1, 2
"""


def quality_by_field(code: str | None, field: str | None, day: date) -> list[QualityCount]:
    return _counted(_LATEST, {"source": code, "field": field, "day": day})


def quality_by_commune(code: str | None, field: str, day: date) -> list[QualityCount]:
    return _counted(_BY_COMMUNE, {"source": code, "field": field, "day": day})


def quality_trend(code: str, field: str, days: int, commune: str | None) -> list[QualityCount]:
    since = clock.today() - timedelta(days=days)
    asked = {"source": code, "field": field, "since": since, "commune": commune}
    return _counted(_TREND, asked)


def waits_by_agency() -> list[Waits]:
    """By the agency that owns the source, each with its sources together."""
    owners = {code: source.owner for code, source in province().sources.items()}
    return _waits("source", owners)


def waits_by_commune() -> list[Waits]:
    return _waits("commune", None)


def shown_mismatches() -> QuerySet[Mismatch]:
    """All but those about protected people, who are nobody here from the moment they are."""
    return Mismatch.objects.filter(IsUnprotected("person"))


def get_mismatch(key: UUID, sources: Collection[str] | None) -> MismatchRecord:
    rows = shown_mismatches().filter(key=key, source__in=_open_sources(sources))
    found = _records(rows)
    if not found:
        raise mismatch_not_found()
    return found[0]


def list_mismatches(
    sources: Collection[str] | None,
    states: Collection[str],
    *,
    field: str = "",
    limit: int,
    offset: int = 0,
) -> tuple[list[MismatchRecord], int]:
    rows = shown_mismatches().filter(source__in=_open_sources(sources), state__in=list(states))
    if field:
        rows = rows.filter(field=field)
    listed = rows.order_by("due", "key")[offset : offset + limit]
    return _records(listed), rows.count()


def as_seen(key: UUID, said: str, held: str) -> str:
    # Keyed: a bare digest of two dates would tell them to whom the purpose hides them.
    return salted_hmac("sources.mismatch", f"{key}\0{said}\0{held}", algorithm="sha256").hexdigest()


def steps_of(mismatch: UUID) -> list[StepRecord]:
    rows = MismatchStep.objects.filter(mismatch=mismatch).order_by("at", "key")
    return [StepRecord(**row) for row in rows.values(*_STEPS)]


def _open_sources(sources: Collection[str] | None) -> list[str]:
    """Of these (None: all) those that nothing locks: a source locked later shows nothing more."""
    known = province().sources if sources is None else sources
    return [code for code in known if not province().is_locked(code)]


def _records(rows: QuerySet[Mismatch]) -> list[MismatchRecord]:
    return [MismatchRecord(**values) for values in rows.values(*_COLUMNS)]


def _waits(by: str, named: dict[str, str] | None) -> list[Waits]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with connection.cursor() as cursor:
        cursor.execute(_WAITS.format(by=by), {"today": clock.today(), "open": _open_sources(None)})
        for code, state, count, late in cursor.fetchall():
            key = code if named is None else named.get(code, "")
            counts[key][WAITS_FOR[state]] += count
            counts[key]["late"] += late
    return [Waits(code, **found) for code, found in counts.items() if code or named is None]


def _counted(statement: str, asked: dict[str, Any]) -> list[QualityCount]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked | {"open": _open_sources(None)})
        names = [column.name for column in cursor.description or ()]
        return [QualityCount.of(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def quality_days(code: str | None, limit: int) -> list[date]:
    rows = QualityDay.objects.filter(field="", source__in=_open_sources(None))
    if code is not None:
        rows = rows.filter(source=code)
    days = rows.order_by("-day").values_list("day", flat=True).distinct()[:limit]
    return list(days)
