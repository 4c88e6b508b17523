"""One file loaded from end to end: found again if it was here before, continued where it
stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError
from danso.kernel.legacy import Encoding, find_encoding
from danso.modules.population.actions.importing.pipeline import run_stretches
from danso.modules.population.actions.importing.remembering import recall, remember
from danso.modules.population.actions.importing.tally import Job, Tally
from danso.modules.population.data import FileReport, FileState, Grounds, ImportOptions
from danso.modules.population.engine.importing import headings, opening
from danso.modules.population.engine.importing.chunking import stretches
from danso.modules.population.engine.importing.cleaning import Cleaner, Habits
from danso.modules.population.engine.importing.headings import Matched
from danso.modules.population.engine.importing.inputs import ImportInputs
from danso.modules.population.models import Import, ImportChunk, Number, Person
from danso.toolkit.tables.files import Sheet, digest_of

CHUNK_ROWS: Final = 50_000
SAMPLE_NAMES: Final = 2000

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Order:
    """What the caller wants of a file."""

    actor: Actor
    grounds: Grounds
    inputs: ImportInputs
    options: ImportOptions
    progress: Progress | None = None


def load_file(path: Path, order: Order) -> FileReport:
    """Load one file. A file that is in is only reported."""
    sheet, is_clean = opening.open_file(path)
    said = recall(sheet.headings, order.options)
    matched = headings.match(sheet.headings, said)
    if not is_clean:
        _read_through(sheet)
    digest = digest_of(path)
    record = _begin(path, sheet, matched, digest, order)
    if record.state == "done":
        return _report(record, sheet, matched, "already_done", _tally_of(record), 0)
    job = Job(
        import_key=record.key,
        name=path.name,
        digest=digest,
        actor=order.actor,
        grounds=order.grounds,
        inputs=order.inputs,
        as_of=record.as_of,
        source=path.name,
        looks_up=not (is_clean and record.first_load),
        is_rehearsal=order.options.dry_run,
    )
    hint = None if is_clean else find_hint(sheet, matched)
    cleaner = Cleaner(order.inputs, Habits(trusted=is_clean, excel=sheet.excel, hint=hint))
    parts = stretches(sheet, matched.columns, record.chunk_rows, unknown=matched.unknown)
    try:
        tally, skipped = run_stretches(
            job, cleaner, parts, side_by_side=is_clean, progress=order.progress
        )
    except DansoError:
        # What is in stays in; the list of imports says that this file didn't reach its end.
        Import.objects.filter(key=record.key).update(state="stopped")
        raise
    if order.options.dry_run:
        return _report(record, sheet, matched, "dry_run", tally, skipped)
    remember(sheet.headings, said, order.options)
    Import.objects.filter(key=record.key).update(state="done", finished_at=clock.now())
    return _report(record, sheet, matched, "done", _tally_of(record), skipped)


def _read_through(sheet: Sheet) -> None:
    """Somebody else's file is read to its end once before its first row enters: one that breaks off
    or changes its encoding in the middle is refused as a whole."""
    for _ in sheet.frames():
        pass


def find_hint(sheet: Sheet, matched: Matched) -> Encoding | None:
    """What the names at the head of the file are written in: settles what one name can't tell."""
    first = next(sheet.frames(), None)
    if first is None:
        return None
    return find_encoding(first[f"c{matched.columns['full_name']}"].head(SAMPLE_NAMES).to_list())


def _begin(path: Path, sheet: Sheet, matched: Matched, digest: str, order: Order) -> Import:
    """The file's row, made now or at an earlier start that was cut short."""
    values = {
        "name": path.name,
        "format": sheet.format,
        "encoding": sheet.encoding,
        "mapping": {column: sheet.headings[place] for column, place in matched.columns.items()},
        "chunk_rows": CHUNK_ROWS,
        "first_load": _is_empty(),
        "as_of": order.options.as_of or order.inputs.today,
        "actor_kind": order.actor.kind,
        "actor": order.actor.id,
        "state": "running",
        "started_at": clock.now(),
    }
    reading = _reading(matched.columns)
    if order.options.dry_run:
        return Import(digest=digest, reading=reading, **values)
    with transaction.atomic():
        record, _ = Import.objects.get_or_create(digest=digest, reading=reading, defaults=values)
    return record


def _is_empty() -> bool:
    return not (Person.objects.exists() or Number.objects.exists())


def _reading(columns: Mapping[str, int]) -> str:
    """The same for the same columns: a file read otherwise is another import."""
    return hashlib.sha256(json.dumps(dict(sorted(columns.items()))).encode()).hexdigest()[:16]


def _tally_of(record: Import) -> Tally:
    """All stretches of the file that are in, from this start or an earlier one."""
    total = Tally()
    for row in ImportChunk.objects.filter(import_key=record.key).iterator():
        total.add(Tally(row.rows, row.loaded, row.updated, row.same, row.quarantined))
        total.reasons.update(row.reasons)
        total.notes.update(row.notes)
    return total


def _report(
    record: Import,
    sheet: Sheet,
    matched: Matched,
    state: FileState,
    tally: Tally,
    skipped: int,
) -> FileReport:
    return FileReport(
        name=record.name,
        digest=record.digest,
        import_key=record.key,
        state=state,
        format=sheet.format,
        encoding=sheet.encoding,
        rows=tally.rows,
        loaded=tally.loaded,
        updated=tally.updated,
        same=tally.same,
        quarantined=tally.quarantined,
        reasons=dict(tally.reasons),
        notes=dict(tally.notes),
        unknown_columns=tuple(matched.unknown),
        ignored_sheets=sheet.ignored,
        chunks_skipped=skipped,
    )
