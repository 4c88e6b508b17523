"""Databases under /var/lib/danso whose home is no longer where it was."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from danso.config import postgres
from danso.kernel.errors import NotFound

NAME = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Leftover:
    """One database folder. `home` is where its home was last started, empty if never noted."""

    folder: Path
    home: str
    octets: int
    runs: bool


def find_leftovers() -> list[Leftover]:
    """Those that no home leads to any more."""
    root = postgres.ROOT_FOLDER
    folders = sorted(path for path in root.glob("*") if NAME.fullmatch(path.name))
    found = [_look_at(folder) for folder in folders]
    return [one for one in found if not _is_used(one)]


def get_leftover(name: str) -> Leftover:
    """The leftover of this name; raises NotFound for anything else, a home's own database too."""
    for one in find_leftovers():
        if one.folder.name == name:
            return one
    raise NotFound(
        f"there is no left-over database {name}",
        code="leftover_unknown",
        fix="`danso home leftovers` lists them; a home in use goes with `danso home remove`.",
    )


def _look_at(folder: Path) -> Leftover:
    note = folder / postgres.HOME_NOTE
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Leftover(
        folder=folder,
        home=note.read_text() if note.exists() else "",
        octets=sum(path.stat().st_size for path in files),
        runs=_runs(folder / "data" / "postmaster.pid"),
    )


def _is_used(one: Leftover) -> bool:
    place = Path(one.home) / "postgres" / "place"
    return bool(one.home) and place.exists() and place.read_text() == one.folder.name


def _runs(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text().split("\n", 1)[0]), 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return False
    return True
