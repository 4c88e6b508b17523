"""What sign-on does behind the scenes: follow ended sessions, tell clients, sweep."""

from __future__ import annotations

from collections.abc import Sequence

from procrastinate.contrib.django import app

from danso.modules.audit import interface as audit
from danso.modules.audit.data import Positioned
from danso.modules.identity.data import AccountState, AccountStateChanged, SessionEnded
from danso.modules.signon import interface as signon


@audit.handler(SessionEnded, AccountStateChanged, name="signon.sessions_ended")
def follow_sessions(endings: Sequence[Positioned[SessionEnded | AccountStateChanged]]) -> None:
    """Idempotent: a sign-in ends once, and a client has one notice for each session."""
    for one in endings:
        event = one.event
        if isinstance(event, SessionEnded):
            signon.end_sessions(event.account, event.session, "session_ended")
        elif event.state != AccountState.ACTIVE:
            signon.end_sessions(event.account, "", "account_" + event.state)


@app.periodic(cron="* * * * * */2")  # type: ignore[untyped-decorator]
@app.task(name="signon.tell_clients", queueing_lock="signon.tell_clients")  # type: ignore[untyped-decorator]
def tell_clients(timestamp: int) -> None:
    """Send what is due."""
    del timestamp
    signon.tell_clients()


@app.periodic(cron="*/10 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="signon.sweep", queueing_lock="signon.sweep")  # type: ignore[untyped-decorator]
def sweep(timestamp: int) -> None:
    """Away with what has expired."""
    del timestamp
    signon.sweep()
