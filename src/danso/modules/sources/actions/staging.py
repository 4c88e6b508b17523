"""Batches of a source's records put beside what stood there: only what differs is a change."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import polars as pl
from django.db import connection

from danso.modules.linkage import interface as linkage

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source

_FRESH: Final = """
CREATE TEMP TABLE sources_new (
    record text COLLATE "C" PRIMARY KEY, payload jsonb, digest text, faults jsonb
) ON COMMIT DROP
"""
# xmax tells an inserted row from an updated one.
_TAKE: Final = """
WITH taken AS (
    INSERT INTO sources_record AS kept
        (source, record, payload, digest, faults, sweep, first_at, changed_at)
    SELECT %(source)s, record, payload, digest, faults, %(sweep)s, %(now)s, %(now)s FROM sources_new
    ON CONFLICT (source, record) DO UPDATE SET
        payload = excluded.payload, digest = excluded.digest, faults = excluded.faults,
        sweep = excluded.sweep, gone_at = NULL,
        changed_at = CASE WHEN kept.digest = excluded.digest AND kept.gone_at IS NULL
                          THEN kept.changed_at ELSE excluded.changed_at END
    RETURNING record, xmax = 0 AS is_new, changed_at = %(now)s AS is_changed
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_changed AND NOT is_new),
       array_agg(record) FILTER (WHERE is_changed)
FROM taken
"""
_GONE: Final = """
UPDATE sources_record SET gone_at = %(now)s
WHERE source = %(source)s AND gone_at IS NULL AND sweep IS DISTINCT FROM %(sweep)s
RETURNING record
"""


_MET: Final = """
SELECT count(*), count(*) FILTER (WHERE sweep IS DISTINCT FROM %(sweep)s)
FROM sources_record WHERE source = %(source)s AND gone_at IS NULL
"""
# Owners' files that were cut off, or came empty, looked like everybody's end.
FEW: Final = 20
MOST_GONE: Final = 0.3


@dataclass
class Taken:
    """What became of the rows of a load so far."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    faulty: int = 0
    # How many the owner no longer sends, where that is too many to believe.
    held: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


def take(
    source: Source, cleaned: pl.DataFrame, taken: Taken, *, sweep: UUID, now: datetime
) -> None:
    """Take cleaned rows into the source's records, inside the caller's transaction.

    A key that comes twice in a batch counts once, as it stood last.
    """
    rows = {record: rest for record, *rest in rows_of(source, cleaned)}
    taken.lines["key_twice"] += cleaned.height - len(rows)
    taken.rows += cleaned.height
    taken.faulty += sum(faults != "{}" for _, _, faults in rows.values())
    for one in source.fields:
        for fault, count in cleaned[f"{one.code}?"].value_counts().iter_rows():
            if fault:
                taken.faults[f"{one.code}:{fault}"] += count
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sources_new")
        cursor.execute(_FRESH)
        with cursor.copy("COPY sources_new FROM STDIN") as copy:
            for record, rest in rows.items():
                copy.write_row((record, *rest))
        cursor.execute(_TAKE, {"source": source.code, "sweep": sweep, "now": now})
        new, changed, differing = cursor.fetchone() or (0, 0, None)
    linkage.note_records(source.code, differing or ())
    taken.new += new
    taken.changed += changed


def is_believed(source: Source, taken: Taken, *, sweep: UUID) -> bool:
    """Whether the end of a sweep may end what it has not met: not where that is a large part."""
    with connection.cursor() as cursor:
        cursor.execute(_MET, {"source": source.code, "sweep": sweep})
        present, unmet = cursor.fetchone() or (0, 0)
    taken.held = unmet if is_too_many(unmet, of=present) else 0
    return not taken.held


def is_too_many(gone: int, *, of: int) -> bool:
    """Whether so many ends at once wait until the owner says that it is so."""
    return of > FEW and gone > MOST_GONE * of


def end_sweep(source: Source, taken: Taken, *, sweep: UUID, now: datetime) -> None:
    """Whatever a whole sweep has not met is gone at its owner's."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, {"source": source.code, "sweep": sweep, "now": now})
        gone = [record for (record,) in cursor.fetchall()]
    linkage.note_records(source.code, gone)
    taken.gone += len(gone)


def rows_of(source: Source, cleaned: pl.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    """Cleaned rows as they are kept: record, payload, digest and faults (both JSON)."""
    codes = [one.code for one in source.fields]
    key = codes.index(source.key)
    columns = [*codes, *(f"{code}?" for code in codes)]
    for cells in cleaned.select(columns).iter_rows():
        values, marks = cells[: len(codes)], cells[len(codes) :]
        payload = {code: value for code, value in zip(codes, values, strict=True) if value}
        faults = {code: mark for code, mark in zip(codes, marks, strict=True) if mark}
        text = json.dumps(payload, ensure_ascii=False)
        told = json.dumps(faults)
        digest = hashlib.blake2b((text + told).encode(), digest_size=12).hexdigest()
        yield values[key], text, digest, told
