"""A copy's link to the national service over the province's sharing axis."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from danso.modules.population.adapters.national import NationalService
from danso.modules.population.adapters.upstream import VerifyQuestion
from danso.wire.upstream.faults import UpstreamDown, UpstreamRefuses
from tests.stand_in import AM, StandIn, started


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with started(tmp_path_factory.mktemp("axis"), "ndxp") as made:
        yield made


@pytest.fixture
def national(process: StandIn) -> StandIn:
    process.forget()
    process.enter()
    return process


@pytest.fixture
def service(national: StandIn) -> Iterator[NationalService]:
    with httpx.Client(timeout=3.0, trust_env=False) as http:
        yield NationalService(national.setup, national.secret, http)


QUESTION = VerifyQuestion(AM["number"], AM["full_name"], AM["birth"], "1.004222", "C06-7")


def test_check_verify_and_feed_go_with_one_token(
    service: NationalService, national: StandIn
) -> None:
    before = national.state()["tokens"]
    service.check()
    assert service.verify(QUESTION)
    assert service.changes_after(0, 10).newest == 1
    assert national.state()["tokens"] == before + 1


def test_a_forgotten_token_is_renewed(service: NationalService, national: StandIn) -> None:
    service.check()
    national.behave(mode="forget")
    assert service.verify(QUESTION)


def test_a_wrong_key_is_a_refusal_and_an_outage_is_none(national: StandIn) -> None:
    with httpx.Client(timeout=3.0, trust_env=False) as http:
        with pytest.raises(UpstreamRefuses, match="token_http_401"):
            NationalService(national.setup, "not-ours", http).check()
        national.behave(mode="down")
        with pytest.raises(UpstreamDown, match="token_http_503"):
            NationalService(national.setup, national.secret, http).check()
