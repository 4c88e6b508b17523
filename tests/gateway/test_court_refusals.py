"""Refusals of what courts ask: stable codes, journaled once the court is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from danso.gateway.app import PEOPLE
from danso.kernel import clock
from tests.conftest import Database
from tests.exchange_world import TestPartner, entries
from tests.gateway.conftest import Caller
from tests.gateway.courts_world import CASE, KNOWN, PLAINTIFF, WHY, make_court, refused, signed_in

pytestmark = pytest.mark.anyio
KEY: Final = "01a208eb-222b-73e5-a18c-ecb8ce25d0b9"
SOUGHT: Final = {"full_name": "Lê Thị Chén", "commune": "00001", "birth_year": "1984"}
APPROVAL: Final = {
    "judge": "Thẩm phán Trà",
    "decision": "3/QĐ",
    "date": clock.today().isoformat(),
}
DECISION: Final = {
    "number": "5/2026/HNGĐ-ST",
    "kind": "parted",
    "date": "2026-02-02",
    "effective_on": "2026-03-03",
}
# What names a case has its file code from that.
OF_A_CASE: Final[dict[str, dict[str, Any]]] = {
    "/v1/case-parties": {"case": CASE, "parties": [PLAINTIFF], "fields": []},
    "/v1/person-requests": {"case": CASE, "sought": SOUGHT, "approval": APPROVAL, "reason": "x"},
    "/v1/court-decisions": {"case": CASE, "person": KNOWN, "decision": DECISION},
}
LATER: Final[dict[str, dict[str, Any]]] = {
    "/v1/case-records": {"record": KEY},
    "/v1/person-requests/status": {"request": KEY},
    "/v1/court-decisions/status": {"decision": KEY},
}
GOOD: Final = OF_A_CASE | LATER


@pytest.fixture
async def court(fresh_db: Database, an: str, running: Callable[[TestPartner], Caller]) -> Caller:
    del fresh_db, an
    return await signed_in(running, make_court())


def body(path: str, **envelope: str) -> dict[str, Any]:
    file = {} if path in OF_A_CASE else {"file_code": "12/2026/TLST-DS"}
    return {"envelope": WHY | file | envelope} | GOOD[path]


@pytest.mark.parametrize("path", sorted(GOOD))
async def test_every_route_of_courts_journals_its_refusals(
    court: Caller, fresh_db: Database, path: str
) -> None:
    asked: list[tuple[str, Any]] = [
        ("not_agreed", body(path, purpose="tea-service")),
        ("agreement_not_yours", body(path, agreement="TT-2026-ELSE")),
        ("officer_missing", body(path, officer="")),
        ("body_wrong", body(path) | {"extra": 1}),
        ("body_malformed", b"{"),
    ]
    if path in LATER:
        asked.append(("file_missing", body(path, file_code="")))
    for code, wrong in asked:
        assert await refused(court, path, wrong, "key-12345") == code
    found = entries(fresh_db, PEOPLE[path][0])
    assert [entry["outcome"] for entry in found] == [f"refused:{code}" for code, _ in asked]
    assert {entry["actor"] for entry in found} == {"tea-court"}


@pytest.mark.parametrize("path", sorted(GOOD))
async def test_every_route_of_courts_refuses_without_a_token(
    court: Caller, fresh_db: Database, path: str
) -> None:
    court.token = ""
    assert await refused(court, path, body(path), "key-12345") == "token_missing"
    assert entries(fresh_db) == []
