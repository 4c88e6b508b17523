"""One run of a source by itself: look, load, match, tell; and what a failure leads to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError, Unavailable
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import NoLinks
from danso.modules.sources.actions.alerting import close_alerts, open_alert
from danso.modules.sources.actions.drifting import note_drift
from danso.modules.sources.actions.loading import load_source
from danso.modules.sources.actions.matching import match_source
from danso.modules.sources.actions.uploading import forget_loaded
from danso.modules.sources.adapters.registry import connectors
from danso.modules.sources.data import LoadRecord, Phase
from danso.modules.sources.engine.retrying import TOLD_AFTER, wait_after
from danso.modules.sources.models import Load, SourceRun
from danso.modules.sources.queries.locks import RUN, alone
from danso.toolkit.platform import platform, province

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source

RUNNER: Final = Actor(kind="system", id="sources", system="worker")


def run_source(code: str) -> bool:
    """See interface."""
    source = province().source(code)
    with alone(RUN, code) as is_mine:
        if not is_mine or not _is_due(code):
            return False
        begun = clock.now()
        try:
            done = _carry_out(source, begun)
        except DansoError as error:
            _failed(source, error)
            return True
        _ended_well(source, done, begun)
    return True


def _is_due(code: str) -> bool:
    due = SourceRun.objects.filter(source=code, next_at__lte=clock.now(), paused_at__isnull=True)
    return due.exists()


def _carry_out(source: Source, begun: datetime) -> LoadRecord:
    enter(source.code, "checking")
    note_drift(source, connectors().open(source).check(), actor=RUNNER)
    enter(source.code, "pulling")
    try:
        done = load_source(source.code, connectors().open(source), actor=RUNNER)
    except DansoError:
        # What came before it stopped need not wait until its owner is back.
        _match(source)
        raise
    forget_loaded(source.code, begun, actor=RUNNER)
    _match(source)
    return done


def _match(source: Source) -> None:
    if is_unmatched(source):
        enter(source.code, "matching")
        match_source(
            source.code, actor=RUNNER, model=None, say=lambda step: _step(source.code, step)
        )


def is_unmatched(source: Source) -> bool:
    """Whether a load has changed anything since its records were matched; never of what is locked
    or not about people, or where nobody is to match with."""
    is_absent = platform().register_mode == "absent"
    if is_absent or not source.is_matched or province().is_locked(source.code):
        return False
    loads = Load.objects.filter(source=source.code)
    try:
        matched_at: datetime = linkage.last_run(source.code).started_at
    except NoLinks:
        return loads.filter(rows__gt=0).exists()
    later = loads.exclude(finished_at__lte=matched_at)
    return any(load.new or load.changed or load.gone for load in later)


def enter(code: str, phase: Phase) -> None:
    """What is going on, for whoever watches."""
    SourceRun.objects.filter(source=code).update(phase=phase, step="", phase_at=clock.now())


def _step(code: str, step: str) -> None:
    if step == "tell":
        enter(code, "telling")
    else:
        SourceRun.objects.filter(source=code).update(step=step)


def _ended_well(source: Source, done: LoadRecord, begun: datetime) -> None:
    with audit.carried_out(_entry(source, "sources.run_source")) as ledger:
        close_alerts(ledger, source.code, "stopped", "late")
        SourceRun.objects.filter(source=source.code).update(
            phase="", step="", phase_at=None, tries=0, problem="", next_at=_planned(source, begun)
        )
        ledger.detail |= {"load": str(done.key), "rows": done.rows}


def _planned(source: Source, begun: datetime) -> datetime | None:
    """The next time of its schedule; what was wanted meanwhile (an upload, a press) stays."""
    wanted = SourceRun.objects.filter(source=source.code, next_at__gt=begun).first()
    if wanted is not None:
        return wanted.next_at
    return source.schedule.next_after(clock.now()) if source.schedule else None


def _failed(source: Source, error: DansoError) -> None:
    """The next try: soon and ever later after an outage; where somebody has to do something first,
    when it was due anyway."""
    is_away = isinstance(error, Unavailable)
    asked = float(getattr(error, "retry_after", 0.0))
    with audit.carried_out(_entry(source, "sources.run_source")) as ledger:
        ledger.outcome = f"refused:{error.code}"
        fail(ledger, source, error.code, asked=asked if is_away else None)


def fail(ledger: audit.Ledger, source: Source, code: str, *, asked: float | None) -> None:
    """One more failure of a source, inside the caller's frame. `asked`: the seconds it wants to be
    left alone; None where trying again changes nothing before somebody acts."""
    run = SourceRun.objects.select_for_update().get(source=source.code)
    run.tries += 1
    now = clock.now()
    is_busy = code == "source_busy"
    if is_busy:
        run.tries -= 1
    if asked is not None or is_busy:
        run.next_at = now + wait_after(max(run.tries, 1), asked or 0.0)
    else:
        run.next_at = source.schedule.next_after(now) if source.schedule else None
    run.problem, run.problem_at = code, now
    run.phase, run.step, run.phase_at = "", "", None
    run.save()
    if not is_busy and (asked is None or run.tries >= TOLD_AFTER):
        open_alert(ledger, source.code, "stopped", code)


def _entry(source: Source, action: str) -> Entry:
    return Entry(actor=RUNNER, action=action, outcome="done", detail={"source": source.code})
