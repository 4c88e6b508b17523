"""`danso worker`: runs jobs, and hands the journal's events to their handlers."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from importlib import import_module

import typer
from django.db import DatabaseError, close_old_connections
from procrastinate.contrib.django import app as jobs

from danso.config import case_roads, copy_parts, message_homes
from danso.config.handlers import load_handlers
from danso.config.home import Home, default_home
from danso.config.source_connectors import HomeConnectors
from danso.modules.audit.interface import run_handlers
from danso.modules.sources.interface import use_connectors

app = typer.Typer(add_completion=False)
log = logging.getLogger("danso.worker")

IDLE_SECONDS = 0.2
BATCH = 1_000
STOP_SECONDS = 5.0
# Work of minutes has queues of its own and so many jobs at once: it keeps nothing else waiting.
LONG_QUEUES = {"sources": 2, "looks": 1}


@app.command()
def work() -> None:
    """Work until stopped. Cursors and effects commit together: a kill repeats nothing."""
    load_handlers()
    import_module("danso.config.unfinished_jobs")
    use_connectors(HomeConnectors(Home(default_home())))
    message_homes.use_home()
    case_roads.use_home()
    copy_parts.use_home()
    stop = threading.Event()
    others = [threading.Thread(target=follow_events, args=(stop,), daemon=True)]
    for queue, at_once in LONG_QUEUES.items():
        asked = {"queues": [queue], "at_once": at_once, "stop": stop}
        others.append(threading.Thread(target=_work_on_long, kwargs=asked, daemon=True))
    for thread in others:
        thread.start()
    status = 1
    try:
        run_queues(["default"], main=True)
        status = 0
    except Exception:
        log.exception("the jobs stopped")
    stop.set()
    others[0].join(STOP_SECONDS)
    # A load at work is cut off between two batches and goes on from its checkpoint: the
    # interpreter's own end would wait for it.
    logging.shutdown()
    os._exit(status)


def _work_on_long(queues: Sequence[str], at_once: int, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            run_queues(queues, at_once=at_once)
        except Exception:
            log.exception("the jobs of %s stopped; beginning again", queues)
            stop.wait(1.0)


def run_queues(queues: Sequence[str], *, main: bool = False, at_once: int = 1) -> None:
    """Run the jobs of these queues until asked to stop; only the main thread can be asked."""
    runner = jobs.with_connector(jobs.connector.get_worker_connector())
    with runner.open():
        # Some jobs come every few seconds: done ones would pile up for ever.
        runner.run_worker(
            queues=queues,
            concurrency=at_once,
            install_signal_handlers=main,
            listen_notify=True,
            delete_jobs="successful",
        )


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
