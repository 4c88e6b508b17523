"""Changing a person's row: lock, new values, version copy, comparison keys. Used by every verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.names import PersonName
from danso.modules.population.data import (
    NAME_PARTS,
    REGISTER_COLUMNS,
    Grounds,
    Scope,
    field_of,
    nothing_changes,
    person_not_found,
)
from danso.modules.population.engine.columns import from_json, to_json
from danso.modules.population.engine.timeline import Spells, spells_of
from danso.modules.population.models import Number, Person, PersonVersion
from danso.modules.population.queries.people import record_of, steps_of
from danso.modules.population.rules import check_may_change, check_not_merged, check_reach
from danso.toolkit.platform import platform
from danso.wire import keys

# Columns whose change must reach the number's row, which carries what `verify` compares.
COMPARED: Final = frozenset(
    {"full_name", "birth", "sex", "commune", "status", "protected", "flags", "number"}
)


@dataclass(frozen=True)
class Amendment:
    """New values by column and how they lie in time."""

    action: str
    values: Mapping[str, object]
    mode: str = "change"
    valid_on: date | None = None


def locked_person(key: UUID, *, actor: Actor, scope: Scope) -> Person:
    """The row for update, after checking that this actor may change it here."""
    check_may_change(platform().register_mode, actor)
    row = Person.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise person_not_found()
    check_reach(record_of(row), scope)
    check_not_merged(record_of(row))
    return row


def amend(row: Person, amendment: Amendment, *, actor: Actor, grounds: Grounds) -> tuple[str, ...]:
    """Apply to a locked row; returns the field codes that changed. NothingChanges where none does.

    The row keeps what is true now: a late report about an earlier time goes into the history only.
    """
    values = with_name_parts(amendment.values)
    past = steps_of(row.key) if row.version else []
    changes: dict[str, tuple[object, object]] = {}
    differing: set[str] = set()
    for column, value in values.items():
        held, wanted = to_json(getattr(row, column)), to_json(value)
        spells = spells_of(column, held, past, timeless=column in REGISTER_COLUMNS)
        # All columns of one change begin a spell together, equal ones too: else a move reported
        # late would let its hamlet run on past the next move.
        changes[column] = (held, wanted)
        if _differs(spells, column, amendment, wanted):
            differing.add(column)
        after = _after(spells, column, amendment, wanted)
        setattr(row, column, from_json(column, after.value_on(None)))
    if not differing:
        raise nothing_changes()
    _write(row, amendment, changes, actor=actor, grounds=grounds)
    return tuple(sorted({field_of(column) for column in differing}))


def with_name_parts(values: Mapping[str, object]) -> dict[str, object]:
    """The values, and where the full name is among them everything computed from it."""
    full = values.get("full_name")
    if not isinstance(full, str):
        return dict(values)
    name = PersonName.parse(full)
    parts = {part: getattr(name, part) for part in NAME_PARTS}
    return {**values, "full_name": name.full, **parts}


def comparison_keys(row: Person) -> dict[str, object]:
    """What a number's row carries of its person."""
    born = PartialDate.from_iso(row.birth) if row.birth else None
    return {
        "name_key": keys.name_key(row.full_name),
        "plain_key": keys.plain_key(row.full_name),
        "birth": keys.birth_key(born) if born else None,
        "sex": row.sex,
        "commune": row.commune,
        "life": row.status,
        "protected": row.protected,
        "flags": row.flags,
    }


def _differs(spells: Spells, column: str, amendment: Amendment, wanted: object) -> bool:
    day = None if column in REGISTER_COLUMNS else amendment.valid_on
    return spells.value_on(day) != wanted


def _after(spells: Spells, column: str, amendment: Amendment, wanted: object) -> Spells:
    if column in REGISTER_COLUMNS:
        return Spells.of(wanted)
    return spells.after(amendment.mode, amendment.valid_on, wanted)


def _write(
    row: Person,
    amendment: Amendment,
    changes: dict[str, tuple[object, object]],
    *,
    actor: Actor,
    grounds: Grounds,
) -> None:
    now = clock.now()
    today = clock.today()
    if row.as_of != today:
        changes["as_of"] = (to_json(row.as_of), to_json(today))
        row.as_of = today
    row.version += 1
    row.save(update_fields=[*changes, "version"])
    _keep_version(row, amendment, changes, now, actor=actor, grounds=grounds)
    if row.number and COMPARED & changes.keys():
        Number.objects.filter(number=row.number).update(**comparison_keys(row))
    if "protected" in changes:
        # A cancelled number would otherwise still tell that its person exists.
        Number.objects.filter(person=row.key, status="cancelled").update(protected=row.protected)


def _keep_version(
    row: Person,
    amendment: Amendment,
    changes: dict[str, tuple[object, object]],
    now: datetime,
    *,
    actor: Actor,
    grounds: Grounds,
) -> None:
    PersonVersion.objects.create(
        person=row.key,
        seq=row.version,
        action=amendment.action,
        mode=amendment.mode,
        valid_on=amendment.valid_on,
        recorded_at=now,
        changes={column: list(pair) for column, pair in changes.items()},
        reason=grounds.reason,
        evidence=grounds.evidence,
        actor_kind=actor.kind,
        actor=actor.id,
    )
