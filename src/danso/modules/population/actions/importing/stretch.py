"""One stretch of a file: judged, matched, loaded, journaled, in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from danso.kernel import clock
from danso.kernel.errors import Unavailable
from danso.modules.audit import interface as audit
from danso.modules.population.actions.importing.copying import copy_people
from danso.modules.population.actions.importing.meeting_people import Newcomers
from danso.modules.population.actions.importing.quarantining import quarantine
from danso.modules.population.actions.importing.tally import Job, Tally
from danso.modules.population.data import PeopleImported
from danso.modules.population.engine.importing.cleaning import Cleaner
from danso.modules.population.engine.importing.rows import Stamp, with_keys, with_relatives
from danso.modules.population.engine.importing.spelling import with_name_parts
from danso.modules.population.models import ImportChunk

_TRIES = 3


class _Rehearsed(Exception):
    """Rolls back a stretch of a dry run."""


def load_stretch(job: Job, cleaner: Cleaner, number: int, raw: pl.DataFrame) -> Tally | None:
    """Load the stretch; None where it is in already.

    A clash with somebody who came in meanwhile (another stretch, another import) rolls back, and
    the stretch is tried again with a look at who is there. So is one whose connection was lost.
    """
    judged: tuple[pl.DataFrame, pl.DataFrame] | None = None
    for attempt in range(_TRIES):
        try:
            if _is_in(job, number):
                return None
            if judged is None:
                cleaned = cleaner.clean(raw).with_row_index("at")
                judged = cleaned, ready_rows(cleaned)
            # After a clash, or where it isn't sure whether the last try was committed, look.
            return _try(replace(job, looks_up=job.looks_up or attempt > 0), number, raw, *judged)
        except (IntegrityError, OperationalError, InterfaceError) as error:
            _reconnect(error, is_last=attempt == _TRIES - 1)
    raise AssertionError("unreachable")


def _try(
    job: Job, number: int, raw: pl.DataFrame, cleaned: pl.DataFrame, ready: pl.DataFrame
) -> Tally | None:
    tally = Tally(rows=raw.height, notes=_count_notes(cleaned))
    try:
        with transaction.atomic():
            if _is_in(job, number):
                return None
            _enter(job, tally, raw, cleaned, ready)
            _keep(job, number, tally)
            if job.is_rehearsal:
                raise _Rehearsed
    except _Rehearsed:
        pass
    return tally


def _reconnect(error: Exception, *, is_last: bool) -> None:
    """A clash is tried again, a lost connection made anew; the last try's error is raised."""
    if connection.in_atomic_block:
        raise error
    connection.close_if_unusable_or_obsolete()
    if is_last:
        raise Unavailable(
            "The database can't be reached, or refuses a whole stretch of the file.",
            code="database_gone",
            fix="Run the same command again: it goes on where it stopped.",
        ) from error


def ready_rows(cleaned: pl.DataFrame, *, are_new: bool = False) -> pl.DataFrame:
    """The judged rows that may enter, with keys and name parts. `are_new`: an officer says that
    they are nobody already known."""
    good = cleaned.filter(pl.col("reason").is_null()).with_columns(
        has_own_key=pl.col("key").is_not_null(), is_new_person=pl.lit(are_new)
    )
    return with_keys(with_name_parts(good))


def _is_in(job: Job, number: int) -> bool:
    return ImportChunk.objects.filter(import_key=job.import_key, number=number).exists()


def _enter(
    job: Job, tally: Tally, raw: pl.DataFrame, cleaned: pl.DataFrame, ready: pl.DataFrame
) -> None:
    quarantine(job, tally, raw, cleaned.filter(pl.col("reason").is_not_null()))
    if job.looks_up:
        Newcomers(job, tally, raw).enter(ready)
        return
    stamp = Stamp(job.as_of, clock.now(), job.source)
    copy_people(with_relatives(ready), job.inputs.head, stamp)
    tally.loaded += ready.height


def _keep(job: Job, number: int, tally: Tally) -> None:
    """The stretch on record, its journal row and its event: they commit with the people."""
    ImportChunk.objects.create(
        import_key=job.import_key,
        number=number,
        rows=tally.rows,
        loaded=tally.loaded,
        updated=tally.updated,
        same=tally.same,
        quarantined=tally.quarantined,
        reasons=dict(tally.reasons),
        notes=dict(tally.notes),
        recorded_at=clock.now(),
    )
    audit.record(
        job.grounds.entry(
            "population.import_people",
            job.actor,
            detail={
                "import": str(job.import_key),
                "digest": job.digest,
                "chunk": number,
                "rows": tally.rows,
                "loaded": tally.loaded,
                "updated": tally.updated,
                "same": tally.same,
                "quarantined": tally.quarantined,
            },
        )
    )
    audit.emit(PeopleImported(job.import_key, number, tally.loaded, tally.updated))


def _count_notes(cleaned: pl.DataFrame) -> Counter[str]:
    notes: Counter[str] = Counter()
    with_notes = cleaned.filter(pl.col("reason").is_null() & (pl.col("notes") != ""))
    for words, count in with_notes["notes"].value_counts().iter_rows():
        for note in filter(None, words.split("|")):
            notes[note] += count
    return notes
