"""Figures of quality as last kept, and which communes have changed since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import connection

from danso.kernel import clock
from danso.modules.population.data import KeptQuality
from danso.modules.population.models import QualityTally
from danso.modules.population.queries.counting import LAST_BIRTHDAY, NATION
from danso.modules.population.rules import CARD_AGE, check_has_data, years_before
from danso.toolkit.platform import platform

_BEHIND: Final = """
SELECT t.commune FROM population_tally AS t
LEFT JOIN population_quality_tally AS q USING (commune)
WHERE t.commune <> '' AND (q.commune IS NULL OR q.counted_at < t.counted_at)
ORDER BY q.counted_at NULLS FIRST, t.commune
"""
# Who must have a card: Luật Căn cước 2023 art. 19; see `counting.CARD_DUE`.
_CARDS: Final = f"""
SELECT count(*), count(*) FILTER (
    WHERE p.card_kind <> 'cmnd' AND p.card_status = 'valid'
          AND (p.card_expires IS NULL OR p.card_expires >= %(today)s))
FROM population_person AS p
WHERE p.merged_into IS NULL AND p.status = 'alive' AND p.commune = %(commune)s
      AND coalesce(p.nationality, %(nation)s) = %(nation)s AND {LAST_BIRTHDAY} <= %(born_by)s
"""  # noqa: S608 - only constants


def list_quality(communes: Sequence[str] | None) -> tuple[KeptQuality, ...]:
    check_has_data(platform().register_mode)
    rows = QualityTally.objects.order_by("commune")
    if communes is not None:
        rows = rows.filter(commune__in=communes)
    return tuple(
        KeptQuality(
            commune=row.commune,
            people=row.people,
            faults=row.faults,
            failing=row.failing,
            must_have_card=row.must_have_card,
            holding_card=row.holding_card,
            counted_at=row.counted_at,
        )
        for row in rows
    )


def communes_behind() -> list[str]:
    """Communes whose people were counted again since their quality was, the longest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND)
        return [commune for (commune,) in cursor.fetchall()]


def count_cards(commune: str) -> tuple[int, int]:
    """How many of a commune's people must have a card, and how many of them have a valid one."""
    today = clock.today()
    parameters: dict[str, str | date] = {
        "commune": commune,
        "today": today,
        "born_by": years_before(today, CARD_AGE).isoformat(),
        "nation": NATION,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, parameters)
        must_have, holding = cursor.fetchone()
    return must_have, holding
