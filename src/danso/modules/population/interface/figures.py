"""The part of the door that counts."""

from __future__ import annotations

from collections.abc import Sequence

from danso.modules.population.actions import keep_quality as keeping
from danso.modules.population.actions import tally
from danso.modules.population.data import (
    EVERYWHERE,
    CardDue,
    CardDueCount,
    Faulty,
    KeptQuality,
    Nowhere,
    PeopleCount,
    QualityFigures,
    Scope,
)
from danso.modules.population.queries import counting, kept_quality, quality


def count_people(scope: Scope = EVERYWHERE) -> tuple[PeopleCount, ...]:
    """People, numbers and valid cards by commune. Reads every row of the scope (seconds for 3.7
    M)."""
    return counting.count_people(scope)


def list_tallies(scope: Scope = EVERYWHERE) -> tuple[PeopleCount, ...]:
    """The counts of `count_people` as last kept, from one small table: for pages that move.

    A follower of events recounts the communes concerned within about a second of the seal.
    """
    return counting.list_tallies(scope)


def recount() -> None:
    """Count every commune for `list_tallies`; after a load (seconds for 3.7 M people)."""
    tally.count_anew()


def list_quality(communes: Sequence[str] | None = None) -> tuple[KeptQuality, ...]:
    """`quality_report` and the share with a card by commune as last kept, from one small table.

    A job counts communes again within a minute or two of a change. Protected people are among
    those who must have a card, never among the faults.
    """
    return kept_quality.list_quality(communes)


def keep_quality(seconds: float) -> int:
    """Count communes whose people were counted anew since, for about `seconds`; returns how many
    are left. Infinite seconds: all of them (a minute for 3.7 M people)."""
    return keeping.keep_quality(seconds)


def count_alive(scope: Scope = EVERYWHERE) -> dict[str | None, int]:
    """Living people by commune (None: residence not on today's map), from an index alone."""
    return counting.count_alive(scope)


def count_card_due(scope: Scope = EVERYWHERE) -> tuple[CardDueCount, ...]:
    """How many must have a card (from 14 on) and have none or an expired one, by commune and
    hamlet.

    Luật Căn cước 2023 art. 19 and 21.
    """
    return counting.count_card_due(scope)


def list_card_due(
    commune: str,
    scope: Scope = EVERYWHERE,
    *,
    hamlet: str | None = None,
    limit: int = 500,
    offset: int = 0,
) -> tuple[CardDue, ...]:
    """Who they are, by hamlet and name; protected people only for a guardian. The caller
    journals."""
    return counting.list_card_due(commune, scope, hamlet=hamlet, limit=limit, offset=offset)


def quality_report(scope: Scope = EVERYWHERE) -> tuple[QualityFigures, ...]:
    """Đúng, đủ, sạch, sống of living people by commune: people failing each of data.MEASURES and
    each virtue. Reads every row of the scope (tens of seconds for 3.7 M, well under one for a
    commune)."""
    return quality.quality_report(scope)


def list_faulty(
    measure: str,
    commune: str,
    scope: Scope = EVERYWHERE,
    *,
    limit: int = 500,
    offset: int = 0,
) -> tuple[Faulty, ...]:
    """Who fails a measure in a commune, by hamlet and name. The caller journals."""
    return quality.list_faulty(measure, commune, scope, limit=limit, offset=offset)


def count_nowhere(scope: Scope = EVERYWHERE) -> int:
    """How many living people's residence is not on today's map: the province's to settle, so that
    nobody is counted within communes."""
    return quality.count_nowhere(scope)


def list_nowhere(
    scope: Scope = EVERYWHERE, *, limit: int = 50, offset: int = 0
) -> tuple[Nowhere, ...]:
    """Who they are, by the commune that the papers name. The caller journals."""
    return quality.list_nowhere(scope, limit=limit, offset=offset)
