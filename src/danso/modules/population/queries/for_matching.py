"""What matching compares: the register's people copied out, and foreign rows cleaned alike."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, TextIO

import polars as pl
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from danso.kernel import clock
from danso.kernel.legacy import Encoding, find_encoding
from danso.modules.population.data import COMPARED
from danso.modules.population.engine.importing import headings, opening
from danso.modules.population.engine.importing.chunking import UNKNOWN, stretches
from danso.modules.population.engine.importing.cleaning import Cleaner, Habits
from danso.modules.population.engine.importing.inputs import inputs_from_catalogue
from danso.toolkit.platform import platform, province
from danso.wire.keys import name_key, name_keys

ROWS: Final = 50_000
SAMPLE: Final = 2_000
# A million records have some 170,000 names, a fifth of which come once only.
REMEMBERED: Final = 1 << 17
Clean = Callable[[pl.DataFrame], pl.DataFrame]
# Protected people are nobody's match. Who was merged stands under the one they became, with what
# they were called before: records still say that.
SAID: Final = """
coalesce(p.merged_into, p.key) AS key, p.number, p.old_number, {name} AS name,
p.search_key AS plain, p.birth, nullif(p.sex, 0) AS sex, p.commune, p.father_name AS father,
p.mother_name AS mother
"""
FREE: Final = """
NOT p.protected AND (p.merged_into IS NULL OR NOT EXISTS (
    SELECT FROM population_person kept WHERE kept.key = p.merged_into AND kept.protected))
"""
_NUMBERED: Final = f"""
SELECT {SAID.format(name="n.name_key")}
FROM population_person p JOIN population_number n ON n.number = p.number
WHERE p.merged_into IS NULL AND NOT p.protected
"""  # noqa: S608 - only this file's constants
# The key of a name lies with the number; without one it is worked out here.
_UNNUMBERED: Final = f"""
SELECT {SAID.format(name="p.full_name")} FROM population_person p
WHERE p.merged_into IS NULL AND NOT p.protected AND p.number IS NULL
"""  # noqa: S608
_MERGED: Final = "SELECT merged FROM population_merge WHERE undone_at IS NULL"
_ALIASES: Final = f"""
SELECT {SAID.format(name="p.full_name")} FROM population_person p
WHERE p.key = ANY(ARRAY({_MERGED})) AND p.merged_into IS NOT NULL AND {FREE}
"""  # noqa: S608
# What people hold or held beside the number that stands with them.
_NUMBERS: Final = f"""
SELECT held.number, coalesce(p.merged_into, p.key) AS person
FROM population_number held JOIN population_person p ON p.key = held.person
WHERE (held.status = 'cancelled' OR held.person IN ({_MERGED})) AND {FREE}
"""  # noqa: S608
_OLD_NUMBERS: Final = f"""
SELECT held.number, coalesce(p.merged_into, p.key) AS person
FROM population_old_number held JOIN population_person p ON p.key = held.person
WHERE (p.merged_into IS NOT NULL OR p.old_number IS DISTINCT FROM held.number) AND {FREE}
"""  # noqa: S608


# Names are put beside people in memory, not through files; a few hundred MB for millions.
_IN_MEMORY: Final = "SET LOCAL work_mem = '256MB'"


def copy_for_matching(folder: Path) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_IN_MEMORY)
        copy_out(cursor, _NUMBERED, folder / "people.csv")
        with (folder / "people.csv").open("a", encoding="utf-8", newline="") as file:
            copy_named(cursor, _UNNUMBERED, {}, file)
        with (folder / "aliases.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(COMPARED)
            copy_named(cursor, _ALIASES, {}, file)
        copy_out(cursor, _NUMBERS, folder / "numbers.csv")
        copy_out(cursor, _OLD_NUMBERS, folder / "old_numbers.csv")


def copy_out(cursor: CursorWrapper, query: str, target: Path) -> None:
    """The rows of a query as CSV, with headings."""
    with (
        target.open("wb") as file,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy,
    ):
        for block in copy:
            file.write(block)


def copy_named(cursor: CursorWrapper, query: str, asked: Mapping[str, Any], file: TextIO) -> None:
    """Rows of COMPARED whose `name` is the full name, written with its key."""
    place = COMPARED.index("name")
    # As the database ends its lines: readers refuse a file with both ways.
    writer = csv.writer(file, lineterminator="\n")
    cursor.execute(query, asked)
    while rows := cursor.fetchmany(ROWS):
        writer.writerows((*row[:place], name_key(row[place]), *row[place + 1 :]) for row in rows)


def read_people(path: Path, *, keys: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    sheet, is_clean = opening.open_file(path)
    matched = headings.match(sheet.headings)
    named = [name for name in keys if name in matched.unknown]
    kept = {named[0]: matched.unknown[named[0]]} if named else {}
    clean = cleaning(excel=sheet.excel, trusted=is_clean)
    for raw in stretches(sheet, matched.columns, ROWS, unknown=kept):
        key = pl.col(UNKNOWN + named[0]) if named else pl.col("line").cast(pl.String)
        yield clean(raw.with_columns(record=key).drop(UNKNOWN + name for name in kept))


def cleaning(*, excel: bool = False, trusted: bool = False) -> Clean:
    inputs = inputs_from_catalogue(
        province(), accepts_synthetic=platform().is_demo, today=clock.today()
    )

    @cache
    def cleaner(hint: Encoding | None) -> Cleaner:
        habits = Habits(trusted=trusted, excel=excel, hint=hint)
        return Cleaner(inputs, habits, remembered=REMEMBERED)

    keys = lru_cache(maxsize=REMEMBERED)(name_keys)

    def clean(raw: pl.DataFrame) -> pl.DataFrame:
        names = raw["full_name"].head(SAMPLE).to_list()
        hint = None if trusted else find_encoding([name for name in names if name])
        cleaned = cleaner(hint).clean(_with_places(raw, trusted=trusted))
        return _with_keys(cleaned, keys).select(COMPARED)

    return clean


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


def _with_keys(cleaned: pl.DataFrame, keys: Callable[[str], tuple[str, str]]) -> pl.DataFrame:
    names = cleaned["full_name"].drop_nulls().unique().to_list()
    rows = [(name, *keys(name)) for name in names]
    schema = dict.fromkeys(("full_name", "name", "plain"), pl.String)
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return cleaned.join(table, on="full_name", how="left", maintain_order="left").with_columns(
        key="record",
        sex=pl.when(pl.col("sex") != "0").then("sex"),
        father="father_name",
        mother="mother_name",
    )
