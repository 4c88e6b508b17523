"""What owners of sources keep, put where it can be pulled; and what is linked beside the truth."""

from __future__ import annotations

import csv
from pathlib import Path

from danso.kernel.actors import Actor
from danso.modules.linkage import interface as linkage
from danso.modules.sources import interface as sources
from tests.faults.mariadb_server import NAME, MariadbServer
from tests.modules.sources.sql_promises import READER
from tests.modules.sources.synthetic import World

STEWARD = Actor("officer", "steward-1", "province")


def check_against_truth(world: World, code: str) -> None:
    """Nearly everybody who can be found is, and nobody else."""
    sources.match_source(code, actor=STEWARD)
    linked = {
        link.record: str(link.person) for link in linkage.links_of(code) if link.band == "linked"
    }
    truth = {row["record_key"]: row for row in world.truth(code)}
    wrong = [key for key, person in linked.items() if truth[key]["person"] != person]
    meant = [k for k, row in truth.items() if row["person"] and row["resolvable"] == "true"]
    missed = [key for key in meant if key not in linked]
    assert len(wrong) <= len(linked) * 0.005, wrong
    assert len(missed) <= len(meant) * 0.03, missed
    # Of what is told once a person, two records of one person tell one fact.
    people = set(linked.values())
    assert {one.code: one for one in sources.source_standings()}[code].facts >= len(people)


def fill(server: MariadbServer, folder: Path, table: str) -> None:
    statements = (folder / "create.sql").read_text(encoding="utf-8").split(";")
    server.run(*filter(str.strip, statements))
    server.run(f"GRANT SELECT ON {NAME}.{table} TO '{READER}'@'%'")
    with (folder / "table.csv").open(encoding="utf-8", newline="") as text:
        heading, *rows = csv.reader(text)
    places = ", ".join(["%s"] * len(heading))
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        connection.commit()
