"""A province in which a connected source is to follow the hosted register of saucers."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

from danso.modules.sources import interface as sources
from tests.exchange_world import OFFICER, TEAHOUSE

SOURCE = "saucer-system"
DESCRIPTION = Path(__file__).parent / f"{SOURCE}.yaml"
HEADINGS = ("KEY", "NO", "NAME", "SHAPE", "FROM", "UNTIL")


def teahouse_with(folder: Path) -> Path:
    """The teahouse with that source beside its others."""
    made = folder / "teahouse"
    shutil.copytree(TEAHOUSE, made)
    shutil.copy(DESCRIPTION, made / "sources")
    return made


def home_of(folder: Path) -> Path:
    """A home with room for matching's scratch files."""
    (folder / "home" / "run").mkdir(parents=True)
    return folder / "home"


def load(folder: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """Load and match what the source's own system holds."""
    folder.mkdir(exist_ok=True)
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    sources.load_source(SOURCE, sources.files_connector(SOURCE, folder), actor=OFFICER)
    sources.match_source(SOURCE, actor=OFFICER)
