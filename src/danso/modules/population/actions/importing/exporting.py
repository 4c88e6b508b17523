"""Quarantined rows as a CSV worklist that no spreadsheet can be made to run."""

from __future__ import annotations

import csv
from itertools import count
from pathlib import Path
from typing import Final

from danso.kernel.actors import Actor
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import (
    REASONS,
    Grounds,
    QuarantinedRow,
    QuarantineWanted,
    Scope,
)
from danso.modules.population.engine.importing import words
from danso.modules.population.engine.importing.worklists import harmless
from danso.modules.population.queries.imports import list_quarantine

_AT_ONCE: Final = 2000
_LEAD: Final = ("row", "file", "line", "reason", "why", "what_to_do", "suggestion")


def export_quarantine(
    path: Path, wanted: QuarantineWanted, *, actor: Actor, grounds: Grounds, scope: Scope
) -> int:
    written = 0
    with (
        carried_out("export_quarantine", actor=actor, grounds=grounds) as ledger,
        # A mark at the start, or Excel would take UTF-8 for something else.
        path.open("w", encoding="utf-8-sig", newline="") as out,
    ):
        path.chmod(0o600)
        writer = csv.writer(out)
        writer.writerow([*_LEAD, *words.COLUMNS])
        for page in count():
            rows = list_quarantine(wanted, scope, limit=_AT_ONCE, offset=page * _AT_ONCE)
            writer.writerows(map(_line, rows))
            written += len(rows)
            if len(rows) < _AT_ONCE:
                break
        ledger.detail = {"rows": written}
    return written


def _line(row: QuarantinedRow) -> list[str]:
    why = REASONS.get(row.reason)
    lead = (
        str(row.key),
        row.file,
        str(row.line),
        row.reason,
        why.vi if why else "",
        why.fix_vi if why else "",
        row.suggestion,
    )
    return [
        harmless(cell) for cell in (*lead, *(row.cells.get(name, "") for name in words.COLUMNS))
    ]
