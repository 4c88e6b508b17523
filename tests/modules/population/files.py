"""Files to import: a small synthetic province, and files written by hand."""

from __future__ import annotations

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
