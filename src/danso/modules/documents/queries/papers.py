"""Papers by person, kind and key; who may see which stands in the query."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final, get_args
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from danso.kernel import clock
from danso.modules.documents import rules
from danso.modules.documents.data import (
    Form,
    Index,
    Origin,
    PaperData,
    PaperState,
    Reach,
    Scan,
)
from danso.modules.documents.models import Paper

_FORMS: Final[dict[str, Form]] = {one: one for one in get_args(Form)}
_ORIGINS: Final[dict[str, Origin]] = {one: one for one in get_args(Origin)}
_SCANS: Final[dict[str, Scan]] = {one: one for one in get_args(Scan)}
_SEEN = (PaperState.UNCHECKED.value, PaperState.CHECKED.value, PaperState.REJECTED.value)


def within(reach: Reach) -> QuerySet[Paper]:
    """The papers that a reader can see."""
    if reach.is_all:
        return Paper.objects.all()
    seen = Q(unit__in=list(reach.units))
    if reach.person is not None:
        seen |= Q(person=reach.person)
    return Paper.objects.filter(seen)


def get_paper(key: UUID, reach: Reach) -> PaperData:
    """See interface."""
    row = within(reach).filter(key=key).first()
    if row is None:
        raise rules.paper_unknown()
    return as_data(row)


def papers_of(person: UUID, *, kind: str, limit: int) -> tuple[PaperData, ...]:
    """See interface."""
    rows = Paper.objects.filter(person=person, state__in=_SEEN).order_by("-kept_at")
    if kind:
        rows = rows.filter(kind=kind)
    return tuple(as_data(row) for row in rows[:limit])


def find_proof(person: UUID, kind: str, day: date | None) -> PaperData | None:
    """See interface."""
    on = day or clock.today()
    rows = Paper.objects.filter(person=person, kind=kind, state=PaperState.CHECKED.value)
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=on))
    rows = rows.exclude(origin="result", is_signed=False)
    row = rows.order_by("-issued_on", "-kept_at").first()
    return as_data(row) if row else None


def find_same(person: UUID, kind: str, content: bytes) -> PaperData | None:
    """See interface."""
    digest = hashlib.sha256(content).hexdigest()
    in_use = (PaperState.UNCHECKED.value, PaperState.CHECKED.value)
    rows = Paper.objects.filter(person=person, kind=kind, sha256=digest, state__in=in_use)
    row = rows.first()
    return as_data(row) if row else None


def find_kept(person: UUID, kind: str, sha256: str) -> PaperData | None:
    """See interface."""
    rows = Paper.objects.filter(person=person, kind=kind, sha256=sha256)
    row = rows.order_by("-kept_at").first()
    return as_data(row) if row else None


def count_reuse() -> dict[str, tuple[int, int]]:
    """See interface."""
    rows = Paper.objects.values("kind").annotate(kept=Count("key"), used=Sum("uses"))
    return {row["kind"]: (row["kept"], row["used"] or 0) for row in rows.order_by("kind")}


def as_data(row: Paper) -> PaperData:
    """As it is told outside."""
    return PaperData(
        key=row.key,
        person=row.person,
        kind=row.kind,
        form=_FORMS[row.form],
        state=PaperState(row.state),
        origin=_ORIGINS[row.origin],
        unit=row.unit,
        kept_at=row.kept_at,
        octets=row.octets,
        sha256=row.sha256,
        version=row.version,
        uses=row.uses,
        scan=_SCANS[row.scan],
        is_signed=row.is_signed,
        index=Index(
            row.symbol, row.issued_on, row.valid_until, row.issuer, row.signer, row.abstract
        ),
        procedure=row.procedure,
        file_code=row.file_code,
        replaces=row.replaces,
        rejected_why=row.rejected_why,
    )
