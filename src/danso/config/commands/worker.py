"""`danso worker`: runs jobs, and hands the journal's events to their handlers."""

from __future__ import annotations

import logging
import threading

import typer
from django.db import DatabaseError, close_old_connections
from procrastinate.contrib.django import app as jobs

from danso.config.handlers import load_handlers
from danso.modules.audit.interface import run_handlers

app = typer.Typer(add_completion=False)
log = logging.getLogger("danso.worker")

IDLE_SECONDS = 0.2
BATCH = 1_000


@app.command()
def work() -> None:
    """Work until stopped. Cursors and effects commit together: a kill repeats nothing."""
    load_handlers()
    stop = threading.Event()
    follower = threading.Thread(target=follow_events, args=(stop,), daemon=True)
    follower.start()
    runner = jobs.with_connector(jobs.connector.get_worker_connector())
    try:
        with runner.open():
            # Some jobs come every few seconds: done ones would pile up for ever.
            runner.run_worker(
                install_signal_handlers=True, listen_notify=True, delete_jobs="successful"
            )
    finally:
        stop.set()
        follower.join(5)


def follow_events(stop: threading.Event) -> None:
    """Run handlers as positions arrive; the database may go away and come back."""
    while not stop.is_set():
        try:
            if not any(run.handled for run in run_handlers(BATCH)):
                stop.wait(IDLE_SECONDS)
        except DatabaseError:
            log.warning("the database does not answer; trying again")
            close_old_connections()
            stop.wait(1.0)
