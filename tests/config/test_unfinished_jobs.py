"""A worker that fell leaves jobs behind: they run again, once, and hold no lock."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from danso.config.unfinished_jobs import MOST_TIMES, give_back

pytestmark = pytest.mark.django_db

FETCH = "SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)"


def worker(silent_seconds: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_seconds],
        )
        return int(cursor.fetchone()[0])


def begin(of_worker: int) -> int | None:
    """What a worker does when it takes up its next job."""
    with connection.cursor() as cursor:
        # A job given back is due by the wall; `now()` here is when the test began.
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
        cursor.execute(FETCH, [of_worker])
        found = cursor.fetchone()
        return None if found is None else found[0]


def wanted(*, lock: str | None = None, queueing_lock: str = "") -> int:
    alone = queueing_lock or str(uuid4())
    job = app.configure_task("config.give_back", lock=lock, queueing_lock=alone)
    return int(job.defer(timestamp=0))


def state(job: int) -> str | None:
    found = ProcrastinateJob.objects.filter(pk=job).first()
    return None if found is None else str(found.status)


def test_give_back_job_of_a_worker_that_fell_frees_the_lock_and_runs_again() -> None:
    left = wanted(lock="teahouse")
    assert begin(worker(silent_seconds=60)) == left
    later = wanted(lock="teahouse")
    living = worker(silent_seconds=0)
    assert begin(living) is None, "its lock is held by the dead"

    assert give_back(30) == 1

    assert begin(living) == left
    assert state(later) == "todo"


def test_give_back_job_of_a_living_worker_is_left_alone() -> None:
    at_work = wanted(lock="teahouse")
    begin(worker(silent_seconds=5))

    assert give_back(30) == 0
    assert state(at_work) == "doing"


def test_give_back_job_whose_worker_is_forgotten_waits_again() -> None:
    left = wanted()
    fallen = worker(silent_seconds=60)
    begin(fallen)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers WHERE id = %s", [fallen])

    assert give_back(30) == 1
    assert state(left) == "todo"


def test_give_back_job_whose_like_waits_is_dropped() -> None:
    left = wanted(queueing_lock="teahouse")
    begin(worker(silent_seconds=60))
    waits = wanted(queueing_lock="teahouse")

    assert give_back(30) == 0
    assert state(left) is None
    assert state(waits) == "todo"


def test_give_back_job_that_takes_every_worker_down_fails_for_good() -> None:
    left = wanted()
    for _ in range(MOST_TIMES):
        assert begin(worker(silent_seconds=60)) == left
        assert give_back(30) == 1
    begin(worker(silent_seconds=60))

    assert give_back(30) == 0
    assert state(left) == "failed"
