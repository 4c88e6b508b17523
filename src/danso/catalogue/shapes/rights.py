"""What a person may ask under the law on personal data, until when it is answered, and breaches."""

from typing import Literal

from pydantic import Field as Limit

from danso.catalogue.shapes.base import Basis, ClauseId, Code, FieldCode, Shape, Text, Words

# Where a person goes for it without waiting for an officer.
Road = Literal["", "correction", "consents", "export", "looks"]


class RightTerm(Shape):
    """Within how many days something is done; the starting day does not count."""

    days: int = Limit(ge=1)
    counted: Literal["calendar", "working"]
    law: Text
    basis: Basis


class RightKind(Words):
    """One right as a request: by which law, until when, by whom, and how much longer once.

    `says` is one sentence for whoever asks; `answered_by` a role of danso.
    """

    code: FieldCode
    says: Words
    law: Text
    basis: Basis
    carry_out: RightTerm
    extend: int = Limit(default=0, ge=0)
    answered_by: Literal["steward", "auditor"] = "steward"
    road: Road = ""


class Ground(Words):
    """On what a request may be refused; whoever refuses must name one."""

    code: FieldCode
    law: Text
    basis: Basis


class BreachData(Words):
    """A kind of data that a breach concerns; `tell_people`: those concerned must be told."""

    code: FieldCode
    tell_people: bool = False


class BreachRules(Shape):
    """Who is told of a breach and within how many hours of its discovery.

    `alerts` is the agency (code of agencies.yaml) that is told when the clock runs out.
    """

    hours: int = Limit(ge=1)
    authority: Words
    form: Text
    law: Text
    basis: Basis
    people_hours: int = Limit(ge=1)
    people_law: Text
    people_basis: Basis
    kinds: tuple[BreachData, ...] = Limit(min_length=1)
    data: tuple[BreachData, ...] = Limit(min_length=1)
    alerts: Code


class RightsKept(Shape):
    """How long it is kept: codes of retention.yaml."""

    requests: Code
    exports: Code
    breaches: Code


class Rights(Shape):
    """rights.yaml."""

    cites: tuple[ClauseId, ...]
    law: Text
    acknowledge: RightTerm
    complaint: RightTerm
    kinds: tuple[RightKind, ...] = Limit(min_length=1)
    grounds: tuple[Ground, ...] = Limit(min_length=1)
    breach: BreachRules
    kept: RightsKept

    def kind(self, code: str) -> RightKind | None:
        """A kind of request by code, or None."""
        return next((one for one in self.kinds if one.code == code), None)

    def ground(self, code: str) -> Ground | None:
        """A ground by code, or None."""
        return next((one for one in self.grounds if one.code == code), None)
