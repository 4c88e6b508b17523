"""What procedures ask, beside what they asked before, and how many forms draw on source data.

Cuts are told against a baseline that names the decision it is from. Without one nothing is called
cut: a figure that nobody can check is no figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from danso.catalogue.ask_once import reasks
from danso.catalogue.province import Province
from danso.catalogue.shapes.plan import Clause
from danso.catalogue.shapes.procedures import Procedure

Kind = Literal["fields", "papers", "steps", "days", "fee"]
KINDS: Final[tuple[Kind, ...]] = ("fields", "papers", "steps", "days", "fee")
Verdict = Literal["no baseline", "cut", "same", "grown", "mixed"]
_PERCENT: Final = 100


@dataclass(frozen=True)
class Figure:
    """One thing counted, before and now; None where nobody knows."""

    kind: Kind
    before: int | None
    now: int | None

    @property
    def cut(self) -> int | None:
        """By how much it fell (negative: grew); None where one side is not known."""
        return None if self.before is None or self.now is None else self.before - self.now


@dataclass(frozen=True)
class Line:
    """One procedure of the ledger, at its present version."""

    procedure: Procedure
    figures: tuple[Figure, ...]

    @property
    def verdict(self) -> Verdict:
        """What became of it, by what is known on both sides of a sourced baseline."""
        cuts = [figure.cut for figure in self.figures if figure.cut is not None]
        if self.procedure.baseline is None or not cuts:
            return "no baseline"
        if any(cut > 0 for cut in cuts):
            return "mixed" if any(cut < 0 for cut in cuts) else "cut"
        return "grown" if any(cut < 0 for cut in cuts) else "same"


@dataclass(frozen=True)
class FormShare:
    """How many of the forms with citizens' information take all of it from source data."""

    standardised: tuple[str, ...]
    others: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def percent(self) -> float | None:
        """The share in percent; None where no form has citizens' information."""
        whole = len(self.standardised) + len(self.others)
        return _PERCENT * len(self.standardised) / whole if whole else None


@dataclass(frozen=True)
class FormTarget:
    """A clause that sets the share of such forms, and whether it is reached."""

    clause: Clause
    wanted: float
    reached: bool | None


def ledger(province: Province, *, on: date) -> tuple[Line, ...]:
    """Every procedure beside its baseline, as its terms and fees are on that day."""
    return tuple(Line(one, _figures(one, on)) for one in province.procedures.values())


def form_share(province: Province) -> FormShare:
    """The share of standardised forms.

    A field has citizens' information where it says so (`means`) or its words do; it is from source
    data where it is given and not asked. Our reading of the plan's target: it defines none.
    """
    found: dict[str, list[str]] = {"standardised": [], "others": [], "without": []}
    for procedure in province.procedures.values():
        asked = [field for field in procedure.asked if field.means is not None]
        if asked or any(True for _ in reasks(province, procedure)):
            found["others"].append(procedure.code)
        else:
            found["standardised" if procedure.given else "without"].append(procedure.code)
    return FormShare(*(tuple(found[key]) for key in ("standardised", "others", "without")))


def form_targets(province: Province, share: FormShare) -> tuple[FormTarget, ...]:
    """The plan's targets for that share, in its order; `reached` None without a figure."""
    return tuple(
        FormTarget(clause, wanted, None if share.percent is None else share.percent >= wanted)
        for clause, wanted in _wanted(province.clauses.values())
    )


def _wanted(clauses: Iterable[Clause]) -> Iterable[tuple[Clause, float]]:
    for clause in clauses:
        if clause.measure == "standardised-forms" and clause.target:
            yield clause, float(clause.target.removesuffix("%"))


def _figures(procedure: Procedure, on: date) -> tuple[Figure, ...]:
    baseline = procedure.baseline
    now = {
        "fields": len(procedure.asked),
        "papers": _papers(procedure),
        "steps": len(procedure.steps),
        "days": _days(procedure, on),
        "fee": _fee(procedure, on),
    }
    return tuple(
        Figure(kind, getattr(baseline, kind) if baseline else None, now[kind]) for kind in KINDS
    )


def _papers(procedure: Procedure) -> int:
    """What somebody has to bring whatever the state holds: proven by nothing but a paper."""
    return sum(
        all(evidence.given is None for evidence in requirement.evidence)
        for requirement in procedure.requirements
    )


def _days(procedure: Procedure, on: date) -> int | None:
    """Working days of the term on that day; hours of a day count as one."""
    term = procedure.term_on(on)
    if term is None or term.unit == "calendar-days":
        return None
    return term.amount if term.unit == "working-days" else -(-term.amount // 8)


def _fee(procedure: Procedure, on: date) -> int | None:
    fee = procedure.fee_on(on, "direct")
    return fee.amount if fee else None
