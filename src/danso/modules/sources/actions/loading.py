"""A source pulled: each batch cleaned and kept with its checkpoint in one transaction, so that an
outage of any length loses nothing and doubles nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, DansoError, InvalidValue, Refused, Unavailable
from danso.kernel.keys import new_key
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.sources.actions.locked import take_back
from danso.modules.sources.actions.staging import Taken, end_sweep, take
from danso.modules.sources.actions.tallying import count_board
from danso.modules.sources.adapters.port import Batch, Connector
from danso.modules.sources.data import LoadRecord, SourceLoaded
from danso.modules.sources.engine.cleaning import Rules, clean, rules_of
from danso.modules.sources.models import Load, SourceState
from danso.toolkit.platform import platform, province

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source

Progress = Callable[[int], None]
# One load of a source at a time: two would take each other's sweep for their own.
_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('sources.load:' || %s, 0))"
_UNLOCK: Final = "SELECT pg_advisory_unlock(hashtextextended('sources.load:' || %s, 0))"


def load_source(
    code: str, connector: Connector, *, actor: Actor, progress: Progress | None = None
) -> LoadRecord:
    source = province().source(code)
    opening = Entry(
        actor=actor, action="sources.load_source", outcome="done", detail={"source": code}
    )
    with audit.refusals_journaled(opening), _alone(code):
        load = Load.objects.create(
            source=code, started_at=clock.now(), started_by=actor.id, state="running"
        )
        loading = _Loading(source, load, actor, progress)
        try:
            loading.run(connector)
        except (InvalidValue, Refused, Unavailable) as error:
            loading.finish("stopped", error)
            raise
        return loading.finish("done")


class _Loading:
    """One load on its way."""

    def __init__(self, source: Source, load: Load, actor: Actor, progress: Progress | None) -> None:
        self.source = source
        self.load = load
        self.actor = actor
        self.progress = progress
        self.taken = Taken()
        self.rules: Rules = rules_of(
            province(), accepts_synthetic=platform().is_demo, today=clock.today()
        )

    def run(self, connector: Connector) -> None:
        state, _ = SourceState.objects.get_or_create(source=self.source.code)
        for batch in connector.pull(state.checkpoint):
            with transaction.atomic():
                self._take(batch, state)
            if self.progress is not None:
                self.progress(batch.rows.height)

    def _take(self, batch: Batch, state: SourceState) -> None:
        now = clock.now()
        sweep = state.sweep or new_key()
        self.taken.lines.update(fault.reason for fault in batch.faulty)
        if batch.rows.height:
            cleaned = clean(self.source, batch.rows, self.rules)
            take(self.source, cleaned, self.taken, sweep=sweep, now=now)
        if batch.everything and batch.end == "whole":
            end_sweep(self.source, self.taken, sweep=sweep, now=now)
        state.sweep = None if batch.end else sweep
        state.checkpoint = dict(batch.after)
        state.save(update_fields=["sweep", "checkpoint"])
        audit.record(self._entry(batch, sweep))

    def _entry(self, batch: Batch, sweep: UUID) -> Entry:
        return Entry(
            actor=self.actor,
            action="sources.take_batch",
            outcome="done",
            detail={
                "source": self.source.code,
                "load": str(self.load.key),
                "sweep": str(sweep),
                "rows": batch.rows.height,
                "lines": len(batch.faulty),
            },
        )

    def finish(self, state: str, error: DansoError | None = None) -> LoadRecord:
        """The load on record with its event; what is in stays in."""
        now = clock.now()
        load, taken = self.load, self.taken
        load.state, load.finished_at = state, now
        load.stopped = error.code if error else ""
        for name in ("rows", "new", "changed", "gone", "faulty"):
            setattr(load, name, getattr(taken, name))
        load.lines = {code: count for code, count in taken.lines.items() if count}
        load.faults = dict(taken.faults)
        with transaction.atomic():
            load.save()
            if state == "done":
                SourceState.objects.filter(source=load.source).update(loaded_at=now)
            if province().is_locked(load.source):
                take_back(load.source)
            count_board(load.source)
            audit.emit(SourceLoaded(load.key, load.source, state))
        return LoadRecord.of(load)


@contextmanager
def _alone(code: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [code])
        (is_mine,) = cursor.fetchone() or (False,)
        if not is_mine:
            raise Conflict(
                f"The source {code} is being loaded already.",
                code="source_busy",
                fix="Wait until that load has ended.",
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(_UNLOCK, [code])
