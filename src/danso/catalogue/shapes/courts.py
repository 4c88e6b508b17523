"""What courts say of a case's parties and decide about people: words that judges use."""

from typing import Literal, Self

from pydantic import Field as Limit
from pydantic import model_validator

from danso.catalogue.shapes.base import Basis, ClauseId, Code, FieldCode, Shape, Text, Words

# What a decision does to the register; `representative` also keeps nothing but the decision where
# no representative is named, for the register has no field for capacity itself.
Effect = Literal[
    "marital_status", "missing", "dead", "alive", "representative", "no_representative"
]


class PartyRole(Words):
    """In which role somebody stands in a case (tư cách tố tụng)."""

    code: FieldCode
    law: Text
    basis: Basis


class DecisionKind(Words):
    """A kind of judgment or decision about a person, and what it changes once accepted.

    `value` is the code that a marital status takes.
    """

    code: FieldCode
    effect: Effect
    value: str = ""
    law: Text
    basis: Basis

    @property
    def needs_two(self) -> bool:
        """Whether two officers accept it: whoever is dead by mistake cannot sign for anything."""
        return self.effect == "dead"

    @model_validator(mode="after")
    def _has_its_value(self) -> Self:
        if bool(self.value) != (self.effect == "marital_status"):
            raise ValueError("a value goes with the effect marital_status, and only with it")
        return self


class Term(Shape):
    """Within how many working days something is answered."""

    working_days: int = Limit(ge=1)
    law: Text
    basis: Basis


class CourtTerms(Shape):
    """How long what courts ask and send is kept: codes of retention.yaml."""

    records: Code
    requests: Code
    decisions: Code


class Courts(Shape):
    """courts.yaml."""

    cites: tuple[ClauseId, ...]
    answer_within: Term
    kept: CourtTerms
    roles: tuple[PartyRole, ...] = Limit(min_length=1)
    decisions: tuple[DecisionKind, ...] = Limit(min_length=1)

    def decision(self, code: str) -> DecisionKind | None:
        """A kind of decision by code, or None."""
        return next((one for one in self.decisions if one.code == code), None)

    def role(self, code: str) -> PartyRole | None:
        """A role by code, or None."""
        return next((one for one in self.roles if one.code == code), None)
