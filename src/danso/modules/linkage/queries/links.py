"""Reading links: by source, in the order of their records."""

from __future__ import annotations

from collections.abc import Iterator

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


def last_run(source: str) -> MatchRun:
    found = Run.objects.filter(source=source).order_by("-finished_at").first()
    if found is None:
        raise no_links(source)
    return run_of(found)


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
