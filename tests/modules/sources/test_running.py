"""Sources that run by themselves: when due, after outages, after a kill; who is told."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from danso.catalogue.shapes.sources import Source
from danso.kernel import clock
from danso.kernel.errors import Conflict, DansoError, InvalidValue
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.adapters.faults import SourceDown
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.port import Batch, Checked, Checkpoint, Connector
from danso.modules.sources.data import RunRecord
from danso.modules.sources.models import Load, SourceRecord, SourceRun
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.modules.population.conftest import Inbox, enrol, read_inbox
from tests.modules.population.files import clean_file
from tests.modules.sources.conftest import STEWARD
from tests.modules.sources.test_loading import HEADINGS, row

SOURCE = "insurance"
START = datetime(2027, 1, 4, 3, tzinfo=UTC)


@dataclass
class Away:
    """A connector whose source gives one row and then no more answer."""

    inner: Connector
    error: DansoError

    def check(self) -> Checked:
        return self.inner.check()

    def preview(self, limit: int = 20) -> Batch:
        return self.inner.preview(limit)

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        if since is not None:
            raise self.error
        batch = next(iter(self.inner.pull(since)))
        yield replace(batch, rows=batch.rows[:1], after={**batch.after, "line": 2}, end="")
        raise self.error


@dataclass
class Owner:
    """One source's folder, and what its connector does."""

    folder: Path
    error: DansoError | None = None
    opened: list[str] = field(default_factory=list)

    def placed(self) -> Collection[str]:
        return {SOURCE}

    def open(self, source: Source) -> Connector:
        self.opened.append(source.code)
        assert source.transport.kind == "file"
        made = FilesConnector(source, source.transport, self.folder, quiet=0.0)
        return Away(made, self.error) if self.error else made

    def drop(self, name: str, *rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> None:
        self.folder.mkdir(exist_ok=True)
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([headings, *rows])


@pytest.fixture(autouse=True)
def owner(fresh_db: Database, settings: Settings, tmp_path: Path) -> Iterator[Owner]:
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    population.import_people(clean_file(tmp_path / "others", people=300), actor=STEWARD)
    made = Owner(tmp_path / "drop")
    made.drop("a.csv", row("9900000001"), row("9900000002", "Cầm Bá Lai"))
    take_back = sources.use_connectors(made)
    yield made
    take_back()


@pytest.fixture
def inbox(fresh_db: Database) -> Callable[[], Inbox]:
    return lambda: read_inbox(fresh_db)


def run() -> None:
    sources.run_source_now(SOURCE, actor=STEWARD)
    assert sources.run_source(SOURCE)


def state() -> RunRecord:
    return sources.source_runs()[SOURCE]


def kinds() -> set[str]:
    """Of the open alerts. The files here lack columns, which is drift."""
    return {one.kind for one in sources.source_alerts(SOURCE)}


def test_a_placed_source_runs_at_its_time_and_not_before(owner: Owner) -> None:
    person = enrol("Trương Quý Khoát")
    assert sources.tend_sources() == []
    planned = state().next_at
    schedule = province().source(SOURCE).schedule
    assert planned
    assert schedule
    assert planned == schedule.next_after(planned - timedelta(seconds=1))
    assert not sources.run_source(SOURCE)

    SourceRun.objects.filter(source=SOURCE).update(next_at=clock.now())
    assert sources.tend_sources() == [SOURCE]
    assert sources.run_source(SOURCE)

    assert sources.facts_about(person)
    assert (state().phase, state().tries, state().problem) == ("", 0, "")
    following = state().next_at
    assert following
    assert following > clock.now()
    assert sources.tend_sources() == []


def test_a_source_without_a_place_never_runs(owner: Owner) -> None:
    sources.tend_sources()
    runs = sources.source_runs()
    assert [code for code, one in runs.items() if one.next_at] == [SOURCE]


def test_an_outage_is_outlived_with_growing_waits_and_the_owner_told_once(
    owner: Owner, inbox: Callable[[], Inbox]
) -> None:
    owner.error = SourceDown("503")
    waits = []
    with clock.frozen(START) as now:
        for _ in range(5):
            run()
            following = state().next_at
            assert following
            waits.append((following - now.at).total_seconds() / 60)
            now.advance(following - now.at)
        assert waits == [1, 2, 5, 15, 30]
        assert kinds() == {"stopped", "drift"}
        assert inbox().kinds.count("sources.source_troubled") == 2
        assert SourceRecord.objects.count() == 1

        owner.error = None
        assert sources.tend_sources() == [SOURCE], "its turn has come without anybody"
        assert sources.run_source(SOURCE)
    records = SourceRecord.objects.order_by("record").values_list("record", flat=True)
    assert list(records) == ["9900000001", "9900000002"]
    assert kinds() == {"drift"}
    assert "sources.source_recovered" in inbox().kinds
    assert (state().tries, state().problem) == (0, "")


def test_a_source_that_asks_to_be_left_alone_is(owner: Owner) -> None:
    owner.error = SourceDown("429", retry_after=3600)
    with clock.frozen(START) as now:
        run()
        assert state().next_at == now.at + timedelta(hours=1)


def test_what_somebody_must_mend_is_told_at_once_and_waits_for_its_turn(owner: Owner) -> None:
    owner.drop("b.csv", ("1", "An"), headings=("MST", "TEN"))
    with clock.frozen(clock.now() + timedelta(minutes=1)) as now:
        run()
        schedule = province().source(SOURCE).schedule
        assert schedule
        assert state().next_at == schedule.next_after(now.at)
    alert = next(one for one in sources.source_alerts(SOURCE) if one.kind == "stopped")
    assert alert.code == "source_columns_missing"
    assert alert.unknown == (), "a file without headings would have people told as columns"
    last = Load.objects.order_by("-started_at")[0]
    assert (last.state, last.stopped) == ("stopped", "source_columns_missing")


def test_columns_that_came_or_went_are_told_and_the_rest_is_loaded(owner: Owner) -> None:
    owner.drop(
        "a.csv",
        ("9900000009", "GD4389900000009", "Trương Quý Khoát", "1984", "x"),
        headings=("MA_SO_BHXH", "MA_THE_BHYT", "HO_TEN", "NGAY_SINH", "GHI_CHU_MOI"),
    )
    run()
    (alert,) = sources.source_alerts(SOURCE)
    assert (alert.kind, alert.unknown) == ("drift", ("GHI_CHU_MOI",))
    assert "sex" in alert.missing
    assert SourceRecord.objects.count() == 1

    (owner.folder / "a.csv").unlink()
    owner.drop("z.csv", row("9900000001"))
    run()
    still = [one for one in sources.source_alerts(SOURCE) if "sex" in one.missing]
    assert still == [], "what is as described again is over"


def test_nothing_in_the_promised_rhythm_is_told_once_and_over_with_the_next_load(
    owner: Owner, inbox: Callable[[], Inbox]
) -> None:
    run()
    days = province().source(SOURCE).rhythm_days
    with clock.frozen(clock.now() + timedelta(days=days + 2)):
        sources.tend_sources()
        sources.tend_sources()
        assert kinds() == {"late", "drift"}
        assert inbox().kinds.count("sources.source_troubled") == 2
        owner.drop("b.csv", row("9900000003"))
        run()
        assert kinds() == {"drift"}


def test_a_paused_source_does_not_run_until_it_is_resumed(
    owner: Owner, inbox: Callable[[], Inbox]
) -> None:
    sources.tend_sources()
    SourceRun.objects.filter(source=SOURCE).update(next_at=clock.now())
    sources.pause_source(SOURCE, actor=STEWARD)
    assert sources.tend_sources() == []
    assert not sources.run_source(SOURCE)
    with pytest.raises(Conflict) as caught:
        sources.run_source_now(SOURCE, actor=STEWARD)
    assert caught.value.code == "source_paused"

    sources.resume_source(SOURCE, actor=STEWARD)
    assert sources.tend_sources() == [SOURCE]
    assert sources.run_source(SOURCE)
    actions = [(entry["action"], entry["outcome"]) for entry in inbox().entries]
    assert ("sources.pause_source", "done") in actions
    assert ("sources.run_now", "refused:source_paused") in actions
    assert ("sources.resume_source", "done") in actions


def test_a_press_wakes_the_jobs(owner: Owner) -> None:
    sources.run_source_now(SOURCE, actor=STEWARD)
    job = ProcrastinateJob.objects.get(task_name="sources.run")
    assert (job.queue_name, job.args) == ("sources", {"source": SOURCE})


class Killed(BaseException):
    """As a process that is no more: nothing of ours is run."""


def test_a_worker_killed_in_the_middle_goes_on_where_it_was(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, inbox: Callable[[], Inbox]
) -> None:
    owner.error = Killed()  # type: ignore[assignment]
    sources.run_source_now(SOURCE, actor=STEWARD)
    with pytest.raises(Killed):
        sources.run_source(SOURCE)
    connection.close()
    load = Load.objects.get()
    assert (load.state, load.rows, load.new) == ("running", 1, 1), "what is in is on its record"

    owner.error = None
    assert sources.tend_sources() == []
    load.refresh_from_db()
    assert (load.state, load.stopped, load.finished_at) == (
        "stopped",
        "load_broken_off",
        load.moved_at,
    )
    assert (state().phase, state().problem, state().tries) == ("", "load_broken_off", 1)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert sources.tend_sources() == [SOURCE]
        assert sources.run_source(SOURCE)
    assert SourceRecord.objects.count() == 2
    last = Load.objects.order_by("-started_at")[0]
    assert (last.state, last.rows, last.new) == ("done", 1, 1)
    assert "sources.mend_load" in [entry["action"] for entry in inbox().entries]


def test_what_a_stopped_load_brought_is_matched_without_waiting_for_its_owner(
    owner: Owner,
) -> None:
    person = enrol("Trương Quý Khoát")
    owner.error = SourceDown("503")
    run()
    assert state().problem == "source_down"
    assert sources.facts_about(person)


def test_broken_lines_are_kept_by_their_numbers(owner: Owner) -> None:
    with (owner.folder / "a.csv").open("a", encoding="utf-8") as file:
        file.write('9900000007,"zu,viele,\n9900000008,GD4389900000008,An,1990,Nam,,\n')
    run()
    (load,) = sources.loads_of(SOURCE)
    assert load.broken
    assert {name for name, _, _ in load.broken} == {"a.csv"}
    assert {line for _, line, _ in load.broken} == {4}


def test_a_broken_settings_file_leaves_what_was_planned(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.tend_sources()
    before = state()

    def broken(self: Owner) -> Collection[str]:
        raise InvalidValue("sources.toml", code="source_setup", fix="")

    monkeypatch.setattr(Owner, "placed", broken)
    sources.tend_sources()
    assert state() == before
