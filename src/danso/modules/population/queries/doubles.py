"""Records that may be one person: candidates for the search, and the pairs still undecided."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from danso.modules.population.data import (
    Double,
    DoubleCount,
    DoubleRule,
    MergeProposal,
    MergeRecord,
    PastCard,
    ProposalKind,
    ProposalState,
    Scope,
    ToldApart,
)
from danso.modules.population.engine.doubles import Side, rule_of
from danso.modules.population.models import Card, Merge
from danso.modules.population.models import MergeProposal as ProposalRow
from danso.modules.population.models import ToldApart as ApartRow
from danso.modules.population.queries.people import people_by_keys
from danso.modules.population.rules import check_has_data
from danso.toolkit.platform import platform

Pair = tuple[UUID, UUID]
FETCHED: Final = 5_000
_KINDS: Final[Mapping[str, ProposalKind]] = {"merge": "merge", "unmerge": "unmerge"}
_STATES: Final[Mapping[str, ProposalState]] = {
    "waiting": "waiting",
    "done": "done",
    "declined": "declined",
}

_SIDE: Final = (
    "{0}.key, {0}.full_name, {0}.search_key, {0}.birth, {0}.sex, {0}.commune, {0}.household,"
    " {0}.father_name, {0}.mother_name"
)
_SIDES: Final = f"{_SIDE.format('a')}, {_SIDE.format('b')}"
_SIZE: Final = 9
_BOTH: Final = """a.merged_into IS NULL AND b.merged_into IS NULL
    AND (a.status = 'alive' OR b.status = 'alive')"""
# Loose here, strict in `engine.doubles`: something besides name and birthday has to agree.
_AGREE: Final = """(a.commune = b.commune OR a.father_name = b.father_name
    OR a.mother_name = b.mother_name)"""

# The first subquery runs through population_person_search in order: no sort, no row of the table.
_BY_NAME: Final = f"""
WITH twice AS (
    SELECT search_key, birth FROM population_person
    WHERE merged_into IS NULL AND length(birth) = 10
    GROUP BY search_key, birth HAVING count(*) > 1)
SELECT false, {_SIDES} FROM twice
JOIN population_person AS a USING (search_key, birth)
JOIN population_person AS b USING (search_key, birth)
WHERE a.key < b.key AND {_BOTH} AND {_AGREE}
"""  # noqa: S608 - only this file's constants
_BY_NUMBER: Final = f"""
SELECT true, {_SIDES} FROM population_old_number AS m
JOIN population_old_number AS n ON n.number = m.number AND n.person > m.person
JOIN population_person AS a ON a.key = m.person
JOIN population_person AS b ON b.key = n.person
WHERE {_BOTH}
"""  # noqa: S608
# The same around some people, from the indexes alone. `b` may be on either side of the key order.
_BY_NAME_AROUND: Final = f"""
SELECT false, {_SIDES} FROM population_person AS a
JOIN population_person AS b ON b.search_key = a.search_key AND b.birth = a.birth AND b.key <> a.key
WHERE a.key = ANY(%(people)s::uuid[]) AND length(a.birth) = 10 AND {_BOTH} AND {_AGREE}
"""  # noqa: S608
_BY_NUMBER_AROUND: Final = f"""
SELECT true, {_SIDES} FROM population_person AS a
JOIN population_old_number AS n ON n.number = a.old_number AND n.person <> a.key
JOIN population_person AS b ON b.key = n.person
WHERE a.key = ANY(%(people)s::uuid[]) AND {_BOTH}
"""  # noqa: S608

# What is left to decide, read pair by pair from the small table: both records stand by themselves,
# may be seen, and nobody has said that they are two people.
UNDECIDED: Final = """
FROM population_double AS d
JOIN population_person AS a ON a.key = d.first
JOIN population_person AS b ON b.key = d.second
WHERE a.merged_into IS NULL AND b.merged_into IS NULL
      AND (%(sees_protected)s OR NOT (a.protected OR b.protected))
      AND NOT EXISTS (SELECT FROM population_told_apart AS t
                      WHERE t.first = d.first AND t.second = d.second)
"""
_WITHIN: Final = """
      AND (%(communes)s::text[] IS NULL
           OR (a.commune = ANY(%(communes)s) AND b.commune = ANY(%(communes)s)))
"""
_THERE: Final = """
      AND (%(commune)s::text IS NULL
           OR %(commune)s IN (coalesce(a.commune, ''), coalesce(b.commune, '')))
"""
_PAIRS: Final = f"SELECT count(*) {UNDECIDED} {_WITHIN} {_THERE}"
_LIST: Final = f"""
SELECT d.first, d.second, d.rule, d.found_at {UNDECIDED} {_WITHIN} {_THERE}
ORDER BY array_position(ARRAY['old_number', 'parent', 'commune'], d.rule), a.sort_key, d.first,
         d.second
LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT: Final = f"""
SELECT place, count(*) FROM (
    SELECT a.commune AS place, d.first, d.second {UNDECIDED} {_WITHIN}
    UNION SELECT b.commune, d.first, d.second {UNDECIDED} {_WITHIN}) AS places
GROUP BY place ORDER BY place
"""  # noqa: S608


