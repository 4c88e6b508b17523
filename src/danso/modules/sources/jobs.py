"""Routes corrections that the gateway opened, closes those that the register above answered, tells
facts anew where a clerk decided about a record; matches what has changed; destroys what is past its
term."""

from collections.abc import Sequence

from procrastinate.contrib.django import app

from danso.kernel.actors import Actor
from danso.modules.audit.data import Positioned
from danso.modules.audit.interface import handler
from danso.modules.linkage.data import LinkDecided
from danso.modules.population.data import RequestAnswered
from danso.modules.sources.data import CorrectionOpened
from danso.modules.sources.interface import (
    close_answered,
    destroy_past_term,
    match_waiting,
    route_opened,
    tell_decided,
)

MATCHER = Actor(kind="system", id="sources")


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


# A round ends by itself, and a second one never waits behind it.
@app.periodic(cron="*/10 * * * *")  # type: ignore[untyped-decorator]
@app.task(  # type: ignore[untyped-decorator]
    name="sources.match_waiting", queueing_lock="sources.match_waiting", lock="sources.match"
)
def match_what_waits(timestamp: int) -> None:
    """Match records and people that changed, of sources that were matched before."""
    match_waiting(actor=MATCHER)


# 18:20 UTC is twenty past one at night in Vietnam.
@app.periodic(cron="20 18 * * *")  # type: ignore[untyped-decorator]
@app.task(name="sources.destroy_past_term", queueing_lock="sources.destroy_past_term")  # type: ignore[untyped-decorator]
def destroy_daily(timestamp: int) -> None:
    """Destroy records that their owners stopped sending longer ago than they may be kept."""
    destroy_past_term()
