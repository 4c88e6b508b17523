"""A small exchange to test on: partners, keys and agreements of the teahouse, and its people."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from joserfc import jwt
from joserfc.jwk import OKPKey

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.names import PersonName
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import AgreementData, AgreementTerms, PartnerBody, Service
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, NewPerson
from tests.conftest import Database

TEAHOUSE = Path(__file__).parent / "catalogues" / "teahouse"
OFFICER = Actor(kind="officer", id="agreement-officer", unit="kettle-office")
FIELDS = ("number", "full_name", "birth", "sex", "permanent_place")
AN = {"number": "909000000001", "full_name": "Nguyễn Văn Ấm"}


@dataclass
class TestPartner:
    """A partner as it sees itself: its code and its private key."""

    __test__ = False

    code: str
    key: OKPKey = field(default_factory=lambda: OKPKey.generate_key("Ed25519"))

    @property
    def public(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False))

    def assertion(self, audience: str, **changes: Any) -> str:
        """A client assertion; `changes` bend its claims."""
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.code,
            "sub": self.code,
            "aud": audience,
            "iat": now,
            "exp": now + 60,
            "jti": f"jti-{time.monotonic_ns()}",
        } | changes
        header = {"alg": "Ed25519", "kid": self.key.thumbprint()}
        return jwt.encode(header, claims, self.key, algorithms=["Ed25519"])


def make_partner(
    code: str, body: PartnerBody = PartnerBody.AGENCY, agency: str = "kettle-office"
) -> TestPartner:
    """A registered partner with one key and no agreement."""
    partner = TestPartner(code)
    is_state = body in (PartnerBody.AGENCY, PartnerBody.COURT)
    exchange.create_partner(
        code=code,
        body=body,
        actor=OFFICER,
        agency=agency if is_state else "",
        name="" if is_state else code,
    )
    exchange.add_key(code, partner.public, actor=OFFICER)
    return partner


def terms(partner: str, service: str, **changes: Any) -> AgreementTerms:
    """Plausible terms, with every field of FIELDS that the purpose allows."""
    purpose = changes.get("purpose", "tea-service")
    given: dict[str, Any] = {
        "partner": partner,
        "purpose": "tea-service",
        "service": Service(service),
        "fields": tuple(
            name for name in FIELDS if name in exchange.fields_allowed(purpose, Service(service))
        ),
        "since": clock.now() - timedelta(days=1),
        "until": clock.now() + timedelta(days=365),
        "rate": 60_000,
        "evidence": "No 12/KH of 2026-01-02, kettle office",
        "partner_signatory": "head of the cup office",
        "officer_signatory": "head of the kettle office",
    } | changes
    return AgreementTerms(**given)


def agree(partner: str, *services: str, **changes: Any) -> list[AgreementData]:
    """Agreements in force for some services."""
    return [
        exchange.issue_agreement(terms(partner, service, **changes), actor=OFFICER)
        for service in services
    ]


def enrol(full_name: str = AN["full_name"], **changes: Any) -> UUID:
    """A person of the teahouse."""
    given: dict[str, Any] = {
        "number": AN["number"],
        "birth": PartialDate(1984, 3, 21),
        "sex": 1,
        "commune": None,
        "extra": {"nationality": "VN"},
    } | changes
    new = NewPerson(name=PersonName.parse(full_name), source="test", **given)
    return population.record_person(new, actor=OFFICER, grounds=Grounds(reason="test"))


def entries(database: Database, service: str = "") -> list[dict[str, Any]]:
    """Committed journal entries not yet sealed, those of the gateway's services or one of them."""
    services = {service} if service else {one.value for one in Service}
    with psycopg.connect(database.dsn("owner")) as connection:
        rows = connection.execute("SELECT entry FROM audit_inbox WHERE kind = 1 ORDER BY id")
        found = [json.loads(entry) for (entry,) in rows]
    return [entry for entry in found if entry["service"] in services]


def events(database: Database, kind: str) -> list[dict[str, Any]]:
    """Committed events of one kind not yet sealed."""
    with psycopg.connect(database.dsn("owner")) as connection:
        rows = connection.execute("SELECT entry FROM audit_inbox WHERE kind = 2 ORDER BY id")
        found = [json.loads(entry) for (entry,) in rows]
    return [event for event in found if event["event"] == kind]
