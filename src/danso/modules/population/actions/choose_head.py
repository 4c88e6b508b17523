"""Giving a household the head it lacks; members' relations were to the former one."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.population.actions.amending import Amendment, amend, locked_person
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import (
    EVERYWHERE,
    Grounds,
    HeadChosen,
    NothingChanges,
    Outcome,
    Scope,
    nothing_changes,
)
from danso.modules.population.models import Household, Person
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import check_alive
from danso.toolkit.platform import province

RELATION: Final = "relation_to_head"


def choose_head(
    person: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    with carried_out("choose_head", actor=actor, grounds=grounds, subject=person) as ledger:
        row = locked_person(person, actor=actor, scope=scope)
        check_alive(record_of(row))
        if row.household is None:
            raise Conflict(
                "This person is in no household.",
                code="household_missing",
                fix="Enter them into a household first.",
            )
        home = Household.objects.select_for_update().get(key=row.household)
        if home.head == person:
            raise nothing_changes()
        Household.objects.filter(key=home.key).update(head=person)
        ledger.fields = _set_relation(row, actor=actor, grounds=grounds)
        _doubt_the_others(row, actor=actor, grounds=grounds)
        ledger.detail = {"household": str(home.key)}
        ledger.happened(HeadChosen(person, home.key))
    return Outcome(person, ledger.fields, row.version)


def head_code() -> str:
    """The relation of a head to themselves: the first row of the province's code list."""
    return province().code_list("relation-to-head").rows[0].code


def _set_relation(row: Person, *, actor: Actor, grounds: Grounds) -> tuple[str, ...]:
    change = Amendment("choose_head", {"relation": head_code()}, valid_on=clock.today())
    try:
        return amend(row, change, actor=actor, grounds=grounds)
    except NothingChanges:
        return ()


def _doubt_the_others(row: Person, *, actor: Actor, grounds: Grounds) -> None:
    """What the others are to the new head is not known: their relation is flagged until checked."""
    others = Person.objects.select_for_update().filter(
        household=row.household, merged_into=None, status="alive"
    )
    for other in others.exclude(key=row.key).order_by("key"):
        if other.flags.get(RELATION) is None:
            flags = {**other.flags, RELATION: "unverified"}
            amend(
                other,
                Amendment("choose_head", {"flags": flags}, mode="correction"),
                actor=actor,
                grounds=grounds,
            )
