"""A register to work on: an officer, reasons, communes, people, and what the journal then holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.names import PersonName
from danso.modules.audit.jobs import Sealer, SealingKey
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, NewPerson
from danso.toolkit.platform import province
from tests.conftest import Database

OFFICER = Actor(kind="officer", id="officer-1", unit="commune-police")
SECOND = Actor(kind="officer", id="officer-2", unit="commune-police")
UPSTREAM = Actor(kind="system", id=population.UPSTREAM)
GROUNDS = Grounds(
    reason="declared at the desk",
    evidence="paper-17",
    purpose="residence",
    legal_basis="law",
    file_code="F-1",
)


@dataclass(frozen=True)
class Inbox:
    """What was committed to the journal and announced, in order."""

    entries: list[dict[str, Any]]
    events: list[dict[str, Any]]

    @property
    def actions(self) -> list[tuple[str, str, str | None]]:
        return [(one["action"], one["outcome"], one["subject"]) for one in self.entries]

    @property
    def kinds(self) -> list[str]:
        return [one["event"] for one in self.events]


def read_inbox(database: Database) -> Inbox:
    """Everything committed and not yet sealed, read as the owner: the app itself cannot."""
    with psycopg.connect(database.dsn("owner")) as connection:
        rows = connection.execute("SELECT kind, entry FROM audit_inbox ORDER BY id").fetchall()
    return Inbox(
        [json.loads(entry) for kind, entry in rows if kind == 1],
        [json.loads(entry) for kind, entry in rows if kind == 2],
    )


@pytest.fixture
def inbox(fresh_db: Database) -> Callable[[], Inbox]:
    return lambda: read_inbox(fresh_db)


@pytest.fixture
def communes() -> list[str]:
    """Codes of today's communes."""
    return list(province().units.by_code)[:5]


def enrol(name: str = "Nguyễn Văn An", **changes: Any) -> UUID:
    """Record a person with plausible values; name them differently where it matters."""
    given: dict[str, Any] = {
        "birth": PartialDate(1984, 3, 21),
        "sex": 1,
        "number": None,
        "old_number": None,
        "commune": None,
        "extra": {"nationality": "VN"},
    } | changes
    new = NewPerson(name=PersonName.parse(name), source="test", **given)
    return population.record_person(new, actor=OFFICER, grounds=GROUNDS)


def seal(database: Database, folder: Path) -> None:
    """Give everything in the inbox its position, so that followers see it."""
    path = folder / "sealing-key"
    path.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with psycopg.connect(database.dsn("sealer"), autocommit=True) as connection:
        Sealer(connection, SealingKey.load(path)).seal()
