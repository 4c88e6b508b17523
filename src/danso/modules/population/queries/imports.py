"""Files that were loaded and rows that wait, as far as the asker's scope reaches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from danso.kernel.errors import NotFound
from danso.modules.population.data import (
    ImportRecord,
    QuarantinedRow,
    QuarantineState,
    QuarantineWanted,
    Scope,
)
from danso.modules.population.models import Person, Quarantined

_IMPORTS = """
    SELECT i.key, i.name, i.digest, i.format, i.state, i.as_of, i.actor, i.started_at,
           i.finished_at, coalesce(c.rows, 0), coalesce(c.loaded, 0), coalesce(c.updated, 0),
           coalesce(c.same, 0), coalesce(c.quarantined, 0)
    FROM population_import AS i LEFT JOIN LATERAL (
        SELECT sum(rows)::int AS rows, sum(loaded)::int AS loaded, sum(updated)::int AS updated,
               sum(same)::int AS same, sum(quarantined)::int AS quarantined
        FROM population_import_chunk WHERE import_key = i.key) AS c ON true
    ORDER BY i.started_at DESC, i.key LIMIT %s OFFSET %s
"""


def list_imports(*, limit: int, offset: int) -> tuple[ImportRecord, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_IMPORTS, [limit, offset])
        return tuple(ImportRecord(*row) for row in cursor.fetchall())


def list_quarantine(
    wanted: QuarantineWanted, scope: Scope, *, limit: int, offset: int
) -> tuple[QuarantinedRow, ...]:
    rows = _within(scope).filter(state=wanted.state)
    if wanted.reason:
        rows = rows.filter(reason=wanted.reason)
    if wanted.import_key is not None:
        rows = rows.filter(import_key=wanted.import_key)
    ordered = rows.order_by("recorded_at", "file", "line", "key")
    return tuple(map(row_of, ordered[offset : offset + limit]))


def count_quarantine(scope: Scope, state: QuarantineState) -> dict[str, int]:
    counts = (
        _within(scope).filter(state=state).order_by().values_list("reason").annotate(Count("key"))
    )
    return dict(sorted(counts, key=lambda pair: (-pair[1], pair[0])))


def find_quarantined(key: UUID, scope: Scope, *, lock: bool = False) -> Quarantined | None:
    rows = _within(scope)
    return (rows.select_for_update() if lock else rows).filter(key=key).first()


def get_quarantined(key: UUID, scope: Scope) -> QuarantinedRow:
    row = find_quarantined(key, scope)
    if row is None:
        raise NotFound(
            "No such row is in quarantine.",
            code="quarantine_not_found",
            fix="Look at the list again; it may be another commune's.",
        )
    return row_of(row)


def row_of(row: Quarantined) -> QuarantinedRow:
    values: dict[str, Any] = {
        name: getattr(row, name) for name in QuarantinedRow.__dataclass_fields__
    }
    return QuarantinedRow(**values)


def _within(scope: Scope) -> QuerySet[Quarantined]:
    """A row whose commune isn't known is the province's; one that clashes with a protected person
    would tell of them, so only a guardian sees it."""
    rows = Quarantined.objects.all()
    if scope.communes is not None:
        rows = rows.filter(commune__in=scope.communes)
    if not scope.sees_protected:
        guarded = Person.objects.filter(protected=True).values("key")
        rows = rows.exclude(person__isnull=False, person__in=guarded)
    return rows
