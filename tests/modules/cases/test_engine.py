"""Pure parts: transitions, deadlines across Tết, lights, codes, doubles."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from danso.catalogue.shapes.procedures import Term
from danso.kernel import clock
from danso.kernel.errors import Conflict
from danso.kernel.working_days import WorkingDays, YearNotDecided
from danso.modules.cases import rules
from danso.modules.cases.data import Light, PartyData, Status
from danso.modules.cases.engine.codes import FILE_CODE, file_code, mark_of
from danso.modules.cases.engine.deadlines import WorkingTime
from danso.modules.cases.engine.lights import light_of
from danso.modules.cases.engine.transitions import LEGAL, check_move
from danso.toolkit.platform import province


def at(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}:00+07:00")


@pytest.fixture(scope="module")
def office() -> WorkingTime:
    return WorkingTime.of(province().desk, province().calendar)


def term(amount: int, unit: str = "working-days") -> Term:
    return Term.model_validate({"amount": amount, "unit": unit, "law": "x", "basis": "law"})


@pytest.mark.parametrize(
    ("received", "begins"),
    [
        (("2026-12-01", "06:15"), ("2026-12-01", "07:00")),
        (("2026-12-01", "09:15"), ("2026-12-01", "09:15")),
        (("2026-12-01", "12:00"), ("2026-12-01", "13:30")),
        (("2026-12-01", "17:00"), ("2026-12-02", "07:00")),
        (("2026-12-05", "09:00"), ("2026-12-07", "07:00")),
    ],
)
def test_work_begins_when_the_office_is_open(
    office: WorkingTime, received: tuple[str, str], begins: tuple[str, str]
) -> None:
    assert office.start(at(*received)) == at(*begins)


@pytest.mark.parametrize(
    ("received", "hours", "due"),
    [
        (("2026-12-01", "09:00"), 8, ("2026-12-02", "09:00")),
        (("2026-12-01", "10:30"), 4, ("2026-12-01", "16:30")),
        (("2026-12-01", "15:00"), 3, ("2026-12-02", "08:00")),
        (("2026-12-04", "16:00"), 12, ("2026-12-08", "10:00")),
    ],
)
def test_hours_are_counted_inside_the_office(
    office: WorkingTime, received: tuple[str, str], hours: int, due: tuple[str, str]
) -> None:
    assert office.add_hours(at(*received), hours) == at(*due)


def test_tet_is_not_counted(office: WorkingTime) -> None:
    received = at("2026-02-12", "09:00")
    due = office.due(term(5), received)
    calendar = province().calendar
    assert calendar.between(date(2026, 2, 12), clock.local(due).date()) == 5
    assert clock.local(due).date() - date(2026, 2, 12) > timedelta(days=9)


def test_calendar_days_move_off_a_day_off(office: WorkingTime) -> None:
    assert office.due(term(3, "calendar-days"), at("2026-12-02", "09:00")) == at(
        "2026-12-07", "09:00"
    )


def test_after_a_supplement_the_day_moves_by_the_pause(office: WorkingTime) -> None:
    due, since, until = (
        at("2026-12-10", "09:00"),
        at("2026-12-03", "10:00"),
        at("2026-12-07", "10:00"),
    )
    assert office.after_pause(due, since, until) == at("2026-12-15", "07:00")


def test_an_undecided_year_is_said_and_not_guessed() -> None:
    office = WorkingTime.of(province().desk, WorkingDays({2026: frozenset()}))
    with pytest.raises(YearNotDecided):
        office.due(term(7), at("2026-12-29", "09:00"))


def test_only_the_national_lists_moves_are_legal() -> None:
    assert {status.value for status in Status} == set(range(1, 11))
    for old in Status:
        for new in Status:
            if new in LEGAL[old]:
                check_move(old, new)
                continue
            with pytest.raises(Conflict):
                check_move(old, new)


def test_lights() -> None:
    now = datetime(2026, 12, 1, 2, tzinfo=UTC)
    ours = Status.IN_PROCESS
    assert light_of(ours, now + timedelta(days=2), now) is Light.GREEN
    assert light_of(ours, now + timedelta(hours=24), now) is Light.AMBER
    assert light_of(ours, now - timedelta(seconds=1), now) is Light.RED
    assert light_of(ours, None, now) is Light.NONE
    assert light_of(Status.SUPPLEMENT, now - timedelta(days=1), now) is Light.NONE
    assert light_of(Status.RETURNED, now - timedelta(days=1), now) is Light.DONE


def test_codes() -> None:
    assert file_code(mark_of("H56", "14758"), date(2026, 12, 1), 7) == "H56.14758-261201-0007"
    assert file_code(mark_of("H56", "cong-an-tinh"), date(2026, 12, 1), 10_000) == (
        "H56.CAT-261201-10000"
    )
    for seen in ("H56.14-240823-0001", "000.00.06.H56-231027-0361", "H56.CAT-261201-10000"):
        assert FILE_CODE.fullmatch(seen)


def test_doubles_are_about_people_not_about_who_files() -> None:
    birth = province().procedures["birth-registration"]
    mother, father = PartyData(None, "1", "M", "1990"), PartyData(None, "2", "F", "1988")
    named = {"mother": mother, "father": father}
    values = {"child_name": "Nguyễn Văn Ấm", "child_birth": "2026-11-20"}
    by_mother = rules.double_key(birth, named | {"applicant": mother}, values)
    assert by_mother == rules.double_key(birth, named | {"applicant": father}, values)
    twin = values | {"child_name": "Nguyễn Văn Áo"}
    assert by_mother != rules.double_key(birth, named | {"applicant": mother}, twin)
