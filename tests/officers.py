"""Signed-in officers for tests of screens: `sign_in(client, "steward", "province")`."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.contrib.auth import get_user_model
from django.test import Client

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.identity import interface as identity
from danso.modules.identity.data import AccountData
from tests.conftest import Database

TESTER = Actor(kind="operator", id="tests", system="tests")
PASSWORD = "bốn con ngựa chạy qua cầu"


@dataclass(frozen=True)
class Journaled:
    """What a test wants to know of one journal row."""

    action: str
    outcome: str
    detail: dict[str, str]
    actor: str = ""
    subject: str | None = None


def journal(database: Database) -> list[Journaled]:
    """Every committed journal row not yet sealed, read as the owner: the app itself cannot."""
    with psycopg.connect(database.dsn("owner")) as connection:
        rows = connection.execute(
            "SELECT entry FROM audit_inbox WHERE kind = 1 ORDER BY id"
        ).fetchall()
    found = [json.loads(text) for (text,) in rows]
    return [
        Journaled(row["action"], row["outcome"], row["detail"], row["actor"], row["subject"])
        for row in found
    ]


def make_officer(
    role: str = "", scope: str = "province", *, username: str = "", person: UUID | None = None
) -> AccountData:
    """An open account with PASSWORD and, unless role is empty, one post."""
    login = username or f"can-bo-{secrets.token_hex(4)}"
    made = identity.create_account(
        username=login, name=f"Cán bộ {login}", unit="thu-nghiem", password=PASSWORD, actor=TESTER
    ).account
    if role:
        identity.grant_post(
            made.id, identity.parse_role(role), identity.parse_scope(scope), actor=TESTER
        )
    if person is not None:
        made = identity.link_person(login, person, actor=TESTER)
    return made


def sign_in(
    client: Client,
    role: str = "",
    scope: str = "province",
    *,
    fresh: bool = False,
    person: UUID | None = None,
) -> AccountData:
    """Sign a new officer in without the form; `fresh` as if the password was given just now."""
    officer = make_officer(role, scope, person=person)
    enter(client, officer, fresh=fresh)
    return officer


def enter(client: Client, officer: AccountData, *, fresh: bool = False) -> None:
    """Sign an existing officer in without the form."""
    client.force_login(get_user_model().objects.get(pk=officer.id))
    if fresh:
        session = client.session
        session["account_authentication_methods_user"] = str(officer.id)
        session["account_authentication_methods"] = [
            {"method": "password", "at": clock.now().timestamp()}
        ]
        session.save()
