"""Pages of JSON from a service that really runs, and misbehaves in every way a service can."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from danso.kernel import clock
from danso.kernel.errors import DansoError, InvalidValue, Refused, Unavailable
from danso.modules.sources.adapters.calls import Caller
from danso.modules.sources.adapters.places import RestPlace, reach_of
from danso.modules.sources.adapters.port import Batch, Checkpoint, Fault
from danso.modules.sources.adapters.rest import RestConnector
from tests.modules.sources.described import kettles_of, pull_killed_after, rows_of, source
from tests.source_stand_in import SourceStandIn, started

SERVICE = {"kind": "rest", "rows": "data", "next": "next", "page_parameter": "page"}
CHANGES = {**SERVICE, "since": "updatedSince", "changed": "updated_at"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SourceStandIn]:
    with started(tmp_path_factory.mktemp("service") / "source") as made:
        yield made


@pytest.fixture
def service(running: SourceStandIn) -> SourceStandIn:
    if running.process is None or running.process.poll() is not None:
        running.start()
    running.forget()
    return running


def row(number: int, at: str = "") -> dict[str, Any]:
    moment = at or f"2026-01-{1 + number // 60:02}T00:{number % 60:02}:00Z"
    return {"ma_am": f"K{number}", "chu": {"ten": "Ấm"}, "NGAY_SINH": None, "CAP_NHAT": moment}


class Waits(list[float]):
    """Waits that were asked for; nobody really waits."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def connector(
    service: SourceStandIn, waits: Waits | None = None, **transport: Any
) -> RestConnector:
    place = RestPlace(
        url=f"{service.origin}/rows",
        token_url=f"{service.origin}/token",
        account="danso",
        internal=True,
        attempts=3,
        timeout=1.0,
    )
    return connector_at(service, place, waits, **transport)


def connector_at(
    service: SourceStandIn, place: RestPlace, waits: Waits | None = None, **transport: Any
) -> RestConnector:
    described = source(**{"sign_in": "oauth", **CHANGES, **transport})
    assert described.transport.kind == "rest"
    sign_in = described.transport.sign_in
    caller = Caller(
        place,
        sign_in,
        service.secret,
        reach_of("kettles", place),
        wait=Waits() if waits is None else waits,
    )
    return RestConnector(described, described.transport, place.url, caller)


def stored(batches: list[Batch]) -> Checkpoint:
    """The last checkpoint, as it comes back from where it was stored."""
    found: Checkpoint = json.loads(json.dumps(dict(batches[-1].after)))
    return found


def faults_of(batches: list[Batch]) -> list[Fault]:
    return [fault for batch in batches for fault in batch.faulty]


def pulled(one: RestConnector, since: Checkpoint | None = None) -> list[Batch]:
    return list(one.pull(since))


def stopped(one: RestConnector, since: Checkpoint | None = None) -> tuple[list[Batch], DansoError]:
    """What came before the pull stopped, and why it did."""
    kept: list[Batch] = []
    with pytest.raises((InvalidValue, Refused, Unavailable)) as caught:
        kept.extend(one.pull(since))
    return kept, caught.value


def test_all_pages_come_and_then_only_what_is_new(service: SourceStandIn) -> None:
    service.add(*map(row, range(25)))
    first = pulled(connector(service))
    assert kettles_of(first) == [f"K{n}" for n in range(25)]
    assert rows_of(first)[0]["keeper"] == "Ấm"
    assert (first[-1].end, first[-1].everything) == ("whole", True)

    service.add(row(24), row(25), row(26))
    second = pulled(connector(service), stored(first))
    assert kettles_of(second) == ["K25", "K26"]
    assert (second[-1].end, second[-1].everything) == ("whole", False)
    assert service.asked()[-1] == "updatedSince=2026-01-01T00%3A24%3A00Z"
    assert kettles_of(pulled(connector(service), stored(second))) == []


def test_a_row_changed_within_the_same_moment_comes(service: SourceStandIn) -> None:
    service.add(row(1))
    first = pulled(connector(service))
    service.add({**row(1), "HO_TEN": "Nước"})
    assert [one["keeper"] for one in rows_of(pulled(connector(service), stored(first)))] == ["Nước"]


@pytest.mark.parametrize("batches", range(4))
def test_a_pull_killed_anywhere_goes_on_with_every_row_once(
    service: SourceStandIn, batches: int
) -> None:
    service.add(*map(row, range(35)))
    before, since = pull_killed_after(connector(service), None, batches)
    kept = None if since is None else json.loads(json.dumps(dict(since)))
    after = pulled(connector(service), kept)
    assert Counter(kettles_of([*before, *after])) == Counter(f"K{n}" for n in range(35))


