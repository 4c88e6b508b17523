"""What the store of papers already proves for an applicant: search before asking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from danso.catalogue.shapes.procedures import Procedure
from danso.modules.cases.data import NewPaper
from danso.modules.documents import interface as documents


def at_hand(
    procedure: Procedure, applicant: UUID, brought: Sequence[NewPaper]
) -> tuple[NewPaper, ...]:
    """For each requirement without a paper the applicant's own one, checked and in force."""
    return tuple(_found(procedure, applicant, {paper.requirement for paper in brought}))


def _found(procedure: Procedure, applicant: UUID, has_one: set[str]) -> Iterator[NewPaper]:
    for requirement in procedure.requirements:
        if requirement.code in has_one:
            continue
        kinds = (way.paper for way in requirement.evidence if way.paper is not None)
        found = (documents.find_proof(applicant, kind) for kind in kinds)
        paper = next(filter(None, found), None)
        if paper is not None:
            yield NewPaper(requirement.code, paper.kind, paper.sha256, reused_from=paper.key)
