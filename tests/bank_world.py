"""A bank of the province that shares by consent, and what it asks through the gateway's door."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import psycopg

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import AgreementTerms, PartnerBody, Service
from danso.wire import keys
from tests.conftest import Database
from tests.eid_world import CLERK, NAME, NUMBER

PURPOSE = "bank-customers"
FIELDS = ("full_name", "birth", "sex", "permanent_place", "card")


def make_bank() -> int:
    """A bank that shares by consent; its row's number."""
    exchange.create_partner(
        code="ngan-hang", body=PartnerBody.BANK, name="Ngân hàng Mẫu", actor=CLERK
    )
    terms = AgreementTerms(
        partner="ngan-hang",
        purpose=PURPOSE,
        service=Service.SHARE,
        fields=FIELDS,
        since=clock.now() - timedelta(days=1),
        until=clock.now() + timedelta(days=300),
        rate=60,
        evidence="1/TT",
        partner_signatory="A",
        officer_signatory="B",
    )
    exchange.issue_agreement(terms, actor=CLERK)
    return exchange.get_partner("ngan-hang").id


def ask(
    database: Database,
    bank: int,
    reason: str = "Mở tài khoản theo hồ sơ của bạn",
    whom: tuple[str, str, str] = (NUMBER, NAME, "1984-02-03"),
    **changes: Any,
) -> str:
    """As the gateway asks for whoever has that number, name and birth; the request's key."""
    number, name, birth = whom
    agreement = exchange.agreements("ngan-hang")[0].code
    entry = json.dumps(
        {
            "actor_kind": "partner",
            "actor": "ngan-hang",
            "action": "ask-consent",
            "service": "share",
            "purpose": PURPOSE,
            "detail": {"agreement": agreement},
        }
    ).removesuffix("}}")
    given = {
        "days": 90,
        "needed": ["full_name", "birth"],
        "wished": ["permanent_place", "card"],
    } | changes
    with psycopg.connect(database.dsn("gateway"), autocommit=True) as connection:
        row = connection.execute(
            "SELECT told FROM gateway_v1.ask_consent("
            "%s,%s,%s,false,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,'{}',%s)",
            [
                number,
                keys.name_key(name),
                keys.plain_key(name),
                birth,
                bank,
                entry,
                new_key(),
                agreement,
                PURPOSE,
                given["needed"],
                given["wished"],
                given["days"],
                reason,
                "d",
            ],
        ).fetchone()
    assert row is not None
    return str(row[0])
