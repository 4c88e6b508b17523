"""What a refusal or a failure after sign-in leaves: nothing half-done, and one journal entry."""

from __future__ import annotations

import psycopg
import pytest
from django.test import Client

from tests.conftest import Database
from tests.officers import Journaled, journal, sign_in

pytestmark = pytest.mark.urls("tests.modules.identity.routes")


def last(database: Database) -> Journaled:
    return journal(database)[-1]


@pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
def test_refusal_half_way_rolls_back_and_is_journaled(fresh_db: Database, client: Client) -> None:
    officer = sign_in(client)
    response = client.post("/half/")
    assert response.status_code == 403
    assert "not_yours" in response.content.decode()
    assert last(fresh_db) == Journaled(
        "page.half", "refused:not_yours", {"method": "POST"}, str(officer.id)
    )
    assert "half.done" not in {row.action for row in journal(fresh_db)}
    with psycopg.connect(fresh_db.dsn("owner")) as connection:
        found = connection.execute("SELECT count(*) FROM identity_securityline").fetchone()
    assert found == (0,)


def test_wrong_role_is_journaled_with_the_route(fresh_db: Database, client: Client) -> None:
    officer = sign_in(client, "auditor")
    assert client.get("/stewards/").status_code == 403
    assert last(fresh_db) == Journaled(
        "page.stewards", "refused:role_missing", {"method": "GET"}, str(officer.id)
    )


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("conflict", 409, "too_late"), ("down", 503, "upstream_down")],
)
def test_failure_is_journaled_and_says_what_to_do(
    fresh_db: Database, client: Client, kind: str, status: int, code: str
) -> None:
    sign_in(client)
    response = client.get("/fails/", {"kind": kind})
    assert response.status_code == status
    assert (last(fresh_db).action, last(fresh_db).outcome) == ("page.fails", f"refused:{code}")


def test_bug_is_journaled_by_its_kind_never_its_text(fresh_db: Database, client: Client) -> None:
    sign_in(client)
    client.raise_request_exception = False
    response = client.get("/fails/", {"kind": "bug"})
    assert response.status_code == 500
    assert last(fresh_db).outcome == "failed:ZeroDivisionError"
    assert "079099000001" not in repr(journal(fresh_db))
    assert "079099000001" not in response.content.decode()


def test_page_that_is_not_there_leaves_no_row(fresh_db: Database, client: Client) -> None:
    sign_in(client)
    before = len(journal(fresh_db))
    assert client.get("/fails/", {"kind": "missing"}).status_code == 404
    assert client.get("/nowhere/").status_code == 404
    assert len(journal(fresh_db)) == before


def test_undeclared_route_is_closed_to_everyone(fresh_db: Database, client: Client) -> None:
    assert client.get("/undeclared/").status_code == 403
    sign_in(client, "operator")
    assert client.get("/undeclared/").status_code == 403
    assert client.get("/open/").status_code == 200


def test_revoked_post_ends_with_the_next_request(fresh_db: Database, client: Client) -> None:
    officer = sign_in(client, "steward")
    assert client.get("/stewards/").status_code == 200
    with psycopg.connect(fresh_db.dsn("owner")) as connection:
        connection.execute(
            "UPDATE identity_post SET until = now() WHERE account_id = %s", [officer.id]
        )
    assert client.get("/stewards/").status_code == 403


def test_fresh_factor_is_asked_for(fresh_db: Database, client: Client) -> None:
    sign_in(client, "steward")
    response = client.post("/fresh/", {"secret": "x"})
    assert response["Location"] == "/tai-khoan/xac-nhan/?next=%2Ffresh%2F"
    sign_in(client, "steward", fresh=True)
    assert client.get("/fresh/").status_code == 200
