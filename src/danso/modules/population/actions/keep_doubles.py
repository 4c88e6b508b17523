"""Keeping the pairs of records that may be one person: around whoever changed, and, after a load,
in the whole register."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from danso.kernel import clock
from danso.modules.population.actions.tally import count_around
from danso.modules.population.data import DOUBLE_RULES, DoubleRule
from danso.modules.population.models import Double, DoubleSearch
from danso.modules.population.queries.doubles import Pair, candidates

# Whoever searches holds this lock, so that an older search can't be written over a newer one.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('population_double'))"
_BATCH: Final = 1_000


def want_search() -> None:
    """Have the whole register searched by the next job: a file's rows were loaded."""
    DoubleSearch.objects.update_or_create(id=1, defaults={"wanted_at": clock.now()})


def search_if_wanted() -> bool:
    """Search the whole register where it changed by a load since; says whether it did."""
    behind = Q(searched_at=None) | Q(searched_at__lt=F("wanted_at"))
    if not DoubleSearch.objects.filter(behind, wanted_at__isnull=False).exists():
        return False
    search_everywhere()
    return True


def search_everywhere() -> None:
    """Find every pair anew; pairs that look like one person no longer go."""
    began = clock.now()
    _keep(None)
    DoubleSearch.objects.update_or_create(
        id=1, defaults={"searched_at": began}, create_defaults={"id": 1, "searched_at": began}
    )


def search_around(people: Collection[UUID]) -> None:
    """Find the pairs of these people anew."""
    _keep(people)


def _keep(people: Collection[UUID] | None) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        found = _strongest(people)
        kept = Double.objects.all()
        if people is not None:
            kept = kept.filter(Q(first__in=people) | Q(second__in=people))
        known: dict[Pair, str] = {(row.first, row.second): row.rule for row in kept}
        stale = [pair for pair, rule in known.items() if found.get(pair) != rule]
        for pair in stale:
            Double.objects.filter(first=pair[0], second=pair[1]).delete()
        new = {pair: rule for pair, rule in found.items() if known.get(pair) != rule}
        now = clock.now()
        Double.objects.bulk_create(
            [
                Double(first=one, second=two, rule=rule, found_at=now)
                for (one, two), rule in new.items()
            ],
            batch_size=_BATCH,
        )
    touched = {key for pair in (*stale, *new) for key in pair}
    if touched:
        # The quality of their communes is behind now.
        count_around(touched)


def _strongest(people: Collection[UUID] | None) -> Mapping[Pair, DoubleRule]:
    found: dict[Pair, DoubleRule] = {}
    for pair, rule in candidates(people):
        if pair not in found or DOUBLE_RULES.index(rule) < DOUBLE_RULES.index(found[pair]):
            found[pair] = rule
    return found
