"""The part of the door for whoever applies: drafts, submission, one's own cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from danso.catalogue.shapes.procedures import Channel, Procedure
from danso.kernel.actors import Actor
from danso.modules.cases.actions import drafts, ending, rating, submitting, supplementing
from danso.modules.cases.data import (
    CaseData,
    Claim,
    DraftData,
    FiledCase,
    Listed,
    NewPaper,
    Prepared,
    RatingData,
    Satisfaction,
)
from danso.modules.cases.queries import definitions, queue
from danso.modules.cases.queries import drafts as draft_queries
from danso.modules.cases.queries import ratings as rating_queries
from danso.toolkit.platform import province


def procedures() -> tuple[Procedure, ...]:
    """The services of this province, in the files' order."""
    return tuple(province().procedures.values())


def get_procedure(code: str) -> Procedure:
    """One as it stands today. Raises NotFound (`procedure_unknown`)."""
    return definitions.procedure_today(code)


def start_draft(
    procedure: str,
    applicant: UUID,
    *,
    channel: Channel,
    actor: Actor,
    unit: str = "",
    filed_at_unit: str = "",
) -> UUID:
    """Begin an application for this person; returns the key, which the case will keep.

    A citizen applies for themself or for `actor.behalf`; an officer for whoever stands at the
    desk. `unit`: the commune that handles it, where it is not told by the form or by where the
    applicant lives; `filed_at_unit`: the desk that took it, if another. Kept 30 days from the
    last change. Raises NotFound (`procedure_unknown`), Refused (`not_applicant`,
    `drafts_enough`), Conflict (`applicant_unknown`).
    """
    return drafts.start_draft(
        procedure,
        applicant,
        channel=channel,
        actor=actor,
        unit=unit,
        filed_at_unit=filed_at_unit,
    )


def save_answers(
    key: UUID,
    *,
    actor: Actor,
    answers: Mapping[str, str] | None = None,
    claims: Mapping[str, Claim | None] | None = None,
    papers: Sequence[NewPaper] | None = None,
    unit: str | None = None,
) -> DraftData:
    """Keep some of it as typed, right or wrong: answers and claims are added to those kept (an
    empty answer or None takes one away), `papers` replaces the list.

    Raises NotFound (`draft_unknown`: not there, another's, past its days), InvalidValue
    (`field_not_in_form`, `answer_too_long`, `papers_enough`).
    """
    return drafts.save_answers(
        key, actor=actor, answers=answers, claims=claims, papers=papers, unit=unit
    )


def prepare(key: UUID, *, actor: Actor) -> Prepared:
    """The draft beside what the state holds, what is wrong and what is still to be proven.

    Reads the register and sources now; everybody whose data were read stands in the journal.
    Raises NotFound (`draft_unknown`); where this home has no register and the national service is
    down, UpstreamDown.
    """
    return drafts.prepare(key, actor=actor)


def drop_draft(key: UUID, *, actor: Actor) -> None:
    """Throw it away. Raises NotFound (`draft_unknown`)."""
    drafts.drop_draft(key, actor=actor)


def drafts_of(filer: UUID, applicant: UUID) -> tuple[DraftData, ...]:
    """What this account has begun for this person, the latest first."""
    return draft_queries.drafts_of(str(filer), applicant)


def submit(key: UUID, *, actor: Actor) -> FiledCase:
    """Hand a draft in: judged whole, given values read and kept, the definition frozen, a file
    code of its own, status 1. CaseFiled. Twice is answered as once.

    Raises FormFaults (`form_faults`; `.faults` by field, `party:CODE`, `requirement:CODE`,
    `unit`), FiledBefore (`filed_before`; `.file_code`), NotFound (`draft_unknown`).
    Decree 118/2025/NĐ-CP; clauses II.2.1, II.2.4.
    """
    return submitting.submit(key, actor=actor)


def cases_of(people: Collection[UUID]) -> tuple[Listed, ...]:
    """The cases that these person keys applied for (one person's: `population.keys_of`), the
    newest first, at most 200."""
    return queue.cases_of(people)


def get_own_case(key: UUID, person: UUID) -> CaseData:
    """A case of this applicant. Raises NotFound (`case_unknown`), for another's too."""
    return queue.get_own_case(key, person)


def find_case_key(code: str) -> UUID | None:
    """The key of a file code as typed or scanned; says nothing about whose it is."""
    return queue.find_key(code)


def supplement(
    key: UUID,
    *,
    person: UUID,
    actor: Actor,
    answers: Mapping[str, str] | None = None,
    papers: Sequence[NewPaper] = (),
) -> None:
    """Bring what the desk asked for: back to status 4, and the day moves by the time it took.

    Judged by the definition the case was filed under. Raises NotFound (`case_unknown`), Conflict
    (`step_not_next`, `supplement_late`), FormFaults, InvalidValue (`supplement_empty`).
    """
    supplementing.supplement(key, person=person, actor=actor, answers=answers, papers=papers)


def withdraw(key: UUID, why: str, *, person: UUID, actor: Actor) -> None:
    """Take one's own case back before it is decided. Raises NotFound (`case_unknown`), Conflict
    (`step_not_next`), InvalidValue (`words_shape`)."""
    ending.withdraw(key, why, person=person, actor=actor)


def rate(
    key: UUID, satisfaction: Satisfaction, words: str = "", *, person: UUID, actor: Actor
) -> None:
    """Say how satisfied one was, once, when the file is decided, returned, stopped or was not
    received. CaseRated. Raises NotFound (`case_unknown`), Conflict (`step_not_next`,
    `rated_before`), InvalidValue (`words_shape`). Clause I.A.2025.7."""
    rating.rate(key, satisfaction, words, person=person, actor=actor)


def rating_of(key: UUID) -> RatingData | None:
    """What the applicant said of a file; the caller has the right to it."""
    return rating_queries.rating_of(key)
