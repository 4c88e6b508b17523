"""Takes away every trace of records that may be kept no longer, and the links of a source that is
locked now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db import connection

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.linkage.models import Candidate, Decision, Link, OpenKey, PastLink, Pending

# What a link was stays on record; nobody is reached through a past one.
_COLUMNS: Final = "source, record, person, band, weight, reason, run, since, decision"
_END: Final = f"""
WITH ended AS (DELETE FROM linkage_link WHERE source = %(source)s RETURNING *)
INSERT INTO linkage_past_link ({_COLUMNS}, ended_by, until)
SELECT {_COLUMNS}, %(by)s, %(now)s FROM ended
"""  # noqa: S608 - only this file's constants


def forget_records(source: str, records: Collection[str]) -> None:
    """Rows of these records in every table that names one, inside the caller's transaction."""
    for model in (Link, PastLink, Candidate, Decision, OpenKey, Pending):
        model.objects.filter(source=source, record__in=list(records)).delete()


def withdraw_source(source: str) -> int:
    """See interface."""
    with connection.cursor() as cursor:
        cursor.execute(_END, {"source": source, "by": new_key(), "now": clock.now()})
        ended = int(cursor.rowcount)
    Candidate.objects.filter(source=source).delete()
    OpenKey.objects.filter(source=source).delete()
    held = Decision.objects.filter(source=source, state__in=("waiting", "standing"))
    held.update(state="ended")
    # Should it ever be opened again, everything is looked at anew.
    Pending.objects.get_or_create(source=source, record="")
    return ended


def has_links(source: str) -> bool:
    """Whether anybody is reached through a source, or waits to be."""
    return (
        Link.objects.filter(source=source).exists()
        or Candidate.objects.filter(source=source).exists()
    )
