"""What becomes of single rows: entered, flagged, met, updated, set apart."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from danso.kernel import clock
from danso.modules.population import interface as population
from danso.modules.population.actions.importing import copying
from danso.modules.population.data import FileReport, ImportOptions
from danso.modules.population.engine.importing.rows import Stamp, TableRows, tables_of
from danso.modules.population.models import (
    Household,
    Number,
    OldNumber,
    Person,
    PersonVersion,
    Quarantined,
)
from danso.toolkit.platform import province
from tests.modules.population.conftest import OFFICER, enrol
from tests.modules.population.files import csv_file, person

pytestmark = pytest.mark.usefixtures("db")


def load(folder: Path, *rows: dict[str, str], as_of: date | None = None) -> FileReport:
    path = csv_file(folder, list(rows), name=f"list-{len(list(folder.iterdir()))}.csv")
    options = ImportOptions(with_quality=False, as_of=as_of)
    return population.import_people(path, actor=OFFICER, options=options).files[0]


def outcome(report: FileReport) -> tuple[int, int, int, int]:
    return report.loaded, report.updated, report.same, report.quarantined


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Số định danh": "0990840000171"}, "number_length"),
        ({"Số định danh": "09908400001"}, "number_length"),
        ({"Số định danh": "09908400O017"}, "number_not_digits"),
        ({"Số định danh": "9.9084E+10"}, "number_rounded"),
        ({"Số định danh": "123456789012"}, "number_placeholder"),
        ({"Số định danh": "003084000017"}, "number_prefix_unknown"),
        ({"Ngày sinh": "21/03/2084"}, "birth_in_future"),
        ({"Ngày sinh": "31/02/1984"}, "birth_unreadable"),
        ({"Ngày sinh": ""}, "birth_missing"),
        ({"Họ và tên": ""}, "name_empty"),
        ({"Họ và tên": "12345"}, "name_no_letter"),
        ({"Họ và tên": "=1+1 An"}, "name_formula"),
        ({"Họ và tên": "@SUM(An)"}, "name_formula"),
        ({"Họ và tên": "Äá»— Thá»‹ HÃ¢n"}, "name_garbled"),
        ({"Mã xã": "00000"}, "commune_unknown"),
    ],
)
def test_a_bad_row_waits_with_its_reason_and_the_next_enters(
    tmp_path: Path, changes: dict[str, str], reason: str
) -> None:
    good = person(**{"Số định danh": "099084000099"})
    report = load(tmp_path, person(**changes), good)

    assert (report.loaded, report.reasons) == (1, {reason: 1})
    waiting = Quarantined.objects.get()
    assert (waiting.line, waiting.state) == (2, "waiting")
    original = {heading: cell for heading, cell in changes.items() if cell}
    assert set(original.values()) <= set(waiting.cells.values())


def test_sql_in_a_name_is_text(tmp_path: Path) -> None:
    name = "Robert'); DROP TABLE population_person; --"
    assert load(tmp_path, person(**{"Họ và tên": name})).loaded == 1
    assert Person.objects.get().full_name == name


def test_backslashes_and_tabs_arrive_as_they_are(tmp_path: Path) -> None:
    report = load(tmp_path, person(Thôn="Xóm \\N \\. a\\tb"))
    assert report.loaded == 1
    assert Person.objects.get().hamlet == "Xóm \\N \\. a\\tb"


def test_sex_against_the_number_is_flagged_not_refused(tmp_path: Path) -> None:
    report = load(tmp_path, person(**{"Giới tính": "Nữ"}))
    assert (report.loaded, report.notes) == (1, {"number_sex_differs": 1})
    assert Person.objects.get().flags == Number.objects.get().flags == {"sex": "unverified"}


def test_a_foreign_file_brings_no_keys(tmp_path: Path) -> None:
    """Else anybody's list could put its people into somebody's household."""
    load(tmp_path, person())
    held = Person.objects.get().key
    other = {"Họ và tên": "Lê Văn Ba", "Số định danh": "099084000018"}
    load(tmp_path, person(**other, key=str(held), household=str(held)))
    found = Person.objects.get(number="099084000018")
    assert found.key != held
    assert found.household is None


def test_a_nine_digit_number_goes_where_it_belongs(tmp_path: Path) -> None:
    load(tmp_path, person(**{"Số định danh": "990123456"}))
    found = Person.objects.get()
    assert (found.number, found.old_number) == (None, "990123456")
    assert OldNumber.objects.get().person == found.key


def test_old_communes_are_mapped_forward_and_gaps_kept(tmp_path: Path) -> None:
    places = province()
    codes = [unit.code for unit in places.units.old_communes]
    whole = next(c for c in codes if c not in places.units.by_code)
    gap = next(c for c in codes if places.current_commune(c).kind == "unresolved")
    load(
        tmp_path,
        person(**{"Mã xã": whole}),
        person(**{"Mã xã": gap, "Số định danh": "099084000018", "Họ và tên": "Lê Văn Ba"}),
    )
    found = {row.recorded_commune: row for row in Person.objects.all()}
    assert found[whole].commune == places.current_commune(whole).communes[0]
    assert (found[gap].commune, found[gap].code_version) == (None, places.units.files.older.label)


def test_communes_are_found_by_name_and_district(tmp_path: Path) -> None:
    old = next(
        unit
        for unit in province().units.old_communes
        if province().current_commune(unit.code).kind == "whole"
    )
    row = person(Xã=old.name, Huyện=old.district_name)
    del row["Mã xã"]
    load(tmp_path, row)
    assert Person.objects.get().recorded_commune == old.code


def test_a_number_of_somebody_else_waits_and_names_the_record(tmp_path: Path) -> None:
    holder = enrol("Trần Văn Bình", number="099084000017")
    report = load(tmp_path, person())
    assert report.reasons == {"number_of_another": 1}
    assert Quarantined.objects.get().person == holder


def test_a_cancelled_number_waits(tmp_path: Path) -> None:
    enrol("Nguyễn Văn An", number="099084000017")
    Number.objects.update(status="cancelled")
    assert load(tmp_path, person()).reasons == {"number_cancelled": 1}


def test_another_birth_date_under_the_same_number_waits(tmp_path: Path) -> None:
    enrol(number="099084000017")
    assert load(tmp_path, person(**{"Ngày sinh": "21/04/1984"})).reasons == {"birth_disagrees": 1}


def test_the_same_person_again_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, person())
    report = load(tmp_path, person(**{"Họ và tên": "NGUYEN VAN AN", "Ngày sinh": "1984"}))
    assert outcome(report) == (0, 0, 1, 0)
    assert Person.objects.get().full_name == "Nguyễn Văn An"
    assert not PersonVersion.objects.exists()


def test_only_a_newer_file_changes_what_is_known(tmp_path: Path) -> None:
    today = clock.today()
    load(tmp_path, person(**{"Hôn nhân": "Chưa kết hôn"}), as_of=today - timedelta(days=30))
    married = person(**{"Hôn nhân": "Đang có vợ hoặc chồng"})

    older = load(tmp_path, married, as_of=today - timedelta(days=60))
    assert (outcome(older), older.notes) == ((0, 0, 1, 0), {"kept_differs": 1})

    assert outcome(load(tmp_path, {**married, "Stt": "1"}, as_of=today)) == (0, 1, 0, 0)
    assert PersonVersion.objects.get().mode == "change"


def test_two_lists_of_one_day_that_disagree_about_the_place_are_flagged(
    tmp_path: Path, communes: list[str]
) -> None:
    load(tmp_path, person(**{"Mã xã": communes[0]}))
    report = load(tmp_path, person(**{"Mã xã": communes[1]}))
    found = Person.objects.get()
    assert (found.commune, found.flags) == (communes[0], {"permanent_place": "unverified"})
    assert report.notes == {"kept_differs": 1}
    again = load(tmp_path, person(**{"Mã xã": communes[1], "Stt": "1"}))
    assert outcome(again) == (0, 0, 1, 0)


def test_a_death_is_believed_and_nobody_is_brought_back(tmp_path: Path) -> None:
    load(tmp_path, person())
    dead = person(**{"Tình trạng": "Đã chết", "Ngày chết": "01/02/2025"})
    assert load(tmp_path, dead).updated == 1
    assert Number.objects.get().life == "dead"
    assert load(tmp_path, {**person(), "Stt": "1"}).same == 1
    assert Person.objects.get().status == "dead"


def test_a_row_without_a_number_meets_its_person_by_relatives(tmp_path: Path) -> None:
    father = {"Họ tên cha": "Nguyễn Văn Tư"}
    load(tmp_path, person(**father))
    again = person(**father, **{"Số định danh": "", "Họ và tên": "NGUYỄN VĂN AN"})
    assert outcome(load(tmp_path, again)) == (0, 0, 1, 0)

    numbered = person(**father, **{"Số định danh": "099084000055"})
    assert load(tmp_path, numbered).reasons == {"number_differs": 1}


def test_a_namesake_without_relatives_is_for_a_human(tmp_path: Path) -> None:
    load(tmp_path, person())
    report = load(tmp_path, person(**{"Số định danh": ""}))
    assert report.reasons == {"possible_duplicate": 1}


def test_a_number_turns_up_later(tmp_path: Path) -> None:
    father = {"Họ tên cha": "Nguyễn Văn Tư"}
    load(tmp_path, person(**father, **{"Số định danh": ""}))
    assert outcome(load(tmp_path, person(**father))) == (0, 1, 0, 0)
    assert Person.objects.get().number == Number.objects.get().number == "099084000017"


def test_one_file_may_name_a_person_twice_but_not_endlessly(tmp_path: Path) -> None:
    report = load(tmp_path, *[person(Stt=str(n)) for n in range(7)])
    assert (report.loaded, report.same, report.reasons) == (1, 3, {"row_repeated": 3})


def test_of_two_with_one_number_the_one_it_fits_enters(tmp_path: Path) -> None:
    other = person(**{"Họ và tên": "Trần Thị Bình", "Ngày sinh": "1990", "Giới tính": "Nữ"})
    report = load(tmp_path, other, person())
    assert report.reasons == {"number_of_another": 1}
    assert Person.objects.get().full_name == "Nguyễn Văn An"


def test_households_follow_the_heads_number(tmp_path: Path) -> None:
    head = {"Số ĐDCN chủ hộ": "099084000017"}
    wife = {"Họ và tên": "Trần Thị Bình", "Giới tính": "Nữ", "Số định danh": "099184000018"}
    load(
        tmp_path,
        person(**head, **{"Quan hệ": "Chủ hộ"}),
        person(**head, **wife, **{"Quan hệ": "Vợ"}),
    )
    home = Household.objects.get()
    assert home.head == Person.objects.get(number="099084000017").key
    assert set(Person.objects.values_list("household", flat=True)) == {home.key}


def test_a_row_that_the_database_refuses_does_not_take_the_others_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sixth of ten rows breaks a constraint that no check of ours foresaw."""

    def broken(frame: object, head: str, stamp: Stamp) -> tuple[TableRows, ...]:
        tables = tables_of(frame, head, stamp)  # type: ignore[arg-type]
        first = tables[0]
        lines = [
            line.replace(b"\talive\t", b"\tundead\t") if b"099084000105" in line else line
            for line in first.text.splitlines(keepends=True)
        ]
        return TableRows(first.table, first.columns, first.count, b"".join(lines)), *tables[1:]

    monkeypatch.setattr(copying, "tables_of", broken)
    rows = [person(**{"Số định danh": f"0990840001{n:02}"}) for n in range(10)]
    report = load(tmp_path, *rows)

    assert (report.loaded, report.reasons) == (9, {"database_refused": 1})
    assert Quarantined.objects.get().line == 7
    assert Number.objects.count() == 9


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [person(), person(**{"Họ và tên": ""})])
    options = ImportOptions(dry_run=True)
    report = population.import_people(path, actor=OFFICER, options=options)
    assert (report.total("loaded"), report.total("quarantined")) == (1, 1)
    assert report.files[0].state == "dry_run"
    assert not Person.objects.exists()
    assert not Quarantined.objects.exists()
    assert not population.list_imports()


