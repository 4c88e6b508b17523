"""The part of the door that loads files of people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.population.actions.importing import (
    exporting,
    people_files,
    resolving,
)
from danso.modules.population.data import (
    Grounds,
    ImportOptions,
    ImportRecord,
    ImportReport,
    QuarantinedRow,
    QuarantineState,
    QuarantineWanted,
    Resolution,
    Scope,
)
from danso.modules.population.queries import imports as queries


def import_people(
    path: Path,
    *,
    actor: Actor,
    grounds: Grounds | None = None,
    options: ImportOptions | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> ImportReport:
    """Load a file of people, or every file of a folder: CSV, XLSX, citizen messages, danso's own.

    Good rows enter, bad ones go to quarantine with a reason. Each stretch of some 50,000 rows is
    one transaction with one journal row and one `PeopleImported`; a start that was cut short is
    continued, a file that is in is only reported. `progress` is told a file's name and how many
    rows went by. Raises InvalidValue for a file that can't be read (nothing of it is half-loaded),
    RegisterIsCopy unless the actor is the upstream where the register is a copy.
    """
    return people_files.import_people(
        path,
        actor=actor,
        grounds=grounds or Grounds(reason="file import"),
        options=options or ImportOptions(),
        progress=progress,
    )


def list_imports(*, limit: int = 100, offset: int = 0) -> tuple[ImportRecord, ...]:
    """Files that were or are being loaded, the latest first, with what became of their rows."""
    return queries.list_imports(limit=limit, offset=offset)


def list_quarantine(
    scope: Scope,
    wanted: QuarantineWanted | None = None,
    *,
    limit: int = 100,
    offset: int = 0,
) -> tuple[QuarantinedRow, ...]:
    """Rows that may not enter as they stand, oldest first, with their original text.

    Only rows of the scope's communes; those whose commune isn't known are the province's, those
    that clash with a protected person a guardian's. Personal data: the caller journals the look.
    """
    wanted = wanted or QuarantineWanted()
    return queries.list_quarantine(wanted, scope, limit=limit, offset=offset)


def get_quarantined(key: UUID, scope: Scope) -> QuarantinedRow:
    """One row, as `list_quarantine`. NotFound outside the scope. The caller journals the look."""
    return queries.get_quarantined(key, scope)


def count_quarantine(scope: Scope, state: QuarantineState = "waiting") -> dict[str, int]:
    """How many rows of the scope wait, by reason (codes of data.REASONS), most first."""
    return queries.count_quarantine(scope, state)


def resolve_quarantine(
    key: UUID, resolution: Resolution, *, actor: Actor, grounds: Grounds, scope: Scope
) -> QuarantinedRow:
    """Load a quarantined row with other values, or dismiss it; journaled, one transaction.

    A loaded row goes through the same judgement as a file's: InvalidValue with the reason's code
    where it still may not enter (the row keeps waiting). NotFound outside the scope, Conflict where
    somebody has decided already. Loading a new person emits PersonRecorded.
    """
    return resolving.resolve_quarantine(key, resolution, actor=actor, grounds=grounds, scope=scope)


def export_quarantine(
    path: Path,
    wanted: QuarantineWanted | None = None,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope,
) -> int:
    """Write the scope's quarantined rows as a CSV worklist (0600); returns how many. Journaled.

    Cells that a spreadsheet would run as formulas get an apostrophe in front.
    """
    return exporting.export_quarantine(
        path, wanted or QuarantineWanted(), actor=actor, grounds=grounds, scope=scope
    )
