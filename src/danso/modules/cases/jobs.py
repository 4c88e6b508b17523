"""What cases do behind the scenes: deeds going out, answers coming back, days that pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from procrastinate.contrib.django import app

from danso.kernel.actors import Actor
from danso.modules.audit.data import Positioned
from danso.modules.audit.interface import handler
from danso.modules.cases import interface as cases
from danso.modules.population.data import RequestAnswered

KEEPER: Final = Actor(kind="system", id="cases")


@handler(RequestAnswered, name="cases.upstream_answered")
def settle_requests(answers: Sequence[Positioned[RequestAnswered]]) -> None:
    """Idempotent: an effect that is settled stays as it is."""
    for one in answers:
        cases.settle_request(one.event.request, one.event.state, actor=KEEPER)


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="cases.deliver", queueing_lock="cases.deliver")  # type: ignore[untyped-decorator]
def deliver(timestamp: int) -> None:
    """Hand over what waits."""
    del timestamp
    cases.deliver_waiting()


# 17:10 UTC is ten past midnight in Vietnam: yesterday's days have passed.
@app.periodic(cron="10 17 * * *")  # type: ignore[untyped-decorator]
@app.task(name="cases.watch_days", queueing_lock="cases.watch_days")  # type: ignore[untyped-decorator]
def watch_days(timestamp: int) -> None:
    """Files whose supplement did not come; days that can be told now."""
    del timestamp
    cases.stop_unsupplemented()
    cases.settle_days()


# 19:20 UTC is twenty past two at night in Vietnam.
@app.periodic(cron="20 19 * * *")  # type: ignore[untyped-decorator]
@app.task(name="cases.destroy_past_term", queueing_lock="cases.destroy_past_term")  # type: ignore[untyped-decorator]
def destroy_daily(timestamp: int) -> None:
    """Destroy what is past its term."""
    del timestamp
    cases.destroy_past_term()
