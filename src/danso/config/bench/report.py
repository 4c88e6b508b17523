"""What was measured, as rows: for the terminal, for scripts, and for the page of the docs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from rich.table import Table

from danso.kernel.errors import InvalidValue

BEGIN: Final = "<!-- measured: danso bench --markdown writes from here -->"
END: Final = "<!-- measured: to here -->"


@dataclass(frozen=True)
class Aim:
    """A bound that a figure should keep; only told, never enforced."""

    bound: float
    way: Literal["at least", "under"] = "at least"

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.way == "at least" else value < self.bound

    def words(self, unit: str) -> str:
        return f"{self.way} {show(self.bound, unit)}"


@dataclass(frozen=True)
class Row:
    """One figure. `code` stays the same between runs; `rounds` are the values behind a median."""

    code: str
    what: str
    value: float
    unit: str
    aim: Aim | None = None
    rounds: tuple[float, ...] = ()
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        if self.aim.is_met(self.value):
            return "met"
        return f"missed by {abs(self.value / self.aim.bound - 1):.0%}"


@dataclass
class Report:
    """One run: on what it ran, and its rows in the order of measuring."""

    about: dict[str, Any]
    rows: list[Row] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        return {
            "about": self.about,
            "rows": [asdict(row) | {"verdict": row.verdict} for row in self.rows],
        }

    def table(self) -> Table:
        table = Table("What", "Measured", "Aim", "", "How")
        for row in self.rows:
            table.add_row(*_cells(row))
        return table

    def markdown(self) -> str:
        lines = [f"- {name}: {value}" for name, value in self.about.items()]
        lines += ["", "| What | Measured | Aim | | How |", "|---|---:|---|---|---|"]
        lines += ["| " + " | ".join(_cells(row)) + " |" for row in self.rows]
        return "\n".join(lines)


def show(value: float, unit: str) -> str:
    """A figure with as many digits as it can bear."""
    number = f"{value:,.0f}" if value >= 1000 else f"{value:,.3g}"
    return f"{number}{unit}" if unit == "×" else f"{number} {unit}"


def rewrite(page: Path, report: Report) -> None:
    """Put the report between the page's markers; the words around them stay."""
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise InvalidValue(
            f"{page} has no place for the table",
            code="bench_markers",
            fix=f"Put the lines {BEGIN} and {END} into it.",
        )
    place = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    table = f"{BEGIN}\n\n{report.markdown()}\n\n{END}"
    page.write_text(place.sub(lambda _: table, text), encoding="utf-8")


def _cells(row: Row) -> Sequence[str]:
    aim = row.aim.words(row.unit) if row.aim else ""
    how = row.note
    if len(row.rounds) > 1:
        spread = f"rounds {', '.join(show(one, '').strip() for one in row.rounds)}"
        how = f"{how}; {spread}" if how else spread
    return row.what, show(row.value, row.unit), aim, row.verdict, how
