"""A small synthetic province and its sources, read back as their owners and the truth have them."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from danso import catalogue
from danso.catalogue import Province
from danso.modules.population.engine.synth.faults import FaultRates
from danso.modules.population.engine.synth.from_catalogue import inputs_from_catalogue
from danso.modules.population.engine.synth.people import make_people
from danso.modules.population.engine.synth.write import ProvinceWriter
from danso.modules.sources.engine.synth.register import read_register
from danso.modules.sources.engine.synth.write import SourceWriter, Wish

Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A province, its people by key, and the folder its sources were written to."""

    province: Province
    people: dict[str, Row]
    clean: Path
    out: Path

    def rows(self, code: str) -> dict[str, Row]:
        """A source's rows by key, their fields by term or code, as its owner has them."""
        source = self.province.source(code)
        heading = {field.columns[0]: str(field.term or field.code) for field in source.fields}
        path = next(p for p in (self.out / code).glob("*.*") if p.stem in ("rows", "table"))
        if path.suffix == ".jsonl":
            lines = path.read_text(encoding="utf-8").splitlines()
            found = [dict(_flat("", json.loads(line))) for line in lines]
        else:
            with path.open(encoding="utf-8", newline="") as text:
                found = list(csv.DictReader(text))
        named = [{heading[name]: value or "" for name, value in row.items()} for row in found]
        return {str(row[source.key]): row for row in named}

    def truth(self, code: str) -> list[Row]:
        """What is said of a source's records."""
        with (self.out / "truth" / f"{code}.csv").open(encoding="utf-8", newline="") as text:
            told = list(csv.DictReader(text))
        return [
            {**row, "faults": row["faults"].split("|") if row["faults"] else []} for row in told
        ]


def _flat(path: str, members: Row) -> Iterator[tuple[str, Any]]:
    """Members of members under their paths, as headings of descriptions say them."""
    for name, value in members.items():
        if isinstance(value, dict):
            yield from _flat(f"{path}{name}.", value)
        else:
            yield f"{path}{name}", value


def make_world(
    folder: Path, province: Path, people: int, wish: Wish, only: Collection[str] = ()
) -> World:
    """A province of so many people with its sources, or some of them."""
    known = catalogue.load(province)
    chosen = [known.source(code) for code in only or known.sources]
    clean, out = folder / "people", folder / "out"
    population = make_people(inputs_from_catalogue(known), people=people, seed=5)
    ProvinceWriter(population, clean, FaultRates()).write(messy=False)
    register = read_register(clean, prefix=known.numbers.synthetic_prefix)
    SourceWriter(known, register, out, wish).write(chosen)
    frame = pl.read_csv(clean / "clean" / "people.csv.gz", infer_schema=False).fill_null("")
    return World(known, {row["key"]: row for row in frame.to_dicts()}, clean, out)