def test_a_file_twice_is_harmless_and_says_so(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [person(), person(**{"Họ và tên": ""})])
    first = population.import_people(path, actor=OFFICER).files[0]
    again = population.import_people(path, actor=OFFICER).files[0]
    assert (first.state, again.state) == ("done", "already_done")
    assert (again.loaded, again.quarantined) == (first.loaded, first.quarantined) == (1, 1)
    assert Quarantined.objects.count() == 1


@pytest.mark.parametrize("sign", ["'", "’", "‘", "''"])
def test_the_apostrophe_of_a_spreadsheet_is_no_part_of_a_figure(tmp_path: Path, sign: str) -> None:
    row = person()
    marked = {h: f"{sign}{c}" for h, c in row.items() if h not in ("Họ và tên", "Giới tính")}
    old = {"Số CMND": f"{sign}990123456", "Ngày cấp": f"{sign}01/02/2022", "Phái": f"{sign}1"}
    del row["Giới tính"]

    assert (load(tmp_path, row | marked | old).loaded) == 1

    found = Person.objects.get()
    assert (found.number, found.birth, found.sex) == ("099084000017", "1984-03-21", 1)
    assert (found.old_number, str(found.card_issued)) == ("990123456", "2022-02-01")
    assert found.commune == row["Mã xã"]


def test_an_apostrophe_stays_out_of_what_is_suggested(tmp_path: Path) -> None:
    load(tmp_path, person(**{"Số định danh": "'09908400O017"}))
    waiting = Quarantined.objects.get()
    assert (waiting.suggestion, waiting.cells["number"]) == ("099084000017", "'09908400O017")
