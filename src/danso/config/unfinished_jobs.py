"""Jobs whose worker fell are given back: a `lock` they hold would keep their kind from running for
ever, and a job that is asked for only once would be lost."""

from __future__ import annotations

import logging
from typing import Final

from asgiref.sync import async_to_sync
from django.db import transaction
from procrastinate import exceptions, jobs
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

log = logging.getLogger("danso.worker")

# Three of a worker's heartbeats, which come every ten seconds.
SILENT_SECONDS: Final = 30
# A job that has taken its worker down so often would do it again.
MOST_TIMES: Final = 5


@app.periodic(cron="* * * * * */10")  # type: ignore[untyped-decorator]
@app.task(name="config.give_back", queueing_lock="config.give_back")  # type: ignore[untyped-decorator]
def give_back_unfinished(timestamp: int) -> None:
    """Give back the jobs of workers that are silent."""
    give_back(SILENT_SECONDS)


def give_back(silent_seconds: float) -> int:
    """Jobs of workers silent for so long wait again, as if they had never begun; how many did.

    One whose like waits already (the same `queueing_lock`) is dropped: that one does its work. One
    that fell `MOST_TIMES` times stays as failed, for the operator to see. Whoever was only slow and
    not dead does its work twice: every job is safe to repeat."""
    stalled = async_to_sync(app.job_manager.get_stalled_jobs)(
        seconds_since_heartbeat=silent_seconds
    )
    return sum(_give_back(job) for job in stalled)


def _give_back(job: jobs.Job) -> bool:
    manager = app.job_manager
    if job.attempts >= MOST_TIMES:
        log.error("job %s (%s) took its worker down %d times", job.id, job.task_name, job.attempts)
        async_to_sync(manager.finish_job)(job, jobs.Status.FAILED, delete_job=False)
        return False
    if job.queueing_lock and _waits(job.queueing_lock):
        async_to_sync(manager.finish_job)(job, jobs.Status.FAILED, delete_job=True)
        return False
    try:
        with transaction.atomic():
            async_to_sync(manager.retry_job)(job)
    except exceptions.ConnectorException:
        # Ended after all, or its like was asked for this moment: the next round sees which.
        return False
    log.warning("job %s (%s) was left by a worker that fell", job.id, job.task_name)
    return True


def _waits(queueing_lock: str) -> bool:
    return bool(
        ProcrastinateJob.objects.filter(status="todo", queueing_lock=queueing_lock).exists()
    )
