"""The part of the door that changes the register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.modules.population.actions import confirm_person as confirming
from danso.modules.population.actions import (
    correct_field as correcting,
)
from danso.modules.population.actions import (
    guard,
    numbering,
    record_card,
    record_civil,
    record_life,
)
from danso.modules.population.actions import merge_people as merging
from danso.modules.population.actions import record_issued as taking
from danso.modules.population.actions import record_person as recording
from danso.modules.population.actions import stamp_home as stamping
from danso.modules.population.data import (
    EVERYWHERE,
    Correction,
    FlagValue,
    Grounds,
    Move,
    NewCard,
    NewPerson,
    Outcome,
    Scope,
    Value,
)
from danso.modules.population.rules import RegisterMode


def record_person(new: NewPerson, *, actor: Actor, grounds: Grounds) -> UUID:
    """Record someone who is not in the register yet; returns their key.

    Writes no history: the first state is the row itself. Raises NumberTaken where the number is or
    was somebody's, InvalidValue for a number, sex, commune or column that can't be.
    """
    return recording.record_person(new, actor=actor, grounds=grounds)


def record_issued(new: NewPerson, *, actor: Actor, grounds: Grounds) -> UUID:
    """Record a newborn with the number that the national service gave. Copy only; returns the key,
    of the row that the feed brought first where it did. Emits PersonRecorded.

    Raises InvalidValue (as `parse_issued`), NumberTaken where the number is or was somebody
    else's, Conflict (`register_is_authority`), RegisterAbsent. Decree 70/2024 art. 11.
    """
    return taking.record_issued(new, actor=actor, grounds=grounds)


def parse_issued(text: str, sex: int, born: PartialDate | None) -> str:
    """The digits of a number that the national service gave somebody born here; writes nothing and
    needs no register. InvalidValue where they can't be a number of this home, or don't say this
    province, sex and year (`number_structure`). TT 59/2021/TT-BCA art. 4.
    """
    return taking.parse_issued(text, sex, born)


def record_household(
    head: UUID, *, actor: Actor, grounds: Grounds, book_number: str | None = None
) -> UUID:
    """Make a household at the head's residence; members, the head too, join it by `record_move`.

    Returns the household's key. Luật Cư trú 2020: one head; a dwelling may hold several households.
    """
    return recording.record_household(head, actor=actor, grounds=grounds, book_number=book_number)


def record_death(
    person: UUID, on: PartialDate, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    """Record a death, true from the first day that `on` can mean. Emits PersonDied.

    Refuses a day in the future or before birth, and who is recorded dead already (`person_dead`).
    A death recorded by mistake is undone by correcting the field `death`.
    """
    return record_life.record_death(person, on, actor=actor, grounds=grounds, scope=scope)


def record_missing(
    person: UUID, on: PartialDate, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    """Record that someone was declared missing by a court, as `record_death`. Emits
    PersonMissing."""
    return record_life.record_missing(person, on, actor=actor, grounds=grounds, scope=scope)


def record_move(
    person: UUID, move: Move, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    """Record a new permanent residence from `move.valid_on` on. Emits PersonMoved.

    A move reported late (before another one already recorded) goes into the history only: the row
    keeps the latest. An empty commune is one outside this province. Luật Cư trú 2020.
    """
    return record_life.record_move(person, move, actor=actor, grounds=grounds, scope=scope)


def record_civil_change(
    person: UUID,
    changes: Mapping[str, Mapping[str, Value]],
    on: date,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    """Record a marital status, spouse or legal representative true from `on`, as a judgment or a
    registration says: {field: {column: value}}. Emits PersonCorrected.

    Before that day the earlier value stays true. Raises NothingChanges, RegisterIsCopy,
    InvalidValue (`field_not_civil`, a value not in its list, a day to come).
    """
    return record_civil.record_civil_change(
        person, changes, on, actor=actor, grounds=grounds, scope=scope
    )


def record_stay_change(
    person: UUID,
    changes: Mapping[str, Mapping[str, Value]],
    on: date,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    """Record a temporary residence, an absence or a stay true from `on`: {field: {column: value}}
    of temporary_place, temporary_absence, current_place; None ends it. Emits PersonCorrected.

    Raises as `record_civil_change`, and for the dead `person_dead`. Luật Cư trú 2020, art. 27-31.
    """
    return record_civil.record_stay_change(
        person, changes, on, actor=actor, grounds=grounds, scope=scope
    )


def correct_field(
    person: UUID,
    correction: Correction,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    """Replace what was wrongly held of one field (a catalogue code). Emits PersonCorrected.

    The number is never overwritten: correcting it cancels the old one for ever and establishes the
    given one, or draws one for None (authority only; NĐ 70/2024 art. 11). In a copy the correction
    leaves as a request: `Outcome.request` is its key and nothing changes here. Raises
    NothingChanges, InvalidValue (which column and why), Conflict `request_open`.
    """
    return correcting.correct_field(person, correction, actor=actor, grounds=grounds, scope=scope)


def confirm_person(
    person: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    """Vouch for the record as it stands today: it counts as living data (sống) again.

    No value changes; twice a day is one confirmation. Authority only (RegisterIsCopy).
    """
    return confirming.confirm_person(person, actor=actor, grounds=grounds, scope=scope)


def mark_field(
    person: UUID,
    field: str,
    flag: FlagValue | None,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    """Flag a field as under investigation or unverified; None clears it. Emits FlagsChanged.

    The flag travels with the value wherever it is verified or shared.
    """
    return guard.mark_field(person, field, flag, actor=actor, grounds=grounds, scope=scope)


def protect(person: UUID, *, actor: Actor, grounds: Grounds, scope: Scope) -> Outcome:
    """Hide a person from everyone without a guardian's right. Emits ProtectionChanged.

    `scope.sees_protected` must be set: the caller has checked the guardian role. Luật Tố cáo 2018.
    """
    return guard.protect(person, actor=actor, grounds=grounds, scope=scope)


def unprotect(person: UUID, *, actor: Actor, grounds: Grounds, scope: Scope) -> Outcome:
    """End a protection; as `protect`."""
    return guard.unprotect(person, actor=actor, grounds=grounds, scope=scope)


def issue_number(
    person: UUID,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
    prefix: str | None = None,
) -> str:
    """Draw a free number for someone who has none; returns it. Authority only. Emits NumberIssued.

    `prefix` is the place of birth registration, by default this province; a demo always draws from
    the synthetic prefix. Raises Conflict (`number_exists`, `number_needs_sex_and_birth`),
    RegisterIsCopy. TT 59/2021/TT-BCA art. 4.
    """
    return numbering.issue_number(person, actor=actor, grounds=grounds, scope=scope, prefix=prefix)


def add_card(
    person: UUID, card: NewCard, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    """Record an issued card, or a card's new status; the earlier one is kept. Emits
    CardRecorded."""
    return record_card.record_card(person, card, actor=actor, grounds=grounds, scope=scope)


def merge_people(
    kept: UUID,
    merged: UUID,
    *,
    officers: tuple[Actor, ...],
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
    needs_two: bool = False,
) -> UUID:
    """Join two records of one person; returns the merge's key. Emits PeopleMerged.

    Both keys stay and lead to the kept record. Its number stays active; the other's is cancelled,
    or passes over where the kept one has none. With `needs_two` two different officers must be
    given.
    """
    return merging.merge_people(
        kept, merged, officers=officers, grounds=grounds, scope=scope, needs_two=needs_two
    )


def unmerge(
    merged: UUID,
    *,
    officers: tuple[Actor, ...],
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
    needs_two: bool = False,
) -> None:
    """Undo the merge of `merged` and give its number back. Emits PeopleUnmerged.

    Raises Conflict (`unmerge_number_changed`) where the kept record's number was replaced since.
    """
    merging.unmerge(merged, officers=officers, grounds=grounds, scope=scope, needs_two=needs_two)


def stamp_home(home: Literal["demo", "real"], mode: RegisterMode) -> None:
    """Stamp this database at its first start; later calls only check. Raises Conflict
    (`home_stamped`)."""
    stamping.stamp_home(home, mode)
