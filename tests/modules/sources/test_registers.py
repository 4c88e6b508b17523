"""Hosted registers: entering, changing and ending records; rights, history, facts, journal."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from danso.modules.sources import interface as sources
from danso.modules.sources.data import Ending, GivenRecord, Keeper, RecordFaults, RecordsWanted
from danso.modules.sources.models import Fact, RegisterAsked
from tests.conftest import Database
from tests.exchange_world import AN, OFFICER, TEAHOUSE
from tests.modules.population.conftest import seal
from tests.modules.sources.hosting import CODE, FIRST, FLAT, SECOND, enter, given, keeper, somebody
from tests.officers import journal

OTHER = "909000000002"
RETURNED = Ending(date(2021, 6, 1), "trả đĩa")


@pytest.fixture(autouse=True)
def _teahouse(settings: LazySettings, fresh_db: Database) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=TEAHOUSE)


def faults_of(who: GivenRecord) -> dict[str, str]:
    with pytest.raises(RecordFaults) as refused:
        sources.enter_record(CODE, who, keeper=keeper())
    return refused.value.faults


@pytest.mark.clause("II.2.8")
def test_a_record_is_kept_with_its_number_its_person_and_what_it_tells() -> None:
    person = somebody()
    record = enter(held_until="31/12/2021")
    assert (record.number, record.person, record.commune) == ("DIA-000001", person, FIRST)
    assert record.values == FLAT | {"held_until": "2021-12-31"}
    (fact,) = Fact.objects.all()
    assert (fact.source, fact.record, fact.kind) == (CODE, "DIA-000001", "saucer")
    assert (fact.person, fact.value, fact.quality) == (person, "flat", "good")
    assert (fact.since, fact.until) == (date(2021, 2, 3), date(2021, 12, 31))


def test_what_is_wrong_is_told_field_by_field() -> None:
    somebody()
    wrong = faults_of(GivenRecord("", "", {"shape": "square", "held_from": "2021"}))
    assert wrong == {
        "number": "missing",
        "shape": "code_unknown",
        "held_from": "date_partial",
    }
    assert faults_of(given(shape="deep")) == {"depth": "needed_here"}
    assert faults_of(given(shape="sâu", depth="12")) == {"depth": "too_large"}
    assert faults_of(given(shape="deep", depth="0")) == {"depth": "too_small"}
    assert faults_of(given(held_until="2020-01-01")) == {"held_until": "before_start"}
    assert faults_of(given(commune="Làng Không Có")) == {"commune": "commune_unknown"}
    assert faults_of(given(number=OTHER, commune=FIRST)) == {"number": "person_not_found"}


def test_a_protected_person_and_nobody_are_one_answer() -> None:
    person = somebody()
    guardian = Scope(sees_protected=True)
    population.protect(person, actor=OFFICER, grounds=Grounds(reason="test"), scope=guardian)
    assert faults_of(given(commune=FIRST)) == {"number": "person_not_found"}


def test_a_protected_persons_record_is_there_for_guardians_only() -> None:
    person = somebody()
    record = enter()
    guardian = Scope(sees_protected=True)
    population.protect(person, actor=OFFICER, grounds=Grounds(reason="test"), scope=guardian)

    def found(who: Keeper, **wanted: str) -> int:
        return sources.list_records(CODE, RecordsWanted(**wanted), keeper=who)[1]  # type: ignore[arg-type]

    clerk, both = keeper(), keeper(("steward", "province", ""), ("guardian", "province", ""))
    for who, many in ((clerk, 0), (both, 1)):
        assert found(who) == found(who, text="van am") == found(who, text=record.number) == many
        assert sources.records_by_number(CODE, AN["number"], keeper=who)[1] == many
        assert sources.register_standing(CODE, who).records == many
        export = sources.export_records(
            CODE, "csv", RecordsWanted(), keeper=who, fields=frozenset()
        )
        assert export.rows == many
    with pytest.raises(NotFound):
        sources.open_record(CODE, record.key, keeper=clerk)
    with pytest.raises(NotFound):
        sources.end_record(CODE, record.key, RETURNED, revision=1, keeper=clerk)
    assert sources.open_record(CODE, record.key, keeper=both)[0].person == person


def test_a_person_has_one_open_record_of_a_kind() -> None:
    somebody()
    first = enter()
    assert faults_of(given()) == {"shape": "already_open"}
    sources.end_record(CODE, first.key, RETURNED, revision=1, keeper=keeper())
    assert enter().number == "DIA-000002"


def test_a_change_keeps_the_state_before_and_moves_the_fact() -> None:
    somebody()
    record = enter()
    changed = sources.change_record(
        CODE, record.key, given(shape="deep", depth="3"), revision=1, why="đo lại", keeper=keeper()
    )
    assert (changed.revision, changed.values["depth"]) == (2, "3")
    _, history = sources.open_record(CODE, record.key, keeper=keeper())
    assert [(one.revision, one.why, one.values["shape"]) for one in history] == [
        (2, "đo lại", "deep"),
        (1, "", "flat"),
    ]
    assert set(history[0].changed) == {"depth", "shape"}
    assert Fact.objects.get().value == "deep"


def test_the_same_values_again_change_nothing() -> None:
    somebody()
    record = enter()
    again = sources.change_record(
        CODE, record.key, given(), revision=1, why="gửi lại", keeper=keeper()
    )
    assert again.revision == 1


def test_who_read_an_older_state_may_not_write_over_a_newer_one() -> None:
    somebody()
    record = enter()
    sources.change_record(
        CODE, record.key, given(held_until="2021-08-01"), revision=1, why="", keeper=keeper()
    )
    with pytest.raises(Conflict) as refused:
        sources.change_record(CODE, record.key, given(), revision=1, why="", keeper=keeper())
    assert refused.value.code == "record_moved_on"


def test_a_record_tells_until_its_end_and_a_mistake_tells_nothing() -> None:
    somebody()
    record = enter()
    sources.end_record(CODE, record.key, RETURNED, revision=1, keeper=keeper())
    assert Fact.objects.get().until == RETURNED.on
    other = enter()
    assert Fact.objects.count() == 2
    mistake = Ending(RETURNED.on, "nhập nhầm", is_void=True)
    sources.end_record(CODE, other.key, mistake, revision=1, keeper=keeper())
    assert Fact.objects.get().record == record.number


def test_an_ended_record_changes_with_a_reason_and_a_mistake_never() -> None:
    somebody()
    record = enter()
    sources.end_record(CODE, record.key, RETURNED, revision=1, keeper=keeper())
    other = given(held_from="2021-03-03")
    with pytest.raises(InvalidValue) as silent:
        sources.change_record(CODE, record.key, other, revision=2, why=" ", keeper=keeper())
    assert silent.value.code == "record_change_reason"
    sources.change_record(CODE, record.key, other, revision=2, why="theo sổ", keeper=keeper())
    wrong = enter()
    mistake = Ending(RETURNED.on, "nhập nhầm", is_void=True)
    sources.end_record(CODE, wrong.key, mistake, revision=1, keeper=keeper())
    with pytest.raises(Conflict) as void:
        sources.change_record(CODE, wrong.key, other, revision=2, why="sửa", keeper=keeper())
    assert void.value.code == "record_void"


def test_a_record_stays_with_its_person() -> None:
    somebody()
    somebody(OTHER)
    record = enter()
    with pytest.raises(RecordFaults) as refused:
        sources.change_record(
            CODE, record.key, given(number=OTHER), revision=1, why="", keeper=keeper()
        )
    assert refused.value.faults == {"number": "person_other"}


def test_a_commune_keeps_its_own_records_and_sees_no_others() -> None:
    somebody()
    somebody(OTHER, commune=SECOND)
    clerk = keeper(("steward", "commune", FIRST))
    mine = enter(clerk)
    other = enter(number=OTHER)
    found, total = sources.list_records(CODE, RecordsWanted(), keeper=clerk)
    assert ([one.key for one in found], total) == ([mine.key], 1)
    with pytest.raises(NotFound):
        sources.open_record(CODE, other.key, keeper=clerk)
    with pytest.raises(RecordFaults) as refused:
        enter(clerk, number=OTHER)
    assert refused.value.faults == {"commune": "commune_out_of_reach"}


@pytest.mark.parametrize(
    ("post", "reads", "enters"),
    [
        (("steward", "agency", "cup-office"), True, True),
        (("steward", "agency", "kettle-office"), False, False),
        (("commune_police", "commune", FIRST), True, False),
        (("auditor", "province", ""), False, False),
    ],
)
def test_rights_follow_the_posts(post: tuple[str, str, str], *, reads: bool, enters: bool) -> None:
    somebody()
    who = keeper(post)
    for allowed, act in (
        (reads, lambda: sources.list_records(CODE, RecordsWanted(), keeper=who)),
        (enters, lambda: enter(who)),
    ):
        if allowed:
            act()
        else:
            with pytest.raises(NotFound):
                act()


def test_a_field_of_others_is_neither_seen_nor_lost() -> None:
    somebody()
    record = enter(secret_mark="ABC")
    police = keeper(("commune_police", "commune", FIRST))
    shown, history = sources.open_record(CODE, record.key, keeper=police)
    assert "secret_mark" not in shown.values
    assert all("secret_mark" not in one.values for one in history)
    found, _ = sources.list_records(
        CODE, RecordsWanted(values={"secret_mark": "XYZ"}), keeper=police
    )
    assert len(found) == 1


def test_records_are_found_by_name_by_number_and_by_what_they_hold() -> None:
    somebody()
    record = enter()

    def found(wanted: RecordsWanted) -> int:
        return sources.list_records(CODE, wanted, keeper=keeper())[1]

    assert found(RecordsWanted(text="van am")) == 1
    assert found(RecordsWanted(text=record.number.lower())) == 1
    assert found(RecordsWanted(text="nobody")) == 0
    assert found(RecordsWanted(values={"shape": "flat"})) == 1
    assert found(RecordsWanted(values={"shape": "deep"})) == 0
    assert sources.records_by_number(CODE, AN["number"], keeper=keeper())[1] == 1
    assert sources.records_by_number(CODE, OTHER, keeper=keeper())[1] == 0


def test_whose_number_it_is_tells_a_name_within_reach_so_many_times_a_day() -> None:
    somebody()
    somebody(OTHER, SECOND)
    clerk = keeper(("steward", "commune", FIRST))

    def whose(number: str, who: Keeper = clerk) -> str | None:
        return sources.name_of_number(CODE, number, keeper=who)

    assert whose(AN["number"]) == AN["full_name"]
    assert whose(OTHER) is None
    assert whose(OTHER, keeper()) is not None
    with pytest.raises(NotFound):
        whose(OTHER, keeper(("commune_police", "commune", FIRST)))
    RegisterAsked.objects.update(asked=200)
    with pytest.raises(Refused) as refused:
        whose(AN["number"])
    assert refused.value.code == "register_asked_enough"
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert whose(AN["number"]) is not None
        assert RegisterAsked.objects.get().asked == 1


def test_every_act_and_look_is_journaled_and_none_quotes_a_value(fresh_db: Database) -> None:
    person = str(somebody())
    record = enter(secret_mark="ABC")
    sources.list_records(CODE, RecordsWanted(), keeper=keeper())
    sources.open_record(CODE, record.key, keeper=keeper())
    with pytest.raises(RecordFaults):
        enter()
    rows = [row for row in journal(fresh_db) if row.action.startswith("sources.register")]
    assert [(row.action, row.outcome, row.subject) for row in rows] == [
        ("sources.register_enter", "done", person),
        ("sources.register_list", "done", None),
        ("sources.register_listed", "listed", person),
        ("sources.register_open", "shown", person),
        ("sources.register_enter", "refused:record_faults", None),
    ]
    assert "ABC" not in str(rows)
    assert AN["number"] not in str(rows)


def test_history_is_only_added_to(fresh_db: Database) -> None:
    somebody()
    enter()
    with psycopg.connect(fresh_db.dsn("app")) as connection, pytest.raises(psycopg.Error):
        connection.execute("UPDATE sources_registerrecordversion SET why = 'khác'")


def test_the_usage_log_says_who_did_what_and_never_about_whom(
    fresh_db: Database, tmp_path: Path
) -> None:
    person = somebody()
    record = enter()
    sources.list_records(CODE, RecordsWanted(), keeper=keeper())
    sources.open_record(CODE, record.key, keeper=keeper())
    seal(fresh_db, tmp_path)
    uses = sources.uses_of(CODE, keeper=keeper())
    assert [
        (one.action.removeprefix("sources.register_"), one.unit, one.count) for one in uses
    ] == [
        ("open", "cup-office", 1),
        ("list", "cup-office", 1),
        ("enter", "cup-office", 1),
    ]
    assert {one.purpose for one in uses} == {"tea-watch"}
    assert str(person) not in str(uses)
    with pytest.raises(NotFound):
        sources.uses_of(CODE, keeper=keeper(("commune_police", "commune", FIRST)))
