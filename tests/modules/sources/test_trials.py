"""A file sent on a page: what it would change is told first; confirmed it is loaded and deleted."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from django.db import connection
from openpyxl import Workbook
from pytest_django import Settings

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds
from danso.modules.sources import interface as sources
from danso.modules.sources.adapters.shelf import Shelf
from danso.modules.sources.data import Findings, TrialRecord
from danso.modules.sources.models import SourceRecord, Trial
from danso.toolkit.platform import platform
from tests.conftest import Database
from tests.modules.population.conftest import Inbox, enrol, read_inbox
from tests.modules.population.files import clean_file
from tests.modules.sources.conftest import POLICE, STEWARD
from tests.modules.sources.test_loading import HEADINGS, Row, drop, load, row
from tests.modules.sources.test_running import Owner

SOURCE = "insurance"
GROUNDS = Grounds(purpose="data-quality", legal_basis="x", file_code="HS-1")


@pytest.fixture(autouse=True)
def home(fresh_db: Database, settings: Settings, tmp_path: Path) -> Path:
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def owner(home: Path, tmp_path: Path) -> Iterator[Owner]:
    made = Owner(home / "files" / "uploads" / SOURCE)
    take_back = sources.use_connectors(made)
    yield made
    take_back()


@pytest.fixture
def inbox(fresh_db: Database) -> Callable[[], Inbox]:
    return lambda: read_inbox(fresh_db)


def as_csv(*rows: Row, headings: tuple[str, ...] = HEADINGS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


def as_xlsx(*rows: Row) -> bytes:
    book, held = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for one in (HEADINGS, *rows):
        sheet.append(list(one))
    book.save(held)
    return held.getvalue()


def as_parquet(*rows: Row) -> bytes:
    held = io.BytesIO()
    pl.DataFrame(rows, schema=list(HEADINGS), orient="row").write_parquet(held)
    return held.getvalue()


def send(content: bytes, name: str = "tep.csv") -> UUID:
    return sources.open_upload(SOURCE, name, [content], actor=STEWARD)


def tried(content: bytes) -> TrialRecord:
    key = send(content)
    sources.try_rows(key)
    return sources.get_trial(key, SOURCE)


def files_in(home: Path) -> list[str]:
    return [path.name for path in (home / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize("write", [as_csv, as_xlsx, as_parquet])
def test_a_file_is_counted_against_what_is_held_and_nothing_is_taken(
    tmp_path: Path, write: Callable[..., bytes]
) -> None:
    load(drop(tmp_path / "d", "a.csv", row("9900000001"), row("9900000002"), row("9900000003")))
    found = tried(write(row("9900000001"), row("9900000002", until="1/1/2030"), row("9900000004")))
    assert (found.state, found.problem) == ("checked", "")
    counts = found.found
    assert (counts.ok, counts.rows, counts.new, counts.changed) == (True, 3, 1, 1)
    assert (counts.same, counts.gone, counts.faulty) == (1, 1, 0)
    assert ("HO_TEN", "full_name") in counts.columns
    assert "commune" in counts.missing
    assert SourceRecord.objects.count() == 3


def test_a_kind_that_is_not_agreed_is_told() -> None:
    found = tried(b'<?xml version="1.0"?><rows><row><HO_TEN>An</HO_TEN></row></rows>')
    assert (found.state, found.problem) == ("failed", "file_kind")


def test_broken_lines_are_told_by_number_and_the_rest_counted() -> None:
    content = (
        as_csv(row("9900000001")) + b"9900000002,x\r\n" + as_csv(row("9900000003"))[len(as_csv()) :]
    )
    found = tried(content).found
    assert (found.ok, found.rows, found.broken) == (True, 2, ((3, "row_short"),))


def test_a_column_that_is_needed_and_gone_leaves_nothing_to_confirm() -> None:
    found = tried(as_csv(("1", "An"), headings=("Trần Thị Bé", "HO_TEN")))
    assert (found.state, found.problem) == ("failed", "source_columns_missing")
    told = found.found.columns
    assert told == (("", ""), ("HO_TEN", "full_name")), "what no field names may be a person"
    with pytest.raises(Conflict) as caught:
        sources.confirm_upload(found.key, actor=STEWARD)
    assert caught.value.code == "trial_over"


def test_a_renamed_column_is_named_where_the_others_show_that_it_is_one() -> None:
    names = tuple("HO_VA_TEN" if name == "HO_TEN" else name for name in HEADINGS)
    found = tried(as_csv(row("9900000001"), headings=names))
    assert (found.state, found.problem) == ("failed", "source_columns_missing")
    assert ("HO_VA_TEN", "") in found.found.columns


def test_text_under_a_workbooks_name_is_told_once() -> None:
    key = send("Danh sách gõ tay\nkhông phải bảng tính\n".encode(), "danh-sach.xlsx")
    sources.try_rows(key)
    found = sources.get_trial(key, SOURCE)
    assert (found.state, found.problem) == ("failed", "file_no_workbook")
    assert not found.found.missing


def test_rows_of_text_under_a_workbooks_name_are_read_all_the_same() -> None:
    key = send(as_csv(row("9900000001")), "danh-sach.xlsx")
    sources.try_rows(key)
    assert sources.get_trial(key, SOURCE).state == "checked"


def test_a_confirmed_file_is_loaded_by_the_jobs_and_deleted(
    owner: Owner, home: Path, tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    population.import_people(clean_file(tmp_path / "others", people=300), actor=STEWARD)
    person = enrol("Trương Quý Khoát")
    found = tried(as_csv(row("9900000001")))
    sources.confirm_upload(found.key, actor=STEWARD)
    assert sources.get_trial(found.key, SOURCE).state == "confirmed"
    assert sources.run_source(SOURCE)

    assert sources.facts_about(person)
    done = sources.get_trial(found.key, SOURCE)
    assert (done.state, done.is_moving) == ("loaded", False)
    assert files_in(home) == []
    actions = [entry["action"] for entry in inbox().entries]
    assert {"sources.open_upload", "sources.try_rows", "sources.confirm_upload"} <= set(actions)
    with pytest.raises(Conflict):
        sources.cancel_trial(found.key, actor=STEWARD)


def test_a_cancelled_file_and_its_first_rows_are_deleted(home: Path) -> None:
    found = tried(as_csv(row("9900000001")))
    assert len(files_in(home)) == 2
    sources.cancel_trial(found.key, actor=STEWARD)
    assert files_in(home) == []
    assert sources.get_trial(found.key, SOURCE).state == "cancelled"


def test_what_nobody_confirms_is_deleted_after_a_day(home: Path) -> None:
    found = tried(as_csv(row("9900000001")))
    sources.tend_sources()
    assert files_in(home)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        sources.tend_sources()
    assert files_in(home) == []
    assert sources.get_trial(found.key, SOURCE).state == "cancelled"


def test_a_trial_whose_process_died_is_begun_again_three_times(home: Path) -> None:
    key = send(as_csv(row("9900000001")))
    for tries in (1, 2, 3):
        Trial.objects.filter(key=key).update(state="checking", tries=tries)
        sources.tend_sources()
        expected = "failed" if tries == 3 else "waiting"
        assert sources.get_trial(key, SOURCE).state == expected


def test_the_sender_sees_the_first_rows_others_what_their_purpose_allows(
    inbox: Callable[[], Inbox],
) -> None:
    found = tried(as_csv(*(row(f"99000000{n:02}") for n in range(30))))
    mine = sources.preview_trial(found.key, SOURCE, actor=STEWARD, grounds=GROUNDS)
    assert len(mine.rows) == 20
    assert all(cell is not None for one in mine.rows for cell in one)
    theirs = sources.preview_trial(found.key, SOURCE, actor=POLICE, grounds=GROUNDS)
    shown = {code for code, cell in zip(theirs.fields, theirs.rows[0], strict=True) if cell}
    assert "full_name" in shown
    assert "health_card" not in shown
    last = inbox().entries[-1]
    assert (last["action"], last["purpose"]) == ("sources.preview_trial", "data-quality")
    assert set(last["fields"]) == shown


def test_a_look_at_the_source_itself_takes_nothing(owner: Owner, tmp_path: Path) -> None:
    owner.folder = tmp_path / "drop"
    owner.drop("a.csv", row("9900000001"))
    key = sources.open_look(SOURCE, actor=STEWARD)
    sources.try_rows(key)
    found = sources.get_trial(key, SOURCE)
    assert (found.state, found.found.new) == ("checked", 1)
    assert not SourceRecord.objects.exists()
    with pytest.raises(Conflict):
        sources.confirm_upload(key, actor=STEWARD)


def test_a_look_at_a_source_without_a_place_says_so() -> None:
    key = sources.open_look("tax", actor=STEWARD)
    sources.try_rows(key)
    found = sources.get_trial(key, "tax")
    assert (found.state, found.problem) == ("failed", "source_unplaced")


def test_files_are_refused_where_none_come_or_too_large(home: Path) -> None:
    with pytest.raises(InvalidValue) as caught:
        sources.open_upload("tax", "a.csv", [b"x"], actor=STEWARD)
    assert caught.value.code == "source_no_files"
    with pytest.raises(InvalidValue) as caught:
        Shelf(home).take_in(UUID(int=1), [b"xx", b"yy"], most=3)
    assert caught.value.code == "upload_too_large"
    assert files_in(home) == []
    with pytest.raises(NotFound):
        sources.get_trial(UUID(int=1), SOURCE)


def test_one_broken_line_among_thousands_is_told_and_costs_no_other() -> None:
    rows = [row(f"99{n:08}") for n in range(10_000)]
    lines = as_csv(*rows).split(b"\r\n")
    lines.insert(5_000, b'"9900000001')
    found: Findings = tried(b"\r\n".join(lines)).found
    assert found.ok
    assert [line for line, _ in found.broken] == [5_001]
    assert found.rows >= 9_999


def test_faulty_records_are_listed_by_key_without_a_value(
    tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    load(drop(tmp_path / "d", "a.csv", row("9900000001"), row("9900000002", birth="31/02/1984")))
    listed = list(sources.export_faults(SOURCE, actor=STEWARD, grounds=GROUNDS))
    assert listed == [("9900000002", "birth", "date_day_range")]
    assert inbox().entries[-1]["action"] == "sources.export_faults"
    connection.close()
