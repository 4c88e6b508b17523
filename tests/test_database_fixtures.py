"""The fixtures that every database test stands on."""

import psycopg
import pytest
from django.db import connection

from tests.conftest import Database


@pytest.mark.django_db
def test_db_connects_as_the_app_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("danso_app",)


def test_fresh_db_commits_are_seen_by_other_roles(fresh_db: Database) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        row = cursor.fetchone()
    with psycopg.connect(fresh_db.dsn("owner")) as other:
        found = other.execute("SELECT current_database()").fetchone()
    assert row == found == (fresh_db.address.name,)


@pytest.mark.parametrize("role", ["gateway", "sealer"])
def test_narrow_roles_cannot_read_the_register(fresh_db: Database, role: str) -> None:
    with psycopg.connect(fresh_db.dsn(role)) as other, pytest.raises(psycopg.Error):
        other.execute("SELECT * FROM population_person")
