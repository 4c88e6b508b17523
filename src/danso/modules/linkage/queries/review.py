"""What waits for a clerk: open records within reach, whom they may be about, and decisions."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from danso.modules.linkage.data import (
    Bands,
    Candidate,
    Decision,
    DecisionSpan,
    OpenCount,
    OpenLink,
    Share,
    decision_not_found,
    link_not_open,
)
from danso.modules.linkage.engine.model import default_model
from danso.modules.linkage.models import Decision as DecisionRow
from danso.modules.linkage.models import Link, PastLink, Run
from danso.modules.linkage.queries.links import locked_sources
from danso.modules.linkage.rules import needs_two
from danso.modules.population.data import Scope

_COLUMNS: Final = tuple(field.name for field in fields(Decision))
# Protected and merged people are nobody's candidates, also when they became so after the run.
_CANDIDATES: Final = """
    FROM linkage_candidate c JOIN population_v1.people p ON p.person = c.person
    WHERE c.source = {0}.source AND c.record = {0}.record
      AND NOT p.protected AND p.merged_into IS NULL
"""
# Who sees only some of the people a record may be about must not decide between them.
_SOME: Final = f"EXISTS (SELECT {_CANDIDATES})"
_WITHIN: Final = f"""
    (%(communes)s::text[] IS NULL OR {_SOME} AND NOT EXISTS (
        SELECT {_CANDIDATES} AND (p.commune = ANY(%(communes)s)) IS NOT TRUE))
"""
_WAITING: Final = """
    EXISTS (SELECT FROM linkage_decision d
            WHERE d.source = l.source AND d.record = l.record AND d.state = 'waiting')
"""
# A source that was locked after it had been matched is nobody's work any more.
_OPEN_TO_ALL: Final = "{0}.source <> ALL(%(locked)s::text[])"
_REACHED: Final = f"""
    l.band = 'clerk' AND {_OPEN_TO_ALL.format("l")} AND {_SOME.format("l")}
    AND {_WITHIN.format("l")}
"""
_COUNT: Final = f"""
SELECT source, count(*) FILTER (WHERE NOT waits), count(*) FILTER (WHERE waits) FROM (
    SELECT l.source, {_WAITING} AS waits FROM linkage_link l WHERE {_REACHED}) AS found
