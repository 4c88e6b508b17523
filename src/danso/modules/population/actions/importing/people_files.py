"""Importing files of people: one file or a folder of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.db import connection

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.kernel.keys import new_key
from danso.modules.population.actions.importing.whole_file import Order, load_file
from danso.modules.population.data import (
    EVERYWHERE,
    FileReport,
    Grounds,
    ImportOptions,
    ImportReport,
)
from danso.modules.population.engine.importing.inputs import inputs_from_catalogue
from danso.modules.population.queries import quality
from danso.modules.population.rules import check_may_change
from danso.toolkit.platform import platform, province
from danso.toolkit.tables.files import list_files

# After this share of new people the planner's idea of the tables is too old.
_STALE_SHARE: Final = 5
_TABLES: Final = "population_person, population_number, population_old_number, population_household"
Progress = Callable[[str, int], None]
TABLES = (
    "population_person",
    "population_number",
    "population_old_number",
    "population_household",
)


def import_people(
    path: Path,
    *,
    actor: Actor,
    grounds: Grounds,
    options: ImportOptions,
    progress: Progress | None = None,
) -> ImportReport:
    began = time.monotonic()
    check_may_change(platform().register_mode, actor)
    today = clock.today()
    if options.as_of is not None and options.as_of > today:
        raise InvalidValue(
            "The file's day is in the future.",
            code="date_in_future",
            fix="Give the day on which the file was true (--as-of).",
        )
    inputs = inputs_from_catalogue(province(), accepts_synthetic=platform().is_demo, today=today)
    order = Order(actor, grounds, inputs, options, progress)
    files = tuple(_load_all(list_files(path), order))
    if not options.dry_run:
        _refresh_statistics()
    wants_quality = options.with_quality and not options.dry_run
    return ImportReport(
        files=files,
        seconds=time.monotonic() - began,
        quality=quality.quality_report(EVERYWHERE) if wants_quality else (),
    )


def _refresh_statistics() -> None:
    """Tell the planner how large the tables are now: autovacuum's turn comes a minute too late."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")


def _load_all(paths: list[Path], order: Order) -> Iterator[FileReport]:
    """Each file in turn; the planner's statistics follow the growth."""
    known, new = _planned_people(), 0
    for path in paths:
        report = load_file(path, order) if len(paths) == 1 else _load_one_of_many(path, order)
        yield report
        if report.state == "done":
            new += report.loaded
        if new * _STALE_SHARE > known:
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {_TABLES}")
            known, new = known + new, 0


def _planned_people() -> int:
    """How many people the planner believes there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'population_person'::regclass")
        (found,) = cursor.fetchone() or (0,)
    return max(int(found), 0)


def _load_one_of_many(path: Path, order: Order) -> FileReport:
    """A file that can't be read doesn't keep the others of its folder out."""
    try:
        return load_file(path, order)
    except InvalidValue as refusal:
        return FileReport(
            name=path.name,
            digest="",
            import_key=new_key(),
            state="refused",
            format="",
            encoding="",
            rows=0,
            loaded=0,
            updated=0,
            same=0,
            quarantined=0,
            reasons={},
            notes={},
            refusal=f"{refusal.message} {refusal.fix}",
        )
