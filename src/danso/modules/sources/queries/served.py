"""Who was given what a record told, while a clerk's decision held it to be somebody's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from danso.modules.audit import interface as audit
from danso.modules.audit.data import Look
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import DecisionSpan
from danso.modules.population import interface as population
from danso.modules.sources.data import Served
from danso.toolkit.platform import province

# Outcomes of the exchange by which a partner came to know the value.
GIVEN: Final = frozenset({"shared", "told", "match"})
_PAGE: Final = 500


def served_meanwhile(decision: UUID) -> list[Served]:
    span = linkage.span_of(decision)
    source = province().sources.get(span.decision.source)
    if source is None or span.decision.person is None or span.since is None:
        return []
    told = {fact.code for fact in source.facts}
    return [
        Served(look.at, look.actor, look.purpose, kinds)
        for look in _looks(span)
        if (kinds := tuple(kind for kind in look.fields if kind in told))
        and look.actor.kind == "partner"
        and look.outcome.partition(":")[0] in GIVEN
    ]


def _looks(span: DecisionSpan) -> Iterator[Look]:
    """What the journal has about the person, of that time, the newest first."""
    person, since = span.decision.person, span.since
    if person is None or since is None:
        return
    also, offset = population.keys_of(person), 0
    while page := audit.entries_about(person, also=also, limit=_PAGE, offset=offset):
        for look in page:
            if look.at < since:
                return
            if span.until is None or look.at <= span.until:
                yield look
        offset += len(page)
