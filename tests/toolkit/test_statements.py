"""Statements on Django's connection: objects as Django makes them, its transaction, kept plans."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from danso.modules.signon.models import Client, Consent
from danso.toolkit import statements
from tests.conftest import Database

AGREED = "FROM signon_client LEFT JOIN signon_consent ON client_id = partner WHERE partner = %s"
SECTOR = "SELECT sector FROM signon_client WHERE partner = %s"
KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"


@pytest.fixture
def client(fresh_db: Database) -> Client:
    del fresh_db
    return Client.objects.create(
        partner="portal", redirect_uris=["https://portal.example/back"], purpose="p", sector="s"
    )


def test_an_object_is_the_one_that_django_would_have_made(client: Client) -> None:
    made = Client.objects.get(pk=client.pk)
    found = statements.find(Client, "partner = %s", [made.pk])
    assert found == made
    assert found is not None
    names = [field.attname for field in Client._meta.concrete_fields]
    assert [getattr(found, name) for name in names] == [getattr(made, name) for name in names]
    assert statements.find(Client, "partner = %s", ["nobody"]) is None


def test_what_an_outer_join_does_not_find_is_none(client: Client) -> None:
    assert statements.joined((Client, Consent), AGREED, [client.pk]) == (client, None)
    assert statements.joined((Client, Consent), AGREED, ["nobody"]) is None


def _change_and_fail(client: Client) -> None:
    with transaction.atomic():
        changed = "UPDATE signon_client SET sector = 'other' WHERE partner = %s"
        assert statements.run(changed, [client.pk]) == 1
        assert statements.row(SECTOR, [client.pk]) == ("other",)
        raise ZeroDivisionError


def test_it_stands_and_falls_with_the_transaction(client: Client) -> None:
    with pytest.raises(ZeroDivisionError):
        _change_and_fail(client)
    assert statements.rows(SECTOR, [client.pk]) == [("s",)]


def test_a_plan_is_kept_for_the_next_time(client: Client) -> None:
    for _ in range(4):
        statements.row(SECTOR, [client.pk])
    with connection.cursor() as cursor:
        cursor.execute(KEPT, ["SELECT sector FROM signon_client%"])
        assert cursor.fetchone() == (1,)
