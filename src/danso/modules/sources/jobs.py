"""Routes corrections that the gateway opened, closes those that the register above answered, tells
facts anew where a clerk decided about a record; runs sources that are due, looks at files sent."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from danso.modules.audit.data import Positioned
from danso.modules.audit.interface import handler
from danso.modules.linkage.data import LinkDecided
from danso.modules.population.data import RequestAnswered
from danso.modules.sources.data import CorrectionOpened
from danso.modules.sources.interface import (
    close_answered,
    route_opened,
    run_source,
    tell_decided,
    tend_sources,
    try_rows,
)


@handler(CorrectionOpened, name="sources.route")
def route_corrections(events: Sequence[Positioned[CorrectionOpened]]) -> None:
    """Idempotent: a correction that has its decider is left alone."""
    for positioned in events:
        route_opened(positioned.event.correction)


@handler(RequestAnswered, name="sources.upstream_answered")
def close_corrections(events: Sequence[Positioned[RequestAnswered]]) -> None:
    """Idempotent: a correction that is closed stays as it is."""
    for positioned in events:
        close_answered(positioned.event.request, positioned.event.state)


@handler(LinkDecided, name="sources.link_decided")
def tell_of_decided(events: Sequence[Positioned[LinkDecided]]) -> None:
    """Idempotent: facts are brought up to the links as they stand."""
    tell_decided([positioned.event.decision for positioned in events])


# Every ten seconds: a killed run, a wanted one or a time that has come waits no longer.
@app.periodic(cron="* * * * * */10")  # type: ignore[untyped-decorator]
@app.task(name="sources.tend", queueing_lock="sources.tend")  # type: ignore[untyped-decorator]
def tend(timestamp: int) -> None:
    """Start what is due; a source waits in the queue once."""
    for code in tend_sources():
        waiting = run.configure(queueing_lock=f"sources.run:{code}")
        with suppress(AlreadyEnqueued):
            waiting.defer(source=code)


# Queues of their own (config's `worker`): minutes of loading keep nothing else from its time.
@app.task(name="sources.run", queue="sources")  # type: ignore[untyped-decorator]
def run(source: str) -> None:
    """Run one source, if it is due still."""
    run_source(source)


@app.task(name="sources.try", queue="looks")  # type: ignore[untyped-decorator]
def try_trial(key: str) -> None:
    """Look at a file, or at a source where it is."""
    try_rows(UUID(key))
