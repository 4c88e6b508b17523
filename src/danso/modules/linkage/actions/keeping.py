"""Decisions of a run put beside what stood there: only what changed is written, and what a clerk
decided stands while the record says the same."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

_SAME: Final = """
    kept.person IS NOT DISTINCT FROM new.person AND kept.band = new.band
    AND kept.reason = new.reason
"""
_COLUMNS: Final = "source, record, person, band, weight, reason, run, since, decision"
_FRESH: Final = """
CREATE TEMP TABLE linkage_new (
    record text COLLATE "C", person uuid, band text, weight float8, reason text,
    content text, decision uuid
) ON COMMIT DROP
"""
_GIVEN: Final = "COPY linkage_new (record, person, band, weight, reason, content) FROM STDIN"
_LOCK: Final = """
SELECT FROM linkage_link WHERE source = %(source)s AND (band = 'clerk' OR decision IS NOT NULL)
FOR UPDATE
"""
# A person who was merged since is followed; one who became protected is nobody's any more.
_HELD: Final = """
UPDATE linkage_new new
SET person = p.person, band = kept.band, weight = kept.weight, reason = kept.reason,
    decision = kept.decision
FROM linkage_link kept
JOIN linkage_decision d ON d.key = kept.decision
LEFT JOIN population_v1.people was ON was.person = kept.person
LEFT JOIN population_v1.people p
    ON p.person = coalesce(was.merged_into, was.person) AND NOT p.protected
WHERE kept.source = %(source)s AND kept.record = new.record AND d.content = new.content
  AND (kept.person IS NULL OR p.person IS NOT NULL)
"""
_ENDED: Final = f"""
WITH ended AS (
    DELETE FROM linkage_link kept USING linkage_new new
    WHERE kept.source = %(source)s AND kept.record = new.record AND NOT ({_SAME})
    RETURNING kept.*
)
INSERT INTO linkage_past_link ({_COLUMNS}, ended_by, until)
SELECT {_COLUMNS}, %(run)s, %(now)s FROM ended
"""  # noqa: S608 - only this file's constants
_GONE: Final = f"""
WITH ended AS (
    DELETE FROM linkage_link kept
    WHERE source = %(source)s AND (%(looked)s::text[] IS NULL OR record = ANY(%(looked)s::text[]))
      AND NOT EXISTS (SELECT FROM linkage_new new WHERE new.record = kept.record)
    RETURNING kept.*
)
INSERT INTO linkage_past_link ({_COLUMNS}, ended_by, until)
SELECT {_COLUMNS}, %(run)s, %(now)s FROM ended
"""  # noqa: S608 - only this file's constants
# `drawn` anew for each run and kept nowhere: nobody else can work a key out. To draw each took a
# fifth of the time of writing.
_WRITTEN: Final = f"""
INSERT INTO linkage_link ({_COLUMNS}, key)
SELECT %(source)s, record, person, band, weight, reason, %(run)s, %(now)s, decision,
       left(encode(sha256(convert_to(%(drawn)s || record, 'UTF8')), 'hex'), 32)::uuid
FROM linkage_new
ON CONFLICT (source, record) DO NOTHING
"""  # noqa: S608 - only this file's constants
# The same standing weighed otherwise is no other link.
_REWEIGHED: Final = f"""
UPDATE linkage_link kept SET weight = new.weight FROM linkage_new new
WHERE kept.source = %(source)s AND kept.record = new.record AND kept.decision IS NULL
  AND {_SAME} AND (abs(kept.weight - new.weight) > 0.005
                   OR (kept.weight IS NULL) <> (new.weight IS NULL))
"""  # noqa: S608 - only this file's constants
_BANDS: Final = "SELECT band, count(*) FROM linkage_new GROUP BY band"
_BEST: Final = """
CREATE TEMP TABLE linkage_best (
    record text COLLATE "C", person uuid, weight float8, shares jsonb, content text,
    is_anothers boolean, PRIMARY KEY (record, person)
) ON COMMIT DROP
"""
# What a decision was made between stays beside it while it may be taken back.
_OLD_CANDIDATES: Final = """
DELETE FROM linkage_candidate c
WHERE source = %(source)s AND (
    EXISTS (SELECT FROM linkage_best b WHERE b.record = c.record)
    OR NOT EXISTS (SELECT FROM linkage_link l WHERE l.source = c.source AND l.record = c.record
                   AND (l.band = 'clerk' OR l.decision IS NOT NULL)))
