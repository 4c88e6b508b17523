"""Batches of a thousand people over two connections: what lasts while sealing keeps up, bursts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from danso.config.bench import claims, cost, loads
from danso.config.bench.claims import Asker
from danso.config.bench.place import Place, Say
from danso.config.bench.report import Aim, Row
from danso.config.bench.verifying import wait_sealed

PATH: Final = "/v1/verify/batch"
DRAWN: Final = 200_000
CONNECTIONS: Final = 2
BURST_SECONDS: Final = 1.5
AIM_BURST: Final = 80_000.0
_EVERY: Final = 0.2
_HEALTH: Final = (
    "SELECT backlog, coalesce(extract(epoch FROM clock_timestamp() - oldest_unsealed_at), 0)"
    " FROM audit_v1.health"
)


@dataclass
class Watched:
    """How far sealing fell behind, at worst."""

    backlog: int = 0
    age: float = 0.0


def measure(place: Place, asker: Asker, *, seconds: float, rounds: int, say: Say) -> list[Row]:
    """Bursts from an empty inbox, then one long stretch of twice `seconds`."""
    bodies = place.folder / "batches.jsonl"
    size = claims.write_batches(claims.draw(place, DRAWN, seed=77), asker, bodies)
    bursts = [
        _burst(place, asker, bodies, min(seconds, BURST_SECONDS), size) for _ in range(rounds)
    ]
    say(f"Batches for {2 * seconds:.0f} s, sealing beside them …")
    return [
        Row(
            "batch.burst",
            "Batch, burst",
            median(bursts),
            "people/s",
            Aim(AIM_BURST),
            tuple(bursts),
            f"{CONNECTIONS} connections, {size:,} people a call, from an empty inbox",
        ),
        *_sustained(place, asker, bodies, 2 * seconds, size),
    ]


def _burst(place: Place, asker: Asker, bodies: Path, seconds: float, size: int) -> float:
    wait_sealed(place)
    bearer = loads.token(place, asker.partner)
    load, _ = loads.send(place, PATH, bodies, bearer, seconds=seconds, connections=CONNECTIONS)
    return load.rate * size


def _sustained(place: Place, asker: Asker, bodies: Path, seconds: float, size: int) -> list[Row]:
    """People answered, over the time until the last of their journal rows was sealed."""
    wait_sealed(place)
    bearer = loads.token(place, asker.partner)
    before = cost.read(place)
    began = time.perf_counter()
    with _watching(place) as watched:
        load, statuses = loads.send(
            place, PATH, bodies, bearer, seconds=seconds, connections=CONNECTIONS
        )
        wait_sealed(place)
        whole = time.perf_counter() - began
    spent = cost.since(before, cost.read(place))
    people = load.answers * size
    refused = statuses.get("503", 0)
    how = f"{people:,} people in {load.seconds:.1f} s, all sealed after {whole:.1f} s"
    waited = f"{refused} calls were told to wait (503): batches are admitted under 2 s of backlog"
    return [
        Row("batch.sustained", "Batch, sustained", people / whole, "people/s", note=how),
        Row("batch.backlog", "Batch, most rows unsealed", watched.backlog, "rows", note=waited),
        Row("batch.unsealed", "Batch, oldest unsealed row", watched.age, "s"),
        Row(
            "cost.batch",
            "Processor time a person, batch",
            cost.each(spent, people),
            "µs",
            note=cost.words(spent, people),
        ),
    ]


@contextmanager
def _watching(place: Place) -> Iterator[Watched]:
    watched, stop = Watched(), threading.Event()

    def watch() -> None:
        with place.connect() as connection:
            while not stop.wait(_EVERY):
                found = connection.execute(_HEALTH).fetchone()
                if found:
                    watched.backlog = max(watched.backlog, int(found[0]))
                    watched.age = max(watched.age, float(found[1]))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield watched
    finally:
        stop.set()
        thread.join()
