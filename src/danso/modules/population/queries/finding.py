"""Finding people by number or by name. Every look takes the same statements, whoever is hit."""

from __future__ import annotations

from dataclasses import dataclass

from danso.kernel import text
from danso.kernel.errors import InvalidValue
from danso.kernel.numbers import OLD_LENGTH, PERSONAL_LENGTH
from danso.modules.population.data import HITS_CAP, PersonRecord, Scope, Wanted
from danso.modules.population.models import Person
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import check_has_data
from danso.toolkit.platform import platform

# One statement follows a number to its person and through merges, so that a number nobody has, one
# of a protected person and one of a merged record cost the same round trips.
_FOLLOW = """
WITH RECURSIVE start AS ({start}),
line (key, next, number_status, cancel_reason) AS (
    SELECT p.key, p.merged_into, start.number_status, start.cancel_reason
    FROM start JOIN population_person AS p ON p.key = start.person
    UNION ALL
    SELECT p.key, p.merged_into, line.number_status, line.cancel_reason
    FROM line JOIN population_person AS p ON p.key = line.next)
SELECT p.*, line.number_status, line.cancel_reason
FROM line JOIN population_person AS p ON p.key = line.key
WHERE line.next IS NULL
LIMIT %s
"""
BY_NUMBER = _FOLLOW.format(
    start="SELECT person, status AS number_status, cancel_reason"
    " FROM population_number WHERE number = %s"
)
BY_OLD_NUMBER = _FOLLOW.format(
    start="SELECT person, 'old_number' AS number_status, NULL AS cancel_reason"
    " FROM population_old_number WHERE number = %s"
)


@dataclass(frozen=True)
class Hits:
    """What matches, protected people included: for those who will hide them."""

    outcome: str
    people: tuple[PersonRecord, ...] = ()
    cancel_reason: str = ""


def find_hits(wanted: Wanted, scope: Scope) -> Hits:
    """Everyone who matches within the scope; InvalidValue where the keys are too few."""
    check_has_data(platform().register_mode)
    if wanted.number:
        return _within(_hits_by_number(wanted.number), scope)
    return _hits_by_name(wanted, scope)


def _hits_by_number(number: str) -> Hits:
    digits = "".join(sign for sign in number if sign.isdigit())
    if len(digits) not in (OLD_LENGTH, PERSONAL_LENGTH):
        raise InvalidValue(
            "A number has 12 digits, an old one 9.",
            code="number_length",
            fix="Type it as on the card.",
        )
    statement = BY_NUMBER if len(digits) == PERSONAL_LENGTH else BY_OLD_NUMBER
    rows = list(Person.objects.raw(statement, [digits, HITS_CAP + 1]))
    if not rows:
        return Hits("unknown")
    return Hits(
        getattr(rows[0], "number_status", ""),
        tuple(map(record_of, rows)),
        getattr(rows[0], "cancel_reason", None) or "",
    )


def _within(hits: Hits, scope: Scope) -> Hits:
    if scope.communes is None:
        return hits
    people = tuple(person for person in hits.people if person.commune in scope.communes)
    return Hits(hits.outcome, people, hits.cancel_reason) if people else Hits("unknown")


def _hits_by_name(wanted: Wanted, scope: Scope) -> Hits:
    name = text.plain(wanted.name)
    if not name or (wanted.birth_year is None and not wanted.commune):
        raise InvalidValue(
            "A search needs a number, or a full name with a birth year or a commune.",
            code="search_too_wide",
            fix="Add the birth year or the commune.",
        )
    rows = Person.objects.filter(search_key=name, merged_into=None)
    if wanted.birth_year is not None:
        rows = rows.filter(birth__gte=f"{wanted.birth_year}", birth__lt=f"{wanted.birth_year + 1}")
    if wanted.commune:
        rows = rows.filter(commune=wanted.commune)
    if scope.communes is not None:
        rows = rows.filter(commune__in=scope.communes)
    # Twice the cap: hiding protected people must not show in how many are listed.
    found = tuple(map(record_of, rows.order_by("sort_key", "birth")[: 2 * HITS_CAP + 1]))
    return Hits("listed" if found else "unknown", found)
