"""How satisfied people were."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from danso.modules.cases.data import RatingData, Ratings, Satisfaction
from danso.modules.cases.models import Rating


def rating_of(case: UUID) -> RatingData | None:
    """See interface."""
    row = Rating.objects.filter(case_id=case).first()
    return RatingData(Satisfaction(row.satisfaction), row.words, row.at) if row else None


def ratings(since: datetime, until: datetime) -> dict[str, Ratings]:
    """See interface."""
    rows = (
        Rating.objects.filter(at__gte=since, at__lt=until)
        .values("procedure")
        .annotate(very=_said(Satisfaction.VERY))
        .annotate(satisfied=_said(Satisfaction.SATISFIED))
        .annotate(not_satisfied=_said(Satisfaction.NOT))
        .order_by("procedure")
    )
    return {
        row["procedure"]: Ratings(row["very"], row["satisfied"], row["not_satisfied"])
        for row in rows
    }


def _said(satisfaction: Satisfaction) -> Count:
    return Count("case", filter=Q(satisfaction=satisfaction.value))
