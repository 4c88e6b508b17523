"""Notes what runs have to look at: people who changed, records that came, changed or went."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from django.db import connection

from danso.modules.linkage.models import Change

# More at once are not listed: everything is looked at.
LISTED: Final = 5_000
_PENDING: Final = """
INSERT INTO linkage_pending (source, record, token)
SELECT %s, record, gen_random_uuid() FROM unnest(%s::text[]) AS record
ON CONFLICT (source, record) DO UPDATE SET token = excluded.token
"""


def note_people(changes: Iterable[tuple[int, UUID]]) -> None:
    rows = [Change(position=position, person=person) for position, person in changes]
    Change.objects.bulk_create(rows, ignore_conflicts=True)


def note_records(source: str, records: Collection[str]) -> None:
    if records:
        # In order, so that two transactions never wait for each other.
        some = sorted(set(records)) if len(records) <= LISTED else [""]
        with connection.cursor() as cursor:
            cursor.execute(_PENDING, [source, some])
