"""The API's description: valid, current, and covering every route."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from openapi_spec_validator import validate

from danso.gateway import openapi
from danso.gateway.app import PEOPLE
from danso.gateway.guide import page
from danso.gateway.problems import PROBLEMS
from danso.wire.answers import VerifyAnswer
from danso.wire.reasons import REASONS, verdict
from tests.exchange_world import AN
from tests.gateway.conftest import ENVELOPE, Caller

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
GUIDE = COMMITTED.with_name("gateway-api.md")


def test_committed_description_is_current() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == openapi.text(), (
        "Run: python -m danso.gateway.openapi > docs/reference/openapi.json"
    )


def test_description_is_valid_openapi() -> None:
    validate(json.loads(COMMITTED.read_text(encoding="utf-8")))


def test_description_covers_every_route_and_every_problem() -> None:
    document = openapi.document()
    assert PEOPLE.keys() <= document["paths"].keys()
    told = json.dumps(document["paths"])
    assert [code for code in PROBLEMS if f"`{code}`" not in told] == [
        "path_unknown",
        "method_wrong",
    ]


def test_committed_guide_is_current_and_lists_every_reason_and_problem() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert guide == page(), "Run: python -m danso.gateway.guide > docs/reference/gateway-api.md"
    assert [code for code in (*REASONS, *PROBLEMS) if f"`{code}`" not in guide] == []


def test_every_answer_of_the_function_has_words() -> None:
    figures = [(n, b, s, p) for n in "126" for b in "012345" for s in "01234" for p in "01234"]
    for letters in "MHDCN":
        for name, birth, sex, place in figures:
            answer = f"{letters}{name}{birth}{sex}{place}"
            if letters == "N" and not {"2", "6"} & set(answer[1:]):
                continue
            found = verdict(answer)
            assert found.code in REASONS
            assert {field.code for field in found.fields.values()} <= REASONS.keys()


@pytest.mark.anyio
async def test_open_pages_answer_without_a_token(caller: Caller) -> None:
    http: httpx.AsyncClient = caller.http
    described = await http.get("/v1/openapi.json")
    assert described.json() == json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert (await http.get("/v1/sandbox")).json() == {"people": []}
    await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": AN})
    metrics = (await http.get("/metrics")).text
    assert 'danso_gateway_calls_total{route="/v1/verify",status="200"} 1.0' in metrics
    assert 'danso_gateway_people_total{result="M"} 1.0' in metrics
    assert AN["number"] not in metrics


@pytest.mark.anyio
async def test_answers_decode_into_the_described_shapes(caller: Caller) -> None:
    answer = await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": AN})
    decoded: Any = msgspec.json.decode(answer.content, type=VerifyAnswer)
    assert decoded.fields["full_name"].result == "match"


@pytest.mark.anyio
async def test_logs_hold_no_personal_data(caller: Caller) -> None:
    asked = AN | {"birth": "1984-03-21"}
    await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": asked})
    await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": asked | {"sex": 7}})
    caller.gateway.access.flush()
    folder = caller.gateway.settings.logs
    assert folder is not None
    lines = (folder / "gateway-access.log").read_text().splitlines()
    assert {"route", "status", "partner", "ms", "at"} == json.loads(lines[-1]).keys()
    assert not any(value in "".join(lines) for value in asked.values())
