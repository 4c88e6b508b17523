"""Quality flags on fields, and the protection of people who must not be found."""

from __future__ import annotations

from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.population.actions.amending import Amendment, amend, locked_person
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import (
    EVERYWHERE,
    FLAG_VALUES,
    FlagsChanged,
    FlagValue,
    Grounds,
    Outcome,
    ProtectionChanged,
    Scope,
    columns_of,
    nothing_changes,
    person_not_found,
)
from danso.modules.population.models import Person
from danso.modules.population.rules import check_has_data
from danso.toolkit.platform import platform


def mark_field(
    person: UUID,
    field: str,
    flag: FlagValue | None,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    with carried_out("mark_field", actor=actor, grounds=grounds, subject=person) as ledger:
        columns_of(field)
        if flag is not None and flag not in FLAG_VALUES:
            raise InvalidValue(
                "A field is under_investigation or unverified.",
                code="flag_unknown",
                fix="Use these.",
            )
        row = locked_person(person, actor=actor, scope=scope)
        flags = {name: value for name, value in row.flags.items() if name != field}
        if flag is not None:
            flags[field] = flag
        amendment = Amendment("mark_field", {"flags": flags}, mode="correction")
        amend(row, amendment, actor=actor, grounds=grounds)
        ledger.fields = (field,)
        ledger.happened(FlagsChanged(person, (field,)))
    return Outcome(person, (field,), row.version)


def protect(person: UUID, *, actor: Actor, grounds: Grounds, scope: Scope) -> Outcome:
    return _set_protection(person, "protect", actor, grounds, scope)


def unprotect(person: UUID, *, actor: Actor, grounds: Grounds, scope: Scope) -> Outcome:
    return _set_protection(person, "unprotect", actor, grounds, scope)


def _set_protection(
    person: UUID, action: str, actor: Actor, grounds: Grounds, scope: Scope
) -> Outcome:
    wanted = action == "protect"
    with carried_out(action, actor=actor, grounds=grounds, subject=person) as ledger:
        if not scope.sees_protected:
            raise Refused(
                "Only a guardian may protect people or end a protection.",
                code="guardian_only",
                fix="Ask the guardian role of the province.",
            )
        # Protection is about who may find a record here, so a copy of the register sets it too.
        check_has_data(platform().register_mode)
        row = Person.objects.select_for_update().filter(key=person).first()
        if row is None:
            raise person_not_found()
        if row.protected is wanted:
            raise nothing_changes()
        amendment = Amendment(action, {"protected": wanted}, mode="correction")
        amend(row, amendment, actor=actor, grounds=grounds)
        ledger.happened(ProtectionChanged(person))
    return Outcome(person, (), row.version)
