"""Routes corrections that the gateway opened, closes those that the register above answered, tells
facts anew where a clerk decided about a record, loads what owners sent to the gateway."""

from collections.abc import Sequence

from procrastinate.contrib.django import app

from danso.modules.audit.data import Positioned
from danso.modules.audit.interface import handler
from danso.modules.linkage.data import LinkDecided
from danso.modules.population.data import RequestAnswered
from danso.modules.sources.data import CorrectionOpened
from danso.modules.sources.interface import (
    close_answered,
    route_opened,
    take_pushed,
    tell_decided,
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


# Every ten seconds; a round ends by itself, and a second one never waits behind it.
@app.periodic(cron="* * * * * */10")  # type: ignore[untyped-decorator]
@app.task(  # type: ignore[untyped-decorator]
    name="sources.take_pushed",
    queueing_lock="sources.take_pushed",
    lock="sources.take_pushed",
)
def load_pushed(timestamp: int) -> None:
    """Load the records that owners sent."""
    take_pushed()
