"""What a correction may claim: nothing is opened that nobody could accept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from danso.gateway.claiming import check_claim, read_claims
from danso.gateway.problems import Problem
from danso.kernel.errors import InvalidValue
from danso.modules.population import interface as population
from danso.modules.population.data import Correction
from danso.modules.sources import interface as sources
from tests.conftest import Database
from tests.exchange_world import FIELDS, OFFICER, TEAHOUSE, agree, entries, make_partner
from tests.gateway.conftest import ENVELOPE, Caller
from tests.gateway.test_sharing import KNOWN, WHY, ask

pytestmark = pytest.mark.anyio


@pytest.fixture
async def cup(caller: Caller) -> Caller:
    """A state agency whose agreements name a coded field."""
    partner = make_partner("cup", agency="cup-office")
    agree("cup", "share", "correction", fields=(*FIELDS, "ethnicity"))
    found = Caller(caller.gateway, caller.http, partner)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


async def refused(caller: Caller, field: str, claimed: str) -> dict[str, Any]:
    asked = {"person": KNOWN, "field": field, "claimed": claimed, "evidence": "paper"}
    keyed = {"Idempotency-Key": f"write-{field}"}
    answer = await caller.post("/v1/corrections", {"envelope": ENVELOPE} | asked, **keyed)
    assert answer.status_code == 422, answer.text
    body: dict[str, Any] = answer.json()
    assert claimed not in body.get("detail", "")
    assert body["fix"]
    return body


@pytest.mark.parametrize(
    ("field", "claimed", "code", "at", "told"),
    [
        ("ethnicity", "xyz", "value_not_listed", "claimed", "Allowed: 01, 02."),
        ("sex", "x", "value_not_listed", "claimed", "Allowed: 1 (Nam), 2 (Nữ)."),
        ("permanent_place", "99|x", "value_not_listed", "claimed", "commune code|hamlet|address"),
        ("birth", "31/02/1974", "claimed_wrong", "claimed", "no such day"),
        ("birth", "2150-01-01", "claimed_wrong", "claimed", "future"),
        ("full_name", "123", "claimed_wrong", "claimed", "name"),
        ("number", "909000000002", "field_not_correctable", "field", "full_name, other_name"),
    ],
)
async def test_a_claim_that_can_not_be_is_refused_at_once(
    cup: Caller, fresh_db: Database, field: str, claimed: str, code: str, at: str, told: str
) -> None:
    body = await refused(cup, field, claimed)
    assert (body["code"], body["at"]) == (code, at)
    assert told in body["detail"]
    assert [entry["outcome"] for entry in entries(fresh_db, "correction")] == [f"refused:{code}"]
    assert sources.list_corrections(communes=None) == []


async def test_a_name_of_the_list_is_opened_and_becomes_its_code(
    cup: Caller, an: str, commune: str
) -> None:
    asked = {"field": "ethnicity", "claimed": "lá xanh", "evidence": "paper"}
    opened = await ask(cup, "/v1/corrections", person=KNOWN, **asked)
    key = UUID(opened["correction"])
    sources.route_opened(key)
    police = sources.Decider(OFFICER, frozenset({"commune_police"}), (commune,))
    sources.answer_correction(key, accept=True, answer="seen", decider=police)
    shared = (await ask(cup, "/v1/share", person=KNOWN, fields=["ethnicity"]))["shared"]
    assert shared["fields"] == {"ethnicity": "01"}


async def test_no_third_value_and_no_console_puts_text_into_a_coded_field(
    cup: Caller, an: str, commune: str
) -> None:
    asked = {"field": "ethnicity", "claimed": "01", "evidence": "paper"}
    opened = await ask(cup, "/v1/corrections", person=KNOWN, **asked)
    key = UUID(opened["correction"])
    sources.route_opened(key)
    police = sources.Decider(OFFICER, frozenset({"commune_police"}), (commune,))
    with pytest.raises(InvalidValue) as accepting:
        sources.answer_correction(key, accept=True, answer="", decider=police, value="xyz")
    wanted = Correction("ethnicity", "xyz")
    with pytest.raises(InvalidValue) as correcting:
        population.correct_field(UUID(an), wanted, actor=OFFICER, grounds=WHY)
    assert accepting.value.code == correcting.value.code == "value_not_listed"
    assert population.get_person(UUID(an)).ethnicity is None


async def test_without_a_catalogue_nothing_is_correctable() -> None:
    with pytest.raises(Problem) as problem:
        check_claim(read_claims(None), "birth", "1974")
    assert problem.value.code == "field_not_correctable"
    check_claim(read_claims(TEAHOUSE), "birth", "1974")


async def test_another_value_while_one_is_open_is_refused_and_the_same_is_told(
    caller: Caller, an: str
) -> None:
    asked = {"envelope": ENVELOPE, "person": KNOWN, "field": "sex", "evidence": "card"}

    async def claim(value: str, key: str) -> tuple[int, dict[str, Any]]:
        answer = await caller.post(
            "/v1/corrections", asked | {"claimed": value}, **{"Idempotency-Key": key}
        )
        return answer.status_code, answer.json()

    _, first = await claim("2", "write-0001")
    assert first["result"] == "opened"
    for _ in range(2):  # under its own key it is answered the same again
        status, same = await claim("2", "write-0002")
        assert (status, same["result"]) == (200, "already_open")
        assert same["correction"] == first["correction"]
    status, other = await claim("1", "write-0003")
    assert (status, other["code"], other["at"]) == (409, "correction_open", "claimed")
    assert first["correction"] in other["detail"]
    key = UUID(first["correction"])
    sources.route_opened(key)
    police = sources.Decider(OFFICER, frozenset({"commune_police"}), None)
    sources.answer_correction(key, accept=False, answer="no", decider=police)
    status, later = await claim("1", "write-0003")
    assert (status, later["result"]) == (200, "opened")
    assert later["correction"] != first["correction"]
