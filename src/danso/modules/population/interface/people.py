"""The part of the door that looks at people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.population.actions import look
from danso.modules.population.data import (
    EVERYWHERE,
    Found,
    Grounds,
    HistoryEntry,
    HouseholdRecord,
    NumberRecord,
    PersonRecord,
    Scope,
    Wanted,
)
from danso.modules.population.queries import finding, people


def search(wanted: Wanted, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE) -> Found:
    """Look for people as an officer: journals the search and every hit, in the same transaction.

    Needs a number, or a full name with a birth year or a commune; at most HITS_CAP people, `more`
    says whether there were others. A protected person is found by nobody but a guardian: same
    answer and same statements as for nobody, and the alert ProtectedLookedUp follows by itself.
    """
    return look.search(wanted, actor=actor, grounds=grounds, scope=scope)


def open_person(
    person: UUID,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
    fields: tuple[str, ...] = (),
) -> PersonRecord:
    """Open one record as an officer: journals the look with the `fields` shown. See `search`."""
    return look.open_person(person, actor=actor, grounds=grounds, scope=scope, fields=fields)


def find_person(person: UUID) -> PersonRecord | None:
    """The current row, protected or merged ones too. The caller journals and hides."""
    return people.find_person(person)


def get_person(
    person: UUID, as_of: date | None = None, *, known_at: datetime | None = None
) -> PersonRecord:
    """The person as true on the day `as_of` and as far as known at `known_at` (None: now, for
    either).

    Raises PersonNotFound before the person was recorded. The caller journals and hides.
    """
    return people.get_person(person, as_of, known_at=known_at)


def find_by_number(number: str, scope: Scope = EVERYWHERE) -> Found:
    """Whoever holds or held a 12- or 9-digit number, with the `outcome` active, cancelled,
    old_number or unknown. Follows merges. Shows protected people only with `scope.sees_protected`.

    One statement, whoever is hit. The caller journals.
    """
    hits = finding.find_hits(Wanted(number=number), scope)
    shown = tuple(one for one in hits.people if scope.sees_protected or not one.protected)
    if not shown:
        return Found()
    return Found(shown, outcome=hits.outcome, cancel_reason=hits.cancel_reason)


def people_by_keys(keys: Iterable[UUID]) -> dict[UUID, PersonRecord]:
    """The current rows of many keys in one statement; unknown keys are left out. The caller
    journals."""
    return people.people_by_keys(keys)


def household_of(person: UUID, scope: Scope = EVERYWHERE) -> HouseholdRecord | None:
    """The household with its members, head first; None for who is in none. The caller journals.

    Protected members other than `person` show only with `scope.sees_protected`.
    """
    return people.household_of(person, scope)


def history_of(person: UUID) -> tuple[HistoryEntry, ...]:
    """Every recorded change of this key in order, with values before and after."""
    return people.history_of(person)


def keys_of(person: UUID) -> tuple[UUID, ...]:
    """This key and those merged into it: for reading everything that is about one person."""
    return people.keys_of(person)


def numbers_of(person: UUID) -> tuple[NumberRecord, ...]:
    """The person's numbers, active first; cancelled ones stay theirs for ever."""
    return people.numbers_of(person)
