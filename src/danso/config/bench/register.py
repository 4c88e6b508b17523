"""Loading the bench home through the real importer, timed against a bare COPY of the same rows."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from psycopg import sql

from danso.config.bench import cost
from danso.config.bench.place import Connection, Place, Say, read_json
from danso.config.bench.report import Aim, Row
from danso.kernel import clock

TABLES: Final = (
    "population_person",
    "population_number",
    "population_old_number",
    "population_household",
)
# Issue 2, section 3: the real province's register, validated and loaded.
AIM_SECONDS: Final = 120.0
AIM_PEOPLE: Final = 3_690_000
_BLOCK: Final = 1 << 20


def load(place: Place, say: Say, *, again: bool) -> list[Row]:
    """Fill the home and time that. A full one tells what it took then, or with `again` fills a
    database beside it and times that."""
    synthetic = make_file(place, say)
    measured = place.folder / "imported.json"
    if not measured.exists():
        rows = _measure(place, synthetic, place.address.name, say)
        _tidy(place)
        when = clock.now().strftime("measured when this home was made, %Y-%m-%d %H:%M UTC")
        kept = [asdict(row) | {"aim": None, "note": f"{row.note}; {when}"} for row in rows]
        measured.write_text(json.dumps({"rows": kept}))
        return rows
    if not again:
        aims = {"import.seconds": _aim(place.people)}
        rows = [Row(**row) for row in read_json(measured)["rows"]]
        return [replace(row, aim=aims.get(row.code), rounds=()) for row in rows]
    with place.scratch() as name:
        return _measure(place, synthetic, name, say)


def make_file(place: Place, say: Say) -> Path:
    """The synthetic province's clean file, made once."""
    folder = place.folder / "people"
    manifest = folder / "manifest.json"
    if not manifest.exists():
        shutil.rmtree(folder, ignore_errors=True)
        say(f"Making {place.people:,} synthetic people …")
        place.danso("synth", str(folder), f"--people={place.people}", "--clean", "--json")
    read_json(manifest)
    return next((folder / "clean").iterdir())


def _measure(place: Place, synthetic: Path, name: str, say: Say) -> list[Row]:
    say(f"Importing {place.people:,} people …")
    before = cost.read(place)
    seconds = _import(place, synthetic, name)
    spent = cost.since(before, cost.read(place))
    say("Copying the same rows with COPY alone …")
    bare, indexed = _copies(place, name)
    how = "clean CSV, gzip; validated, journaled, all indexes; start of the process included"
    parts = f"processor time {sum(spent.values()):.0f} s"
    return [
        Row("import.seconds", f"Import of {place.people:,} people", seconds, "s",
            _aim(place.people), note=f"{how}; {parts}"),
        Row("import.rate", "Import, people a second", place.people / seconds, "people/s"),
        Row("copy.seconds", "Bare COPY of the same rows, no index", bare, "s"),
        Row("import.over_copy", "Import, times the bare COPY", seconds / bare, "×"),
        Row("copy.indexed", "COPY of the same rows with the same indexes", indexed, "s"),
        Row("import.over_indexed", "Import, times that COPY", seconds / indexed, "×"),
    ]  # fmt: skip


def _aim(people: int) -> Aim | None:
    return Aim(AIM_SECONDS, "under") if people >= AIM_PEOPLE else None


def _import(place: Place, synthetic: Path, name: str) -> float:
    """Seconds of `danso import people`, the process's start included."""
    began = time.perf_counter()
    said = place.danso("import", "people", str(synthetic), "--no-quality", "--json", name=name)
    seconds = time.perf_counter() - began
    loaded = json.loads(said)["loaded"]
    if loaded != place.people:
        raise AssertionError(f"{loaded} of {place.people} people were loaded")
    return seconds


def _copies(place: Place, name: str) -> tuple[float, float]:
    """Seconds of a COPY of the same rows: into tables without indexes, and with the same ones."""
    folder = place.folder / "copy"
    folder.mkdir(exist_ok=True)
    try:
        with place.connect(name=name) as connection:
            for table in TABLES:
                _copy_out(connection, table, folder / table)
            connection.execute("CHECKPOINT")
            bare = _copy_in(connection, folder, "INCLUDING DEFAULTS")
            indexed = _copy_in(connection, folder, "INCLUDING ALL")
    finally:
        shutil.rmtree(folder)
    return bare, indexed


def _copy_out(connection: Connection, table: str, target: Path) -> None:
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with target.open("wb") as file, connection.cursor().copy(statement) as copy:
        for block in copy:
            file.write(block)


def _copy_in(connection: Connection, folder: Path, like: str) -> float:
    """One transaction and one connection, the tables made beforehand."""
    connection.execute("DROP SCHEMA IF EXISTS bench_copy CASCADE")
    connection.execute("CREATE SCHEMA bench_copy")
    for table in TABLES:
        connection.execute(
            sql.SQL("CREATE TABLE {} (LIKE public.{} {})").format(
                sql.Identifier("bench_copy", table), sql.Identifier(table), sql.SQL(like)
            )
        )
    began = time.perf_counter()
    with connection.transaction():
        for table in TABLES:
            statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier("bench_copy", table))
            with (folder / table).open("rb") as file, connection.cursor().copy(statement) as copy:
                while block := file.read(_BLOCK):
                    copy.write(block)
    seconds = time.perf_counter() - began
    connection.execute("DROP SCHEMA bench_copy CASCADE")
    return seconds


def _tidy(place: Place) -> None:
    """What autovacuum would have done by the next morning."""
    with place.connect() as connection:
        for table in TABLES:
            connection.execute(sql.SQL("VACUUM (ANALYZE, FREEZE) {}").format(sql.Identifier(table)))
        connection.execute("CHECKPOINT")