def test_an_outage_in_the_middle_loses_and_doubles_nothing(service: SourceStandIn) -> None:
    service.add(*map(row, range(35)))
    pull = connector(service).pull(None)
    before = [next(pull), next(pull)]
    service.stop(signal.SIGKILL)
    with pytest.raises(Unavailable):
        next(pull)
    service.start()
    service.add(*map(row, range(35, 40)))
    after = pulled(connector(service), stored(before))
    names = kettles_of([*before, *after, *pulled(connector(service), stored(after))])
    assert Counter(names) == Counter(f"K{n}" for n in range(40))


@pytest.mark.parametrize("mode", ["down", "busy", "garbage", "cut"])
def test_a_source_that_fails_for_a_while_is_asked_again(service: SourceStandIn, mode: str) -> None:
    service.add(*map(row, range(15)))
    service.behave(mode, times=2)
    waits = Waits()
    assert len(kettles_of(pulled(connector(service, waits)))) == 15
    assert waits == [0.5, 1.0]


@pytest.mark.parametrize("mode", ["down", "garbage", "cut"])
def test_a_source_that_fails_for_long_is_told(service: SourceStandIn, mode: str) -> None:
    service.add(row(1))
    service.behave(mode)
    kept, error = stopped(connector(service))
    assert (kept, error.code) == ([], "source_down")


def test_a_slow_source_is_not_waited_for_without_end(service: SourceStandIn) -> None:
    service.add(row(1))
    service.behave("up", delay=1.5, times=1)
    assert kettles_of(pulled(connector(service))) == ["K1"]
    service.behave("up", delay=3)
    assert stopped(connector(service))[1].code == "source_down"


def test_the_wait_that_a_source_asks_for_is_kept(service: SourceStandIn) -> None:
    service.add(row(1))
    service.behave("busy", times=1, retry_after="7")
    waits = Waits()
    assert kettles_of(pulled(connector(service, waits))) == ["K1"]
    later = clock.now() + timedelta(hours=2)
    service.behave("down", retry_after=f"{later:%a, %d %b %Y %H:%M:%S} GMT")
    error = stopped(connector(service, waits))[1]
    assert waits == [7.0]
    assert 7000 < getattr(error, "retry_after", 0) <= 7200


def test_a_page_that_came_twice_is_told_and_read_again_next_time(service: SourceStandIn) -> None:
    service.add(*map(row, range(30)))
    pull = connector(service).pull(None)
    batches = [next(pull)]
    service.behave("twice", times=2)
    batches += pull
    assert [fault.reason for fault in faults_of(batches)] == ["page_twice"]
    assert batches[-1].end == "broken"
    assert "K10" not in kettles_of(batches)

    again = pulled(connector(service), stored(batches))
    assert Counter(kettles_of(again)) == Counter(f"K{n}" for n in range(30))


def test_a_page_that_came_twice_by_chance_is_asked_for_again(service: SourceStandIn) -> None:
    service.add(*map(row, range(30)))
    pull = connector(service).pull(None)
    batches = [next(pull)]
    service.behave("twice", times=1)
    batches += pull
    assert faults_of(batches) == []
    assert Counter(kettles_of(batches)) == Counter(f"K{n}" for n in range(30))


def test_pages_that_lead_back_end_the_pull_and_double_nothing(service: SourceStandIn) -> None:
    service.add(*map(row, range(30)))
    service.behave("loop")
    kept, error = stopped(connector(service))
    assert (error.code, kept[-1].end) == ("source_paging_loop", "broken")
    assert len(set(kettles_of(kept))) == len(kettles_of(kept)) == 20
    service.behave("up")
    after = pulled(connector(service), stored(kept))
    assert Counter(kettles_of(after)) == Counter(f"K{n}" for n in range(30)), "the whole again"


def test_changes_that_came_before_a_loop_do_not_come_again(service: SourceStandIn) -> None:
    service.add(row(0))
    first = pulled(connector(service))
    service.add(*map(row, range(1, 30)))
    service.behave("loop")
    kept, _ = stopped(connector(service), stored(first))
    service.behave("up")
    after = pulled(connector(service), stored(kept))
    assert Counter(kettles_of([*first, *kept, *after])) == Counter(f"K{n}" for n in range(30))
    assert kettles_of(pulled(connector(service), stored(after))) == []


