"""Rows that may not enter: set apart with their original text, until somebody decides."""

from __future__ import annotations

from typing import Any

import polars as pl

from danso.kernel import clock
from danso.modules.population.actions.importing.tally import Job, Tally
from danso.modules.population.models import Quarantined

_LONGEST_CELL = 1000
_AT_ONCE = 1000
_BOOKKEEPING = frozenset({"line", "reason"})


def quarantine(job: Job, tally: Tally, raw: pl.DataFrame, bad: pl.DataFrame) -> None:
    """Set the rows of `bad` apart. `at` is their place in `raw`, which has the original text;
    `person`, where there is such a column, is the record they clash with."""
    if bad.is_empty():
        return
    now = clock.now()
    rows = []
    for row in bad.iter_rows(named=True):
        tally.reasons[row["reason"]] += 1
        rows.append(
            Quarantined(
                import_key=job.import_key,
                file=job.name,
                line=row["line"],
                reason=row["reason"],
                suggestion=row["suggestion"] or "",
                commune=row["commune"] if row["reason"] != "commune_unknown" else None,
                cells=original_cells(raw.row(row["at"], named=True)),
                person=row.get("person"),
                state="waiting",
                resolved_by="",
                resolution="",
                recorded_at=now,
            )
        )
    tally.quarantined += len(rows)
    Quarantined.objects.bulk_create(rows, batch_size=_AT_ONCE)


def original_cells(row: dict[str, Any]) -> dict[str, str]:
    """The text as the file has it, without empty cells and what PostgreSQL can't hold."""
    return {
        column: str(cell).replace("\0", "")[:_LONGEST_CELL]
        for column, cell in row.items()
        if cell and column not in _BOOKKEEPING
    }
