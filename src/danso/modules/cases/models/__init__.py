"""Tables of cases."""

from danso.modules.cases.models.cases import Case, CaseStep, Counter, Definition, Draft
from danso.modules.cases.models.parts import CaseEffect, CasePaper, OutgoingDeed, Payment, Rating

__all__ = [
    "Case",
    "CaseEffect",
    "CasePaper",
    "CaseStep",
    "Counter",
    "Definition",
    "Draft",
    "OutgoingDeed",
    "Payment",
    "Rating",
]
