"""What carrying out one case's effects needs to know, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from danso.catalogue.shapes.procedures import Effect, Procedure
from danso.kernel import clock, text
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.cases.data import EffectState, PartyData
from danso.modules.cases.models import Case
from danso.modules.cases.queries.reading import parties_of
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, PersonRecord, Scope
from danso.toolkit.platform import province

# Who is protected may still be born, move and marry by an application of their own; the officer
# reaches the case, not the person.
CASE_SCOPE = Scope(sees_protected=True)


@dataclass
class Work:
    """One case on its way into the register. `people` grows by whoever is recorded on the way."""

    row: Case
    procedure: Procedure
    actor: Actor
    values: Mapping[str, str]
    people: dict[str, UUID]
    parties: Mapping[str, PartyData]

    @property
    def grounds(self) -> Grounds:
        """Why the register changes: this procedure, this file."""
        return Grounds(
            reason=self.procedure.vi,
            evidence=self.row.code,
            purpose=self.procedure.purpose,
            legal_basis=self.procedure.law,
            procedure=self.procedure.code,
            file_code=self.row.code,
            service="cases",
        )

    def value(self, effect: Effect, name: str) -> str:
        """What the form says of one thing that the effect needs; empty where nothing."""
        return self.values.get(effect.fields.get(name, ""), "")

    def day(self, effect: Effect, name: str) -> date:
        """A day of the form, today where it says none or one to come."""
        said = self.value(effect, name)
        today = clock.today()
        return min(date.fromisoformat(said), today) if said else today

    def person(self, effect: Effect, name: str) -> UUID | None:
        """The key of a party, by the effect's name for it."""
        return self.people.get(effect.parties.get(name, ""))

    def whom(self, effect: Effect, name: str = "person") -> UUID:
        """As `person`, where the effect can't be carried out without."""
        found = self.person(effect, name)
        if found is None:
            raise Conflict(
                "The file does not say whom this is about.",
                code="effect_without_person",
                fix="Ask for the person's number as a supplement.",
            )
        return found

    def record(self, effect: Effect, name: str) -> PersonRecord | None:
        """A party's row in the register."""
        key = self.person(effect, name)
        return population.find_person(key) if key is not None else None


def work_of(row: Case, procedure: Procedure, actor: Actor) -> Work:
    """What a case says, by the names that its procedure's effects use."""
    parties = parties_of(row)
    return Work(
        row=row,
        procedure=procedure,
        actor=actor,
        values={code: one["value"] for code, one in row.given.items()} | row.answers,
        people={code: one.person for code, one in parties.items() if one.person},
        parties=parties,
    )


@dataclass(frozen=True)
class Done:
    """What came of an effect; `said` is a code of why, or the number that was given. With a `road`
    it leaves this house by the outbox."""

    kind: str
    state: EffectState = EffectState.DONE
    person: UUID | None = None
    request: UUID | None = None
    said: str = ""
    road: str = ""
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)


def code_named(code_list: str, english: str) -> str:
    """The province's code for a word of one of its lists; empty where it has none."""
    return province().code_list(code_list).words.get(text.fold(english), "")
