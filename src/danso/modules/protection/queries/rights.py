"""Reads of requests, complaints and copies. The caller checks the right and journals."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.protection.data import (
    OPEN_COMPLAINTS,
    OPEN_REQUESTS,
    ComplaintData,
    ComplaintReason,
    ComplaintState,
    CopyData,
    CopyState,
    RequestData,
    RequestState,
    Standing,
    StepData,
)
from danso.modules.protection.models import Complaint, Copy, DataRequest, Step
from danso.toolkit.platform import province


def _unknown() -> NotFound:
    return NotFound(
        "There is no such request or complaint.",
        code="matter_unknown",
        fix="Open it from the list.",
    )


def steps_of(about: UUID) -> tuple[StepData, ...]:
    """What was done about one thing, in order."""
    rows = Step.objects.filter(about=about).order_by("pk")
    return tuple(StepData(row.what, row.text, row.by, row.at) for row in rows)


def requests_of(persons: Collection[UUID]) -> tuple[RequestData, ...]:
    """See interface."""
    rows = DataRequest.objects.filter(person__in=persons).order_by("-filed_at")
    return tuple(_request(row) for row in rows)


def get_request(
    key: UUID,
    *,
    persons: Collection[UUID] | None = None,
    roles: Collection[str] | None = None,
) -> RequestData:
    """See interface."""
    rows = DataRequest.objects.filter(key=key)
    row = (rows if persons is None else rows.filter(person__in=persons)).first()
    if row is None or (roles is not None and row.right not in rights_of(roles)):
        raise _unknown()
    return _request(row, steps_of(key))


def rights_of(roles: Collection[str]) -> tuple[str, ...]:
    """Codes of the kinds that these roles answer."""
    return tuple(one.code for one in province().rights.kinds if one.answered_by in roles)


def list_requests(
    roles: Collection[str], *, is_open: bool, limit: int = 200
) -> tuple[RequestData, ...]:
    """See interface."""
    rows = _of_roles(roles)
    states = [state.value for state in OPEN_REQUESTS]
    if is_open:
        rows = rows.filter(state__in=states).order_by("due", "filed_at")
    else:
        rows = rows.exclude(state__in=states).order_by("-answered_at")
    return tuple(_request(row) for row in rows[:limit])


def requests_standing(roles: Collection[str]) -> Standing:
    """See interface."""
    rows = list_requests(roles, is_open=True, limit=10_000)
    today = clock.today()
    return Standing(len(rows), sum(one.is_late(today) for one in rows))


def _of_roles(roles: Collection[str]) -> QuerySet[DataRequest]:
    return DataRequest.objects.filter(right__in=rights_of(roles))


def _request(row: DataRequest, steps: tuple[StepData, ...] = ()) -> RequestData:
    return RequestData(
        key=row.key,
        account=row.account,
        person=row.person,
        kind=row.right,
        state=RequestState(row.state),
        filed_at=row.filed_at,
        acknowledge_by=row.acknowledge_by,
        due=row.due,
        text=row.text,
        extended_why=row.extended_why,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        answer=row.answer,
        ground=row.ground,
        answered_at=row.answered_at,
        steps=steps,
    )


def complaints_of(account: UUID) -> tuple[ComplaintData, ...]:
    """See interface."""
    rows = Complaint.objects.filter(account=account).order_by("-filed_at")
    return tuple(_complaint(row) for row in rows)


def get_complaint(key: UUID, *, account: UUID | None = None) -> ComplaintData:
    """See interface."""
    rows = Complaint.objects.filter(key=key)
    row = (rows if account is None else rows.filter(account=account)).first()
    if row is None:
        raise _unknown()
    return _complaint(row, steps_of(key))


def list_complaints(*, is_open: bool, limit: int = 200) -> tuple[ComplaintData, ...]:
    """See interface."""
    states = [state.value for state in OPEN_COMPLAINTS]
    rows = Complaint.objects.all()
    if is_open:
        rows = rows.filter(state__in=states).order_by("due", "filed_at")
    else:
        rows = rows.exclude(state__in=states).order_by("-answered_at")
    return tuple(_complaint(row) for row in rows[:limit])


def complaints_standing() -> Standing:
    """See interface."""
    rows = Complaint.objects.filter(state__in=[state.value for state in OPEN_COMPLAINTS])
    return Standing(rows.count(), rows.filter(due__lt=clock.today()).count())


def _complaint(row: Complaint, steps: tuple[StepData, ...] = ()) -> ComplaintData:
    return ComplaintData(
        key=row.key,
        account=row.account,
        person=row.person,
        position=row.position,
        reference=row.reference,
        looked_at=row.looked_at,
        looker_kind=row.looker_kind,
        looker=row.looker,
        unit=row.unit,
        action=row.action,
        reason=ComplaintReason(row.reason),
        state=ComplaintState(row.state),
        filed_at=row.filed_at,
        due=row.due,
        text=row.text,
        taken_by=row.taken_by,
        answer=row.answer,
        answered_at=row.answered_at,
        steps=steps,
    )


def copies_of(account: UUID) -> tuple[CopyData, ...]:
    """See interface."""
    rows = Copy.objects.filter(account=account).order_by("-asked_at").defer("sealed")
    return tuple(
        CopyData(
            key=row.key,
            account=row.account,
            state=_state(row),
            asked_at=row.asked_at,
            made_at=row.made_at,
            expires_at=row.expires_at,
            octets=row.octets,
            sha256=row.sha256,
            fetched=row.fetched,
        )
        for row in rows[:20]
    )


def _state(row: Copy) -> CopyState:
    """A copy past its days is over, whether the sweep has been there or not."""
    if row.expires_at is not None and row.expires_at <= clock.now():
        return CopyState.OVER
    return CopyState(row.state)


def waiting_copies() -> tuple[UUID, ...]:
    """Copies that still are to be made, the oldest first."""
    rows = Copy.objects.filter(state=CopyState.WAITING.value).order_by("asked_at")
    return tuple(rows.values_list("key", flat=True)[:50])
