"""The part of the door for matching foreign records to people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from uuid import UUID

import polars as pl

from danso.modules.population.queries import for_matching, near


def copy_for_matching(folder: Path) -> None:
    """Write what matching compares of everybody as CSV files into a folder of the caller's:
    people.csv (columns data.COMPARED); aliases.csv, the same of people who were merged, under the
    key of the one they became; numbers.csv and old_numbers.csv (number, person), what people hold
    or held beside the number in people.csv. Protected people are left out.

    Personal data in bulk: the caller journals the run and destroys the files.
    """
    for_matching.copy_for_matching(folder)


def copy_holders(folder: Path, *, numbers: Collection[str], old_numbers: Collection[str]) -> None:
    """As `copy_for_matching`, of those only who hold or held one of these numbers: people.csv
    (aliases among them), numbers.csv, old_numbers.csv. By the indexes: milliseconds for hundreds.
    """
    near.copy_holders(folder, numbers=numbers, old_numbers=old_numbers)


def copy_like(folder: Path, records: pl.DataFrame) -> None:
    """like.csv (columns data.COMPARED): everybody whom blocking would bring together with these
    records (the same columns) by name, birth or commune, and some more; aliases among them. One
    look through the register: seconds for millions of people."""
    near.copy_like(folder, records)


def copy_people(folder: Path, people: Collection[UUID]) -> None:
    """changed.csv (columns data.COMPARED): these people, with those merged into them."""
    near.copy_people(folder, people)


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
    return for_matching.cleaning()(raw)


def clean_frames(raw: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """As `clean_people`, frame by frame of one source: what came before is not judged again."""
    return map(for_matching.cleaning(), raw)
