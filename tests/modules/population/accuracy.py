"""How well an import mended messy files, against the truth that the generator wrote beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from danso.modules.population.models import Number, Person, Quarantined
from danso.wire import keys

# Lines above the first row of each format: a header, a title and an empty row, nothing.
LINES_ABOVE = {"csv": 1, "sheet-text.xlsx": 1, "sheet-typed.xlsx": 3, "xml": 0}
COMPARED = ("name_key", "birth", "sex", "commune")


@dataclass
class Accuracy:
    """Rows by what ought to become of them, and what did."""

    rows: int = 0
    refuse: int = 0
    refused: int = 0
    refused_same: int = 0
    clean: int = 0
    clean_right: int = 0
    repair: int = 0
    repaired: int = 0
    accept: int = 0
    accepted: int = 0
    people: int = 0
    people_true: int = 0
    wrong: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def refused_wrongly(self) -> int:
        """Rows in quarantine that ought to have entered."""
        lost = (self.clean - self.clean_right) + (self.repair - self.repaired)
        return lost + self.accept - self.accepted


def measure(folder: Path) -> Accuracy:
    """Compare register and quarantine with the folder's truth."""
    rows = pl.read_parquet(folder / "truth/rows/*.parquet")
    people = pl.read_parquet(folder / "truth/people/*.parquet")
    true = {row["key"]: row for row in people.iter_rows(named=True)}
    held = _held()
    waiting = {
        (file, line): reason
        for file, line, reason in Quarantined.objects.values_list("file", "line", "reason")
    }
    found = Accuracy(rows=rows.height, people=Person.objects.count())
    found.people_true = rows.filter(pl.col("expect").is_in(["", "repair", "accept"]))[
        "key"
    ].n_unique()
    for row in rows.iter_rows(named=True):
        name = Path(row["file"]).name
        reason = waiting.get((name, row["row"] + _above(name)))
        _judge(found, row, reason, list(_differences(true[row["key"]], held)))
    return found


def _held() -> dict[str, dict[str, Any]]:
    return {row["number"]: row for row in Number.objects.values("number", *COMPARED)}


def _above(name: str) -> int:
    return next(lines for ending, lines in LINES_ABOVE.items() if name.endswith(ending))


def _differences(true: dict[str, Any], held: dict[str, dict[str, Any]]) -> Iterator[str]:
    row = held.get(true["number"])
    if row is None:
        yield "number"
        return
    if row["name_key"] != keys.name_key(true["full_name"]):
        yield "name"
    # A message has no room for a month without its day.
    if not true["birth"].startswith(row["birth"]):
        yield "birth"
    if str(row["sex"]) != true["sex"]:
        yield "sex"
    # A commune that was split or vanished is kept as recorded, never guessed: that is right.
    if row["commune"] not in (None, true["commune"]):
        yield "commune"


def _judge(found: Accuracy, row: dict[str, Any], reason: str | None, wrong: list[str]) -> None:
    case = row["expect"]
    if case == "refuse":
        found.refuse += 1
        found.refused += reason is not None
    elif case == "same":
        found.refused_same += reason is not None
    elif case == "accept":
        found.accept += 1
        found.accepted += reason is None
    else:
        kind = "repair" if case else "clean"
        is_right = reason is None and not wrong
        setattr(found, kind, getattr(found, kind) + 1)
        done = "repaired" if case else "clean_right"
        setattr(found, done, getattr(found, done) + is_right)
    if (case == "refuse") == (reason is None) or (case in ("", "repair") and wrong):
        found.wrong.append((row["file"], row["row"], row["faults"], case, reason, *wrong))
