"""A family, officers at a commune's desk, a shelf for papers and a key for receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from danso.modules.identity.data import AccountData
from tests.cases_world import Family, commune, family
from tests.conftest import Database
from tests.officers import enter, make_officer
from tests.signon_world import write_key


@pytest.fixture(autouse=True)
def _places(settings: Any, tmp_path: Path) -> None:
    settings.PAPERS_ADDRESS = (tmp_path / "papers").as_uri()
    settings.SIGN_ON_KEY = write_key(tmp_path)


@pytest.fixture
def home(fresh_db: Database) -> Family:
    return family()


@pytest.fixture
def clerk(fresh_db: Database, client: Client) -> AccountData:
    """Signed in, at the desk of the family's commune."""
    return at_desk(client)


def at_desk(client: Client, role: str = "desk_officer", place: int = 0) -> AccountData:
    """Somebody of a commune with one post, signed in."""
    made = make_officer(role, f"commune:{commune(place)}")
    enter(client, made)
    return made
