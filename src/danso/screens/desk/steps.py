"""Which steps of a file are next for whom. Pure: the module decides again when one is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from danso.catalogue.shapes.procedures import Duty
from danso.kernel import clock
from danso.modules.cases.data import OPEN, CaseData, EffectState, Outcome, Status
from danso.screens.desk.desk import Desk

_S = Status


def _always(_case: CaseData) -> bool:
    return True


def _owes(case: CaseData) -> bool:
    return bool(case.fee) and case.receipt is None


def _may_apologise(case: CaseData) -> bool:
    due = case.listed.due_at
    return not case.apology and due is not None and due > clock.now()


def _lacks_result(case: CaseData) -> bool:
    result = case.definition.result
    has_paper = result is not None and result.paper is not None
    is_issued = any(paper.is_result for paper in case.papers)
    is_approved = case.outcome is Outcome.APPROVED
    return has_paper and is_approved and not is_issued and not case.waits_for_register


def _may_return(case: CaseData) -> bool:
    if case.outcome is not Outcome.APPROVED:
        return True
    return not case.waits_for_register and not _lacks_result(case)


def _has_refused_effect(case: CaseData) -> bool:
    return any(one.state is not EffectState.DONE for one in case.effects)


@dataclass(frozen=True)
class Step:
    """One step: in which statuses, whose duty (none named: whoever has a part in it), and what else
    must be so."""

    code: str
    statuses: tuple[Status, ...]
    duties: tuple[Duty, ...] = ()
    holds: Callable[[CaseData], bool] = _always


# In the order in which the page offers them: what is done most comes first.
STEPS: Final = (
    Step("receive", (_S.FILED,), ("receive",)),
    Step("begin", (_S.RECEIVED,), ("check", "decide")),
    Step("approve", (_S.IN_PROCESS,), ("decide",)),
    Step("refuse", (_S.IN_PROCESS,), ("decide",)),
    Step("issue", (_S.DECIDED,), ("decide", "issue", "return"), _lacks_result),
    Step("return", (_S.DECIDED,), ("return",), _may_return),
    Step("take-supplement", (_S.SUPPLEMENT,), ("receive", "check")),
    Step("pay", (_S.IN_PROCESS, _S.PAYMENT), ("receive", "check", "return"), _owes),
    Step("ask-supplement", (_S.IN_PROCESS,), ("check", "decide"), lambda c: not c.supplement_by),
    Step("ask-payment", (_S.IN_PROCESS,), ("receive", "check", "decide"), _owes),
    Step("refuse-receipt", (_S.FILED,), ("receive",)),
    Step("apologise", (_S.RECEIVED, _S.IN_PROCESS), ("check", "decide"), _may_apologise),
    Step("assign", OPEN),
    Step("transfer", (_S.FILED, _S.RECEIVED, _S.IN_PROCESS)),
    Step("stop", (_S.IN_PROCESS, _S.SUPPLEMENT, _S.PAYMENT), ("check", "decide")),
    Step("settle", (_S.DECIDED,), ("decide",), _has_refused_effect),
)
BY_CODE: Final = {step.code: step for step in STEPS}


def next_steps(case: CaseData, desk: Desk) -> tuple[Step, ...]:
    """The steps that this officer's posts may take now."""
    held = desk.reach.roles_at(case.listed.unit)
    return tuple(step for step in STEPS if _is_next(step, case, held))


def _is_next(step: Step, case: CaseData, held: frozenset[str]) -> bool:
    if case.status not in step.statuses or not step.holds(case):
        return False
    named = {one.role for one in case.definition.steps if one.duty in step.duties}
    return bool(held & (named or {one.role for one in case.definition.steps}))
