"""Reading corrections (by key, by asker, by decider; figures by commune) and worklists."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from danso.kernel import clock
from danso.modules.sources.data import (
    CorrectionBoard,
    CorrectionFigures,
    CorrectionRecord,
    DeciderRole,
    WorklistRecord,
    correction_not_found,
    worklist_not_found,
)
from danso.modules.sources.models import Correction, Worklist, WorklistRow

_COLUMNS = tuple(CorrectionRecord.__dataclass_fields__)

_COUNTS = """
count(*) FILTER (WHERE state = 'open') AS open,
       count(*) FILTER (WHERE state = 'open' AND due < %(today)s) AS late,
       count(*) FILTER (WHERE state = 'accepted') AS accepted,
       count(*) FILTER (WHERE state = 'rejected') AS rejected,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM answered_at - opened_at) / 86400.0
       ) FILTER (WHERE state IN ('accepted', 'rejected')) AS median_days
FROM sources_correction
"""
_FIGURES = f"""
SELECT commune, {_COUNTS}
WHERE %(communes)s::text[] IS NULL OR commune = ANY(%(communes)s)
GROUP BY commune ORDER BY commune
"""
# One statement for the province and its communes: a median of medians would be another figure.
_BOARD = f"""
SELECT CASE WHEN grouping(commune) = 0 THEN commune END, {_COUNTS}
WHERE state = 'open' OR answered_at >= %(since)s
GROUP BY GROUPING SETS ((commune), ()) HAVING count(*) > 0 ORDER BY commune
"""


def get_correction(
    key: UUID, *, opened_by: str | None = None, communes: tuple[str, ...] | None = None
) -> CorrectionRecord:
    """One correction; with `opened_by`, only that asker's; only within the communes."""
    rows = Correction.objects.filter(key=key)
    if communes is not None:
        rows = rows.filter(commune__in=communes)
    if opened_by is not None:
        rows = rows.filter(opened_by=opened_by)
    found = _records(rows)
    if not found:
        raise correction_not_found()
    return found[0]


def list_corrections(
    *,
    communes: tuple[str, ...] | None,
    state: str = "",
    decider: DeciderRole | None = None,
    opened_by: str = "",
    limit: int = 50,
    offset: int = 0,
) -> list[CorrectionRecord]:
    """Corrections within the communes (None: all), the earliest deadline first."""
    rows = Correction.objects.order_by("due", "opened_at")
    if communes is not None:
        rows = rows.filter(commune__in=communes)
    if state in ("open", "sent_up"):
        rows = rows.filter(state="open", request__isnull=state == "open")
    elif state:
        rows = rows.filter(state=state)
    if decider:
        rows = rows.filter(decider=decider)
    if opened_by:
        rows = rows.filter(opened_by=opened_by)
    return _records(rows[offset : offset + limit])


def reported_by_holder(people: Collection[UUID]) -> list[CorrectionRecord]:
    """What the person reported about themselves, the newest first."""
    rows = Correction.objects.filter(person__in=list(people), origin="citizen")
    return _records(rows.order_by("-opened_at"))


def figures(communes: tuple[str, ...] | None) -> list[CorrectionFigures]:
    """Counts and the median days from opening to answer, by commune."""
    listed = list(communes) if communes is not None else None
    return [_counted(row) for row in _rows(_FIGURES, {"communes": listed, "today": clock.today()})]


def board(since: datetime) -> CorrectionBoard:
    """The province and its communes: what is open, what was answered since."""
    rows = _rows(_BOARD, {"since": since, "today": clock.today()})
    together = next((_counted(("", *row[1:])) for row in rows if row[0] is None), None)
    return CorrectionBoard(together, tuple(_counted(row) for row in rows if row[0] is not None))


def _counted(row: tuple[Any, ...]) -> CorrectionFigures:
    return CorrectionFigures(
        commune=row[0],
        open=row[1],
        late=row[2],
        accepted=row[3],
        rejected=row[4],
        median_days=float(row[5]) if row[5] is not None else None,
    )


def _rows(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _records(rows: QuerySet[Correction]) -> list[CorrectionRecord]:
    return [CorrectionRecord(**values) for values in rows.values(*_COLUMNS)]


def list_worklists(
    communes: tuple[str, ...] | None, *, limit: int = 50, offset: int = 0
) -> list[WorklistRecord]:
    """Worklists of these communes (None: all), the newest first."""
    return _worklists(communes)[offset : offset + limit]


def get_worklist(key: UUID, communes: tuple[str, ...] | None) -> WorklistRecord:
    """One worklist of these communes."""
    found = _worklists(communes, key=key)
    if not found:
        raise worklist_not_found()
    return found[0]


def _worklists(
    communes: tuple[str, ...] | None, *, key: UUID | None = None
) -> list[WorklistRecord]:
    lines = WorklistRow.objects.filter(worklist=OuterRef("key"))
    rows = Worklist.objects.order_by("-made_at").annotate(
        rows=_count_of(lines), answered=_count_of(lines.exclude(digest=""))
    )
    if communes is not None:
        rows = rows.filter(commune__in=communes)
    if key is not None:
        rows = rows.filter(key=key)
    columns = tuple(WorklistRecord.__dataclass_fields__)
    return [WorklistRecord(**values) for values in rows.values(*columns)]


def _count_of(lines: QuerySet[WorklistRow]) -> Coalesce:
    counted = lines.order_by().values("worklist").annotate(n=Count("key")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
