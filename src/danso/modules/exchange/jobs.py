"""What exchange does behind the scenes: files of people, worked on until they are done."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from danso.modules.exchange import interface as exchange

# A turn's worth of chunks, so that one large file does not keep the worker from everything else.
TURN = 50


@app.task(name="exchange.verify_file")  # type: ignore[untyped-decorator]
def verify_file(key: str) -> None:
    """Work on one file for a turn; the minute's round takes up what is left."""
    exchange.work_on_file(UUID(key), chunks=TURN)


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="exchange.take_up_files", queueing_lock="exchange.take_up_files")  # type: ignore[untyped-decorator]
def take_up_files(timestamp: int) -> None:
    """Go on with files that a kill, a full turn or a slow journal has left."""
    for key in exchange.unfinished_files():
        exchange.work_on_file(key, chunks=TURN)
