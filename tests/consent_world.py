"""Consent in small: a tea bank with an agreement, its requests, and a holder of level 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import ConsentData, PartnerBody
from danso.modules.identity.adapters.sealing import digest, seal
from danso.modules.identity.data import Authenticated
from danso.modules.identity.models import Account, Citizen
from tests.exchange_world import AN, TestPartner, agree, make_partner
from tests.gateway.conftest import ENVELOPE, Caller

PURPOSE: Final = "tea-tasting"
KNOWN: Final = AN | {"birth": "1984-03-21"}
WHY: Final = ENVELOPE | {"purpose": PURPOSE}
FIELDS: Final = ("full_name", "birth", "sex", "ethnicity", "permanent_place")
PHONE: Final = "0912345678"
ASK: Final = "/v1/consents/requests"
STATUS: Final = "/v1/consents/status"
Running = Callable[[TestPartner], Caller]


def holder(person: UUID | str, number: str = AN["number"], *, level: int = 2) -> Authenticated:
    """The person has an e-ID, and is signed in with two factors."""
    key = new_key()
    Account.objects.create(
        pk=key, username=f"e{key.hex}", person=person, level=level, must_change_password=False
    )
    Citizen.objects.create(
        account_id=key,
        number_key=digest("number", number),
        number_sealed=seal(number),
        phone_sealed=seal(PHONE),
        opened_at=clock.now(),
    )
    return who(key, person, level=level)


def who(
    account: UUID, person: UUID | str, *, level: int = 2, authentication: int = 2
) -> Authenticated:
    return Authenticated(
        account=account,
        person=UUID(str(person)),
        level=level,
        authentication=authentication,
        methods=("pwd", "otp"),
        at=clock.now(),
        session="here",
    )


def make_bank(code: str = "tea-bank") -> TestPartner:
    """A bank that verifies, and shares by consent."""
    partner = make_partner(code, PartnerBody.BANK)
    agree(code, "verify", purpose=PURPOSE)
    agree(code, "share", purpose=PURPOSE, fields=FIELDS)
    return partner


async def signed_in(running: Running, partner: TestPartner) -> Caller:
    caller = running(partner)
    await caller.gateway.news.ask()
    await caller.sign_in()
    return caller


def request(**changes: Any) -> dict[str, Any]:
    """A good request for consent."""
    return {
        "envelope": WHY,
        "person": KNOWN,
        "fields": ["full_name", "sex"],
        "optional": ["ethnicity"],
        "days": 90,
        "reason": "Mở tài khoản tiết kiệm theo hồ sơ của anh chị",
    } | changes


async def asked(bank: Caller, **changes: Any) -> str:
    """Ask; the request's key."""
    answer = await bank.post(ASK, request(**changes))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["request"])


def agreed(key: str, one: Authenticated, *wished: str) -> ConsentData:
    """What the holder does on their page."""
    assert one.person is not None
    read = exchange.consent_asked(UUID(key), one.person)
    return exchange.agree_to_consent(UUID(key), one, digest=read.digest, wished=wished)


def share(*fields: str, **changes: Any) -> dict[str, Any]:
    return {"envelope": WHY, "person": KNOWN, "fields": list(fields or ("sex",))} | changes


async def state(bank: Caller, key: str) -> dict[str, Any]:
    answer = await bank.post(STATUS, {"envelope": WHY, "request": key})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
