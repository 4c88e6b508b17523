"""The part of the door for officers: the desk's list, and every step of a case.

All steps take the `reach` of the officer's posts, the `version` they were shown and the `actor`,
and raise NotFound (`case_unknown`: not there or out of reach), Refused (`not_your_step`,
`own_case`), Conflict (`case_changed`: somebody was first; `step_not_next`), InvalidValue
(`words_shape`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.cases.actions import (
    effects,
    ending,
    looking,
    paying,
    receiving,
    supplementing,
)
from danso.modules.cases.data import (
    AskedAgain,
    CaseData,
    IssuedResult,
    NewPaper,
    QueueFilter,
    QueuePage,
    Ratings,
    Reach,
    Receipt,
    Standing,
    Way,
)
from danso.modules.cases.queries import queue as queries
from danso.modules.cases.queries import ratings as rating_queries


def list_queue(
    wanted: QueueFilter, *, reach: Reach, actor: Actor, after: str = "", limit: int = 50
) -> QueuePage:
    """The desk's list in the order of days, what is late first. A search (`words`) is journaled
    with whom it found, a list with how many. Raises InvalidValue (`page_unknown`)."""
    return looking.list_queue(wanted, reach=reach, actor=actor, after=after, limit=limit)


def open_case(key: UUID, *, reach: Reach, actor: Actor) -> CaseData:
    """One case whole; journaled for everybody whom it names. Raises NotFound (`case_unknown`)."""
    return looking.open_case(key, reach=reach, actor=actor)


def standing(reach: Reach) -> Standing:
    """How many open cases within reach stand where, and how many are late or nearly."""
    return queries.standing(reach)


def standing_by_unit() -> dict[str, Standing]:
    """As `standing`, for every unit that has open cases. Nobody's data."""
    return queries.standing_by_unit()


def asked_again(since: datetime, until: datetime) -> dict[str, AskedAgain]:
    """By procedure, of the cases filed in [since, until): how often something was asked that the
    state holds or could (clause II.2.1). Nobody's data."""
    return queries.asked_again(since, until)


def ratings(since: datetime, until: datetime) -> dict[str, Ratings]:
    """By procedure, of what was said in [since, until): how satisfied people were (I.A.2025.7).
    Nobody's data."""
    return rating_queries.ratings(since, until)


def receive(
    key: UUID,
    *,
    reach: Reach,
    version: int,
    actor: Actor,
    papers_checked: Collection[UUID] | None = None,
) -> datetime | None:
    """Take a file in (1 to 2): its day of return starts, the applicant is told. `papers_checked`:
    those an officer has looked at, all of them where None.

    Returns the day, or None where nobody can tell it yet (`CaseData.listed.due_unknown`).
    """
    return receiving.receive(
        key, reach=reach, version=version, actor=actor, papers_checked=papers_checked
    )


def refuse_receipt(key: UUID, why: str, *, reach: Reach, version: int, actor: Actor) -> None:
    """Not take it in (1 to 3), with a reason that the applicant reads."""
    receiving.refuse_receipt(key, why, reach=reach, version=version, actor=actor)


def begin_work(key: UUID, *, reach: Reach, version: int, actor: Actor) -> None:
    """Begin to check (2 to 4); unassigned, it is this officer's from now on."""
    receiving.begin_work(key, reach=reach, version=version, actor=actor)


def assign(key: UUID, officer: UUID, *, reach: Reach, version: int, actor: Actor) -> None:
    """Give it to a colleague. Raises Refused (`officer_elsewhere`) for one without a part in it."""
    receiving.assign(key, officer, reach=reach, version=version, actor=actor)


def transfer(key: UUID, unit: str, why: str, *, reach: Reach, version: int, actor: Actor) -> None:
    """Send it to another unit, which handles it from now on; its day stays. Raises InvalidValue
    (`unit_same`), NotFound (`catalogue_unknown`)."""
    receiving.transfer(key, unit, why, reach=reach, version=version, actor=actor)


