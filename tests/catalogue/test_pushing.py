"""What a home says of how sources come to it, laid over the province's descriptions."""

from __future__ import annotations

from danso import catalogue
from danso.catalogue import HomePush
from tests.exchange_world import TEAHOUSE


def test_a_home_lets_an_owner_send_what_is_described_as_files() -> None:
    described = catalogue.load(TEAHOUSE)
    assert described.pushed == frozenset()
    here = catalogue.with_pushed(described, {"kettles": "changes", "no-such": "changes"})
    source = here.source("kettles")
    assert here.pushed == {"kettles"}
    assert isinstance(source.transport, HomePush)
    assert (source.transport.kind, source.transport.holds) == ("push", "changes")
    assert source.transport.described == described.source("kettles").transport
    assert source.schedule is None
    assert source.fields == described.source("kettles").fields
    assert described.pushed == frozenset(), "the province's own is as it was"


def test_a_home_that_says_nothing_has_the_province_as_it_is() -> None:
    described = catalogue.load(TEAHOUSE)
    assert catalogue.with_pushed(described, {}) is described
