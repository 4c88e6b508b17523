"""Where the time goes: processor time of each process that takes part, read from /proc.

On a machine that others use too, rates sink and swing; processor time a request hardly does.
"""

from __future__ import annotations

import os
import resource
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from danso.config.bench.place import Connection, Place

Spent = dict[str, float]
GENERATOR: Final = "load generator"
_ROLES: Final = {
    "danso_gateway": "database for the gateway",
    "danso_sealer": "database for the sealer",
    "danso_app": "database for Django",
}
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def read(place: Place, view: int | None = None) -> Spent:
    """Seconds by part until now: danso's processes, their connections, connections that ended,
    PostgreSQL's writers, load generators that ended; and whatever else runs under `view`."""
    spent: Spent = defaultdict(float)
    for child in place.supervisor.children:
        if child.process is not None:
            spent[child.name] += sum(used_by(one) for one in _with_children(child.process.pid))
    for pid in _with_children(view):
        spent["the other"] += used_by(pid)
    with place.connect() as connection:
        for pid, name in _backends(connection):
            spent[name] += used_by(pid)
    # The postmaster waits for every connection's process, so what they used is in its own record.
    spent["ended connections and autovacuum"] += sum(_stat(_postmaster(place))[2:])
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent[GENERATOR] += used.ru_utime + used.ru_stime
    return spent


def used_by(pid: int) -> float:
    """Processor seconds of one process so far."""
    return sum(_stat(pid)[:2])


def since(before: Spent, now: Spent) -> Spent:
    return {name: max(0.0, used - before.get(name, 0.0)) for name, used in now.items()}


def each(spent: Spent, answers: int) -> float:
    """Microseconds a request, the load generator left out."""
    used = sum(used for name, used in spent.items() if name != GENERATOR)
    return used / max(1, answers) * 1e6


def words(spent: Spent, answers: int) -> str:
    """The parts in microseconds a request, largest first."""
    largest = sorted(spent.items(), key=lambda part: -part[1])
    parts = ((name, seconds / answers * 1e6) for name, seconds in largest)
    return ", ".join(f"{name} {each:.0f}" for name, each in parts if each >= 1)


def _backends(connection: Connection) -> list[tuple[int, str]]:
    rows = connection.execute(
        "SELECT pid, usename FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    ).fetchall()
    return [
        (pid, _ROLES.get(role, "database, others") if role else "database's writers")
        for pid, role in rows
    ]


def _postmaster(place: Place) -> int:
    return int((place.cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])


def _with_children(pid: int | None) -> Iterable[int]:
    if pid is None:
        return []
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return [pid, *map(int, children)]


def _stat(pid: int) -> tuple[float, float, float, float]:
    """User and system seconds: its own, then those of the children it waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0.0, 0.0, 0.0
    own_user, own_system, user, system = (int(ticks) / _TICKS for ticks in fields[11:15])
    return own_user, own_system, user, system
