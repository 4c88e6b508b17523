"""One change of the upstream's feed, carried out by this register's own actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError
from danso.kernel.names import PersonName
from danso.modules.population.actions import record_card, record_life
from danso.modules.population.actions.correct_field import correct_field
from danso.modules.population.actions.record_person import record_person
from danso.modules.population.data import (
    Correction,
    Grounds,
    Move,
    NewCard,
    NewPerson,
    NothingChanges,
    Scope,
    columns_of,
    field_of,
    person_not_found,
)
from danso.modules.population.models import Number, Person
from danso.modules.population.rules import UPSTREAM
from danso.wire.upstream.feed import FeedChange

ACTOR: Final = Actor(kind="system", id=UPSTREAM)
# The national service knows who is protected; their records here follow it like all others.
EVERYONE: Final = Scope(sees_protected=True)
# What says that the register is so already: an extract and the feed may overlap.
_ALREADY: Final = frozenset({"nothing_changes", "person_dead"})
_UNREADABLE: Final = "feed_unreadable"


def carry_out(change: FeedChange) -> str:
    """Carry a change out in the caller's transaction; '' or the code of why it can't be."""
    try:
        with transaction.atomic():
            _CARRY_OUT[change.kind](change)
    except DansoError as refusal:
        return "" if refusal.code in _ALREADY else refusal.code
    except (ValueError, KeyError, TypeError, DataError, IntegrityError):
        return _UNREADABLE
    return ""


def _grounds(change: FeedChange) -> Grounds:
    return Grounds(reason=f"upstream change {change.position}", evidence=change.request)


def _person(change: FeedChange) -> UUID:
    found = Number.objects.filter(number=change.number).values_list("person", flat=True).first()
    if found is None:
        raise person_not_found()
    return found


def _enter(change: FeedChange) -> None:
    if Number.objects.filter(number=change.number).exists():
        _bring_up_to_date(change)
        return
    values = dict(change.values)
    name = PersonName.parse(str(values.pop("full_name")))
    birth = values.pop("birth", "")
    new = NewPerson(
        name=name,
        birth=PartialDate.from_iso(str(birth)) if birth else None,
        sex=int(values.pop("sex", 0) or 0),
        source="upstream",
        number=change.number,
        old_number=values.pop("old_number", None) or None,
        commune=values.pop("commune", None) or None,
        extra={name: value for name, value in values.items() if value not in ("", None)},
    )
    record_person(new, actor=ACTOR, grounds=_grounds(change))


def _bring_up_to_date(change: FeedChange) -> None:
    """Somebody whom the extract held already: field by field as the feed has them."""
    by_field: dict[str, dict[str, Any]] = {}
    for column, value in change.values.items():
        by_field.setdefault(field_of(column), {})[column] = value
    for field, values in by_field.items():
        try:
            _correct_to(change, field, values)
        except NothingChanges:
            continue


def _correct(change: FeedChange) -> None:
    values = change.values
    if set(values) == {change.field} and change.field not in columns_of(change.field):
        values = {columns_of(change.field)[0]: values[change.field]}
    _correct_to(change, change.field, values)


def _correct_to(change: FeedChange, field: str, values: Mapping[str, Any]) -> None:
    valid_on = date.fromisoformat(change.valid_on) if change.valid_on else None
    correct_field(
        _person(change),
        Correction(field, values, valid_on),
        actor=ACTOR,
        grounds=_grounds(change),
        scope=EVERYONE,
    )


def _move(change: FeedChange) -> None:
    person, values = _person(change), change.values
    commune = str(values.get("commune") or "")
    held = Person.objects.filter(key=person).first()
    move = Move(
        valid_on=date.fromisoformat(change.valid_on),
        commune=commune,
        address=values.get("address") or None,
        hamlet=values.get("hamlet") or None,
        # Households are kept here: whoever stays in the commune stays in theirs.
        household=held.household if held and held.commune == commune else None,
        relation=held.relation if held and held.commune == commune else None,
    )
    record_life.record_move(person, move, actor=ACTOR, grounds=_grounds(change), scope=EVERYONE)


def _die(change: FeedChange) -> None:
    day = PartialDate.from_iso(str(change.values["on"]))
    record_life.record_death(
        _person(change), day, actor=ACTOR, grounds=_grounds(change), scope=EVERYONE
    )


def _be_missing(change: FeedChange) -> None:
    day = PartialDate.from_iso(str(change.values["on"]))
    record_life.record_missing(
        _person(change), day, actor=ACTOR, grounds=_grounds(change), scope=EVERYONE
    )


def _get_card(change: FeedChange) -> None:
    values = change.values
    expires = values.get("expires")
    card = NewCard(
        kind=str(values["kind"]),
        issued=date.fromisoformat(str(values["issued"])),
        expires=date.fromisoformat(str(expires)) if expires else None,
        number=values.get("number") or None,
        status=str(values.get("status") or "valid"),
    )
    record_card.record_card(
        _person(change), card, actor=ACTOR, grounds=_grounds(change), scope=EVERYONE
    )


_CARRY_OUT: Final[Mapping[str, Callable[[FeedChange], None]]] = {
    "entered": _enter,
    "corrected": _correct,
    "moved": _move,
    "died": _die,
    "missing": _be_missing,
    "card": _get_card,
}