def ask_supplement(
    key: UUID, words: str, *, until: date | None = None, reach: Reach, version: int, actor: Actor
) -> date:
    """Ask the applicant for what is missing (4 to 5), once, until a day (30 days by default),
    which is returned. The clock stands meanwhile. Raises Conflict (`supplement_asked`),
    InvalidValue (`day_past`)."""
    return supplementing.ask_supplement(
        key, words, until=until, reach=reach, version=version, actor=actor
    )


def take_supplement(
    key: UUID,
    *,
    reach: Reach,
    version: int,
    actor: Actor,
    answers: Mapping[str, str] | None = None,
    papers: Sequence[NewPaper] = (),
) -> None:
    """As `supplement`, brought to the desk."""
    supplementing.take_supplement(
        key, reach=reach, version=version, actor=actor, answers=answers, papers=papers
    )


def ask_payment(key: UUID, *, reach: Reach, version: int, actor: Actor) -> None:
    """Let it wait for its fee (4 to 6). Raises Conflict (`nothing_due`)."""
    paying.ask_payment(key, reach=reach, version=version, actor=actor)


def mark_paid(
    key: UUID, amount: int, way: Way, reference: str, *, actor: Actor, reach: Reach | None = None
) -> Receipt:
    """Note that the fee came, whole: by an officer at the desk or by the payment service. The same
    `reference` again gives the same receipt; a file that waited for it goes on.

    Raises AlreadyPaid (`already_paid`; `.receipt` is the first one), InvalidValue
    (`amount_differs`, `reference_shape`), Conflict (`fee_none`, `reference_used`). The fee is
    that of the day of filing. `reach` for an officer at the desk; none for the payment service.
    """
    return paying.mark_paid(key, amount, way, reference, actor=actor, reach=reach)


def stop(key: UUID, why: str, *, reach: Reach, version: int, actor: Actor) -> None:
    """End it without a decision (4, 5 or 6 to 8), with a reason that the applicant reads."""
    ending.stop(key, why, reach=reach, version=version, actor=actor)


def apologise(
    key: UUID, why: str, again_at: datetime, *, reach: Reach, version: int, actor: Actor
) -> None:
    """Say sorry and name a new day, once and before the old one. Raises Conflict
    (`apologised_before`, `apology_late`), InvalidValue (`day_past`)."""
    ending.apologise(key, why, again_at, reach=reach, version=version, actor=actor)


def decide(
    key: UUID, *, approves: bool, reason: str = "", reach: Reach, version: int, actor: Actor
) -> None:
    """Approve, or refuse with a reason (4 to 9). An approval carries out the procedure's effects in
    the same transaction; what another body must do waits in `CaseData.effects`. CaseEnded.

    Whatever the register raises (`person_dead`, `head_elsewhere`, ...) undoes the decision.
    """
    ending.decide(key, approves=approves, reason=reason, reach=reach, version=version, actor=actor)


def settle_effect(
    key: UUID, kind: str, words: str, *, reach: Reach, version: int, actor: Actor
) -> None:
    """Note in words that an open effect was settled another way. Raises Conflict
    (`effect_not_open`)."""
    effects.settle_effect(key, kind, words, reach=reach, version=version, actor=actor)


def issue_result(
    key: UUID, result: IssuedResult, *, reach: Reach, version: int, actor: Actor
) -> UUID:
    """Keep the result's file with the case; returns the paper's key. Raises Conflict
    (`no_result_paper`, `result_issued`, `effect_open`)."""
    return ending.issue_result(key, result, reach=reach, version=version, actor=actor)


def return_result(key: UUID, *, reach: Reach, version: int, actor: Actor) -> None:
    """Hand it over (9 to 10). Raises Conflict (`result_missing`, `effect_open`)."""
    ending.return_result(key, reach=reach, version=version, actor=actor)
