"""Followers of events: each event once, in order, cursor and effect in one commit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.audit.actions import follow
from danso.modules.audit.data import Event, HandlerRun, Positioned
from danso.modules.audit.interface import emit, emit_many, handler, record, run_handlers
from danso.modules.audit.jobs import Sealer
from danso.modules.audit.rules import event_text, read_event
from tests.conftest import Database
from tests.modules.audit.conftest import look


@dataclass(frozen=True)
class TeaPoured(Event):
    kind: ClassVar[str] = "teahouse.tea_poured"
    cup: UUID
    pot: int = 1
    on: date | None = None
    guests: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class CupBroken(Event):
    kind: ClassVar[str] = "teahouse.cup_broken"
    cup: UUID


@pytest.fixture(autouse=True)
def _own_followers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_followers", {})


def test_event_comes_back_from_its_text_unchanged() -> None:
    event = TeaPoured(uuid4(), 3, date(2026, 11, 23), (uuid4(), uuid4()))
    text = event_text(event, datetime(2026, 11, 23, tzinfo=UTC))
    body = json.loads(text)
    assert body["event"] == "teahouse.tea_poured"
    assert body["at"] == "2026-11-23T00:00:00.000000+00:00"
    assert read_event(TeaPoured, body) == event
    assert read_event(TeaPoured, {"cup": str(event.cup), "gone": 1}) == TeaPoured(event.cup)


def test_event_with_a_field_that_every_event_has_is_refused() -> None:
    @dataclass(frozen=True)
    class Wrong(Event):
        kind: ClassVar[str] = "teahouse.wrong"
        at: str

    with pytest.raises(InvalidValue):
        event_text(Wrong("now"), clock.now())


def test_handler_gets_each_event_once_in_the_order_of_sealing(sealer: Sealer) -> None:
    seen: list[Positioned[TeaPoured | CupBroken]] = []

    @handler(TeaPoured, CupBroken, name="tests.see")
    def see(events: Sequence[Positioned[TeaPoured | CupBroken]]) -> None:
        seen.extend(events)

    cups = [uuid4() for _ in range(5)]
    emit(TeaPoured(cups[0]))
    record(look())
    emit(CupBroken(cups[1]))
    emit_many([TeaPoured(cup) for cup in cups[2:]])
    assert run_handlers() == [HandlerRun("tests.see", 0, 0)]
    sealer.seal()
    assert run_handlers(max_rows=2) == [HandlerRun("tests.see", 2, 3)]
    assert run_handlers(max_rows=2) == [HandlerRun("tests.see", 2, 1)]
    assert run_handlers() == [HandlerRun("tests.see", 1, 0)]
    assert run_handlers() == [HandlerRun("tests.see", 0, 0)]
    assert [one.position for one in seen] == [0, 2, 3, 4, 5]
    assert [one.event.cup for one in seen] == cups
    assert isinstance(seen[1].event, CupBroken)


def test_handler_that_fails_keeps_neither_effect_nor_step_and_stops_nobody(
    sealer: Sealer, fresh_db: Database
) -> None:
    broken = [True]
    others: list[Positioned[TeaPoured]] = []

    @handler(TeaPoured, name="tests.pour")
    def pour(events: Sequence[Positioned[TeaPoured]]) -> None:
        for one in events:
            emit(CupBroken(one.event.cup))
        if broken[0]:
            raise ZeroDivisionError

    @handler(TeaPoured, name="tests.others")
    def note(events: Sequence[Positioned[TeaPoured]]) -> None:
        others.extend(events)

    emit(TeaPoured(uuid4()))
    sealer.seal()
    failed, fine = run_handlers()
    assert failed == HandlerRun("tests.pour", 0, 1, "ZeroDivisionError")
    assert fine == HandlerRun("tests.others", 1, 0)
    assert sealer.seal() == 0
    broken[0] = False
    assert run_handlers(only=["tests.pour"]) == [HandlerRun("tests.pour", 1, 0)]
    assert sealer.seal() == 1
    assert len(others) == 1


def test_handler_that_starts_now_sees_only_what_comes(sealer: Sealer) -> None:
    seen: list[Positioned[TeaPoured]] = []

    @handler(TeaPoured, name="tests.late", start="now")
    def see(events: Sequence[Positioned[TeaPoured]]) -> None:
        seen.extend(events)

    emit(TeaPoured(uuid4()))
    sealer.seal()
    run_handlers()
    emit(TeaPoured(uuid4()))
    sealer.seal()
    run_handlers()
    assert [one.position for one in seen] == [1]


def test_cursor_held_by_another_worker_is_left_alone(sealer: Sealer, fresh_db: Database) -> None:
    @handler(TeaPoured, name="tests.busy")
    def see(events: Sequence[Positioned[TeaPoured]]) -> None:
        raise AssertionError("not while another worker holds the cursor")

    run_handlers()
    emit(TeaPoured(uuid4()))
    sealer.seal()
    with psycopg.connect(fresh_db.dsn("app")) as other:
        other.execute("SELECT 1 FROM audit_cursor WHERE consumer = 'tests.busy' FOR UPDATE")
        assert run_handlers() == [HandlerRun("tests.busy", 0, 0, "busy")]


def test_event_of_a_rolled_back_action_never_happened(sealer: Sealer) -> None:
    with transaction.atomic():
        emit(TeaPoured(uuid4()))
        transaction.set_rollback(True)
    assert sealer.seal() == 0


def test_two_handlers_of_one_name_are_refused() -> None:
    @handler(TeaPoured, name="tests.same")
    def one(events: Sequence[Positioned[TeaPoured]]) -> None: ...

    with pytest.raises(Conflict):

        @handler(TeaPoured, name="tests.same")
        def two(events: Sequence[Positioned[TeaPoured]]) -> None: ...


def test_events_door_shows_events_and_no_entries(sealer: Sealer, fresh_db: Database) -> None:
    record(look())
    emit(TeaPoured(uuid4()))
    sealer.seal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, entry::json ->> 'event' FROM audit_v1.events")
        assert cursor.fetchall() == [(1, "teahouse.tea_poured")]
