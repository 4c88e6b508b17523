"""A run that is wanted now: by a press, a confirmed file, or a source that was resumed."""

from __future__ import annotations

from typing import Final

from procrastinate.contrib.django import app as jobs

from danso.kernel import clock
from danso.modules.sources.data import source_paused
from danso.modules.sources.models import SourceRun
from danso.toolkit.platform import province

TASK: Final = "sources.run"
QUEUE: Final = "sources"


def want_run(code: str) -> None:
    """Have the jobs run it at once; inside the caller's frame."""
    run = run_of(code)
    if run.paused_at is not None:
        raise source_paused()
    run.next_at = clock.now()
    run.save(update_fields=["next_at"])
    wake(code)


def run_of(code: str) -> SourceRun:
    province().source(code)
    SourceRun.objects.get_or_create(source=code)
    return SourceRun.objects.select_for_update().get(source=code)


def wake(code: str) -> None:
    """Harmless twice: a run that finds itself not due does nothing."""
    jobs.configure_task(TASK, queue=QUEUE).defer(source=code)
