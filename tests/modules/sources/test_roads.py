"""The three roads to a source's service, each before a stand-in that really runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from danso.catalogue.shapes.sources import Source
from danso.config.stand_ins.roads import CALLER
from danso.kernel.errors import InvalidValue, Refused, Unavailable
from danso.modules.sources.adapters.connecting import connect
from danso.modules.sources.adapters.places import RestPlace, read_places
from danso.modules.sources.adapters.port import Connector, rehearse
from danso.modules.sources.adapters.roads import Ndop
from tests.modules.sources.described import kettles_of, source
from tests.modules.sources.test_rest_connector import CHANGES, row
from tests.source_stand_in import SourceStandIn, started

NDOP = Ndop(data="payload", code="result.code", headers={"X-Caller": "province"})


@pytest.fixture(scope="module", params=["own", "ndxp", "ndop"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SourceStandIn]:
    with started(tmp_path_factory.mktemp("road") / request.param, road=request.param) as made:
        yield made


@pytest.fixture
def service(running: SourceStandIn) -> SourceStandIn:
    running.forget()
    running.add(*map(row, range(25)))
    return running


# The own road wraps nothing: what goes wrong with a wrapping concerns the others.
wrapping = pytest.mark.parametrize("running", ["ndxp", "ndop"], indirect=True, scope="module")


def described(road: str) -> Source:
    made = source(sign_in="oauth", **CHANGES)
    return made.model_copy(update={"road": road})


def place(service: SourceStandIn, **changes: Any) -> RestPlace:
    given: dict[str, Any] = {
        "url": f"{service.origin}/rows",
        "token_url": f"{service.origin}/token",
        "account": "danso",
        "internal": True,
        "attempts": 2,
        "timeout": 2.0,
        "longest_wait": 0.1,
        "lgsp": CALLER if service.road == "ndxp" else None,
        "ndop": NDOP if service.road == "ndop" else None,
    }
    return RestPlace(**given | changes)


def connector(service: SourceStandIn, secret: str = "", **changes: Any) -> Connector:
    made = place(service, **changes)
    return connect(described(service.road), made, secret or service.secret, files=Path())


@pytest.mark.clause("I.A.2022.2", partly="axis and platform are stand-ins; NDOP is not specified")
@pytest.mark.clause("II.2.1", partly="axis and platform are stand-ins; NDOP is not specified")
def test_a_source_is_pulled_by_each_road_and_goes_on_where_it_was(service: SourceStandIn) -> None:
    one = connector(service)
    assert one.check().ok
    assert one.preview(3).rows.height == 3
    assert rehearse(one, None).rows == 25
    batches = list(one.pull(None))
    assert kettles_of(batches) == [f"K{n}" for n in range(25)]
    service.add(row(25))
    assert kettles_of(one.pull(batches[-1].after)) == ["K25"]


def test_an_outage_in_the_middle_loses_and_doubles_nothing(service: SourceStandIn) -> None:
    pull = connector(service).pull(None)
    kept = [next(pull)]
    service.behave("down", times=10)
    with pytest.raises(Unavailable):
        next(pull)
    service.behave("up")
    kept += list(connector(service).pull(kept[-1].after))
    assert kettles_of(kept) == [f"K{n}" for n in range(25)]


def test_a_token_that_was_forgotten_is_renewed(service: SourceStandIn) -> None:
    pull = connector(service).pull(None)
    batches = [next(pull)]
    service.behave("forget", times=1)
    assert len(kettles_of([*batches, *pull])) == 25


def test_a_wrong_key_is_refused_and_not_told(service: SourceStandIn) -> None:
    checked = connector(service, secret="wrong-key").check()
    assert (checked.ok, checked.problems[0].code) == (False, "source_refuses")
    assert "wrong-key" not in str(checked)


def test_an_internal_address_is_refused_by_every_road(service: SourceStandIn) -> None:
    seen = len(service.asked())
    checked = connector(service, internal=False).check()
    assert checked.problems[0].code == "source_address_internal"
    assert len(service.asked()) == seen, "not even a token was asked for"


@wrapping
def test_an_error_inside_an_answer_is_an_outage(service: SourceStandIn) -> None:
    service.behave("axis_error")
    with pytest.raises(Unavailable, match="envelope_99"):
        list(connector(service).pull(None))
    service.behave("axis_error", times=1)
    assert len(kettles_of(connector(service).pull(None))) == 25


@wrapping
def test_a_refusal_inside_an_answer_is_one(service: SourceStandIn) -> None:
    service.behave("axis_refuse")
    with pytest.raises(Refused, match="envelope_403"):
        list(connector(service).pull(None))


@wrapping
def test_an_answer_without_its_envelope_stops_the_pull(service: SourceStandIn) -> None:
    service.behave("bare")
    with pytest.raises((InvalidValue, Unavailable)):
        list(connector(service).pull(None))


def test_the_platforms_stand_in_says_what_it_is(service: SourceStandIn) -> None:
    page = httpx.get(service.origin)
    assert "stand-in" in page.text
    if service.road == "ndop":
        assert "no public specification" in page.text
        basic = httpx.get(f"{service.origin}/rows", auth=("danso", service.secret))
        assert "no public specification" in basic.json()["notice"]
        assert "made up" in basic.headers["stand-in"]


def test_settings_of_another_road_are_refused(service: SourceStandIn) -> None:
    other = {"lgsp": CALLER, "ndop": None} if service.road != "ndxp" else {"ndop": NDOP}
    with pytest.raises(InvalidValue, match="is for the road"):
        connector(service, **other)


def test_settings_of_roads_are_read_and_checked() -> None:
    text = (
        '[cups]\nurl = "https://axis.example/rows"\nsecret = "source-cups"\n'
        '[cups.lgsp]\naccess_key = "AK"\napp = "danso"\npartner = "P"\n'
        '[pots]\nurl = "https://platform.example/rows"\n'
        '[pots.ndop]\ndata = "payload"\nheaders = {X-A = "b"}\n'
    )
    cups, pots = read_places(text, is_demo=False).values()
    assert isinstance(cups, RestPlace)
    assert isinstance(pots, RestPlace)
    assert cups.lgsp == msgspec.structs.replace(
        CALLER, access_key="AK", partner="P", partner_customer=""
    )
    assert pots.ndop == Ndop(data="payload", headers={"X-A": "b"})
    for wrong in (
        text.replace('app = "danso"', 'app = ""'),
        text.replace('data = "payload"', 'data = "a..b"'),
        text.replace("X-A", '"X A"'),
        text.replace('"b"', '"b\\r\\nHost: x"'),
    ):
        with pytest.raises(InvalidValue, match=r"sources\.toml"):
            read_places(wrong, is_demo=False)
