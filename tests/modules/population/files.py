"""Files to import: a small synthetic province, and files written by hand."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from danso.modules.population.engine.synth.faults import FaultRates
from danso.modules.population.engine.synth.from_catalogue import inputs_from_catalogue
from danso.modules.population.engine.synth.people import make_people
from danso.modules.population.engine.synth.write import CLEAN, ProvinceWriter
from danso.toolkit.platform import province


def synthetic(folder: Path, *, people: int, messy: bool) -> Path:
    """A synthetic province under the folder."""
    inputs = inputs_from_catalogue(province(), as_of=date(2026, 7, 1))
    population = make_people(inputs, people=people, seed=7)
    ProvinceWriter(population, folder, FaultRates()).write(messy=messy)
    return folder


def clean_file(folder: Path, *, people: int) -> Path:
    """Its clean file alone."""
    return synthetic(folder, people=people, messy=False) / CLEAN


HEADINGS = ("Họ và tên", "Ngày sinh", "Giới tính", "Số định danh", "Mã xã")


def person(**changes: str) -> dict[str, str]:
    """One row of a list, right in everything that isn't named."""
    return {
        "Họ và tên": "Nguyễn Văn An",
        "Ngày sinh": "21/03/1984",
        "Giới tính": "Nam",
        "Số định danh": "099084000017",
        "Mã xã": next(iter(province().units.by_code)),
    } | changes


def csv_file(
    folder: Path,
    rows: list[dict[str, str]],
    *,
    name: str = "list.csv",
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    """A list as CSV with the headings of its first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path = folder / name
    path.write_bytes(text.getvalue().encode(encoding))
    return path