"""
_CANDIDATES: Final = """
INSERT INTO linkage_candidate (source, record, person, weight, shares, content, is_anothers)
SELECT %(source)s, record, person, weight, shares, content, is_anothers FROM linkage_best
"""
_ENDED_DECISIONS: Final = """
UPDATE linkage_decision d SET state = 'ended'
WHERE source = %(source)s AND (
    state = 'standing' AND NOT EXISTS (SELECT FROM linkage_link l WHERE l.decision = d.key)
    OR state = 'waiting' AND NOT EXISTS (
        SELECT FROM linkage_link l JOIN linkage_candidate c USING (source, record)
        WHERE l.source = d.source AND l.record = d.record AND l.band = 'clerk'
          AND c.content = d.content))
"""


_OLD_KEYS: Final = """
DELETE FROM linkage_open_key
WHERE source = %(source)s AND (%(looked)s::text[] IS NULL OR record = ANY(%(looked)s::text[]))
"""


def keep_links(
    decided: Path,
    *,
    source: str,
    run: UUID,
    now: datetime,
    whole: bool,
    looked: Collection[str] | None = None,
) -> dict[str, int]:
    """Take a CSV (record, person, band, weight, reason, content) into the links of a source, inside
    the caller's transaction; returns how many are `changed` (or new) and `gone`, and how many are
    in each band, clerks' decisions counted in.

    `whole`: the records are all there are, so that links of others end; or, with `looked`, all
    there are of those.
    """
    asked: dict[str, Any] = {"source": source, "run": run, "now": now}
    asked["drawn"] = secrets.token_hex(32)
    asked["looked"] = None if looked is None else list(looked)
    with connection.cursor() as cursor:
        cursor.execute(_FRESH)
        _copy(cursor, _GIVEN, decided)
        # Made at once, not row by row.
        cursor.execute("CREATE UNIQUE INDEX ON linkage_new (record)")
        cursor.execute("ANALYZE linkage_new")
        # Whoever decides meanwhile waits, and then finds the record changed or as it was.
        cursor.execute(_LOCK, asked)
        cursor.execute(_HELD, asked)
        cursor.execute(_BANDS)
        bands = {"linked": 0, "clerk": 0, "not_found": 0} | dict(cursor.fetchall())
        cursor.execute(_ENDED, asked)
        cursor.execute(_REWEIGHED, asked)
        gone = 0
        if whole:
            cursor.execute(_GONE, asked)
            gone = cursor.rowcount
        cursor.execute(_WRITTEN, asked)
        return {**bands, "changed": cursor.rowcount, "gone": gone}


def keep_keys(keys: Path, *, source: str, looked: Collection[str] | None) -> None:
    """Take a CSV (source, record, key) as the keys of a source's open records, or of those
    `looked` at."""
    with connection.cursor() as cursor:
        some = None if looked is None else list(looked)
        cursor.execute(_OLD_KEYS, {"source": source, "looked": some})
        _copy(cursor, "COPY linkage_open_key (source, record, key) FROM STDIN", keys)


def keep_commonness(commonness: Path) -> None:
    """Take a CSV (kind, value, share) as how common names are."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM linkage_commonness")
        _copy(cursor, "COPY linkage_commonness (kind, value, share) FROM STDIN", commonness)


def keep_candidates(best: Path, *, source: str) -> None:
    """Take a CSV (record, person, weight, shares, content, is_anothers) as the candidates of a
    source, after its links; decisions that no longer hold, or wait for nothing, end."""
    asked = {"source": source}
    with connection.cursor() as cursor:
        cursor.execute(_BEST)
        _copy(cursor, "COPY linkage_best FROM STDIN", best)
        cursor.execute(_OLD_CANDIDATES, asked)
        cursor.execute(_CANDIDATES, asked)
        cursor.execute(_ENDED_DECISIONS, asked)


def _copy(cursor: CursorWrapper, statement: str, csv: Path) -> None:
    with cursor.copy(f"{statement} (FORMAT csv)") as copy, csv.open("rb") as file:
        while block := file.read(1 << 20):
            copy.write(block)
