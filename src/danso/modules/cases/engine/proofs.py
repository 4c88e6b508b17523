"""Which requirements are proven, by what the state holds or by a paper. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from danso.catalogue.shapes.procedures import Evidence, Given, Procedure, Requirement
from danso.modules.cases.data import GivenValue, NewPaper
from danso.modules.cases.engine.forms import is_met

# What the state holds, by party and by field of the register or fact of a source.
Held = Mapping[Given, GivenValue]


def weigh(
    procedure: Procedure, held: Held, papers: Sequence[NewPaper], values: Mapping[str, str]
) -> tuple[dict[str, GivenValue], tuple[Requirement, ...]]:
    """What the state itself proves (by requirement), and the requirements that nothing proves.

    The first evidence at hand does: a paper is only asked for where nothing held proves it.
    """
    proven: dict[str, GivenValue] = {}
    missing: list[Requirement] = []
    for requirement in procedure.requirements:
        if not is_met(requirement.when, values):
            continue
        found = next(filter(None, (_held(one, held) for one in requirement.evidence)), None)
        if found is not None:
            proven[requirement.code] = found
        elif not _has_paper(requirement, papers):
            missing.append(requirement)
    return proven, tuple(missing)


def paper_faults(
    procedure: Procedure, papers: Sequence[NewPaper], *, may_be_shown: bool
) -> dict[str, str]:
    """Papers that prove nothing here, and those without a file where one is needed."""
    wanted = {
        one.code: {evidence.paper for evidence in one.evidence} - {None}
        for one in procedure.requirements
    }
    faults = {}
    for paper in papers:
        if paper.kind not in wanted.get(paper.requirement, set()):
            faults[f"requirement:{paper.requirement}"] = "paper_unknown"
        elif not paper.digest and not may_be_shown:
            faults[f"requirement:{paper.requirement}"] = "paper_not_seen"
    return faults


def _held(evidence: Evidence, held: Held) -> GivenValue | None:
    if evidence.given is None:
        return None
    found = held.get(evidence.given)
    if found is None or not found.value or found.quality != "good":
        return None
    return found if not evidence.equals or found.value in evidence.equals else None


def _has_paper(requirement: Requirement, papers: Sequence[NewPaper]) -> bool:
    return any(paper.requirement == requirement.code for paper in papers)
