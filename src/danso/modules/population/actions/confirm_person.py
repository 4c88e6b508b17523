"""Vouching for a record as it stands: somebody checked it and it is right today."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.population.actions.amending import Amendment, amend, locked_person
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import EVERYWHERE, Grounds, Outcome, Scope


def confirm_person(
    person: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    with carried_out("confirm_person", actor=actor, grounds=grounds, subject=person) as ledger:
        row = locked_person(person, actor=actor, scope=scope)
        if row.as_of == clock.today():
            ledger.outcome = "confirmed_today"
        else:
            amendment = Amendment("confirm_person", {"as_of": clock.today()}, mode="correction")
            amend(row, amendment, actor=actor, grounds=grounds)
    return Outcome(person, (), row.version)
