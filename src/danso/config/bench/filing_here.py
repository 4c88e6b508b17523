"""The steps of the desk's measurement that need Django."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from uuid import UUID

from django.db import connections

from danso.kernel.actors import Actor
from danso.modules.cases import interface as cases
from danso.modules.cases.data import QueueFilter, Reach
from danso.modules.cases.models import Case
from danso.modules.cases.queries import definitions
from danso.modules.population.models import Person

PROCEDURE: Final = "residence-confirmation"
THREADS: Final = 4
DESK: Final = Actor("officer", "00000000-0000-0000-0000-0000000000b1", "bench", system="bench")


def filing() -> None:
    """`filing ready`: keep the definition and print its key; `filing SECONDS`: measure."""
    if sys.argv[2] == "ready":
        kept = definitions.keep(cases.get_procedure(PROCEDURE))
        print(json.dumps({"definition": str(kept.pk)}))
        return
    print(json.dumps(_measured(float(sys.argv[2]))))


def _measured(seconds: float) -> dict[str, Any]:
    unit = Case.objects.filter(filed_by="bench").values_list("unit", flat=True)[0]
    commune = Reach(frozenset({("commune_police", unit)}))
    province = Reach(frozenset({("commune_police", "")}))
    page = cases.list_queue(QueueFilter(), reach=commune, actor=DESK)
    keys = [row.key for row in page.rows]
    queue = _timed(lambda n: cases.list_queue(QueueFilter(), reach=commune, actor=DESK), seconds)
    whole = _timed(lambda n: cases.list_queue(QueueFilter(), reach=province, actor=DESK), seconds)
    standing = cases.standing(commune)
    return {
        "queue_p50": _at(queue, 0.5),
        "queue_p95": _at(queue, 0.95),
        "province_p95": _at(whole, 0.95),
        "open_p95": _at(_timed(_open(keys, commune), seconds), 0.95),
        "open": standing.open,
        "create": _created(seconds),
        "threads": THREADS,
    }


def _open(keys: list[UUID], reach: Reach) -> Callable[[int], object]:
    return lambda n: cases.open_case(keys[n % len(keys)], reach=reach, actor=DESK)


def _timed(do: Callable[[int], object], seconds: float) -> list[float]:
    """Milliseconds of each, one after the other, sorted."""
    do(0)
    took: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        do(len(took))
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def _at(took: list[float], share: float) -> float:
    return took[min(len(took) - 1, int(len(took) * share))]


def _created(seconds: float) -> float:
    """Files a second: a draft, and handed in. Each for another person, none twice."""
    people = list(
        Person.objects.filter(commune__isnull=False, status="alive")
        .order_by("-key")
        .values_list("key", flat=True)[: int(seconds * 400)]
    )
    began = time.perf_counter()
    end = began + seconds
    with ThreadPoolExecutor(THREADS) as pool:
        counts = pool.map(lambda at: _hand_in(people[at::THREADS], end), range(THREADS))
        return sum(counts) / (time.perf_counter() - began)


def _hand_in(people: list[UUID], end: float) -> int:
    done = 0
    try:
        for person in people:
            if time.perf_counter() > end:
                break
            key = cases.start_draft(PROCEDURE, person, channel="direct", actor=DESK)
            cases.submit(key, actor=DESK)
            done += 1
    finally:
        connections.close_all()
    return done
