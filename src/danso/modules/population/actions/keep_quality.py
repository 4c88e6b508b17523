"""Keeping the figures of quality that pages read: one commune at a time, within a span of time."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction

from danso.kernel import clock
from danso.modules.population.actions.keep_doubles import search_if_wanted
from danso.modules.population.data import MEASURES, QualityFigures, Scope
from danso.modules.population.models import QualityTally
from danso.modules.population.queries.kept_quality import communes_behind, count_cards
from danso.modules.population.queries.quality import quality_report

# Whoever counts a commune holds this lock, so that an older count can't follow a newer one.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('population_quality_tally'), hashtext(%s))"


def keep_quality(seconds: float) -> int:
    """Count communes that are behind until the time is used up; returns how many are left."""
    # First: who may be recorded twice is one of the faults to count.
    search_if_wanted()
    behind = communes_behind()
    began = clock.now()
    done = 0
    for commune in behind:
        if done and (clock.now() - began).total_seconds() >= seconds:
            break
        _count(commune)
        done += 1
    return len(behind) - done


def _count(commune: str) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [commune])
        # Before counting: a change that comes meanwhile has a later tally and is counted again.
        now = clock.now()
        found = quality_report(Scope(communes=(commune,)))
        figures = found[0] if found else _nobody(commune)
        must_have, holding = count_cards(commune)
        QualityTally.objects.update_or_create(
            commune=commune,
            defaults={
                "people": figures.people,
                "must_have_card": must_have,
                "holding_card": holding,
                "faults": dict(figures.faults),
                "failing": dict(figures.failing),
                "counted_at": now,
            },
        )


def _nobody(commune: str) -> QualityFigures:
    return QualityFigures(
        commune=commune,
        people=0,
        faults={one.code: 0 for one in MEASURES},
        failing={one.virtue: 0 for one in MEASURES},
    )
