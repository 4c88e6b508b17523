"""What protection does behind the scenes: copies, clocks of breaches, the ends of terms."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from danso.modules.protection import interface as protection


@app.task(name="protection.make_copy")  # type: ignore[untyped-decorator]
def make_copy(key: str) -> None:
    """Make one copy that somebody asked for."""
    protection.make_copy(UUID(key))


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="protection.take_up_copies", queueing_lock="protection.take_up_copies")  # type: ignore[untyped-decorator]
def take_up_copies(timestamp: int) -> None:
    """Copies that a kill has left, and the ends of those past their days."""
    del timestamp
    for key in protection.waiting_copies():
        protection.make_copy(key)
    protection.end_copies()


@app.periodic(cron="*/5 * * * *")  # type: ignore[untyped-decorator]
@app.task(name="protection.watch_clocks", queueing_lock="protection.watch_clocks")  # type: ignore[untyped-decorator]
def watch_clocks(timestamp: int) -> None:
    """Cry out the clocks that run out."""
    del timestamp
    protection.watch_clocks()


# 19:05 UTC is five past two at night in Vietnam.
@app.periodic(cron="5 19 * * *")  # type: ignore[untyped-decorator]
@app.task(name="protection.destroy_past_term", queueing_lock="protection.destroy_past_term")  # type: ignore[untyped-decorator]
def destroy_daily(timestamp: int) -> None:
    """Destroy what is past its term."""
    del timestamp
    protection.destroy_past_term()
