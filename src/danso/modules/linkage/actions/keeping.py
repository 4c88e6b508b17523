"""Decisions of a run put beside what stood there: only what changed is written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import connection

_SAME: Final = """
    kept.person IS NOT DISTINCT FROM new.person AND kept.band = new.band
    AND kept.reason = new.reason
"""
_COLUMNS: Final = "source, record, person, band, weight, reason, run, since"
_FRESH: Final = """
CREATE TEMP TABLE linkage_new (
    record text COLLATE "C" PRIMARY KEY, person uuid, band text, weight float8, reason text
) ON COMMIT DROP
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
    WHERE source = %(source)s
      AND NOT EXISTS (SELECT FROM linkage_new new WHERE new.record = kept.record)
    RETURNING kept.*
)
INSERT INTO linkage_past_link ({_COLUMNS}, ended_by, until)
SELECT {_COLUMNS}, %(run)s, %(now)s FROM ended
"""  # noqa: S608 - only this file's constants
_WRITTEN: Final = f"""
INSERT INTO linkage_link ({_COLUMNS})
SELECT %(source)s, record, person, band, weight, reason, %(run)s, %(now)s FROM linkage_new
ON CONFLICT (source, record) DO NOTHING
"""  # noqa: S608 - only this file's constants


def keep_links(
    decided: Path, *, source: str, run: UUID, now: datetime, whole: bool
) -> tuple[int, int]:
    """Take a CSV (record, person, band, weight, reason) into the links of a source, inside the
    caller's transaction; returns how many are new or changed, and how many ended.

    `whole`: the records are all there are, so that links of others end.
    """
    asked: dict[str, str | UUID | datetime] = {"source": source, "run": run, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_FRESH)
        with (
            cursor.copy("COPY linkage_new FROM STDIN (FORMAT csv)") as copy,
            decided.open("rb") as file,
        ):
            while block := file.read(1 << 20):
                copy.write(block)
        cursor.execute("ANALYZE linkage_new")
        cursor.execute(_ENDED, asked)
        gone = 0
        if whole:
            cursor.execute(_GONE, asked)
            gone = cursor.rowcount
        cursor.execute(_WRITTEN, asked)
        return cursor.rowcount, gone
