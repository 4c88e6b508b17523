"""How many people there are, and who needs a card, by commune and hamlet."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db import connection

from danso.kernel import clock
from danso.modules.population.data import CardDue, CardDueCount, PeopleCount, Scope
from danso.modules.population.models import Tally
from danso.modules.population.rules import CARD_AGE, check_has_data, years_before
from danso.toolkit.platform import platform

# The last day a birth date can mean: a year alone counts as its 31 December, so that nobody is
# said to need a card before they surely do. ('1965' + '-12-31', '1965-03' + '-31', '1965-03-21' +
# '')
LAST_BIRTHDAY: Final = "p.birth || substr('-12-31', length(p.birth) - 3)"

CARD_DUE: Final = f"""
    p.merged_into IS NULL AND p.status = 'alive' AND (%(sees_protected)s OR NOT p.protected)
    AND coalesce(p.nationality, %(nation)s) =
    %(nation)s AND {LAST_BIRTHDAY} <= %(born_by)s
    AND (p.card_kind IS NULL OR p.card_kind = 'cmnd' OR p.card_status IS DISTINCT FROM 'valid'
         OR p.card_expires < %(today)s)
"""
# A card that merely ran out is 'expired'; none, lost, revoked or a paper CMND is 'no_card'.
CARD_REASON: Final = """
    CASE WHEN p.card_kind <> 'cmnd' AND p.card_status = 'valid' AND p.card_expires < %(today)s
         THEN 'expired' ELSE 'no_card' END
"""
WITHIN: Final = "(%(communes)s::text[] IS NULL OR p.commune = ANY(%(communes)s))"

NATION: Final = "VN"

COUNTS: Final = """
    count(*) FILTER (WHERE p.status = 'alive') AS alive,
    count(*) FILTER (WHERE p.status = 'dead') AS dead,
    count(*) FILTER (WHERE p.status = 'missing') AS missing,
    count(p.number) FILTER (WHERE p.status = 'alive') AS with_number,
    count(*) FILTER (WHERE p.status = 'alive' AND p.card_kind <> 'cmnd'
        AND p.card_status = 'valid'
        AND (p.card_expires IS NULL OR p.card_expires >= %(today)s)) AS with_card
"""


def count_people(scope: Scope) -> tuple[PeopleCount, ...]:
    check_has_data(platform().register_mode)
    rows = _rows(
        f"""
        SELECT p.commune, {COUNTS}
        FROM population_person AS p
        WHERE p.merged_into IS NULL AND {WITHIN}
        GROUP BY p.commune ORDER BY p.commune
        """,  # noqa: S608 - only this file's constants
        _parameters(scope),
    )
    return tuple(PeopleCount(*row) for row in rows)


def list_tallies(scope: Scope) -> tuple[PeopleCount, ...]:
    """The counts as last kept: a read of one small table."""
    check_has_data(platform().register_mode)
    rows = Tally.objects.order_by("commune")
    if scope.communes is not None:
        rows = rows.filter(commune__in=scope.communes)
    names = ("commune", "alive", "dead", "missing", "with_number", "with_card")
    return tuple(PeopleCount(row[0] or None, *row[1:]) for row in rows.values_list(*names))


def count_alive(scope: Scope) -> dict[str | None, int]:
    """Living people by commune from the index alone: cheap enough for a page that moves."""
    check_has_data(platform().register_mode)
    rows = _rows(
        f"""
        SELECT p.commune, count(*) FROM population_person AS p
        WHERE p.merged_into IS NULL AND p.status = 'alive' AND {WITHIN} GROUP BY p.commune
        """,  # noqa: S608 - only this file's constants
        _parameters(scope),
    )
    return dict(rows)


def count_card_due(scope: Scope) -> tuple[CardDueCount, ...]:
    check_has_data(platform().register_mode)
    rows = _rows(
        f"""
        SELECT p.commune, p.hamlet, count(*) FILTER (WHERE {CARD_REASON} = 'no_card'),
               count(*) FILTER (WHERE {CARD_REASON} = 'expired')
        FROM population_person AS p WHERE {CARD_DUE} AND {WITHIN}
        GROUP BY p.commune, p.hamlet ORDER BY p.commune, p.hamlet
        """,  # noqa: S608 - only this file's constants
        _parameters(scope),
    )
    return tuple(CardDueCount(*row) for row in rows)


def list_card_due(
    commune: str, scope: Scope, *, hamlet: str | None = None, limit: int = 500, offset: int = 0
) -> tuple[CardDue, ...]:
    check_has_data(platform().register_mode)
    rows = _rows(
        f"""
        SELECT p.key, p.full_name, p.birth, p.commune, p.hamlet, {CARD_REASON}, p.card_expires
        FROM population_person AS p
        WHERE {CARD_DUE} AND {WITHIN} AND p.commune = %(commune)s
              AND (%(hamlet)s::text IS NULL OR p.hamlet = %(hamlet)s)
        ORDER BY p.hamlet, p.sort_key, p.key LIMIT %(limit)s OFFSET %(offset)s
        """,  # noqa: S608 - only this file's constants
        _parameters(scope)
        | {"commune": commune, "hamlet": hamlet, "limit": limit, "offset": offset},
    )
    return tuple(CardDue(*row) for row in rows)


def _parameters(scope: Scope) -> dict[str, Any]:
    today: date = clock.today()
    return {
        "communes": None if scope.communes is None else list(scope.communes),
        "sees_protected": scope.sees_protected,
        "today": today,
        "born_by": years_before(today, CARD_AGE).isoformat(),
        "nation": NATION,
    }


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
