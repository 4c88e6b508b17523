"""What is missing is asked for once; the applicant brings it by a day, or the file stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.cases import rules
from danso.modules.cases.actions.moving import Held, any_case, holders_case, officers_case, prolong
from danso.modules.cases.actions.telling import tell
from danso.modules.cases.data import FormFaults, NewPaper, Reach, Status
from danso.modules.cases.engine import forms, proofs
from danso.modules.cases.models import Case, CasePaper
from danso.modules.cases.queries import known
from danso.toolkit.platform import province

N_ = str  # marks words for `python -m tools.messages`
KEEPER: Final = Actor(kind="system", id="cases")
# What the applicant reads as the reason; kept in the file as an officer's words would be.
LATE: Final = N_("Quá ngày phải bổ sung mà chưa bổ sung")
_AT_ONCE: Final = 500


def ask_supplement(
    key: UUID, words: str, *, until: date | None = None, reach: Reach, version: int, actor: Actor
) -> date:
    """See interface."""
    with officers_case(
        "supplement_asked", key, "check", "decide", reach=reach, version=version, actor=actor
    ) as held:
        row = held.row
        held.check(Status.IN_PROCESS)
        if row.supplements >= province().desk.supplements:
            raise Conflict(
                "The applicant was asked for more already; the law allows it once.",
                code="supplement_asked",
                fix="Decide with what is there, or stop the file with a reason.",
            )
        last = until or clock.today() + timedelta(days=rules.SUPPLEMENT_DAYS)
        if last <= clock.today():
            raise InvalidValue(
                "The day lies in the past.", code="day_past", fix="Give the applicant some days."
            )
        held.move(Status.SUPPLEMENT)
        row.supplements += 1
        row.supplement_words, row.supplement_by = rules.checked_words(words), last
        row.paused_at = clock.now()
        row.queue_at = datetime.combine(last, time.max, tzinfo=clock.VIETNAM)
        held.note("supplement_asked", row.supplement_words)
        tell(row, "supplement_asked")
        return last


def supplement(
    key: UUID,
    *,
    person: UUID,
    actor: Actor,
    answers: Mapping[str, str] | None = None,
    papers: Sequence[NewPaper] = (),
) -> None:
    """See interface."""
    with holders_case("supplemented", key, person=person, actor=actor) as held:
        _take(held, answers or {}, papers)


def take_supplement(
    key: UUID,
    *,
    reach: Reach,
    version: int,
    actor: Actor,
    answers: Mapping[str, str] | None = None,
    papers: Sequence[NewPaper] = (),
) -> None:
    """See interface."""
    with officers_case(
        "supplemented", key, "receive", "check", reach=reach, version=version, actor=actor
    ) as held:
        _take(held, answers or {}, papers, may_be_shown=True)


def stop_unsupplemented() -> int:
    """See interface."""
    late = Case.objects.filter(status=Status.SUPPLEMENT.value, supplement_by__lt=clock.today())
    keys = list(late.order_by("supplement_by").values_list("key", flat=True)[:_AT_ONCE])
    for key in keys:
        with any_case("stopped", key, actor=KEEPER) as held:
            if held.status is Status.SUPPLEMENT and _is_late(held.row):
                held.row.reason = LATE
                held.move(Status.STOPPED)
                held.note("stopped", LATE)
                tell(held.row, "stopped")
    return len(keys)


def _take(
    held: Held,
    answers: Mapping[str, str],
    papers: Sequence[NewPaper],
    *,
    may_be_shown: bool = False,
) -> None:
    row, now = held.row, clock.now()
    held.check(Status.SUPPLEMENT)
    if _is_late(row):
        raise Conflict(
            "The day until which this could be brought has passed.",
            code="supplement_late",
            fix="File anew; what you entered can be used again.",
        )
    if not papers and not answers:
        raise InvalidValue(
            "Nothing was added.", code="supplement_empty", fix="Add what the desk asked for."
        )
    row.answers = _judged(held, answers, papers, may_be_shown=may_be_shown)
    CasePaper.objects.bulk_create(
        CasePaper(
            case=row,
            requirement=paper.requirement,
            kind=paper.kind,
            digest=paper.digest,
            name=paper.name,
            reused_from=paper.reused_from,
        )
        for paper in papers
    )
    held.move(Status.IN_PROCESS)
    prolong(row, row.paused_at or now, now)
    held.note("supplemented")


def _judged(
    held: Held, answers: Mapping[str, str], papers: Sequence[NewPaper], *, may_be_shown: bool
) -> dict[str, str]:
    """The answers as they now are, judged by the definition the file was made under."""
    given = known.given_from(held.row)
    lists = known.lists_for(held.procedure, clock.today())
    merged = {**held.row.answers, **answers}
    kept, faults = forms.judge(held.procedure, given, merged, lists)
    faults |= proofs.paper_faults(held.procedure, papers, may_be_shown=may_be_shown)
    if faults:
        raise FormFaults(faults)
    return kept


def _is_late(row: Case) -> bool:
    return row.supplement_by is not None and row.supplement_by < clock.today()
