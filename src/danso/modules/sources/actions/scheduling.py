"""When sources run: paused, resumed, run now, and the round that finds what is due or has died."""

from __future__ import annotations

from datetime import timedelta

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.sources.actions.alerting import open_alert
from danso.modules.sources.actions.drifting import forgive_described
from danso.modules.sources.actions.loading import mend_loads
from danso.modules.sources.actions.locked import withdraw_locked
from danso.modules.sources.actions.running import RUNNER, fail
from danso.modules.sources.actions.wanting import run_of, wake, want_run
from danso.modules.sources.adapters.registry import connectors
from danso.modules.sources.data import BROKEN_OFF
from danso.modules.sources.models import SourceAlert, SourceRun, SourceState
from danso.modules.sources.queries.locks import RUN, alone
from danso.toolkit.platform import province


def pause_source(code: str, *, actor: Actor) -> None:
    """See interface."""
    with audit.carried_out(_entry("sources.pause_source", code, actor)):
        run = run_of(code)
        run.paused_at, run.paused_by = clock.now(), actor.id
        run.save(update_fields=["paused_at", "paused_by"])


def resume_source(code: str, *, actor: Actor) -> None:
    """See interface."""
    with audit.carried_out(_entry("sources.resume_source", code, actor)):
        run = run_of(code)
        was_paused = run.paused_at is not None
        run.paused_at, run.paused_by = None, ""
        if was_paused and run.is_placed and province().source(code).schedule:
            run.next_at = clock.now()
        run.save(update_fields=["paused_at", "paused_by", "next_at"])
        wake(code)


def run_source_now(code: str, *, actor: Actor) -> None:
    """See interface."""
    with audit.carried_out(_entry("sources.run_now", code, actor)):
        want_run(code)


def tend() -> list[str]:
    """See interface."""
    mend_loads()
    withdraw_locked()
    forgive_described(actor=RUNNER)
    _mend_runs()
    _place()
    _find_late()
    due = SourceRun.objects.filter(
        next_at__lte=clock.now(), paused_at__isnull=True, phase="", source__in=province().sources
    )
    return list(due.order_by("next_at").values_list("source", flat=True))


def _mend_runs() -> None:
    """Runs whose process died: tried again like any other failure, from the last checkpoint."""
    for code in SourceRun.objects.exclude(phase="").values_list("source", flat=True):
        source = province().sources.get(code)
        if source is None:
            SourceRun.objects.filter(source=code).delete()
            continue
        with alone(RUN, code) as is_mine:
            # One that ended between the two looks has said so itself.
            if is_mine and SourceRun.objects.filter(source=code).exclude(phase="").exists():
                with audit.carried_out(_entry("sources.mend_run", code, RUNNER)) as ledger:
                    fail(ledger, source, BROKEN_OFF, asked=0.0)


def _place() -> None:
    """Which sources this home knows the place of, and when they run for the first time."""
    try:
        placed = set(connectors().placed())
    except InvalidValue:
        # A broken sources.toml: each run says so of its source, and what was planned stays.
        return
    known = {run.source: run for run in SourceRun.objects.all()}
    for source in province().sources.values():
        run = known.get(source.code) or SourceRun.objects.get_or_create(source=source.code)[0]
        is_placed = source.code in placed
        rows = SourceRun.objects.filter(source=source.code)
        if is_placed != run.is_placed:
            rows.update(is_placed=is_placed)
        if is_placed and run.next_at is None and source.schedule is not None:
            # Whoever asked for a run meanwhile goes first.
            rows.filter(next_at=None).update(next_at=source.schedule.next_after(clock.now()))
        elif run.is_placed and not is_placed:
            rows.update(next_at=None)


def _find_late() -> None:
    """Sources of which nothing came in the rhythm that their owner promised."""
    told = SourceAlert.objects.filter(kind="late", closed_at__isnull=True).values("source")
    for state in SourceState.objects.filter(loaded_at__isnull=False).exclude(source__in=told):
        source = province().sources.get(state.source)
        if source is None or state.loaded_at is None:
            continue
        due = clock.local(state.loaded_at).date() + timedelta(days=source.rhythm_days)
        if clock.today() <= due:
            continue
        with audit.carried_out(_entry("sources.note_late", source.code, RUNNER)) as ledger:
            open_alert(ledger, source.code, "late", "source_late")


def _entry(action: str, code: str, actor: Actor) -> Entry:
    return Entry(actor=actor, action=action, outcome="done", detail={"source": code})
