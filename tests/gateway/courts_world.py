"""A court of the teahouse at the gateway's door, its people and its cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from danso.modules.exchange.data import PartnerBody
from tests.exchange_world import AN, TestPartner, agree, make_partner
from tests.gateway.conftest import Caller

WHY = {"purpose": "tea-dispute", "procedure": "2.002", "officer": "clerk-1"}
FILE = WHY | {"file_code": "12/2026/TLST-DS"}
CASE = {"number": "12/2026/TLST-DS", "court": "tea-court"}
KNOWN = AN | {"birth": "1984-03-21"}
PLAINTIFF = KNOWN | {"role": "pourer", "ref": "1"}
NOBODY = {"number": "909000000009", "full_name": "Lê Thị Chén", "birth": "1990"}


def make_court(code: str = "tea-court", agency: str = "tea-court") -> TestPartner:
    """A court with every agreement of courts."""
    partner = make_partner(code, PartnerBody.COURT, agency)
    agree(code, "case-parties", "person-request", "court-decision", purpose="tea-dispute")
    return partner


async def signed_in(running: Callable[[TestPartner], Caller], partner: TestPartner) -> Caller:
    """A partner at the door, with its token."""
    found = running(partner)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


async def told(caller: Caller, path: str, asked: dict[str, Any], key: str = "") -> dict[str, Any]:
    """The answer, which must be one."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = await caller.post(path, asked, **headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def refused(caller: Caller, path: str, asked: dict[str, Any], key: str = "") -> str:
    """The code of the refusal, which must be one."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = await caller.post(path, asked, **headers)
    assert answer.status_code >= 400, answer.text
    code: str = answer.json()["code"]
    return code


def parties(*people: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A question about a case's parties."""
    return {"envelope": WHY, "case": CASE, "parties": list(people)} | changes
