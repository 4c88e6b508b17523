"""Deeds on their way out: at least once, under one key, tried again less and less often. What was
taken and is answered later stays among them, and is asked after."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError, Unavailable
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.cases.actions.effects import settle
from danso.modules.cases.actions.moving import any_case, entry
from danso.modules.cases.actions.newborns import take_number
from danso.modules.cases.adapters.roads import (
    Deed,
    Delivered,
    FollowedRoad,
    RoadDownError,
    RoadRefusesError,
    find_road,
)
from danso.modules.cases.data import EffectState
from danso.modules.cases.models import Case, CaseEffect, OutgoingDeed
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds
from danso.toolkit.platform import platform

KEEPER: Final = Actor(kind="system", id="cases")
FIRST_PAUSE: Final = timedelta(seconds=5)
FIRST_QUESTION: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)


class Came(Enum):
    """What came of a try."""

    TAKEN = "taken"
    NOT_YET = "not_yet"
    SILENCE = "silence"


def deliver_waiting(limit: int = 50) -> int:
    """See interface. By a road where nobody answers one deed is tried in a round: the jobs that
    wait behind this one are not held up by each deed's time-out."""
    due = OutgoingDeed.objects.filter(sent_at__isnull=True, next_try_at__lte=clock.now())
    rows = list(due.order_by("next_try_at").values_list("key", "road")[:limit])
    taken, silent = 0, set[str]()
    for key, road in rows:
        if road in silent:
            continue
        came = deliver(key)
        taken += came is Came.TAKEN
        if came is Came.SILENCE:
            silent.add(road)
    return taken


def deliver(key: UUID) -> Came:
    """One deed, if there is a way out for it and it still waits."""
    row = OutgoingDeed.objects.filter(key=key, sent_at__isnull=True).first()
    if row is None:
        return Came.NOT_YET
    if not _has_road(row.road):
        OutgoingDeed.objects.filter(key=key).update(
            fault="no_road", next_try_at=clock.now() + LONGEST_PAUSE
        )
        return Came.NOT_YET
    return _deliver(key)


def _has_road(road: str) -> bool:
    return _is_own(road) or find_road(road) is not None


def _is_own(road: str) -> bool:
    return road == "number" and platform().register_mode == "authority"


def _deliver(key: UUID) -> Came:
    """ "asked" is committed before anything leaves, for it names
    people; another process that holds it is left to it."""
    with transaction.atomic():
        row = (
            OutgoingDeed.objects.select_for_update(skip_locked=True)
            .filter(key=key, sent_at__isnull=True)
            .first()
        )
        if row is None:
            return Came.NOT_YET
        # Nobody else takes it up while it is under way; a process that dies leaves it for later.
        row.next_try_at = clock.now() + timedelta(minutes=2)
        row.save(update_fields=["next_try_at"])
        case, effect = _around(row)
        # Asking after what was taken carries a key and nobody's name.
        if not row.receipt:
            audit.record(_entry(case, effect, "asked"))
    try:
        told = _hand_over(row, case, effect)
    except RoadRefusesError as refusal:
        _refused(row, case, effect, refusal.fault)
        return Came.NOT_YET
    except RoadDownError as down:
        _put_off(row, case, effect, down.fault)
        return Came.SILENCE if down.is_silent else Came.NOT_YET
    if told.asks_again:
        _awaited(row, case, effect, told)
        return Came.NOT_YET
    return Came.TAKEN if _sent(row, case, effect, told) else Came.NOT_YET


def _hand_over(row: OutgoingDeed, case: Case, effect: CaseEffect) -> Delivered:
    if _is_own(row.road):
        return _own_number(case, effect)
    road = find_road(row.road)
    if road is None:
        raise RoadDownError("no_road")
    deed = Deed(row.key, effect.kind, case.code, case.procedure, row.body)
    if row.receipt and isinstance(road, FollowedRoad):
        return road.follow(deed)
    return road.deliver(deed)


