"""A source pulled: each batch cleaned and kept with its checkpoint in one transaction, so that an
outage of any length loses nothing and doubles nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, DansoError, InvalidValue, Refused, Unavailable
from danso.kernel.keys import new_key
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.sources.actions.locked import take_back
from danso.modules.sources.actions.shrinking import note_shrunk
from danso.modules.sources.actions.staging import Taken, end_sweep, is_believed, take
from danso.modules.sources.actions.tallying import count_board
from danso.modules.sources.actions.telling import tell_facts
from danso.modules.sources.actions.uniqueness import mark_twice
from danso.modules.sources.adapters.port import Batch, Connector
from danso.modules.sources.data import BROKEN_OFF, LoadRecord, SourceLoaded
from danso.modules.sources.engine.cleaning import Rules, clean, rules_of
from danso.modules.sources.models import Load, SourceState
from danso.modules.sources.queries.locks import LOAD, alone, held_locks
from danso.toolkit.platform import platform, province

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source

Progress = Callable[[int], None]
MENDER: Final = Actor(kind="system", id="sources")
_COUNTS: Final = ("rows", "new", "changed", "gone", "faulty")
# So many broken lines are kept by their numbers; all are counted.
_TOLD_LINES: Final = 200


def load_source(
    code: str, connector: Connector, *, actor: Actor, progress: Progress | None = None
) -> LoadRecord:
    source = province().source(code)
    opening = Entry(
        actor=actor, action="sources.load_source", outcome="done", detail={"source": code}
    )
    with audit.refusals_journaled(opening), _alone(code):
        mend_loads(code)
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
        mark_twice(self.source, self.taken)

    def _take(self, batch: Batch, state: SourceState) -> None:
        now = clock.now()
        sweep = state.sweep or new_key()
        self.taken.lines.update(fault.reason for fault in batch.faulty)
        if batch.rows.height:
            cleaned = clean(self.source, batch.rows, self.rules)
            take(self.source, cleaned, self.taken, sweep=sweep, now=now)
        state.held_sweep = None
        if batch.everything and batch.end == "whole":
            if is_believed(self.source, self.taken, sweep=sweep):
                end_sweep(self.source, self.taken, sweep=sweep, now=now)
            else:
                state.held_sweep = sweep
            note_shrunk(self.source, self.taken.held, actor=self.actor)
        self._move(batch, now)
        state.sweep = None if batch.end else sweep
        state.checkpoint = dict(batch.after)
        state.save(update_fields=["sweep", "checkpoint", "held_sweep"])
        audit.record(self._entry(batch, sweep))

    def _move(self, batch: Batch, now: datetime) -> None:
        """How far it is, for whoever watches; with the batch, so that a crash leaves it true."""
        self._count()
        self.load.moved_at = now
        room = _TOLD_LINES - len(self.load.broken)
        self.load.broken += [[batch.part, one.line, one.reason] for one in batch.faulty[:room]]
        self.load.save(update_fields=["moved_at", "broken", "lines", "faults", *_COUNTS])

    def _count(self) -> None:
        for name in _COUNTS:
            setattr(self.load, name, getattr(self.taken, name))
        self.load.lines = {code: count for code, count in self.taken.lines.items() if count}
        self.load.faults = dict(self.taken.faults)

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
        load = self.load
        load.state, load.finished_at = state, now
        load.stopped = error.code if error else ""
        self._count()
        with transaction.atomic():
            load.save()
            if state == "done":
                SourceState.objects.filter(source=load.source).update(loaded_at=now)
            if platform().register_mode == "absent":
                # Nobody is there to be matched: what came tells by its own number at once.
                tell_facts(load.source, actor=self.actor)
            elif province().is_locked(load.source):
                take_back(load.source)
            count_board(load.source)
            audit.emit(SourceLoaded(load.key, load.source, state))
        return LoadRecord.of(load)


def mend_loads(code: str | None = None) -> int:
    """Loads whose process died before it could say so: put on record as broken off. `code`: of a
    source of which the caller holds the lock. Returns how many there were."""
    claimed = Load.objects.filter(state="running")
    if code is None:
        running = held_locks(LOAD, claimed.values_list("source", flat=True).distinct())
        claimed = claimed.exclude(source__in=running)
    else:
        claimed = claimed.filter(source=code)
    mended = 0
    for load in claimed:
        opening = Entry(
            actor=MENDER,
            action="sources.mend_load",
            outcome="done",
            detail={"source": load.source, "load": str(load.key)},
        )
        with audit.carried_out(opening) as ledger:
            mended += Load.objects.filter(key=load.key, state="running").update(
                state="stopped", stopped=BROKEN_OFF, finished_at=load.moved_at or clock.now()
            )
            ledger.happened(SourceLoaded(load.key, load.source, "stopped"))
    return mended


@contextmanager
def _alone(code: str) -> Iterator[None]:
    """One load of a source at a time: two would take each other's sweep for their own."""
    with alone(LOAD, code) as is_mine:
        if not is_mine:
            raise Conflict(
                f"The source {code} is being loaded already.",
                code="source_busy",
                fix="Wait until that load has ended.",
            )
        yield
