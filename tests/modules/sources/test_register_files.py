"""Files of hosted registers: looked at, taken in whole or not at all, handed out, sent back."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections import Counter
from pathlib import Path
from typing import Literal

import openpyxl
import pytest
from django.conf import LazySettings

from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from danso.modules.sources import interface as sources
from danso.modules.sources.data import RecordsWanted
from danso.modules.sources.models import Fact, RegisterAsked, RegisterRecord
from tests.conftest import Database
from tests.exchange_world import AN, OFFICER, TEAHOUSE
from tests.modules.sources.hosting import CODE, FIRST, SECOND, enter, given, keeper, somebody
from tests.officers import journal

OTHER = "909000000002"
HEADINGS = "number,commune,Hình đĩa,depth,held_from,secret_mark"
ALL = frozenset({"number", "full_name", "birth"})


@pytest.fixture(autouse=True)
def _teahouse(settings: LazySettings, fresh_db: Database) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=TEAHOUSE)


def file_of(folder: Path, *rows: str, headings: str = HEADINGS) -> Path:
    path = folder / "saucers.csv"
    path.write_text("\n".join([headings, *rows]), encoding="utf-8")
    return path


def test_one_faulty_line_keeps_the_whole_file_out(tmp_path: Path) -> None:
    somebody()
    somebody(OTHER)
    path = file_of(
        tmp_path, f"{AN['number']},,Nông,,2021-02-03,", f"{OTHER},,sâu,,03/02/2021,", "x,,,,,"
    )
    check = sources.check_records(CODE, path, keeper=keeper())
    assert (check.lines, check.new, check.is_sound) == (3, 1, False)
    assert {(one.line, one.field, one.fault) for one in check.faults} >= {
        (3, "depth", "needed_here"),
        (4, "shape", "missing"),
        (4, "number", "number_not_digits"),
    }
    with pytest.raises(InvalidValue) as refused:
        sources.import_records(CODE, path, keeper=keeper())
    assert refused.value.code == "register_file_faults"
    assert not RegisterRecord.objects.exists()


def test_a_sound_file_is_taken_with_its_facts_and_people_on_record(
    tmp_path: Path, fresh_db: Database
) -> None:
    people = {str(somebody()), str(somebody(OTHER))}
    path = file_of(
        tmp_path, f"{AN['number']},,Nông,,2021-02-03,", f"{OTHER},90101,sâu,3,03/02/2021,ABC"
    )
    done = sources.import_records(CODE, path, keeper=keeper(), why="danh sách năm 2021")
    assert (done.new, done.changed, done.same) == (2, 0, 0)
    assert set(Fact.objects.values_list("value", flat=True)) == {"flat", "deep"}
    rows = [row for row in journal(fresh_db) if row.action == "sources.register_imported"]
    assert {row.subject for row in rows} == people


def test_a_file_tells_nothing_of_those_beyond_reach_and_everybody_asked_about_is_on_record(
    tmp_path: Path, fresh_db: Database
) -> None:
    held, dead, hidden, here = "909000000002", "909000000003", "909000000004", AN["number"]
    people = {number: somebody(number, SECOND) for number in (held, dead, hidden)}
    people[here] = somebody(here)
    enter(number=held)
    died = PartialDate(2021, 1, 1)
    population.record_death(people[dead], died, actor=OFFICER, grounds=Grounds(reason="test"))
    population.protect(
        people[hidden],
        actor=OFFICER,
        grounds=Grounds(reason="test"),
        scope=Scope(sees_protected=True),
    )
    clerk = keeper(("steward", "commune", FIRST))
    for number in (held, dead, hidden, "909000000009"):
        path = file_of(tmp_path, f"{number},{FIRST},Nông,,2021-02-03,")
        check = sources.check_records(CODE, path, keeper=clerk)
        assert [(one.field, one.fault) for one in check.faults] == [("number", "person_not_here")]
        with pytest.raises(InvalidValue):
            sources.import_records(CODE, path, keeper=clerk)
    path = file_of(tmp_path, f"{here},,Nông,,2021-02-03,")
    assert sources.check_records(CODE, path, keeper=clerk).new == 1
    rows = [row for row in journal(fresh_db) if row.action == "sources.register_checked"]
    asked = Counter(row.subject for row in rows)
    assert asked == {str(people[held]): 2, str(people[dead]): 2, str(people[here]): 1}


def test_lines_that_ask_in_vain_are_counted_once_a_file_and_end_for_the_day(
    tmp_path: Path,
) -> None:
    path = file_of(tmp_path, f"{OTHER},{FIRST},Nông,,2021-02-03,")
    for _ in range(2):
        assert len(sources.check_records(CODE, path, keeper=keeper()).faults) == 1
    assert RegisterAsked.objects.get().failed == 1
    RegisterAsked.objects.update(failed=2000)
    assert len(sources.check_records(CODE, path, keeper=keeper()).faults) == 1
    again = file_of(tmp_path, f"{OTHER},{SECOND},Nông,,2021-02-03,")
    for attempt in (sources.check_records, sources.import_records):
        with pytest.raises(Refused) as refused:
            attempt(CODE, again, keeper=keeper())
        assert refused.value.code == "register_failed_enough"


def test_the_same_person_twice_in_a_file_is_told(tmp_path: Path) -> None:
    somebody()
    row = f"{AN['number']},,Nông,,2021-02-03,"
    check = sources.check_records(CODE, file_of(tmp_path, row, row), keeper=keeper())
    assert [(one.line, one.fault) for one in check.faults] == [(3, "already_open")]


def test_what_was_handed_out_may_be_sent_back_and_changes_nothing(tmp_path: Path) -> None:
    somebody()
    somebody(OTHER)
    enter(held_until="2021-12-31", secret_mark="ABC")
    enter(number=OTHER, shape="deep", depth="2.5")
    kinds: tuple[Literal["csv", "xlsx"], ...] = ("csv", "xlsx")
    for kind in kinds:
        made = sources.export_records(CODE, kind, RecordsWanted(), keeper=keeper(), fields=ALL)
        path = tmp_path / made.name
        path.write_bytes(made.content)
        check = sources.check_records(CODE, path, keeper=keeper())
        assert (check.lines, check.same, check.faults) == (2, 2, ()), kind
        assert check.unknown == ()


def test_a_line_with_a_records_number_changes_that_record_alone(tmp_path: Path) -> None:
    somebody()
    record = enter(secret_mark="ABC")
    path = file_of(tmp_path, f"{record.number},sâu,4", headings="record,shape,depth")
    done = sources.import_records(CODE, path, keeper=keeper(), why="đo lại")
    assert (done.new, done.changed) == (0, 1)
    row = RegisterRecord.objects.get()
    assert row.payload == {
        "shape": "deep", "depth": "4", "held_from": "2021-02-03", "secret_mark": "ABC"
    }  # fmt: skip
    assert row.revision == 2
    wrong = file_of(tmp_path, "DIA-000099,sâu,4", headings="record,shape,depth")
    check = sources.check_records(CODE, wrong, keeper=keeper())
    assert [(one.field, one.fault) for one in check.faults] == [("record", "record_unknown")]


def test_a_file_does_not_write_over_what_a_colleague_changed_since_it_was_looked_at(
    tmp_path: Path,
) -> None:
    somebody()
    record = enter()
    content = file_of(tmp_path, f"{record.number},sâu,4", headings="record,shape,depth")
    key = sources.keep_upload(CODE, content.read_bytes(), ".csv", keeper=keeper())
    seen = sources.check_upload(CODE, key, keeper=keeper()).before
    sources.change_record(
        CODE, record.key, given(held_until="2021-08-01"), revision=1, why="", keeper=keeper()
    )
    with pytest.raises(Conflict) as moved:
        sources.take_upload(CODE, key, keeper=keeper(), before=seen)
    assert moved.value.code == "register_file_moved"
    assert RegisterRecord.objects.get().payload["shape"] == "flat"
    seen = sources.check_upload(CODE, key, keeper=keeper()).before
    assert sources.take_upload(CODE, key, keeper=keeper(), before=seen).changed == 1


def test_a_sheet_shows_what_the_purpose_and_the_post_show_and_runs_nothing(tmp_path: Path) -> None:
    somebody(full_name="Nguyễn Văn Ấm")
    enter(secret_mark="ABC")
    police = keeper(("commune_police", "commune", FIRST))
    made = sources.export_records(
        CODE, "csv", RecordsWanted(), keeper=police, fields=frozenset({"full_name"})
    )
    (row,) = csv.DictReader(io.StringIO(made.content.decode("utf-8-sig")))
    assert row["Họ và tên"] == "Nguyễn Văn Ấm"
    assert "Số định danh" not in row
    assert "Dấu kín" not in row
    book = sources.export_records(CODE, "xlsx", RecordsWanted(), keeper=keeper(), fields=ALL)
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert sheet.max_row == 2


def test_an_upload_is_there_for_who_sent_it_until_it_is_taken(tmp_path: Path) -> None:
    somebody()
    content = file_of(tmp_path, f"{AN['number']},,Nông,,2021-02-03,").read_bytes()
    key = sources.keep_upload(CODE, content, ".csv", keeper=keeper())
    other = dataclasses.replace(keeper(), actor=dataclasses.replace(keeper().actor, id="clerk-2"))
    with pytest.raises(NotFound):
        sources.check_upload(CODE, key, keeper=other)
    check = sources.check_upload(CODE, key, keeper=keeper())
    assert check.new == 1
    assert sources.take_upload(CODE, key, keeper=keeper(), before=check.before).new == 1
    with pytest.raises(NotFound):
        sources.take_upload(CODE, key, keeper=keeper(), before=check.before)
