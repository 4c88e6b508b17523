"""How fast a clean file is loaded, beside a bare COPY of the same rows in the same run."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.population.actions.importing.people_files import import_people
from danso.modules.population.actions.importing.pipeline import WORKERS
from danso.modules.population.actions.importing.stretch import ready_rows
from danso.modules.population.actions.importing.whole_file import CHUNK_ROWS
from danso.modules.population.data import Grounds, ImportMeasure, ImportOptions
from danso.modules.population.engine.importing import headings, opening
from danso.modules.population.engine.importing.chunking import stretches
from danso.modules.population.engine.importing.cleaning import Cleaner, Habits
from danso.modules.population.engine.importing.files import list_files
from danso.modules.population.engine.importing.inputs import inputs_from_catalogue
from danso.modules.population.engine.importing.rows import Stamp, tables_of, with_relatives
from danso.modules.population.models import Person
from danso.toolkit.platform import platform, province

_SCHEMA: Final = "bench_import"
_TABLES: Final = (
    "population_person",
    "population_number",
    "population_old_number",
    "population_household",
)
_COPY: Final = sql.SQL("COPY {}.{} ({}) FROM STDIN")

Part = tuple[str, tuple[str, ...], Path]


def measure_import(path: Path, owner_dsn: str, *, actor: Actor) -> ImportMeasure:
    path = list_files(path)[0]
    if Person.objects.exists():
        raise Conflict(
            "The register has people already.",
            code="bench_needs_empty",
            fix="Measure in a home of its own, started with --people 0.",
        )
    with tempfile.TemporaryDirectory(prefix="danso-bench-") as folder:
        chunks = list(_prepare(path, Path(folder)))
        bare = _bare_copy(chunks, owner_dsn)
    began, used = time.monotonic(), time.process_time()
    report = import_people(
        path,
        actor=actor,
        grounds=Grounds(reason="measurement"),
        options=ImportOptions(with_quality=False),
    )
    return ImportMeasure(
        rows=report.total("loaded"),
        seconds=time.monotonic() - began,
        bare_seconds=bare,
        cpu_seconds=time.process_time() - used,
        connections=WORKERS,
    )


def _prepare(path: Path, folder: Path) -> Iterator[list[Part]]:
    """The COPY text that the import would send, stretch by stretch, on disk."""
    inputs = inputs_from_catalogue(
        province(), accepts_synthetic=platform().is_demo, today=clock.today()
    )
    sheet, is_clean = opening.open_file(path)
    matched = headings.match(sheet.headings)
    cleaner = Cleaner(inputs, Habits(trusted=is_clean))
    stamp = Stamp(clock.today(), clock.now(), path.name)
    parts = stretches(sheet, matched.columns, CHUNK_ROWS, unknown=matched.unknown)
    for place, raw in enumerate(parts):
        ready = with_relatives(ready_rows(cleaner.clean(raw)))
        chunk: list[Part] = []
        for rows in tables_of(ready, inputs.head, stamp):
            text = folder / f"{place}-{rows.table}"
            text.write_bytes(rows.text)
            chunk.append((rows.table, rows.columns, text))
        yield chunk


def _bare_copy(chunks: list[list[Part]], dsn: str) -> float:
    """Seconds for the same text into empty tables with the same indexes, a commit a stretch."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        _run(connection, "DROP SCHEMA IF EXISTS {0} CASCADE", "CREATE SCHEMA {0}")
        for table in _TABLES:
            connection.execute(
                sql.SQL("CREATE TABLE {}.{} (LIKE {} INCLUDING ALL)").format(
                    sql.Identifier(_SCHEMA), sql.Identifier(table), sql.Identifier(table)
                )
            )
        try:
            began = time.monotonic()
            with ThreadPoolExecutor(WORKERS) as workers:
                list(workers.map(_copier(dsn), range(WORKERS), [chunks] * WORKERS))
            return time.monotonic() - began
        finally:
            _run(connection, "DROP SCHEMA {0} CASCADE")


def _run(connection: psycopg.Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(sql.SQL(statement).format(sql.Identifier(_SCHEMA)))


def _copier(dsn: str) -> Callable[[int, list[list[Part]]], None]:
    def copy(worker: int, chunks: list[list[Part]]) -> None:
        with psycopg.connect(dsn) as connection:
            for chunk in chunks[worker::WORKERS]:
                _copy_chunk(connection, chunk)

    return copy


def _copy_chunk(connection: psycopg.Connection, chunk: list[Part]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        for table, columns, text in chunk:
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            statement = _COPY.format(sql.Identifier(_SCHEMA), sql.Identifier(table), names)
            with cursor.copy(statement) as copy, text.open("rb") as content:
                while block := content.read(1 << 20):
                    copy.write(block)
