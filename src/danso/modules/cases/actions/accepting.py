"""Papers that an officer has looked at prove from then on, here and in the next case."""

from __future__ import annotations

from django.db.models import QuerySet

from danso.kernel.actors import Actor
from danso.modules.cases.models import Case, CasePaper
from danso.modules.documents import interface as documents
from danso.modules.documents.data import Grounds, PaperState, Reach


def accept_papers(row: Case, papers: QuerySet[CasePaper], actor: Actor) -> None:
    """Mark these papers of a case as looked at, in the case and in the applicant's store.

    What was only shown at the desk has no file there, and proves nothing next time.
    """
    papers.update(checked_by=actor.id)
    grounds = Grounds(row.purpose, procedure=row.procedure, file_code=row.code)
    for paper in papers.exclude(digest="").filter(is_result=False):
        kept = documents.find_kept(row.applicant, paper.kind, paper.digest)
        if kept is not None and kept.state is PaperState.UNCHECKED:
            documents.check_paper(
                kept.key,
                kept.index,
                reach=Reach(person=row.applicant),
                actor=actor,
                grounds=grounds,
            )
