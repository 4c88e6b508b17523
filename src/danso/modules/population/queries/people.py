"""One person, their household and their past, from the current row and the versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from danso.modules.population.data import (
    REGISTER_COLUMNS,
    HistoryEntry,
    HouseholdRecord,
    NumberRecord,
    PersonRecord,
    Scope,
    person_not_found,
)
from danso.modules.population.engine.columns import from_json, to_json
from danso.modules.population.engine.timeline import Step, state_at
from danso.modules.population.models import Household, Merge, Number, Person, PersonVersion
from danso.modules.population.rules import check_has_data
from danso.toolkit.platform import platform

COLUMNS = tuple(column.name for column in fields(PersonRecord))


def record_of(row: Person) -> PersonRecord:
    """The row as a frozen record."""
    return PersonRecord(**{name: getattr(row, name) for name in COLUMNS})


def find_person(key: UUID) -> PersonRecord | None:
    check_has_data(platform().register_mode)
    row = Person.objects.filter(key=key).first()
    return None if row is None else record_of(row)


def get_person(
    key: UUID, as_of: date | None = None, *, known_at: datetime | None = None
) -> PersonRecord:
    now = find_person(key)
    if now is None or (known_at is not None and known_at < now.recorded_at):
        raise person_not_found()
    if as_of is None and known_at is None:
        return now
    steps = steps_of(key)
    state = state_at(
        {name: to_json(getattr(now, name)) for name in COLUMNS},
        steps,
        valid_on=as_of,
        known_at=known_at,
        timeless=REGISTER_COLUMNS,
    )
    past: dict[str, Any] = {name: from_json(name, value) for name, value in state.items()}
    known = sum(1 for step in steps if known_at is None or step.recorded_at <= known_at)
    past |= {"key": key, "recorded_at": now.recorded_at, "version": known}
    return PersonRecord(**past)


def steps_of(key: UUID) -> list[Step]:
    """A person's recorded changes in their order."""
    return [
        Step(entry.mode, entry.valid_on, entry.recorded_at, entry.changes)
        for entry in history_of(key)
    ]


def history_of(key: UUID) -> tuple[HistoryEntry, ...]:
    check_has_data(platform().register_mode)
    return tuple(
        HistoryEntry(
            seq=row.seq,
            action=row.action,
            mode=row.mode,
            valid_on=row.valid_on,
            recorded_at=row.recorded_at,
            changes={name: (pair[0], pair[1]) for name, pair in row.changes.items()},
            reason=row.reason,
            evidence=row.evidence,
            actor_kind=row.actor_kind,
            actor=row.actor,
        )
        for row in PersonVersion.objects.filter(person=key).order_by("seq")
    )


def people_by_keys(keys: Iterable[UUID]) -> dict[UUID, PersonRecord]:
    check_has_data(platform().register_mode)
    return {row.key: record_of(row) for row in Person.objects.filter(key__in=list(keys))}


def household_of(person: UUID, scope: Scope) -> HouseholdRecord | None:
    check_has_data(platform().register_mode)
    row = Person.objects.filter(key=person).first()
    if row is None:
        raise person_not_found()
    if row.household is None:
        return None
    home = Household.objects.filter(key=row.household).first()
    members_seen = Person.objects.filter(household=row.household, merged_into=None)
    if not scope.sees_protected:
        members_seen = members_seen.filter(Q(key=person) | Q(protected=False))
    members = sorted(
        map(record_of, members_seen),
        key=lambda member: (home is None or member.key != home.head, member.birth or ""),
    )
    return HouseholdRecord(
        key=row.household,
        head=home.head if home else None,
        commune=home.commune if home else None,
        hamlet=home.hamlet if home else None,
        address=home.address if home else None,
        book_number=home.book_number if home else None,
        members=tuple(members),
    )


def keys_of(person: UUID) -> tuple[UUID, ...]:
    """Every key this person is or was known by: their own and those merged into it."""
    known = [person]
    for key in known:
        merged = Merge.objects.filter(kept=key, undone_at=None).values_list("merged", flat=True)
        known.extend(other for other in merged if other not in known)
    return tuple(known)


def numbers_of(person: UUID) -> tuple[NumberRecord, ...]:
    """The person's numbers, the active one first. Cancelled ones stay theirs for ever."""
    check_has_data(platform().register_mode)
    active = Number.objects.filter(
        number__in=Person.objects.filter(key=person).values("number"), status="active"
    )
    cancelled = Number.objects.filter(person=person, status="cancelled").order_by("recorded_at")
    return tuple(
        NumberRecord(
            number=row.number,
            person=row.person,
            status=row.status,
            cancelled_on=row.cancelled_on,
            cancel_reason=row.cancel_reason,
            replaced_by=row.replaced_by,
        )
        for row in (*active, *cancelled)
    )
