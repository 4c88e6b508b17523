"""On the real province's purposes: a court verifies the parties of a case, a bank a customer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from danso.catalogue import only_province
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import PartnerBody
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.exchange_world import AN, TestPartner, agree, enrol, entries, make_partner
from tests.gateway.conftest import ENVELOPE, Caller

pytestmark = pytest.mark.anyio

PROVINCES = Path(__file__).parents[2] / "provinces"


@pytest.fixture(autouse=True)
def _province(settings: LazySettings, _teahouse: None) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=only_province(PROVINCES))


async def signed_in(running: Callable[[TestPartner], Caller], partner: TestPartner) -> Caller:
    caller = running(partner)
    await caller.gateway.news.ask()
    await caller.sign_in()
    return caller


def purpose_for(reader: str, service: str) -> str:
    """The first purpose that such a body may hold."""
    return next(
        one.code
        for one in province().purposes.values()
        if reader in one.readers and service in one.services
    )


def synthetic() -> str:
    return f"{province().numbers.synthetic_prefix}084000001"


@pytest.mark.clause("I.A.2022.10", partly="the court's own portal is not connected")
@pytest.mark.clause("I.A.2025.11", partly="evidence of a case is not verified")
async def test_court_verifies_a_party(
    running: Callable[[TestPartner], Caller], fresh_db: Database
) -> None:
    purpose = purpose_for("court", "verify")
    agency = next(one.code for one in province().agencies.values() if one.kind == "body")
    court = make_partner("court", PartnerBody.COURT, agency)
    agree("court", "verify", purpose=purpose)
    enrol(number=synthetic())
    caller = await signed_in(running, court)
    party = AN | {"number": synthetic(), "birth": "1984-03-21"}
    envelope = ENVELOPE | {"purpose": purpose, "file_code": "case 12/2026"}
    answer = await caller.post("/v1/verify", {"envelope": envelope, "person": party})
    assert answer.json()["result"] == "match"
    (entry,) = entries(fresh_db)
    assert (entry["file_code"], entry["purpose"]) == ("case 12/2026", purpose)
    assert entry["legal_basis"] == province().purpose(purpose).legal_basis


@pytest.mark.clause("I.B.2023.2", partly="the chip is not read")
async def test_bank_verifies_a_customer_who_consented_and_is_told_nothing_else(
    running: Callable[[TestPartner], Caller],
) -> None:
    purpose = purpose_for("bank", "verify")
    bank = make_partner("bank", PartnerBody.BANK)
    agree("bank", "verify", purpose=purpose)
    enrol(number=synthetic())
    caller = await signed_in(running, bank)
    customer = AN | {"number": synthetic(), "birth": "1984-03-21"}
    envelope = ENVELOPE | {"purpose": purpose}
    asked = {"envelope": envelope, "person": customer}
    assert (await caller.post("/v1/verify", asked)).json()["code"] == "consent_missing"
    asked = {"envelope": envelope | {"consent": "C-77"}, "person": customer}
    answer = (await caller.post("/v1/verify", asked)).json()
    assert (answer["result"], "shared" in answer) == ("match", False)
    wanted = {"envelope": envelope, "person": customer, "fields": ["sex"]}
    assert (await caller.post("/v1/share", wanted)).json()["code"] == "not_agreed"


@pytest.mark.clause("I.D.2022.1", partly="the fields' own systems are not connected")
async def test_every_state_purpose_can_be_agreed_and_asked(
    running: Callable[[TestPartner], Caller],
) -> None:
    agency = next(one.code for one in province().agencies.values() if one.kind == "body")
    partner = make_partner("office", agency=agency)
    purposes = [
        one.code
        for one in province().purposes.values()
        if "agency" in one.readers and "verify" in one.services
    ]
    for purpose in purposes:
        agree("office", "verify", purpose=purpose)
    enrol(number=synthetic())
    caller = await signed_in(running, partner)
    for purpose in purposes:
        envelope = ENVELOPE | {"purpose": purpose}
        asked = {"envelope": envelope, "person": AN | {"number": synthetic()}}
        assert (await caller.post("/v1/verify", asked)).json()["result"] == "match"
    assert len(exchange.agreements("office")) == len(purposes) > 10
