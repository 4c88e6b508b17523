"""A source from its owner's file to what it tells about a person."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.linkage.models import Link
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.adapters.port import Batch, Checked, Checkpoint, Connector
from danso.modules.sources.data import LoadRecord
from danso.modules.sources.models import Fact, Load, SourceRecord, SourceState
from danso.toolkit.platform import platform
from tests.conftest import Database
from tests.modules.population.conftest import Inbox, enrol, read_inbox
from tests.modules.population.files import clean_file
from tests.modules.sources.conftest import STEWARD

SOURCE = "insurance"
HEADINGS = (
    "MA_SO_BHXH",
    "MA_THE_BHYT",
    "HO_TEN",
    "NGAY_SINH",
    "GIOI_TINH",
    "GT_THE_TU",
    "GT_THE_DEN",
)
Row = tuple[str, ...]


@pytest.fixture(autouse=True)
def home(fresh_db: Database, settings: Settings, tmp_path: Path) -> Path:
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    population.import_people(clean_file(tmp_path / "others", people=300), actor=STEWARD)
    return tmp_path / "home"


@pytest.fixture
def inbox(fresh_db: Database) -> Callable[[], Inbox]:
    return lambda: read_inbox(fresh_db)


@pytest.fixture
def insured() -> UUID:
    return enrol("Trương Quý Khoát")


def row(
    key: str, name: str = "Trương Quý Khoát", until: str = "31/12/2026", birth: str = "21/03/1984"
) -> Row:
    return (key, f"GD438{key}", name, birth, "Nam", "01/01/2026", until)


def drop(folder: Path, name: str, *rows: Row) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return folder


def load(folder: Path) -> LoadRecord:
    return sources.load_source(SOURCE, sources.files_connector(SOURCE, folder), actor=STEWARD)


def match() -> None:
    sources.match_source(SOURCE, actor=STEWARD)


def test_a_record_becomes_a_fact_about_its_person(
    tmp_path: Path, insured: UUID, inbox: Callable[[], Inbox]
) -> None:
    done = load(
        drop(tmp_path / "drop", "a.csv", row("9900000001"), row("9900000002", "Cầm Bá Lai"))
    )
    match()

    assert (done.rows, done.new, done.changed, done.gone) == (2, 2, 0, 0)
    (insurance, number) = sources.facts_about(insured)
    assert (insurance.kind, insurance.value) == ("health_insurance", "GD4389900000001")
    assert (str(insurance.since), str(insurance.until)) == ("2026-01-01", "2026-12-31")
    assert (number.kind, number.quality) == ("social_insurance_number", "good")
    assert Fact.objects.count() == 2
    actions = [entry["action"] for entry in inbox().entries]
    assert {"sources.take_batch", "linkage.match_records", "sources.tell_facts"} <= set(actions)
    assert "sources.source_loaded" in inbox().kinds


def test_the_same_file_again_and_the_same_rows_in_another_change_nothing(
    tmp_path: Path, insured: UUID
) -> None:
    folder = drop(tmp_path / "drop", "a.csv", row("9900000001"))
    load(folder)
    before = SourceRecord.objects.get().changed_at
    assert load(folder).rows == 0
    done = load(
        drop(
            folder,
            "b.csv",
            row("9900000001"),
        )
    )
    assert (done.rows, done.new, done.changed) == (0, 0, 0), "the same bytes are the same file"
    done = load(drop(folder, "c.csv", row("9900000001"), row("9900000003", "Cầm Bá Lai")))
    assert (done.rows, done.new, done.changed) == (2, 1, 0)
    assert SourceRecord.objects.get(record="9900000001").changed_at == before
    assert insured


def test_what_the_owner_changes_or_drops_changes_or_ends_what_is_told(
    tmp_path: Path, insured: UUID
) -> None:
    other = enrol("Cầm Bá Lai")
    folder = drop(tmp_path / "drop", "a.csv", row("9900000001"), row("9900000002", "Cầm Bá Lai"))
    load(folder)
    match()
    assert sources.facts_about(other)

    done = load(drop(folder, "b.csv", row("9900000001", until="30/06/2027")))
    match()

    assert (done.changed, done.gone) == (1, 1)
    assert str(sources.facts_about(insured)[0].until) == "2027-06-30"
    assert not sources.facts_about(other)
    assert not Link.objects.filter(record="9900000002").exists()
    assert SourceRecord.objects.get(record="9900000002").gone_at


def test_a_record_that_comes_back_is_told_again(tmp_path: Path, insured: UUID) -> None:
    folder = drop(tmp_path / "drop", "a.csv", row("9900000001"), row("9900000002", "Cầm Bá Lai"))
    load(folder)
    load(drop(folder, "b.csv", row("9900000002", "Cầm Bá Lai")))
    load(
        drop(folder, "c.csv", row("9900000001"), row("9900000002", "Cầm Bá Lai"), row("9900000004"))
    )
    match()
    assert SourceRecord.objects.get(record="9900000001").gone_at is None
    assert sources.facts_about(insured)


def test_wrong_values_are_counted_and_kept_as_they_came(tmp_path: Path) -> None:
    rows = (
        ("9900000001", "SAI", "Nguyen Van An", "31/02/1984", "?", "01/01/2026", "2027"),
        ("", "GD4389900000001", "Không Có Mã", "1984", "Nam", "", ""),
    )
    done = load(drop(tmp_path / "drop", "a.csv", *rows))
    assert (done.rows, done.faulty, done.lines) == (1, 1, {"key_missing": 1})
    assert set(done.faults) >= {"health_card:pattern", "birth:date_day_range", "sex:code_unknown"}
    record = SourceRecord.objects.get()
    assert record.payload["birth"] == "31/02/1984"
    assert record.faults["card_until"] == "date_partial"


def test_a_key_twice_in_a_file_counts_once_as_it_stood_last(tmp_path: Path) -> None:
    done = load(
        drop(tmp_path / "drop", "a.csv", row("9900000001", until="1/1/2026"), row("9900000001"))
    )
    assert (done.new, done.lines) == (1, {"key_twice": 1})
    assert SourceRecord.objects.get().payload["card_until"] == "2026-12-31"


def test_a_file_of_another_shape_stops_the_load_and_says_what_is_missing(
    tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.csv").write_text("MST,TEN\n1,An\n")
    with pytest.raises(InvalidValue) as caught:
        load(tmp_path / "drop")
    assert caught.value.code == "source_columns_missing"
    stopped = Load.objects.get()
    assert (stopped.state, stopped.stopped) == ("stopped", "source_columns_missing")
    assert SourceState.objects.get().loaded_at is None
    outcomes = [entry["outcome"] for entry in inbox().entries]
    assert "refused:source_columns_missing" in outcomes


def test_two_loads_of_one_source_do_not_run_at_once(tmp_path: Path, fresh_db: Database) -> None:
    with psycopg.connect(fresh_db.dsn("app")) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('sources.load:insurance', 0))")
        with pytest.raises(Conflict) as caught:
            load(drop(tmp_path / "drop", "a.csv", row("9900000001")))
        # A session that ends lets go a moment later.
        other.execute("SELECT pg_advisory_unlock_all()")
    assert caught.value.code == "source_busy"
    assert load(tmp_path / "drop").new == 1


def test_a_source_that_is_not_described_or_comes_another_way_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        sources.files_connector("unheard-of", tmp_path)
    with pytest.raises(InvalidValue) as caught:
        sources.files_connector("tax", tmp_path)
    assert caught.value.code == "source_no_files"


def test_the_board_says_where_each_source_stands(tmp_path: Path, insured: UUID) -> None:
    assert insured
    before = {one.code: one for one in sources.source_standings()}
    assert (before[SOURCE].records, before[SOURCE].matched, before[SOURCE].last) == (0, None, None)
    load(drop(tmp_path / "drop", "a.csv", row("9900000001"), row("9900000002", "Cầm Bá Lai")))
    match()
    now = {one.code: one for one in sources.source_standings()}[SOURCE]
    assert now.matched is not None
    assert (now.records, now.matched.linked, now.matched.not_found, now.facts) == (2, 1, 1, 2)
    assert now.loaded_at
    assert [one.key for one in sources.loads_of(SOURCE)] == [now.last.key if now.last else None]


@dataclass(frozen=True)
class Cut:
    """A connector during whose pull the database goes away before the last row is taken."""

    inner: Connector
    cut: Callable[[], None]

    def check(self) -> Checked:
        return self.inner.check()

    def preview(self, limit: int = 20) -> Batch:
        return self.inner.preview(limit)

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        (batch,) = (one for one in self.inner.pull(since) if one.rows.height)
        first = {**batch.after, "done": [], "line": 2}
        yield replace(batch, rows=batch.rows[:1], after=first, end="")
        self.cut()
        yield batch


def test_the_database_gone_in_the_middle_of_a_load_loses_and_doubles_nothing(
    tmp_path: Path, fresh_db: Database
) -> None:
    folder = drop(tmp_path / "drop", "a.csv", row("9900000001"), row("9900000002", "Cầm Bá Lai"))

    def cut() -> None:
        with psycopg.connect(fresh_db.dsn("super"), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'danso_app' AND datname = current_database()"
            )

    with pytest.raises(OperationalError):
        sources.load_source(
            SOURCE, Cut(sources.files_connector(SOURCE, folder), cut), actor=STEWARD
        )
    connection.close()

    assert SourceRecord.objects.count() == 1
    standing = {one.code: one for one in sources.source_standings()}[SOURCE]
    assert standing.last is not None
    load(folder)
    records = SourceRecord.objects.order_by("record").values_list("record", "gone_at")
    assert list(records) == [("9900000001", None), ("9900000002", None)]
