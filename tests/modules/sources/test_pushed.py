"""What an owner sent to the gateway, loaded as every source is: once, whole, and then erased."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django import Settings

from danso.catalogue.shapes.sources import Source
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.modules.linkage import interface as linkage
from danso.modules.sources import interface as sources
from danso.modules.sources.adapters.port import rehearse
from danso.modules.sources.models import Load, Pushed, SourceRecord, SourceState
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.modules.population.conftest import enrol
from tests.modules.sources.conftest import STEWARD
from tests.pushing_world import SOURCE, cup, pushing_teahouse


@pytest.fixture(params=["everything"])
def cups(
    fresh_db: Database, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Source:
    made = pushing_teahouse(tmp_path, request.param)
    settings.DANSO = replace(platform(), province_path=made)
    return province().source(SOURCE)


class Sender:
    """What the gateway does with each batch, through its own door and with its own rights."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.sequence = 0

    def send(self, *records: dict[str, Any], finish: bool = False, left: Sequence[Any] = ()) -> str:
        self.sequence += 1
        given = (SOURCE, self.sequence, f"d{self.sequence}", "kettle", json.dumps(records))
        told = (len(records), json.dumps(list(left)), finish, "{}", '{"detail":{"a":1')
        with psycopg.connect(self._database.dsn("gateway"), autocommit=True) as gateway:
            row = gateway.execute(
                "SELECT outcome FROM gateway_v1.push(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (*given, *told),
            ).fetchone()
        assert row is not None
        return str(row[0])


@pytest.fixture
def sender(fresh_db: Database) -> Sender:
    return Sender(fresh_db)


def held() -> dict[str, str]:
    rows = SourceRecord.objects.filter(source=SOURCE, gone_at__isnull=True)
    return {row.record: row.payload.get("keeper", "") for row in rows}


def waiting() -> int:
    return Pushed.objects.filter(rows__isnull=False).count()


@pytest.mark.clause("I.A.2022.2", partly="no owner's own system was seen")
def test_what_was_sent_becomes_records_and_leaves_the_inbox(cups: Source, sender: Sender) -> None:
    sender.send(cup(1), cup(2, "Nguyễn Thị Chén"))
    sender.send(cup(3), left=[{"index": 1, "code": "key_missing"}])
    (load,) = sources.take_pushed()
    assert (load.state, load.new, dict(load.lines)) == ("done", 3, {"key_missing": 1})
    assert held()["C2"] == "Nguyễn Thị Chén"
    assert SourceState.objects.get().checkpoint == {"sequence": 2}
    assert waiting() == 0
    assert sources.take_pushed() == [], "nothing new is no load"


def test_records_that_were_sent_are_matched_the_first_time_too(
    cups: Source, sender: Sender, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    enrol("Nguyễn Văn Ấm", birth=PartialDate(1984, 3, 21))
    assert sources.match_waiting(actor=STEWARD) == [], "nothing was sent"
    sender.send(cup(1), finish=True)
    sources.take_pushed()
    assert sources.match_waiting(actor=STEWARD) == [SOURCE]
    assert linkage.last_run(SOURCE).counts.records == 1
    assert sources.match_waiting(actor=STEWARD) == [], "nothing has changed since"


def test_a_whole_sweep_over_several_loads_ends_what_it_did_not_bring(
    cups: Source, sender: Sender
) -> None:
    sender.send(cup(1), cup(2), finish=True)
    sources.take_pushed()
    sender.send(cup(2))
    sources.take_pushed()
    assert set(held()) == {"C1", "C2"}, "the sweep is still under way"
    sender.send(cup(3))
    sender.send(finish=True)
    (load,) = sources.take_pushed()
    assert load.gone == 1
    assert set(held()) == {"C2", "C3"}


@pytest.mark.parametrize("cups", ["changes"], indirect=True)
def test_where_changes_are_sent_nothing_is_gone_at_their_end(cups: Source, sender: Sender) -> None:
    sender.send(cup(1), finish=True)
    sender.send(cup(2), finish=True)
    sources.take_pushed()
    assert set(held()) == {"C1", "C2"}


def test_the_last_word_about_a_record_holds_in_the_order_it_was_sent(
    cups: Source, sender: Sender
) -> None:
    sender.send(cup(1, "Nguyễn Văn Cũ"))
    sender.send(cup(1, "Nguyễn Văn Mới"))
    sources.take_pushed()
    assert held() == {"C1": "Nguyễn Văn Mới"}


def test_a_load_killed_between_batches_goes_on_where_it_stopped(
    cups: Source, sender: Sender
) -> None:
    for number in range(1, 6):
        sender.send(cup(number))
    seen: list[int] = []

    def die(rows: int) -> None:
        seen.append(rows)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sources.load_source(SOURCE, sources.push_connector(SOURCE), actor=STEWARD, progress=die)
    assert (len(held()), SourceState.objects.get().checkpoint) == (2, {"sequence": 2})
    (load,) = sources.take_pushed()
    assert (load.rows, load.new, len(held())) == (3, 3, 5)
    assert waiting() == 0


def test_a_dry_run_a_check_and_a_preview_take_nothing(cups: Source, sender: Sender) -> None:
    sender.send(cup(1), cup(2))
    sender.send(cup(3))
    connector = sources.push_connector(SOURCE)
    assert (rehearse(connector, None).rows, connector.preview(1).rows.height) == (3, 1)
    checked = connector.check()
    assert (checked.ok, checked.found) == (True, ("CUP", "NAME", "BORN"))
    assert (waiting(), SourceRecord.objects.count(), Load.objects.count()) == (2, 0, 0)


def test_a_check_tells_columns_that_are_gone_or_new(cups: Source, sender: Sender) -> None:
    assert sources.push_connector(SOURCE).check().ok, "nothing came yet"
    sender.send({"CUP": "C1", "KEEPER_NAME": "x"})
    checked = sources.push_connector(SOURCE).check()
    assert (checked.missing, checked.unknown) == (("keeper", "born"), ("KEEPER_NAME",))


def test_a_source_that_comes_another_way_has_no_inbox(cups: Source) -> None:
    with pytest.raises(InvalidValue, match="not sent"):
        sources.push_connector("kettles")


def test_the_house_itself_cannot_put_records_into_an_inbox(
    cups: Source, sender: Sender, fresh_db: Database
) -> None:
    sender.send(cup(1))
    for statement in (
        "DELETE FROM sources_pushed",
        "INSERT INTO sources_pushed SELECT * FROM sources_pushed",
    ):
        with (
            psycopg.connect(fresh_db.dsn("app")) as app,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            app.execute(statement)
