#!/usr/bin/env python3
"""How long the register takes to read, in a running home: docs/explanation/the-register.md.

.venv/bin/python -m tools.measure_register [--home .danso] [--times 20]
"""

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from danso.config.boot import connect_home, django_ready


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--home", type=Path, help="a demo home that is up")
    parser.add_argument("--times", type=int, default=20, help="turns; the median is told")
    asked = parser.parse_args()
    connect_home(asked.home)
    django_ready()
    measure(asked.times)


def measure(times: int) -> None:
    # Django must stand before its modules are imported.
    from danso.modules.population import interface as population  # noqa: PLC0415
    from danso.modules.population.data import Scope, Wanted  # noqa: PLC0415
    from danso.modules.population.queries.finding import find_hits  # noqa: PLC0415
    from danso.toolkit.platform import province  # noqa: PLC0415

    commune = max(population.count_people(), key=lambda one: one.alive).commune or ""
    here = Scope(communes=(commune,))
    keys = [one.person for one in population.list_faulty("no_parents", commune, here, limit=500)]
    keys += [one.person for one in population.list_card_due(commune, here, limit=500)]
    people = list(population.people_by_keys(keys).values())
    numbered = [one for one in people if one.number and one.birth]

    def number() -> object:
        return population.find_by_number(random.choice(numbered).number or "")

    def name() -> object:
        one = random.choice(numbered)
        return find_hits(Wanted(name=one.full_name, birth_year=int((one.birth or "")[:4])), Scope())

    turns: list[tuple[str, Callable[[], object]]] = [
        ("person by number", number),
        ("by name and year of birth", name),
        ("household", lambda: population.household_of(random.choice(people).key)),
        ("living people of all communes", population.count_alive),
        ("all counts by commune", population.count_people),
        ("cards due in all hamlets", population.count_card_due),
        ("quality of one commune", lambda: population.quality_report(here)),
        ("quality of all communes", population.quality_report),
    ]
    total = sum(one.alive for one in population.count_people())
    print(
        f"{total:,} living people in {len(province().units.communes)} communes; median of {times}"
    )
    for what, turn in turns:
        print(f"{what:32} {took(turn, times):9.1f} ms")


def took(turn: Callable[[], object], times: int) -> float:
    """The median of some turns in milliseconds, after one that warms up."""
    turn()
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        turn()
        spent.append(1000 * (time.perf_counter() - begun))
    return median(spent)


if __name__ == "__main__":
    main()