GROUP BY source ORDER BY source
"""  # noqa: S608 - only this file's constants
_NEXT: Final = f"""
SELECT l.key FROM linkage_link l
WHERE l.source = %(source)s AND {_REACHED} AND NOT {_WAITING} {{after}}
ORDER BY {{order}} LIMIT 1
"""  # noqa: S608
_AFTER: Final = """
    AND EXISTS (SELECT FROM linkage_link here WHERE here.key = %(after)s AND here.band = 'clerk'
                AND {}) """
_SUREST: Final = ("l.weight DESC, l.key", "(-l.weight, l.key) > (-here.weight, here.key)")
_OLDEST: Final = ("l.since, l.key", "(l.since, l.key) > (here.since, here.key)")
_OPEN: Final = f"SELECT 1 FROM linkage_link l WHERE l.key = %(link)s AND {_REACHED}"  # noqa: S608
_SHOWN: Final = f"""
SELECT c.person, c.weight, c.shares, c.is_anothers
FROM linkage_link l CROSS JOIN LATERAL (SELECT c.* {_CANDIDATES.format("l")}) AS c
WHERE l.key = %(link)s AND l.band = 'clerk'
ORDER BY c.weight DESC, c.person
"""  # noqa: S608
_DECISIONS: Final = f"""
SELECT {", ".join(f"d.{name}" for name in _COLUMNS)} FROM linkage_decision d
WHERE d.state = 'waiting' AND {_OPEN_TO_ALL.format("d")} AND {_WITHIN.format("d")}
ORDER BY d.proposed_at, d.key
"""  # noqa: S608
_CONTESTED: Final = f"""
SELECT {", ".join(f"d.{name}" for name in _COLUMNS)} FROM linkage_decision d
WHERE d.state = 'standing' AND d.undo_by <> '' AND {_WITHIN.format("d")} ORDER BY d.undo_at, d.key
"""  # noqa: S608
_REACH_OF_ONE: Final = f"""
SELECT 1 FROM linkage_decision d
WHERE d.key = %(decision)s AND {_OPEN_TO_ALL.format("d")} AND {_WITHIN.format("d")}
"""  # noqa: S608


def count_open(scope: Scope) -> list[OpenCount]:
    return [OpenCount(*row) for row in _rows(_COUNT, scope)]


def next_open(
    source: str, scope: Scope, *, after: UUID | None, is_oldest_first: bool
) -> UUID | None:
    order, later = _OLDEST if is_oldest_first else _SUREST
    query = _NEXT.format(order=order, after=_AFTER.format(later) if after else "")
    found = _rows(query, scope, source=source, after=after)
    return found[0][0] if found else None


def open_link(link: UUID, scope: Scope) -> OpenLink:
    if not _rows(_OPEN, scope, link=link):
        raise link_not_open()
    row = Link.objects.get(key=link, band="clerk")
    waiting = DecisionRow.objects.filter(source=row.source, record=row.record, state="waiting")
    return OpenLink(
        key=row.key,
        source=row.source,
        record=row.record,
        reason=row.reason,
        candidates=_candidates(row, scope),
        waiting=next(iter(_decisions(waiting)), None),
    )


def _candidates(row: Link, scope: Scope) -> tuple[Candidate, ...]:
    bands = _bands(row.source)
    found = _rows(_SHOWN, scope, link=row.key)
    return tuple(
        Candidate(
            person,
            weight,
            {name: Share(**share) for name, share in json.loads(shares).items()},
            needs_two(weight, bands, is_anothers=is_anothers),
            is_anothers,
        )
        for person, weight, shares, is_anothers in found
    )


def _bands(source: str) -> Bands:
    run = Run.objects.filter(source=source).order_by("-finished_at").first()
    return Bands(**run.bands) if run is not None and run.bands else default_model().bands


def get_decision(decision: UUID) -> Decision:
    found = _decisions(DecisionRow.objects.filter(key=decision))
    if not found:
        raise decision_not_found()
    return found[0]


def check_decision_reach(decision: UUID, scope: Scope) -> None:
    """A decision about people out of reach looks like none."""
    if not _rows(_REACH_OF_ONE, scope, decision=decision):
        raise decision_not_found()


def decision_within(decision: UUID, scope: Scope) -> DecisionSpan:
    found = get_decision(decision)
    check_decision_reach(decision, scope)
    return _span(found)


def span_of(decision: UUID) -> DecisionSpan:
    return _span(get_decision(decision))


def _span(found: Decision) -> DecisionSpan:
    """From the link that carries it, or the past one that did last."""
    link = Link.objects.filter(decision=found.key).values_list("since", flat=True).first()
    if link is not None:
        return DecisionSpan(found, found.decided_at or link, None)
    past = PastLink.objects.filter(decision=found.key).order_by("-id").first()
    if past is None:
        return DecisionSpan(found, None, None)
    return DecisionSpan(found, found.decided_at or past.since, past.until)


def link_of_decision(decision: UUID, scope: Scope) -> UUID:
    found = get_decision(decision)
    check_decision_reach(decision, scope)
    link = Link.objects.filter(source=found.source, record=found.record, band="clerk").first()
    if found.state != "waiting" or link is None:
        raise decision_not_found()
    return link.key


def waiting_decisions(scope: Scope) -> list[Decision]:
    return [Decision(*row) for row in _rows(_DECISIONS, scope)]


def contested_decisions(scope: Scope) -> list[Decision]:
    return [Decision(*row) for row in _rows(_CONTESTED, scope)]


def decisions_of(officer: str, *, limit: int, offset: int) -> tuple[list[Decision], int]:
    mine = Q(decided_by=officer) | Q(proposed_by=officer)
    rows = DecisionRow.objects.filter(mine, state="standing").exclude(source__in=locked_sources())
    shown = rows.order_by("-decided_at", "-key")[offset : offset + limit]
    return _decisions(shown), rows.count()


def _decisions(rows: QuerySet[DecisionRow]) -> list[Decision]:
    return [Decision(*row) for row in rows.values_list(*_COLUMNS)]


def _rows(query: str, scope: Scope, **asked: Any) -> list[tuple[Any, ...]]:
    communes = None if scope.communes is None else list(scope.communes)
    with connection.cursor() as cursor:
        cursor.execute(query, {"communes": communes, "locked": locked_sources(), **asked})
        return list(cursor.fetchall())
