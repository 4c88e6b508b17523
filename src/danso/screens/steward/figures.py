"""Quality and card counts for a desk; those of a whole province are kept for some minutes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import caches

from danso.kernel import clock
from danso.modules.population import interface as population
from danso.modules.population.data import CardDueCount, QualityFigures
from danso.screens.steward.desk import Desk

_kept = caches["process"]
KEEP_SECONDS: Final = 300
# Reading every row of more people than this while somebody waits for a page takes seconds.
MANY: Final = 300_000


@dataclass(frozen=True)
class Kept:
    """Figures, and when they were counted."""

    quality: tuple[QualityFigures, ...]
    cards: tuple[CardDueCount, ...]
    counted_at: datetime


@dataclass(frozen=True)
class CardCount:
    """A commune's (or a hamlet's) people who need a card."""

    code: str
    without: int
    expired: int


def figures(desk: Desk) -> Kept:
    """A commune's are counted anew each time: an answer just given shows at once."""
    if desk.communes is not None:
        return _count(desk)
    kept: Kept | None = _kept.get("steward:figures")
    if kept is None:
        kept = _count(desk)
        _kept.set("steward:figures", kept, KEEP_SECONDS)
    return kept


def find_figures(desk: Desk) -> Kept | None:
    """As `figures`, but None rather than let somebody wait long for a page with other things."""
    if desk.communes is None and _kept.get("steward:figures") is None and _is_many(desk):
        return None
    return figures(desk)


def _is_many(desk: Desk) -> bool:
    return sum(population.count_alive(desk.scope).values()) > MANY


def by_commune(cards: tuple[CardDueCount, ...]) -> list[CardCount]:
    """Hamlets summed up; residence not on today's map has the empty code."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in cards:
        sums[one.commune or ""][0] += one.without
        sums[one.commune or ""][1] += one.expired
    return [CardCount(code, *pair) for code, pair in sums.items()]


def _count(desk: Desk) -> Kept:
    cards = population.count_card_due(desk.scope)
    # A job keeps them, a minute or two behind: nobody waits for millions of rows to be read.
    if desk.communes is None and _is_many(desk) and (kept := population.list_quality()):
        return Kept(kept, cards, min(one.counted_at for one in kept))
    return Kept(population.quality_report(desk.scope), cards, clock.now())
