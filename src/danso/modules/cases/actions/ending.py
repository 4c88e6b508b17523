"""How a file ends: decided, withdrawn, stopped; its result issued and handed over; apologies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.cases import rules
from danso.modules.cases.actions import effects
from danso.modules.cases.actions.moving import holders_case, officers_case
from danso.modules.cases.actions.telling import tell
from danso.modules.cases.data import IssuedResult, Outcome, Reach, Status
from danso.modules.cases.models import CasePaper
from danso.toolkit.platform import province

_HANDLED = (Status.RECEIVED, Status.IN_PROCESS)


def withdraw(key: UUID, why: str, *, person: UUID, actor: Actor) -> None:
    """See interface."""
    with holders_case("withdrawn", key, person=person, actor=actor) as held:
        held.row.reason = rules.checked_words(why)
        held.move(Status.WITHDRAWN)
        held.note("withdrawn", held.row.reason)


def stop(key: UUID, why: str, *, reach: Reach, version: int, actor: Actor) -> None:
    """See interface."""
    with officers_case(
        "stopped", key, "check", "decide", reach=reach, version=version, actor=actor
    ) as held:
        held.row.reason = rules.checked_words(why)
        held.move(Status.STOPPED)
        held.note("stopped", held.row.reason)
        tell(held.row, "stopped")


def apologise(
    key: UUID, why: str, again_at: datetime, *, reach: Reach, version: int, actor: Actor
) -> None:
    """See interface."""
    with officers_case(
        "apologised", key, "check", "decide", reach=reach, version=version, actor=actor
    ) as held:
        row = held.row
        held.check(*_HANDLED)
        if row.apologies >= province().desk.apologies:
            raise Conflict(
                "A new day was given before; the law allows it once.",
                code="apologised_before",
                fix="Finish the file; it stays on record as late.",
            )
        if row.due_at is None or row.due_at <= clock.now():
            raise Conflict(
                "A new day is given before the old one has passed.",
                code="apology_late",
                fix="Finish the file; it stays on record as late.",
            )
        if again_at <= row.due_at:
            raise InvalidValue(
                "The new day is no later than the old one.",
                code="day_past",
                fix="Choose a later day.",
            )
        row.apology = rules.checked_words(why)
        row.apologies += 1
        row.due_at = row.queue_at = again_at
        held.ledger.detail = {"due": again_at.isoformat()}
        held.note("apologised", row.apology)
        tell(row, "apologised")


def decide(
    key: UUID, *, approves: bool, reason: str = "", reach: Reach, version: int, actor: Actor
) -> None:
    """See interface."""
    with officers_case("decided", key, "decide", reach=reach, version=version, actor=actor) as held:
        row = held.row
        held.check(Status.IN_PROCESS)
        if not approves or reason.strip():
            row.reason = rules.checked_words(reason)
        row.outcome = (Outcome.APPROVED if approves else Outcome.REFUSED).value
        row.decided_at = row.queue_at = clock.now()
        row.decided_by = actor.id
        held.move(Status.DECIDED)
        held.ledger.detail = {"decision": row.outcome}
        held.note(row.outcome, row.reason)
        if approves:
            effects.carry_out(held)
        tell(row, "decided")


def issue_result(
    key: UUID, result: IssuedResult, *, reach: Reach, version: int, actor: Actor
) -> UUID:
    """See interface."""
    with officers_case(
        "issued", key, "decide", "issue", "return", reach=reach, version=version, actor=actor
    ) as held:
        row = held.row
        held.check(Status.DECIDED)
        paper = held.procedure.result.paper if held.procedure.result else None
        if paper is None or row.outcome != Outcome.APPROVED.value:
            raise Conflict(
                "This file has no paper as its result.",
                code="no_result_paper",
                fix="Return the decision itself.",
            )
        effects.check_settled(row)
        if CasePaper.objects.filter(case=row, is_result=True).exists():
            raise Conflict(
                "The result was issued already.",
                code="result_issued",
                fix="Return that one.",
            )
        made = CasePaper.objects.create(
            case=row,
            kind=paper,
            digest=result.digest,
            name=result.name,
            checked_by=actor.id,
            is_result=True,
            is_signed=result.is_signed,
        )
        held.note("issued")
        return UUID(str(made.key))


def return_result(key: UUID, *, reach: Reach, version: int, actor: Actor) -> None:
    """See interface."""
    with officers_case(
        "returned", key, "return", reach=reach, version=version, actor=actor
    ) as held:
        row = held.row
        held.check(Status.DECIDED)
        needs = held.procedure.result is not None and held.procedure.result.paper is not None
        if row.outcome == Outcome.APPROVED.value:
            effects.check_settled(row)
            if needs and not CasePaper.objects.filter(case=row, is_result=True).exists():
                raise Conflict(
                    "The result is not issued yet.",
                    code="result_missing",
                    fix="Issue it first: upload the signed file, or the scan of the stamped paper.",
                )
        held.move(Status.RETURNED)
        row.returned_at = clock.now()
        held.note("returned")
