"""The part of the door that loads files of people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from danso.kernel.actors import Actor
from danso.modules.population.actions.importing import people_files
from danso.modules.population.data import Grounds, ImportOptions, ImportReport


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
