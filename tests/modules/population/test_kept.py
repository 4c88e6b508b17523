"""What is kept for ever (versions, people, numbers, the stamp), whatever role asks."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, enrol

TABLES = ["population_person_version", "population_person", "population_number"]


def filled() -> None:
    population.stamp_home("demo", "authority")
    key = enrol(number="099084000123")
    population.mark_field(key, "birth", "unverified", actor=OFFICER, grounds=GROUNDS)
    other = enrol("Nguyễn Văn Ân")
    population.merge_people(key, other, officers=(OFFICER,), grounds=GROUNDS)


@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE population_person_version SET reason = 'none'",
        "DELETE FROM population_person_version",
        "TRUNCATE population_person_version",
        "DELETE FROM population_person",
        "TRUNCATE population_person",
        "DELETE FROM population_number",
        "UPDATE population_number SET number = '099084000199'",
        "TRUNCATE population_number",
        "DELETE FROM population_merge",
        "UPDATE population_merge SET officers = '[]'",
        "UPDATE population_setting SET home = 'real'",
        "DELETE FROM population_setting",
        "TRUNCATE population_setting",
    ],
)
def test_nobody_rewrites_the_past(fresh_db: Database, role: str, statement: str) -> None:
    filled()
    with (
        psycopg.connect(fresh_db.dsn(role)) as connection,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)),
    ):
        connection.execute(statement)


@pytest.mark.parametrize("role", ["gateway", "sealer"])
@pytest.mark.parametrize("table", [*TABLES, "population_old_number", "population_setting"])
def test_gateway_and_sealer_see_no_person(fresh_db: Database, role: str, table: str) -> None:
    filled()
    with (
        psycopg.connect(fresh_db.dsn(role)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier("public", table)))


@pytest.mark.parametrize("view", ["keys", "people", "old_numbers", "shared"])
def test_the_gateway_has_no_door_of_its_own_here(fresh_db: Database, view: str) -> None:
    with (
        psycopg.connect(fresh_db.dsn("gateway")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL("SELECT FROM population_v1.{}").format(sql.Identifier(view)))


def test_shared_has_a_value_for_each_field_code(fresh_db: Database, communes: list[str]) -> None:
    guardian = Scope(sees_protected=True)
    head = enrol(number="099084000123", commune=communes[0], extra={"father_name": "Nguyễn Bá"})
    population.protect(enrol("Lê Thị Ẩn"), actor=OFFICER, grounds=GROUNDS, scope=guardian)
    with psycopg.connect(fresh_db.dsn("app")) as connection:
        row = connection.execute(
            "SELECT to_jsonb(s) FROM population_v1.shared AS s WHERE person = %s", [head]
        ).fetchone()
    assert row is not None
    shared = row[0]
    assert shared["full_name"] == "Nguyễn Văn An"
    assert shared["permanent_place"]["commune"] == communes[0]
    assert shared["father"] == {"name": "Nguyễn Bá", "number": None}
    assert (shared["death"], shared["life"]) == (None, "alive")
