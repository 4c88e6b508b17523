"""Two sides to compare, written by hand: people of the register and records of somebody's file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from danso.modules.linkage.engine import exact, scoring, weighing
from danso.modules.linkage.engine.model import default_model
from danso.modules.linkage.engine.tables import Workspace
from danso.modules.population.data import COMPARED
from danso.wire.keys import name_keys

Row = Mapping[str, str]


def row(key: str, full_name: str, birth: str, **others: str) -> dict[str, str]:
    """One person or record; names are made comparable as the register makes them."""
    name, plain = name_keys(full_name)
    return {
        **dict.fromkeys(COMPARED, ""),
        "key": key,
        "name": name,
        "plain": plain,
        "birth": birth,
        "sex": "1",
        "commune": "00001",
        **others,
    }


@contextmanager
def workspace(
    folder: Path, people: list[dict[str, str]], records: list[dict[str, str]]
) -> Iterator[Workspace]:
    """Both sides read; the register is given 5,000 others, so that a name says what it does."""
    made = Workspace(folder / "work", memory="1GB", threads=2)
    try:
        made.read("people", _write(folder / "people.csv", [*people, *others()]))
        made.read("records", _write(folder / "records.csv", records))
        weighing.count_names(made)
        for column in ("number", "old_number"):
            made.read_held(column, _write(folder / f"{column}s.csv", [], ("number", "person")))
        yield made
    finally:
        made.close()


@dataclass(frozen=True)
class Decided:
    """What became of a record."""

    band: str
    person: str | None
    weight: float | None
    reason: str


def decide(made: Workspace) -> dict[str, Decided]:
    """What becomes of each record by danso's own model."""
    model = default_model()
    exact.match_by_number(made)
    scoring.score(made, model, unseen=1 / made.count("people"))
    scoring.decide(made, model.bands)
    rows = made.connection.execute("SELECT record, band, person, weight, reason FROM decided")
    return {record: Decided(*decided) for record, *decided in rows.fetchall()}


def others() -> Iterator[dict[str, str]]:
    families = ("Lê", "Nguyễn", "Trịnh", "Phạm", "Hoàng", "Bùi", "Mai", "Đỗ", "Vũ", "Hà")
    middles = ("Văn", "Thị", "Hữu", "Đình", "Xuân", "Ngọc", "Minh", "Quang", "Thanh", "Đức")
    givens = ("Hòa", "Bình", "Sơn", "Thủy", "Lan", "Cúc", "Tùng", "Dũng", "Hải", "Loan")
    for n in range(5_000):
        name = f"{families[n % 10]} {middles[n // 10 % 10]} {givens[n // 100 % 10]}"
        birth = f"{1940 + n * 7 % 70}-{1 + n % 12:02}-{1 + n % 28:02}"
        yield row(f"other-{n}", name, birth, sex=str(1 + n % 2), commune=f"{n % 160:05}")


def _write(file: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = COMPARED) -> Path:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns)
        writer.writeheader()
        writer.writerows(rows)
    return file
