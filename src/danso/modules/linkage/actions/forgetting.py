"""Takes away every trace of records that may be kept no longer."""

from __future__ import annotations

from collections.abc import Collection

from danso.modules.linkage.models import Candidate, Decision, Link, OpenKey, PastLink, Pending


def forget_records(source: str, records: Collection[str]) -> None:
    """Rows of these records in every table that names one, inside the caller's transaction."""
    for model in (Link, PastLink, Candidate, Decision, OpenKey, Pending):
        model.objects.filter(source=source, record__in=list(records)).delete()