def candidates(people: Collection[UUID] | None) -> Iterator[tuple[Pair, DoubleRule]]:
    """Pairs that look like one person, with the rule: around these people, or in the whole
    register (None). A pair may come twice; the caller keeps the stronger rule."""
    if people is None:
        statements, parameters = (_BY_NUMBER, _BY_NAME), {}
    else:
        statements = (_BY_NUMBER_AROUND, _BY_NAME_AROUND)
        parameters = {"people": list(people)}
    for statement in statements:
        for row in _streamed(statement, parameters):
            left, right = Side(*row[1 : 1 + _SIZE]), Side(*row[1 + _SIZE :])
            rule = rule_of(left, right, shares_old_number=row[0])
            if rule is not None:
                yield ordered(left.key, right.key), rule


def ordered(one: UUID, other: UUID) -> Pair:
    """A pair has one spelling: the older key first."""
    return (one, other) if one < other else (other, one)


def list_doubles(
    scope: Scope, *, commune: str | None = None, limit: int = 50, offset: int = 0
) -> tuple[Double, ...]:
    check_has_data(platform().register_mode)
    parameters = _parameters(scope) | {"commune": commune, "limit": limit, "offset": offset}
    rows = _rows(_LIST, parameters)
    people = people_by_keys({key for row in rows for key in row[:2]})
    return tuple(
        Double(people[first], people[second], rule, found_at)
        for first, second, rule, found_at in rows
    )


def count_doubles(scope: Scope) -> tuple[DoubleCount, ...]:
    check_has_data(platform().register_mode)
    return tuple(DoubleCount(*row) for row in _rows(_COUNT, _parameters(scope)))


def count_pairs(scope: Scope, commune: str | None = None) -> int:
    check_has_data(platform().register_mode)
    [(count,)] = _rows(_PAIRS, _parameters(scope) | {"commune": commune})
    return int(count)


def find_told_apart(one: UUID, other: UUID) -> ToldApart | None:
    first, second = ordered(one, other)
    row = ApartRow.objects.filter(first=first, second=second).first()
    return None if row is None else ToldApart(row.recorded_at, row.reason, row.officer)


def find_proposal(people: Collection[UUID]) -> MergeProposal | None:
    """What waits for a second officer: about ending this record, or between these two. A proposal
    about one of two and a third is never theirs: nobody confirms what the page does not show."""
    rows = ProposalRow.objects.filter(state="waiting", merged__in=list(people))
    if len(people) > 1:
        rows = rows.filter(kept__in=list(people))
    row = rows.first()
    return None if row is None else proposal_of(row)


def list_proposals(scope: Scope) -> tuple[MergeProposal, ...]:
    """What waits and lies within reach, the oldest first: few at any time."""
    rows = list(ProposalRow.objects.filter(state="waiting").order_by("proposed_at"))
    people = people_by_keys({key for row in rows for key in (row.kept, row.merged)})

    def reaches(key: UUID) -> bool:
        one = people[key]
        within = scope.communes is None or one.commune in scope.communes
        return within and (scope.sees_protected or not one.protected)

    return tuple(proposal_of(row) for row in rows if reaches(row.kept) and reaches(row.merged))


def find_merge(merged: UUID) -> MergeRecord | None:
    """The merge by which this record leads to another one."""
    row = Merge.objects.filter(merged=merged, undone_at=None).first()
    return None if row is None else merge_of(row)


def merges_into(kept: UUID) -> tuple[MergeRecord, ...]:
    """The records merged into this one, the latest first."""
    rows = Merge.objects.filter(kept=kept, undone_at=None).order_by("-recorded_at")
    return tuple(map(merge_of, rows))


def cards_of(person: UUID) -> tuple[PastCard, ...]:
    """Cards before the present one, the latest first."""
    return tuple(
        PastCard(row.kind, row.number, row.issued, row.expires, row.status)
        for row in Card.objects.filter(person=person).order_by("-recorded_at", "-id")
    )


def proposal_of(row: ProposalRow) -> MergeProposal:
    """The row as it passes the door."""
    return MergeProposal(
        key=row.key,
        kind=_KINDS[row.kind],
        kept=row.kept,
        merged=row.merged,
        reason=row.reason,
        evidence=row.evidence,
        proposed_by=row.proposed_by["id"],
        proposed_at=row.proposed_at,
        state=_STATES[row.state],
    )


def merge_of(row: Merge) -> MergeRecord:
    """The row as it passes the door."""
    return MergeRecord(
        key=row.key,
        kept=row.kept,
        merged=row.merged,
        officers=tuple(one["id"] for one in row.officers),
        reason=row.reason,
        recorded_at=row.recorded_at,
        number="cancelled"
        if "cancelled" in row.moved
        else "passed"
        if "passed" in row.moved
        else "",
    )


def _parameters(scope: Scope) -> dict[str, Any]:
    return {
        "communes": None if scope.communes is None else list(scope.communes),
        "sees_protected": scope.sees_protected,
    }


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _streamed(statement: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(FETCHED):
            yield from rows
