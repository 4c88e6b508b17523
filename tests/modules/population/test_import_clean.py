"""danso's own clean file: loaded whole, loaded once, continued where it stopped."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import polars as pl
import psycopg
import pytest
from django.conf import settings
from django.db import connections

from danso.kernel.errors import InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.population import interface as population
from danso.modules.population import jobs
from danso.modules.population.actions.importing import whole_file
from danso.modules.population.data import RegisterIsCopy
from danso.modules.population.engine.importing import canonical
from danso.modules.population.models import (
    Household,
    ImportChunk,
    Number,
    OldNumber,
    Person,
    PersonVersion,
)
from danso.toolkit.platform import platform
from tests.conftest import PASSWORD, Database
from tests.modules.population.conftest import OFFICER, UPSTREAM, Inbox, enrol, seal
from tests.modules.population.files import clean_file, csv_file, person


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clean_file(tmp_path_factory.mktemp("synth"), people=600)


def test_a_clean_file_is_loaded_whole_and_once(
    fresh_db: Database, clean: Path, inbox: Callable[[], Inbox]
) -> None:
    report = population.import_people(clean, actor=OFFICER)

    assert report.total("rows") == report.total("loaded") == 600
    assert Person.objects.count() == Number.objects.count() == 600
    assert OldNumber.objects.count() == Person.objects.exclude(old_number=None).count()
    assert Household.objects.exclude(head=None).count() == Household.objects.count()
    assert sum(figures.people for figures in report.quality) > 500
    journal = inbox()
    assert journal.actions == [("population.import_people", "done", None)]
    assert journal.entries[0]["detail"]["digest"] == report.files[0].digest
    assert journal.kinds == ["population.people_imported"]

    again = population.import_people(clean, actor=OFFICER)

    assert again.files[0].state == "already_done"
    assert Person.objects.count() == 600
    assert len(inbox().entries) == 1


def test_a_populated_register_is_met_not_doubled(
    fresh_db: Database, clean: Path, tmp_path: Path
) -> None:
    """The same people in another file, after somebody took one of their numbers."""
    taken = pl.read_csv(clean, infer_schema=False)["number"][3]
    enrol("Lò Thị Lạ", number=taken)
    report = population.import_people(clean, actor=OFFICER).files[0]
    assert (report.loaded, report.reasons) == (599, {"number_of_another": 1})

    again = tmp_path / "again.csv"
    again.write_bytes(gzip.decompress(clean.read_bytes()) + b"\n")
    second = population.import_people(again, actor=OFFICER).files[0]
    assert (second.loaded, second.same, second.quarantined) == (0, 599, 1)


def test_a_clean_file_that_is_cut_off_keeps_its_whole_stretches(
    fresh_db: Database, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest comes with the whole file; who is in already is met."""
    monkeypatch.setattr(whole_file, "CHUNK_ROWS", 100)
    monkeypatch.setattr(canonical, "BLOCK", 1 << 14)
    half = tmp_path / "half.csv.gz"
    half.write_bytes(clean.read_bytes()[: clean.stat().st_size // 2])
    with pytest.raises(InvalidValue) as caught:
        population.import_people(half, actor=OFFICER)
    assert caught.value.code == "file_cut_off"
    loaded = Person.objects.count()
    assert 0 < loaded < 600
    assert population.list_imports()[0].state == "stopped"

    report = population.import_people(clean, actor=OFFICER).files[0]
    assert (report.loaded, report.same) == (600 - loaded, loaded)


def test_lost_connections_are_made_anew(
    fresh_db: Database, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when PostgreSQL restarts: what was open is rolled back and tried again."""
    monkeypatch.setattr(whole_file, "CHUNK_ROWS", 100)
    cut = []

    def cut_lines(_: str, rows: int) -> None:
        cut.append(rows)
        if len(cut) == 2:
            with psycopg.connect(fresh_db.dsn("super")) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND usename = 'danso_app'"
                )

    report = population.import_people(clean, actor=OFFICER, progress=cut_lines).files[0]
    assert (report.state, report.loaded) == ("done", 600)
    assert Person.objects.count() == Number.objects.count() == 600


def test_parquet_is_read_like_csv(fresh_db: Database, clean: Path, tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pl.read_csv(clean, infer_schema=False).write_parquet(path)
    assert population.import_people(path, actor=OFFICER).total("loaded") == 600


def test_a_copy_takes_files_from_its_upstream_only(
    fresh_db: Database, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DANSO", replace(platform(), register_mode="copy"))
    with pytest.raises(RegisterIsCopy):
        population.import_people(clean, actor=OFFICER)
    assert population.import_people(clean, actor=UPSTREAM).total("loaded") == 600


def test_a_real_home_takes_nobody_made_up(
    fresh_db: Database, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DANSO", replace(platform(), is_demo=False))
    report = population.import_people(clean, actor=OFFICER).files[0]
    assert (report.loaded, report.reasons) == (0, {"number_synthetic_in_real_home": 600})


def test_two_at_once_load_everybody_once(
    fresh_db: Database, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_file, "CHUNK_ROWS", 40)

    def load(_: int) -> int:
        try:
            return population.import_people(clean, actor=OFFICER).files[0].loaded
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(load, range(2))) == [600, 600]
    assert Person.objects.count() == Number.objects.count() == 600


def test_killed_in_the_middle_it_goes_on_where_it_stopped(
    fresh_db: Database, tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    path = clean_file(tmp_path / "synth", people=6000)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.modules.population.import_slowly", str(path), "100"],
        env=os.environ | child_environment(fresh_db, tmp_path / "home"),
    )
    try:
        wait_until(lambda: ImportChunk.objects.count() >= 3, child)
        child.send_signal(signal.SIGKILL)
    finally:
        child.kill()
        child.wait()
    wait_until(lambda: not others_connected(fresh_db))
    done = ImportChunk.objects.count()
    loaded = Person.objects.count()
    assert 3 <= done < 55
    assert loaded == sum(ImportChunk.objects.values_list("loaded", flat=True)) < 6000
    assert Number.objects.count() == loaded
    assert len(inbox().entries) == len(inbox().events) == done

    report = population.import_people(path, actor=OFFICER).files[0]

    assert (report.loaded, report.chunks_skipped) == (6000, done)
    assert Person.objects.count() == Number.objects.count() == 6000
    assert Household.objects.filter(head=None).count() == 0
    assert len(inbox().entries) == ImportChunk.objects.count()


def child_environment(database: Database, home: Path) -> dict[str, str]:
    """What a process of its own needs to work on this test's database as the app."""
    (home / "secrets").mkdir(parents=True)
    (home / "secrets" / "db-app").write_text(PASSWORD)
    address = database.address
    return {
        "DANSO_HOME": str(home),
        "DANSO_PROCESS": "killed",
        "DANSO_DB_ADDRESS": f"postgresql://{address.host}:{address.port}/{address.name}",
    }


def wait_until(true: Callable[[], bool], child: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        assert child is None or child.poll() is None, "the import ended before it was killed"
        time.sleep(0.005)


def others_connected(database: Database) -> bool:
    with psycopg.connect(database.dsn("super")) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = %s AND application_name = 'danso-killed'",
            [database.address.name],
        ).fetchone()
    return bool(row and row[0])


def test_a_row_fills_what_was_not_known_and_keeps_a_version(
    fresh_db: Database, tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    holder = enrol(number="099084000017", extra={})
    rows = [person(**{"Dân tộc": "Mường", "Số CMND": "990123456"})]
    report = population.import_people(csv_file(tmp_path, rows), actor=OFFICER).files[0]

    assert (report.loaded, report.updated) == (0, 1)
    found = Person.objects.get()
    assert (found.old_number, found.commune) == ("990123456", person()["Mã xã"])
    assert PersonVersion.objects.get().action == "import_people"
    assert OldNumber.objects.get().person == holder
    assert ("population.import_update", "done", str(holder)) in inbox().actions
    assert "population.person_moved" in inbox().kinds


def test_tallies_follow_an_import(fresh_db: Database, clean: Path, tmp_path: Path) -> None:
    assert jobs.tally_imported.__name__ == "tally_imported"  # registered by import
    population.import_people(clean, actor=OFFICER)
    seal(fresh_db, tmp_path)
    runs = audit.run_handlers(only={"population.tally_imported"})
    assert [run.error for run in runs] == [""]
    assert sum(one.alive + one.dead + one.missing for one in population.list_tallies()) == 600
