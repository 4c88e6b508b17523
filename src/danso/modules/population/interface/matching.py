"""The part of the door for matching foreign records to people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from danso.modules.population.queries import for_matching


def copy_for_matching(folder: Path) -> None:
    """Write what matching compares of everybody as CSV files into a folder of the caller's:
    people.csv (columns data.COMPARED), numbers.csv and old_numbers.csv (number, person), cancelled
    numbers included. Merged records stand as the one they became; protected people are left out.

    Personal data in bulk: the caller journals the run and destroys the files.
    """
    for_matching.copy_for_matching(folder)


def read_people(path: Path, *, keys: tuple[str, ...] = ()) -> Iterator[pl.DataFrame]:
    """Somebody's file of people, read and cleaned as an import would, without entering anybody.

    Frames with the columns data.COMPARED: `key` is the first heading of `keys` that is there, else
    the file's line. What can't be read is null: no row is left out. Raises InvalidValue for a file
    that can't be read or has neither names nor births.
    """
    return for_matching.read_people(path, keys=keys)


def clean_people(raw: pl.DataFrame) -> pl.DataFrame:
    """Rows of a source cleaned as an import would: text columns `record` and, as far as there are
    any, number, old_number, full_name, birth, sex, commune (a code, a name or a whole address),
    father_name, mother_name. Returns the columns data.COMPARED, one row for each."""
    return for_matching.clean_people(raw)
