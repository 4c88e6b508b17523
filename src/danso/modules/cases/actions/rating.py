"""Whoever applied says how satisfied they were, once, when the file is over."""

from __future__ import annotations

from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.cases import rules
from danso.modules.cases.actions.moving import holders_case
from danso.modules.cases.data import CaseRated, Satisfaction, Status
from danso.modules.cases.models import Rating

OVER = (Status.DECIDED, Status.RETURNED, Status.NOT_RECEIVED, Status.STOPPED)


def rate(key: UUID, satisfaction: Satisfaction, words: str, *, person: UUID, actor: Actor) -> None:
    """See interface."""
    with holders_case("rated", key, person=person, actor=actor) as held:
        held.check(*OVER)
        if Rating.objects.filter(case=held.row).exists():
            raise Conflict(
                "This file was rated before.",
                code="rated_before",
                fix="Complain about the file if something came to light since.",
            )
        row = held.row
        Rating.objects.create(
            case=row,
            procedure=row.procedure,
            unit=row.unit,
            satisfaction=satisfaction.value,
            words=rules.checked_words(words) if words.strip() else "",
        )
        held.ledger.detail = {"satisfaction": satisfaction.value}
        held.ledger.happened(CaseRated(row.key, row.procedure, row.unit, satisfaction.value))
