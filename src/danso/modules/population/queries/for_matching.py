"""What matching compares: the register's people copied out, and foreign rows cleaned alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
from django.db import connection

from danso.kernel import clock
from danso.kernel.legacy import find_encoding
from danso.modules.population.data import COMPARED
from danso.modules.population.engine.importing import headings, opening
from danso.modules.population.engine.importing.chunking import UNKNOWN, stretches
from danso.modules.population.engine.importing.cleaning import Cleaner, Habits
from danso.modules.population.engine.importing.inputs import inputs_from_catalogue
from danso.toolkit.platform import platform, province
from danso.wire.keys import name_keys

ROWS: Final = 50_000
SAMPLE: Final = 2_000
# Protected people are nobody's match; merged records are found under the one they became.
_PEOPLE: Final = """
SELECT p.key, p.number, p.old_number, n.name_key AS name, p.search_key AS plain, p.birth,
       nullif(p.sex, 0) AS sex, p.commune, p.father_name AS father, p.mother_name AS mother
FROM population_person p LEFT JOIN population_number n ON n.number = p.number
WHERE p.merged_into IS NULL AND NOT p.protected
"""
_HELD: Final = """
SELECT held.number, coalesce(p.merged_into, p.key) AS person
FROM {table} held JOIN population_person p ON p.key = held.person
WHERE NOT p.protected
"""
_FILES: Final = {
    "people.csv": _PEOPLE,
    "numbers.csv": _HELD.format(table="population_number"),
    "old_numbers.csv": _HELD.format(table="population_old_number"),
}


def copy_for_matching(folder: Path) -> None:
    with connection.cursor() as cursor:
        for name, query in _FILES.items():
            with (folder / name).open("wb") as file:
                statement = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)"
                with cursor.copy(statement) as copy:
                    for block in copy:
                        file.write(block)


def read_people(path: Path, *, keys: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    sheet, is_clean = opening.open_file(path)
    matched = headings.match(sheet.headings)
    named = [name for name in keys if name in matched.unknown]
    kept = {named[0]: matched.unknown[named[0]]} if named else {}
    for raw in stretches(sheet, matched.columns, ROWS, unknown=kept):
        key = pl.col(UNKNOWN + named[0]) if named else pl.col("line").cast(pl.String)
        yield clean_people(
            raw.with_columns(record=key).drop(UNKNOWN + name for name in kept),
            excel=sheet.excel,
            trusted=is_clean,
        )


def clean_people(raw: pl.DataFrame, *, excel: bool = False, trusted: bool = False) -> pl.DataFrame:
    today = clock.today()
    inputs = inputs_from_catalogue(province(), accepts_synthetic=platform().is_demo, today=today)
    names = raw["full_name"].head(SAMPLE).to_list()
    hint = None if trusted else find_encoding([name for name in names if name])
    cleaner = Cleaner(inputs, Habits(trusted=trusted, excel=excel, hint=hint))
    cleaned = cleaner.clean(_with_places(raw, trusted=trusted))
    return _with_keys(cleaned).select(COMPARED)


def _with_places(raw: pl.DataFrame, *, trusted: bool) -> pl.DataFrame:
    """A column of communes may hold codes, names or whole addresses."""
    if trusted or "commune" not in raw.columns:
        return raw
    is_code = pl.col("commune").str.contains("^[0-9]{4,5}$")
    return raw.with_columns(
        commune=pl.lit(None, dtype=pl.String),
        commune_recorded=pl.when(is_code).then("commune"),
        residence=pl.when(~is_code).then("commune"),
    )


def _with_keys(cleaned: pl.DataFrame) -> pl.DataFrame:
    names = cleaned["full_name"].drop_nulls().unique().to_list()
    rows = [(name, *name_keys(name)) for name in names]
    schema = dict.fromkeys(("full_name", "name", "plain"), pl.String)
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return cleaned.join(table, on="full_name", how="left", maintain_order="left").with_columns(
        key="record",
        sex=pl.when(pl.col("sex") != "0").then("sex"),
        father="father_name",
        mother="mother_name",
    )
