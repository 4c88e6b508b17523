"""The people and the first partner of a running demo home, as its files keep them."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from danso.catalogue import load, only_province
from danso.catalogue.shapes.registers import Database
from danso.client import Danso, Who, Why
from tests.running_home import RunningHome

FILE_CODE = "TESTS-1"
ROOT = Path(__file__).resolve().parents[1]


def people_of(home: RunningHome) -> list[Who]:
    """Living people with full birth dates, from the demo's clean file."""
    source = home.home.files / "demo" / "clean" / "people.csv.gz"
    with gzip.open(source, "rt", encoding="utf-8") as file:
        return [
            Who(row["number"], row["full_name"], row["birth"], int(row["sex"]))
            for row in csv.DictReader(file)
            if row["number"] and row["status"] == "alive" and len(row["birth"]) == 10
        ]


@contextmanager
def partner_of(home: RunningHome) -> Iterator[tuple[Danso, Why]]:
    """The first demo agency's client, and why it asks."""
    keys = sorted((home.home.secrets / "partners").glob("*.jwk"))
    key = next(path for path in keys if not path.stem.startswith("demo-"))
    province = load(only_province(ROOT / "provinces"))
    agreed = [
        purpose
        for database in sorted(
            province.databases.values(), key=lambda one: (str(one.due), one.code)
        )
        if key.stem in database.owner_today
        for purpose in database.purposes
        if province.purposes[purpose].share
    ]
    why = Why(purpose=agreed[0], procedure="1.001193", file_code=FILE_CODE, officer="TEST")
    with Danso(home.gateway, partner=key.stem, key=key, timeout=5) as danso:
        yield danso, why


def _plan_order(database: Database) -> tuple[str, str]:
    """As demo_partners takes them."""
    return str(database.due), database.code
