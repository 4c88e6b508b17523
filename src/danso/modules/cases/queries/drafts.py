"""Reads of drafts: their filer's alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from danso.kernel import clock
from danso.modules.cases import rules
from danso.modules.cases.data import DraftData
from danso.modules.cases.models import Draft
from danso.modules.cases.queries.reading import draft_of


def alive() -> QuerySet[Draft]:
    """Drafts within their days."""
    return Draft.objects.filter(changed_at__gte=clock.now() - timedelta(days=rules.DRAFT_DAYS))


def drafts_of(filer: str, applicant: UUID) -> tuple[DraftData, ...]:
    """See interface."""
    rows = alive().filter(filed_by=filer, applicant=applicant).order_by("-changed_at")
    return tuple(draft_of(row) for row in rows[: rules.MOST_DRAFTS])