def test_changed_columns_are_told_and_nothing_is_read(service: SourceStandIn) -> None:
    service.add(*map(row, range(15)))
    pull = connector(service).pull(None)
    first = next(pull)
    service.behave("renamed")
    with pytest.raises(InvalidValue) as caught:
        next(pull)
    assert caught.value.code == "source_columns_missing"
    checked = connector(service).check()
    assert (checked.ok, checked.missing) == (False, ("kettle", "keeper", "born", "updated_at"))
    assert "ma_am_moi" in checked.unknown
    service.behave("up")
    assert len(kettles_of([first, *pulled(connector(service), stored([first]))])) == 15


def test_rows_that_cannot_be_read_stand_apart(service: SourceStandIn) -> None:
    service.add(row(1), {**row(2), "ma_am": None}, row(3))
    batches = pulled(connector(service))
    assert (kettles_of(batches), faults_of(batches)) == (["K1", "K3"], [Fault(2, "key_missing")])


def test_a_row_dated_ahead_does_not_hide_what_comes_before_it(service: SourceStandIn) -> None:
    service.add(row(1), row(2, at="2999-01-01T00:00:00Z"))
    first = pulled(connector(service))
    service.add(row(3))
    assert kettles_of(pulled(connector(service), stored(first))) == ["K3"]


def test_nothing_new_is_told_by_its_etag(service: SourceStandIn) -> None:
    service.add(*map(row, range(8)))
    whole: dict[str, Any] = {"since": None, "changed": None}
    first = pulled(connector(service, **whole))
    second = pulled(connector(service, **whole), stored(first))
    assert service.asked()[-1].endswith(" 304")
    assert [(batch.rows.height, batch.everything) for batch in second] == [(0, False)]
    service.add(*map(row, range(8, 16)))
    third = pulled(connector(service, **whole), stored(second))
    assert len(kettles_of(third)) == 16
    # Its first page stays as it is: that says nothing of the second.
    service.add(row(16))
    assert len(kettles_of(pulled(connector(service, **whole), stored(third)))) == 17


def test_a_token_is_kept_and_renewed_once_when_it_is_no_longer_known(
    service: SourceStandIn,
) -> None:
    service.add(*map(row, range(35)))
    before = service.asked().count("token")
    pull = connector(service).pull(None)
    batches = [next(pull)]
    service.behave("forget", times=1)
    batches += pull
    assert len(kettles_of(batches)) == 35
    assert service.asked().count("token") - before == 2


def test_a_wrong_secret_is_refused_at_once(service: SourceStandIn) -> None:
    waits = Waits()
    one = connector(service, waits)
    wrong = Caller(one.caller._place, "oauth", "wrong", one.caller._reach, wait=waits)
    checked = replace(one, caller=wrong).check()
    assert (checked.ok, checked.problems[0].code, waits) == (False, "source_refuses", [])
    assert service.secret not in str(checked)


def test_basic_sign_in_and_addresses_under_next(service: SourceStandIn) -> None:
    service.add(*map(row, range(25)))
    service.behave("whole_url")
    assert len(kettles_of(pulled(connector(service, sign_in="basic")))) == 25


@pytest.mark.parametrize("mode", ["redirect", "elsewhere"])
def test_another_host_is_never_followed(service: SourceStandIn, mode: str) -> None:
    service.add(*map(row, range(25)))
    service.behave(mode)
    assert stopped(connector(service))[1].code == "source_elsewhere"


def test_a_redirect_on_the_same_host_is_followed(service: SourceStandIn) -> None:
    service.add(row(1))
    place = msgspec.structs.replace(connector(service).caller._place, url=f"{service.origin}/moved")
    assert kettles_of(pulled(connector_at(service, place))) == ["K1"]


def test_a_page_too_large_is_refused(service: SourceStandIn) -> None:
    service.add({**row(1), "HO_TEN": "x" * 5000})
    place = msgspec.structs.replace(connector(service).caller._place, most_bytes=2000)
    assert stopped(connector_at(service, place))[1].code == "source_answer"


def test_an_internal_address_is_refused(service: SourceStandIn) -> None:
    service.add(row(1))
    seen = len(service.asked())
    place = msgspec.structs.replace(connector(service).caller._place, internal=False)
    error = stopped(connector_at(service, place, sign_in="none"))[1]
    assert (error.code, len(service.asked())) == ("source_address_internal", seen)
    listed = msgspec.structs.replace(place, addresses=("127.0.0.1/32",))
    assert kettles_of(pulled(connector_at(service, listed))) == ["K1"]


def test_check_and_preview_take_nothing(service: SourceStandIn) -> None:
    assert connector(service).check().ok
    service.add(*map(row, range(15)))
    checked = connector(service).check()
    assert (checked.ok, checked.missing, checked.problems) == (True, (), ())
    assert kettles_of([connector(service).preview(3)]) == ["K0", "K1", "K2"]
