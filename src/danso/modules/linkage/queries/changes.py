"""What changed since a source's last run: records that wait, people by position."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Max

from danso.modules.linkage.models import Change, Pending, Run
from danso.modules.linkage.models.changes import EVERYBODY

# Beyond so many, looking at everything costs less.
MOST: Final = 20_000
MOST_PEOPLE: Final = 5_000
_FORGET: Final = """
DELETE FROM linkage_pending p USING unnest(%s::text[], %s::uuid[]) AS seen (record, token)
WHERE p.source = %s AND p.record = seen.record AND p.token = seen.token
"""
# What every source that is matched has passed nobody will ask for.
_PASSED: Final = """
DELETE FROM linkage_change WHERE position <= (
    SELECT min(position) FROM (
        SELECT DISTINCT ON (source) position FROM linkage_run
        WHERE position IS NOT NULL ORDER BY source, finished_at DESC) AS last)
"""
_OPEN: Final = """
SELECT DISTINCT record FROM linkage_open_key WHERE source = %(source)s AND key = ANY(%(keys)s)
"""
_HELD: Final = """
SELECT record FROM linkage_link
WHERE source = %(source)s AND band = 'linked' AND person = ANY(%(people)s)
UNION
SELECT record FROM linkage_candidate WHERE source = %(source)s AND person = ANY(%(people)s)
"""
_ALIKE: Final = """
SELECT record FROM linkage_link
WHERE source = %(source)s AND band = 'linked' AND reason = 'alike' AND person = ANY(%(people)s)
"""
_SHARES: Final = """
SELECT kind, value, share FROM linkage_commonness
WHERE kind = 'name' AND value = ANY(%s) OR kind = 'plain' AND value = ANY(%s)
"""


@dataclass(frozen=True)
class Seen:
    """What a run has before it: `position` of the last change of people, waiting records with
    their tokens (a few more than MOST at most)."""

    position: int
    pending: dict[str, UUID]

    @classmethod
    def now(cls, source: str) -> Seen:
        """As it is at this moment."""
        rows = Pending.objects.filter(source=source).order_by("record")
        listed = rows.values_list("record", "token")[: MOST + 1]
        return cls(position_now(source), dict(listed))

    def forget(self, source: str) -> None:
        """Take away what was seen, in the transaction that keeps the links; a record that changed
        meanwhile has another token and stays."""
        with connection.cursor() as cursor:
            cursor.execute(_FORGET, [list(self.pending), list(self.pending.values()), source])
            cursor.execute(_PASSED)


def last_of(source: str) -> Run | None:
    return Run.objects.filter(source=source).order_by("-finished_at").first()


def last_whole(source: str) -> Run | None:
    rows = Run.objects.filter(source=source, whole=True, people__isnull=False)
    return rows.order_by("-finished_at").first()


def position_now(source: str) -> int:
    """How far changes of people are known."""
    last = last_of(source)
    newest = Change.objects.aggregate(newest=Max("position"))["newest"]
    return max(newest or 0, (last and last.position) or 0)


def people_changed(after: int, upto: int) -> set[UUID]:
    """Who changed between two positions; EVERYBODY where a file came in."""
    rows = Change.objects.filter(position__gt=after, position__lte=upto)
    return set(rows.values_list("person", flat=True).distinct())


def everybody_changed(people: Collection[UUID]) -> bool:
    return EVERYBODY in people


def records_open_to(source: str, keys: Collection[int]) -> set[str]:
    """Records linked to nobody that one of these keys would bring together with somebody."""
    return _records(_OPEN, {"source": source, "keys": list(keys)})


def records_of(source: str, people: Collection[UUID], *, by_likeness: bool = False) -> set[str]:
    """Records that are linked to these people, or that have them as candidates; `by_likeness`: only
    those linked because everything together says so."""
    return _records(_ALIKE if by_likeness else _HELD, {"source": source, "people": list(people)})


def commonness_of(names: Collection[str], plain: Collection[str]) -> list[tuple[str, str, float]]:
    """How common these names were at the latest whole run: (kind, value, share)."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, [list(names), list(plain)])
        return list(cursor.fetchall())


def waiting(source: str) -> bool:
    """Whether a run of this source would have anything to look at."""
    last = last_of(source)
    if last is None or Pending.objects.filter(source=source).exists():
        return True
    return last.position is None or Change.objects.filter(position__gt=last.position).exists()


def _records(query: str, asked: dict[str, Any]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return {record for (record,) in cursor.fetchall()}