def _own_number(case: Case, effect: CaseEffect) -> Delivered:
    """This home's own issuer, which had no number a moment ago. A number that came meanwhile by
    another way is as good."""
    record = population.find_person(effect.person) if effect.person else None
    if record is None:
        raise RoadRefusesError("person_unknown")
    number = record.number
    if number is None:
        grounds = Grounds(
            evidence=case.code,
            purpose=case.purpose,
            procedure=case.procedure,
            file_code=case.code,
            service="cases",
        )
        try:
            number = population.issue_number(record.key, actor=KEEPER, grounds=grounds)
        except Unavailable as error:
            raise RoadDownError(error.code) from error
    return Delivered("own-issuer", said=number)


def _sent(row: OutgoingDeed, case: Case, effect: CaseEffect, told: Delivered) -> bool:
    """What is done ends; a number that can't be this child's, or is somebody else's, is refused:
    an officer asks whoever gave it."""
    if not told.number:
        with transaction.atomic():
            if is_open := _close(row, told):
                settle(effect, EffectState.DONE if told.is_done else EffectState.ASKED, told.said)
                audit.record(_entry(case, effect, "sent"))
        return is_open
    try:
        with any_case("effect_answered", case.key, actor=KEEPER) as held:
            if is_open := _close(row, told):
                take_number(held, effect, told.number)
                audit.record(_entry(case, effect, "sent"))
    except DansoError as wrong:
        _refused(row, case, effect, wrong.code)
        return False
    return is_open


def _close(row: OutgoingDeed, told: Delivered) -> bool:
    """Taken once, however often it is told: False where it was, or where an officer settled it."""
    return bool(
        OutgoingDeed.objects.filter(key=row.key, sent_at__isnull=True).update(
            sent_at=clock.now(), receipt=told.receipt[:120], fault=""
        )
    )


def _awaited(row: OutgoingDeed, case: Case, effect: CaseEffect, told: Delivered) -> None:
    """Taken there, answered later: asked after in a minute, then less and less often."""
    is_new = not row.receipt
    pause = min(LONGEST_PAUSE, FIRST_QUESTION * 2 ** min(row.tries, 6))
    with transaction.atomic():
        row.tries, row.next_try_at = (0 if is_new else row.tries + 1), clock.now() + pause
        row.receipt, row.fault = (told.receipt or str(row.key))[:120], ""
        row.save(update_fields=["tries", "fault", "receipt", "next_try_at"])
        if is_new:
            settle(effect, EffectState.ASKED)
            audit.record(_entry(case, effect, "sent"))


def _refused(row: OutgoingDeed, case: Case, effect: CaseEffect, fault: str) -> None:
    with transaction.atomic():
        row.sent_at, row.fault = clock.now(), fault[:60]
        row.save(update_fields=["sent_at", "fault"])
        settle(effect, EffectState.REFUSED, fault)
        audit.record(_entry(case, effect, f"refused:{fault}"))


def _put_off(row: OutgoingDeed, case: Case, effect: CaseEffect, fault: str) -> None:
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(row.tries, 10))
    with transaction.atomic():
        row.tries, row.fault, row.next_try_at = row.tries + 1, fault[:60], clock.now() + pause
        row.save(update_fields=["tries", "fault", "next_try_at"])
        audit.record(_entry(case, effect, f"failed:{fault}"))


def _around(row: OutgoingDeed) -> tuple[Case, CaseEffect]:
    effect = CaseEffect.objects.select_related("case").get(pk=row.effect_id)
    return effect.case, effect


def _entry(case: Case, effect: CaseEffect, outcome: str) -> Entry:
    opened = entry(
        "deliver",
        KEEPER,
        procedure=case.procedure,
        code=case.code,
        purpose=case.purpose,
        subject=effect.person or case.applicant,
    )
    return Entry(
        opened.actor,
        opened.action,
        outcome,
        subject=opened.subject,
        service=opened.service,
        purpose=opened.purpose,
        legal_basis=opened.legal_basis,
        procedure=opened.procedure,
        file_code=opened.file_code,
        detail={"effect": effect.kind},
    )
