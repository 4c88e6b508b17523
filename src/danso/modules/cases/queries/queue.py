"""The desk's list and single cases. Who may see what is part of every statement."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from danso.kernel import clock, text
from danso.kernel.errors import InvalidValue
from danso.modules.cases.data import (
    OPEN,
    AskedAgain,
    CaseData,
    Light,
    Listed,
    QueueFilter,
    QueuePage,
    Reach,
    Standing,
    Status,
)
from danso.modules.cases.engine.codes import FILE_CODE
from danso.modules.cases.engine.lights import SOON
from danso.modules.cases.models import Case
from danso.modules.cases.queries.reading import case_of, listed_of
from danso.modules.cases.rules import case_unknown
from danso.modules.population import interface as population

_HEAVY = ("parties", "answers", "given", "supplement_words", "apology", "reason", "search")
_OPEN = tuple(status.value for status in OPEN)
_WITH_THE_OFFICE = (Status.FILED.value, Status.RECEIVED.value, Status.IN_PROCESS.value)


def within(reach: Reach) -> Q:
    """Cases that these posts reach: a role of the case's steps, held for its unit."""
    by_unit: dict[str, list[str]] = {}
    for role, unit in sorted(reach.places):
        by_unit.setdefault(unit, []).append(role)
    parts = [
        Q(roles__overlap=roles) & (Q(unit=unit) if unit else Q()) for unit, roles in by_unit.items()
    ]
    return reduce(or_, parts, Q(pk__in=[]))


def own(person: UUID) -> Q:
    """Cases that this person applied for, under this key or one that was merged into it."""
    return Q(applicant__in=population.keys_of(person))


def queue(reach: Reach, wanted: QueueFilter, *, after: str = "", limit: int = 50) -> QueuePage:
    """See interface."""
    rows = _narrowed(Case.objects.filter(within(reach)), wanted)
    if after:
        at, key = _place(after)
        rows = rows.filter(Q(queue_at__gt=at) | Q(queue_at=at, key__gt=key), queue_at__gte=at)
    page = list(rows.order_by("queue_at", "key").defer(*_HEAVY)[: limit + 1])
    rest = len(page) > limit
    shown = page[:limit]
    return QueuePage(tuple(map(listed_of, shown)), _after(shown[-1]) if rest else "")


def get_case(key: UUID, reach: Reach) -> CaseData:
    """See interface."""
    row = Case.objects.filter(within(reach), key=key).first()
    if row is None:
        raise case_unknown()
    return case_of(row)


def get_own_case(key: UUID, person: UUID) -> CaseData:
    """See interface."""
    row = Case.objects.filter(own(person), key=key).first()
    if row is None:
        raise case_unknown()
    return case_of(row)


def find_key(code: str) -> UUID | None:
    """The key of a file code, as typed or scanned."""
    return Case.objects.filter(code=code.strip().upper()).values_list("key", flat=True).first()


def cases_of(people: Collection[UUID]) -> tuple[Listed, ...]:
    """See interface."""
    rows = Case.objects.filter(applicant__in=people).order_by("-filed_at").defer(*_HEAVY)
    return tuple(map(listed_of, rows[:200]))


def standing(reach: Reach) -> Standing:
    """See interface."""
    return _standing(Case.objects.filter(within(reach), status__in=_OPEN))


def standing_by_unit() -> dict[str, Standing]:
    """See interface."""
    rows = Case.objects.filter(status__in=_OPEN).values("unit", "status").annotate(**_counts())
    by_unit: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_unit.setdefault(row["unit"], []).append(row)
    return {unit: _sum(some) for unit, some in sorted(by_unit.items())}


def asked_again(since: datetime, until: datetime) -> dict[str, AskedAgain]:
    """See interface."""
    rows = (
        Case.objects.filter(filed_at__gte=since, filed_at__lt=until)
        .values("procedure")
        .annotate(
            cases=Count("key"),
            touched=Count("key", filter=Q(asked_again__gt=0)),
            fields=Sum("asked_again"),
        )
        .order_by("procedure")
    )
    return {
        row["procedure"]: AskedAgain(row["cases"], row["touched"], row["fields"]) for row in rows
    }


def _standing(rows: QuerySet[Case]) -> Standing:
    return _sum(rows.values("status").annotate(**_counts()))


def _counts() -> dict[str, Count]:
    now = clock.now()
    ours = Q(status__in=_WITH_THE_OFFICE)
    return {
        "number": Count("key"),
        "late": Count("key", filter=ours & Q(queue_at__lt=now)),
        "soon": Count("key", filter=ours & Q(queue_at__gte=now, queue_at__lte=now + SOON)),
        "unknown": Count("key", filter=ours & ~Q(due_unknown="")),
    }


def _sum(rows: Iterable[Mapping[str, Any]]) -> Standing:
    found = list(rows)
    return Standing(
        by_status={Status(row["status"]): row["number"] for row in found},
        late=sum(row["late"] for row in found),
        soon=sum(row["soon"] for row in found),
        unknown_due=sum(row["unknown"] for row in found),
    )


def _narrowed(rows: QuerySet[Case], wanted: QueueFilter) -> QuerySet[Case]:
    words = wanted.words.strip()
    if FILE_CODE.fullmatch(words.upper()):
        return rows.filter(code=words.upper())
    statuses = wanted.statuses or OPEN
    rows = rows.filter(status__in=[status.value for status in statuses])
    if words:
        rows = rows.filter(search__contains=text.plain(words))
    if wanted.procedure:
        rows = rows.filter(procedure=wanted.procedure)
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.mine:
        rows = rows.filter(assigned=wanted.mine)
    return rows if wanted.light is None else _of_light(rows, wanted.light)


def _of_light(rows: QuerySet[Case], light: Light) -> QuerySet[Case]:
    now = clock.now()
    ours = rows.filter(status__in=_WITH_THE_OFFICE)
    if light is Light.RED:
        return ours.filter(queue_at__lt=now)
    if light is Light.AMBER:
        return ours.filter(queue_at__gte=now, queue_at__lte=now + SOON)
    if light is Light.GREEN:
        return ours.filter(queue_at__gt=now + SOON, due_unknown="")
    if light is Light.NONE:
        waits = Q(status__in=(Status.SUPPLEMENT.value, Status.PAYMENT.value))
        return rows.filter(waits | ~Q(due_unknown=""))
    return rows.exclude(status__in=_WITH_THE_OFFICE)


def _after(row: Case) -> str:
    place = json.dumps([row.queue_at.isoformat(), str(row.key)])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(after: str) -> tuple[datetime, UUID]:
    try:
        padded = after + "=" * (-len(after) % 4)
        at, key = json.loads(base64.urlsafe_b64decode(padded))
        return datetime.fromisoformat(at), UUID(key)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidValue(
            "This is no place in the list.", code="page_unknown", fix="Begin at the first page."
        ) from error
