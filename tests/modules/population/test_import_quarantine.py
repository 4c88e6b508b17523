"""Rows in quarantine: who sees them, what a steward may decide, and how they leave as a list."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.population import interface as population
from danso.modules.population.data import (
    EVERYWHERE,
    QuarantinedRow,
    QuarantineWanted,
    Resolution,
    Scope,
)
from danso.modules.population.models import Person
from tests.modules.population.conftest import GROUNDS, OFFICER, Inbox, enrol
from tests.modules.population.files import csv_file, person

pytestmark = pytest.mark.usefixtures("fresh_db")
GUARDIAN = Scope(sees_protected=True)


def waiting(folder: Path, **changes: str) -> QuarantinedRow:
    """A row in quarantine."""
    population.import_people(csv_file(folder, [person(**changes)]), actor=OFFICER)
    return population.list_quarantine(GUARDIAN)[0]


def resolve(key: UUID, resolution: Resolution, scope: Scope = EVERYWHERE) -> QuarantinedRow:
    return population.resolve_quarantine(
        key, resolution, actor=OFFICER, grounds=GROUNDS, scope=scope
    )


def test_a_row_is_loaded_once_its_fault_is_mended(
    tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    row = waiting(tmp_path, **{"Số định danh": "09908400O017"})
    assert (row.reason, row.suggestion) == ("number_not_digits", "099084000017")

    decided = resolve(row.key, Resolution("load", "card seen", {"number": row.suggestion}))

    found = Person.objects.get()
    assert (decided.state, decided.resolved_by, found.number) == (
        "loaded", OFFICER.id, "099084000017",
    )  # fmt: skip
    assert ("population.resolve_quarantine", "done", str(found.key)) in inbox().actions
    assert "population.person_recorded" in inbox().kinds
    assert population.list_quarantine(EVERYWHERE) == ()
    assert population.count_quarantine(EVERYWHERE, "loaded") == {"number_not_digits": 1}


def test_a_row_that_is_still_wrong_keeps_waiting(
    tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    row = waiting(tmp_path, **{"Số định danh": "1"})
    with pytest.raises(InvalidValue) as caught:
        resolve(row.key, Resolution("load", "try", {"number": "123456789012"}))
    assert caught.value.code == "number_placeholder"
    assert population.list_quarantine(EVERYWHERE)[0].key == row.key
    assert not Person.objects.exists()
    assert ("population.resolve_quarantine", "refused:number_placeholder", None) in inbox().actions


def test_a_clash_that_is_still_there_is_refused_not_set_apart_again(tmp_path: Path) -> None:
    enrol("Trần Văn Bình", number="099084000017")
    row = waiting(tmp_path)
    with pytest.raises(InvalidValue) as caught:
        resolve(row.key, Resolution("load", "try"))
    assert caught.value.code == "number_of_another"
    assert len(population.list_quarantine(EVERYWHERE)) == 1


def test_a_possible_duplicate_may_be_confirmed_as_new(tmp_path: Path) -> None:
    population.import_people(csv_file(tmp_path, [person()], name="first.csv"), actor=OFFICER)
    row = waiting(tmp_path, **{"Số định danh": ""})
    assert row.reason == "possible_duplicate"
    resolve(row.key, Resolution("load", "two people, seen both", is_new_person=True))
    assert Person.objects.count() == 2


def test_a_decision_is_made_once_and_has_a_reason(tmp_path: Path) -> None:
    row = waiting(tmp_path, **{"Họ và tên": ""})
    with pytest.raises(InvalidValue, match="reason"):
        resolve(row.key, Resolution("dismiss", " "))
    assert resolve(row.key, Resolution("dismiss", "an empty line")).state == "dismissed"
    with pytest.raises(Conflict):
        resolve(row.key, Resolution("dismiss", "again"))


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    row = waiting(tmp_path, **{"Họ và tên": ""})
    with pytest.raises(InvalidValue) as caught:
        resolve(row.key, Resolution("load", "try", {"salary": "1"}))
    assert caught.value.code == "column_unknown"


def test_stewards_see_their_own_communes_only(tmp_path: Path, communes: list[str]) -> None:
    row = waiting(tmp_path, **{"Họ và tên": "", "Mã xã": communes[0]})
    own, other = Scope((communes[0],)), Scope((communes[1],))
    assert [one.key for one in population.list_quarantine(own)] == [row.key]
    assert population.list_quarantine(other) == ()
    assert population.count_quarantine(other) == {}
    with pytest.raises(NotFound):
        resolve(row.key, Resolution("dismiss", "not mine"), other)


def test_a_row_without_a_known_commune_is_the_provinces(
    tmp_path: Path, communes: list[str]
) -> None:
    row = waiting(tmp_path, **{"Mã xã": "00000"})
    assert population.list_quarantine(Scope(tuple(communes))) == ()
    assert population.list_quarantine(EVERYWHERE)[0].key == row.key


def test_a_clash_with_a_protected_person_is_a_guardians(tmp_path: Path) -> None:
    guarded = enrol("Trần Văn Bình", number="099084000017")
    population.protect(guarded, actor=OFFICER, grounds=GROUNDS, scope=GUARDIAN)
    row = waiting(tmp_path)
    assert row.person == guarded
    assert population.list_quarantine(EVERYWHERE) == ()
    assert population.count_quarantine(EVERYWHERE) == {}


def test_worklists_carry_no_formulas_and_are_journaled(
    tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    waiting(tmp_path, **{"Họ và tên": '=HYPERLINK("http://x.invalid")', "Thôn": "@SUM(1)"})
    out = tmp_path / "worklist.csv"

    assert population.export_quarantine(out, actor=OFFICER, grounds=GROUNDS, scope=EVERYWHERE) == 1

    with out.open(encoding="utf-8-sig", newline="") as content:
        (row,) = csv.DictReader(content)
    assert row["full_name"] == '\'=HYPERLINK("http://x.invalid")'
    assert row["hamlet"] == "'@SUM(1)"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
    assert out.stat().st_mode & 0o777 == 0o600
    assert ("population.export_quarantine", "done", None) in inbox().actions


def test_imports_are_listed_with_their_figures(tmp_path: Path) -> None:
    waiting(tmp_path, **{"Họ và tên": ""})
    (record,) = population.list_imports()
    assert (record.state, record.rows, record.loaded, record.quarantined) == ("done", 1, 0, 1)
    by_file = QuarantineWanted(import_key=record.key, reason="name_empty")
    assert len(population.list_quarantine(EVERYWHERE, by_file)) == 1
