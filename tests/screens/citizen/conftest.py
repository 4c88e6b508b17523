"""A citizen with an account of level 2 and a signed-in browser."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.conftest import Database
from tests.eid_world import citizen, enrol, give_password
from tests.modules.audit.conftest import key_path, sealer

__all__ = ["key_path", "sealer"]


@pytest.fixture
def person(fresh_db: Database) -> UUID:
    """Somebody of the register with an e-ID of level 2."""
    key = citizen()
    enrol(Client())
    get_user_model().objects.filter(person=key).update(level=2)
    return key


@pytest.fixture
def mine(person: UUID) -> Client:
    """Their browser, signed in."""
    client = Client()
    give_password(client)
    return client
