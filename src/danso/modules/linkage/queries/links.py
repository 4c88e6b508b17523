"""Reading links: by source, in the order of their records."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from django.db import connection

from danso.modules.linkage.data import (
    LinkRow,
    MatchCounts,
    MatchRun,
    no_links,
    source_closed,
    source_of_no_people,
)
from danso.modules.linkage.models import Link, Run
from danso.toolkit.platform import province

_COLUMNS = tuple(LinkRow.__dataclass_fields__)
# One look into the index for each source, however often it was matched.
_LAST: Final = """
SELECT last.key FROM unnest(%s::text[]) AS known (source)
CROSS JOIN LATERAL (SELECT key FROM linkage_run r WHERE r.source = known.source
                    ORDER BY finished_at DESC LIMIT 1) last
"""


def last_run(source: str) -> MatchRun:
    found = Run.objects.filter(source=source).order_by("-finished_at").first()
    if found is None:
        raise no_links(source)
    return run_of(found)


def last_runs(sources: Collection[str]) -> dict[str, MatchRun]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(sources)])
        keys = [key for (key,) in cursor.fetchall()]
    return {found.source: run_of(found) for found in Run.objects.filter(key__in=keys)}


def run_of(found: Run) -> MatchRun:
    return MatchRun(
        found.key,
        found.source,
        found.digest,
        found.model,
        found.started_at,
        found.finished_at,
        MatchCounts(**found.counts),
        found.whole,
    )


def links_of(source: str) -> Iterator[LinkRow]:
    rows = Link.objects.filter(source=source).order_by("record").values_list(*_COLUMNS)
    for row in rows.iterator(chunk_size=20_000):
        yield LinkRow(*row)


def check_not_closed(source: str) -> None:
    """A locked source's people are never reached through matching, and a source about other things
    has none; of a bare file nothing is known."""
    described = province().sources.get(source)
    if described is not None and province().is_locked(source):
        raise source_closed(source)
    if described is not None and not described.is_matched:
        raise source_of_no_people(source)


def locked_sources() -> list[str]:
    """Sources through which nobody is reached: what is kept of them shows nowhere."""
    return [code for code in province().sources if province().is_locked(code)]
