"""Putting somebody who is in no household into one: into a member's, or into a new one."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.population.actions.amending import Amendment, amend, locked_person
from danso.modules.population.actions.choose_head import head_code
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import (
    EVERYWHERE,
    Grounds,
    Outcome,
    PersonCorrected,
    Scope,
    person_not_found,
)
from danso.modules.population.models import Household, Person
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import check_alive, check_reach


def enter_household(
    person: UUID,
    member: UUID | None,
    relation: str,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    with carried_out("enter_household", actor=actor, grounds=grounds, subject=person) as ledger:
        row = locked_person(person, actor=actor, scope=scope)
        check_alive(record_of(row))
        if row.household is not None:
            raise Conflict(
                "This person is in a household already.",
                code="household_held",
                fix="Record a move: it leads from one household to another.",
            )
        if member is None:
            household, relation = _new_home(row), head_code()
        else:
            household = _home_of(row, member, scope)
        values = {"household": household, "relation": relation or None}
        change = Amendment("enter_household", values, valid_on=clock.today())
        ledger.fields = amend(row, change, actor=actor, grounds=grounds)
        ledger.detail = {"household": str(household)}
        ledger.happened(PersonCorrected(person, ledger.fields))
    return Outcome(person, ledger.fields, row.version)


def _new_home(row: Person) -> UUID:
    home = Household.objects.create(
        head=row.key,
        commune=row.commune,
        hamlet=row.hamlet,
        address=row.address,
        recorded_at=clock.now(),
    )
    key: UUID = home.key
    return key


def _home_of(row: Person, member: UUID, scope: Scope) -> UUID:
    other = Person.objects.filter(key=member, merged_into=None).first()
    if other is None:
        raise person_not_found()
    check_reach(record_of(other), scope)
    if other.household is None:
        raise Conflict(
            "That person is in no household either.",
            code="member_without_household",
            fix="Name somebody who is in one, or make a new household.",
        )
    if other.commune != row.commune:
        raise Conflict(
            "That household is in another commune.",
            code="household_elsewhere",
            fix="Record the move first.",
        )
    return other.household
