"""The few people whom a few records could be about, fetched by what blocking compares.

Everybody whom linkage's blocks would bring together with the records is among them, and some more:
the blocks themselves decide. One look through the register with sets in memory takes seconds for
millions of people; indexes for it would cost every load more than that.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from typing import Final, TextIO

import polars as pl
from django.db import connection, transaction

from danso.modules.population.data import COMPARED
from danso.modules.population.queries.for_matching import FREE, SAID, copy_named

# Longer names are too many in any order; there are few of them.
WORDS: Final = 6
_HELD: Final = f"""
SELECT held.number, coalesce(p.merged_into, p.key) AS person
FROM {{table}} held JOIN population_person p ON p.key = held.person
WHERE held.number = ANY(%(numbers)s::text[]) AND {FREE}
"""  # noqa: S608 - only constants of this room
_PEOPLE: Final = f"""
SELECT {SAID.format(name="p.full_name")} FROM population_person p
WHERE p.key = ANY(ARRAY(
    SELECT unnest(%(people)s::uuid[])
    UNION SELECT merged FROM population_merge
    WHERE kept = ANY(%(people)s::uuid[]) AND undone_at IS NULL)) AND {FREE}
"""  # noqa: S608
_LIKE: Final = f"""
SELECT {SAID.format(name="p.full_name")} FROM population_person p WHERE {{among}} AND (
    p.search_key = ANY(%(names)s::text[]) AND (
        p.search_key || ' ' || left(p.birth, 4) = ANY(%(name_years)s::text[])
        OR p.search_key || ' ' || p.commune = ANY(%(name_communes)s::text[])
        OR p.search_key || substr(p.birth, 5) = ANY(%(name_days)s::text[]))
    OR p.birth = ANY(%(days)s::text[]) AND (
        p.birth || p.commune = ANY(%(day_communes)s::text[])
        OR p.birth || split_part(p.search_key, ' ', -1) = ANY(%(day_givens)s::text[])
        OR p.birth || split_part(p.search_key, ' ', 1) = ANY(%(day_families)s::text[]))
    OR left(p.birth, 4) || p.commune = ANY(%(year_communes)s::text[])
        AND split_part(p.search_key, ' ', 1) || ' ' || split_part(p.search_key, ' ', -1)
            = ANY(%(ends)s::text[])
    OR %(is_long)s AND length(p.search_key) - length(replace(p.search_key, ' ', '')) >= {WORDS}
)
"""  # noqa: S608
# Apart, for a look that asks about others' rows too is not shared among workers.
_AMONG: Final = (
    "p.merged_into IS NULL AND NOT p.protected",
    f"""p.key = ANY(ARRAY(SELECT merged FROM population_merge WHERE undone_at IS NULL))
        AND p.merged_into IS NOT NULL AND {FREE}""",  # noqa: S608
)
# The planner can't know how few will be found, and would not share the look among workers.
_SHARED: Final = "SET LOCAL parallel_tuple_cost = 0"


def copy_holders(folder: Path, *, numbers: Collection[str], old_numbers: Collection[str]) -> None:
    with connection.cursor() as cursor:
        found = set()
        for table, wanted in (("number", numbers), ("old_number", old_numbers)):
            cursor.execute(_HELD.format(table=f"population_{table}"), {"numbers": list(wanted)})
            rows = cursor.fetchall()
            found |= {person for _, person in rows}
            _write(folder / f"{table}s.csv", ("number", "person"), rows)
        with _people(folder / "people.csv") as file:
            copy_named(cursor, _PEOPLE, {"people": list(found)}, file)


def copy_people(folder: Path, people: Collection[object]) -> None:
    with connection.cursor() as cursor, _people(folder / "changed.csv") as file:
        copy_named(cursor, _PEOPLE, {"people": list(people)}, file)


def copy_like(folder: Path, records: pl.DataFrame) -> None:
    with transaction.atomic(), connection.cursor() as cursor, _people(folder / "like.csv") as file:
        cursor.execute(_SHARED)
        for among in _AMONG:
            copy_named(cursor, _LIKE.format(among=among), _sets(records), file)


def _sets(records: pl.DataFrame) -> dict[str, object]:
    """What to look for, by what is compared of the records."""
    wanted: dict[str, set[str]] = {
        name: set()
        for name in (
            "names", "name_years", "name_communes", "name_days", "days", "day_communes",
            "day_givens", "day_families", "year_communes", "ends",
        )
    }  # fmt: skip
    is_long = False
    for plain, birth, commune in records.select("plain", "birth", "commune").iter_rows():
        words = plain.split(" ") if plain else []
        year, day = (birth or "")[:4], birth if len(birth or "") == len("1965-03-21") else None
        is_long = is_long or len(words) > WORDS
        for name in _orders(words):
            wanted["names"].add(name)
            wanted["name_years"].add(f"{name} {year}")
            wanted["name_communes"].add(f"{name} {commune}")
            if day:
                wanted["name_days"].add(name + day[4:])
        if day:
            for one in (day, f"{year}-{day[8:]}-{day[5:7]}"):
                wanted["days"].add(one)
                wanted["day_communes"].add(one + (commune or ""))
                wanted["day_givens"].add(one + words[-1] if words else "")
                wanted["day_families"].add(one + words[0] if words else "")
        if words and year and commune:
            wanted["year_communes"].add(year + commune)
            wanted["ends"].add(f"{words[0]} {words[-1]}")
    return {name: list(values) for name, values in wanted.items()} | {"is_long": is_long}


def _orders(words: list[str]) -> Iterator[str]:
    if 0 < len(words) <= WORDS:
        yield from {" ".join(order) for order in permutations(words)}


@contextmanager
def _people(target: Path) -> Iterator[TextIO]:
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(COMPARED)
        yield file


def _write(target: Path, headings: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([headings, *rows])
