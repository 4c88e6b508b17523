"""A real sealer over a test's database, and its public key as a line."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from danso.config.secrets import new_signing_key
from danso.modules.audit import interface as audit
from danso.modules.audit.jobs import Sealer, SealingKey
from danso.wire.head import verifier_key
from tests.conftest import Database


@dataclass
class Seals:
    """Seals what waits and signs a head."""

    database: Database
    key: SealingKey

    @classmethod
    def of(cls, database: Database) -> Seals:
        """With a new key."""
        return cls(database, SealingKey.from_pem(new_signing_key()))

    def seal(self) -> None:
        """Everything in the inbox gets its position; the head is signed."""
        with psycopg.connect(self.database.dsn("sealer"), autocommit=True) as connection:
            sealer = Sealer(connection, self.key)
            sealer.register_key()
            sealer.seal()
            sealer.sign_head()

    def follow(self, *names: str) -> None:
        """Seal, and let these followers handle what is there."""
        self.seal()
        for run in audit.run_handlers(only=set(names)):
            assert not run.error, run

    def line(self) -> str:
        """The verifier key."""
        origin = audit.tree_head().head.origin
        return verifier_key(origin, self.key.public)
