"""Routes corrections that the gateway opened, closes those that the register above answered, tells
facts and compares anew where a clerk decided about a record, compares again whoever changed in the
register, hears how commune police answered what an owner contested; runs sources that are due,
loads what owners sent, looks at files, matches what has changed, destroys what is past its term."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from danso.kernel.actors import Actor
from danso.modules.audit.data import Positioned
from danso.modules.audit.interface import handler
from danso.modules.linkage.data import LinkDecided
from danso.modules.population.data import (
    NumberIssued,
    PeopleMerged,
    PersonCorrected,
    PersonMoved,
    ProtectionChanged,
    RequestAnswered,
)
from danso.modules.sources.data import CorrectionAnswered, CorrectionOpened, SourceTroubled
from danso.modules.sources.interface import (
    close_answered,
    compare_people,
    contest_answered,
    destroy_past_term,
    keep_quality_behind,
    mail_owner,
    match_waiting,
    route_opened,
    run_source,
    take_pushed,
    tell_decided,
    tend_sources,
    try_rows,
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
    """Idempotent: facts and mismatches are brought up to the links as they stand."""
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


Changed = PersonCorrected | PersonMoved | NumberIssued | PeopleMerged | ProtectionChanged


@handler(
    PersonCorrected,
    PersonMoved,
    NumberIssued,
    PeopleMerged,
    ProtectionChanged,
    name="sources.register_changed",
)
def compare_changed(events: Sequence[Positioned[Changed]]) -> None:
    """Records linked to whoever changed are compared again: what agrees closes, as does what is
    about a protected person; a source that still holds the old value is asked. Idempotent."""
    compare_people({person for one in events for person in _people_of(one.event)})


@handler(CorrectionAnswered, name="sources.contest_answered")
def hear_contests(events: Sequence[Positioned[CorrectionAnswered]]) -> None:
    """Idempotent: each answer is heard once."""
    for one in events:
        contest_answered(one.event.correction, one.event.state)


@handler(SourceTroubled, name="sources.mail_owner")
def mail_owners(events: Sequence[Positioned[SourceTroubled]]) -> None:
    """Once for each trouble: the mail is written in the commit that moves the cursor."""
    for one in events:
        mail_owner(one.event)


def _people_of(event: Changed) -> set[UUID]:
    return {event.kept, event.merged} if isinstance(event, PeopleMerged) else {event.person}


@app.periodic(cron="7 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="sources.keep_quality", queueing_lock="sources.keep_quality")  # type: ignore[untyped-decorator]
def keep_quality(timestamp: int) -> None:
    """Count the sources again of which something was compared since."""
    keep_quality_behind()


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
