"""Records of hosted registers follow merged people, and go when their term is over."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings

from danso.config.handlers import load_handlers
from danso.kernel.actors import Actor
from danso.modules.audit.interface import run_handlers
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds
from danso.modules.sources import interface as sources
from danso.modules.sources.data import Ending, RecordFaults, RecordsWanted
from danso.modules.sources.models import Fact, RegisterRecord, RegisterRecordVersion
from tests.conftest import Database
from tests.exchange_world import AN, OFFICER, TEAHOUSE
from tests.modules.population.conftest import seal
from tests.modules.sources.hosting import CODE, enter, given, keeper, somebody
from tests.officers import journal

OTHER = "909000000002"
GROUNDS = Grounds(reason="một người hai hồ sơ")
Follow = Callable[[], None]
SECOND = Actor("officer", "second", "province")


@pytest.fixture(autouse=True)
def _teahouse(settings: LazySettings, fresh_db: Database) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=TEAHOUSE)


def merge(kept: UUID, merged: UUID) -> None:
    population.merge_people(kept, merged, officers=(OFFICER, SECOND), grounds=GROUNDS)


def unmerge(merged: UUID) -> None:
    population.unmerge(merged, officers=(OFFICER, SECOND), grounds=GROUNDS)


@pytest.fixture
def follow(fresh_db: Database, tmp_path: Path) -> Callable[[], None]:
    """What the worker does after something happened."""

    def run() -> None:
        seal(fresh_db, tmp_path)
        run_handlers(only={"sources.registers_follow"})

    load_handlers()
    return run


@pytest.mark.clause("II.2.8")
def test_a_record_follows_its_person_into_a_merge_and_back(follow: Follow) -> None:
    kept, gone = somebody(), somebody(OTHER, full_name="Nguyễn Văn Ấn")
    record = enter(number=OTHER)
    merge(kept, gone)
    follow()
    moved, history = sources.open_record(CODE, record.key, keeper=keeper())
    assert (moved.person, moved.revision, moved.values) == (kept, 2, record.values)
    assert [(one.why, one.by) for one in history] == [
        ("people_merged", "sources.follow"),
        ("", "clerk-1"),
    ]
    about = RegisterRecordVersion.objects.order_by("revision").values_list("person", flat=True)
    assert list(about) == [gone, kept]
    assert Fact.objects.get().person == kept
    # Whoever looks by the kept one's number or name finds it.
    assert sources.records_by_number(CODE, AN["number"], keeper=keeper())[1] == 1
    assert sources.list_records(CODE, RecordsWanted(text="van am"), keeper=keeper())[1] == 1

    unmerge(gone)
    follow()
    back, _ = sources.open_record(CODE, record.key, keeper=keeper())
    assert (back.person, back.revision) == (gone, 3)
    assert Fact.objects.get().person == gone


def test_following_twice_changes_nothing_and_is_journaled_once(
    fresh_db: Database, follow: Follow
) -> None:
    kept, gone = somebody(), somebody(OTHER)
    enter(number=OTHER)
    merge(kept, gone)
    follow()
    assert sources.follow_people(kept, gone, why="people_merged") == 0
    (row,) = [one for one in journal(fresh_db) if one.action == "sources.register_follow"]
    assert (row.subject, str(row.detail["revision"])) == (str(kept), "2")


def test_a_chain_of_merges_leads_to_the_last_and_parts_where_it_is_cut(follow: Follow) -> None:
    first, second, third = somebody(), somebody(OTHER), somebody("909000000003")
    record = enter()
    merge(second, first)
    merge(third, second)
    follow()
    assert RegisterRecord.objects.get(key=record.key).person == third
    unmerge(first)
    follow()
    assert RegisterRecord.objects.get(key=record.key).person == first


def test_a_record_entered_for_the_kept_one_stays_when_the_merge_is_undone(
    follow: Follow,
) -> None:
    kept, gone = somebody(), somebody(OTHER)
    merge(kept, gone)
    record = enter()
    unmerge(gone)
    follow()
    assert RegisterRecord.objects.get(key=record.key).person == kept
    assert RegisterRecordVersion.objects.count() == 1


def test_two_records_of_one_person_after_a_merge_are_both_kept_until_one_is_ended(
    follow: Follow,
) -> None:
    kept, gone = somebody(), somebody(OTHER)
    mine, other = enter(), enter(number=OTHER)
    merge(kept, gone)
    follow()
    assert sources.doubles_of(CODE, mine.key, keeper=keeper()) == [(other.key, other.number)]
    change = given(shape="flat", held_until="2021-12-31")
    with pytest.raises(RecordFaults) as refused:
        sources.change_record(CODE, mine.key, change, revision=1, why="", keeper=keeper())
    assert refused.value.faults == {"shape": "already_open"}
    sources.end_record(CODE, other.key, ending(), revision=2, keeper=keeper())
    sources.change_record(CODE, mine.key, change, revision=1, why="", keeper=keeper())
    assert sources.doubles_of(CODE, mine.key, keeper=keeper()) == []


def ending(*, is_void: bool = False) -> Ending:
    return Ending(date(2021, 6, 1), "trả đĩa", is_void=is_void)


@pytest.mark.clause("II.2.8")
def test_an_ended_record_is_destroyed_with_its_history_after_its_term(fresh_db: Database) -> None:
    somebody()
    record = enter()
    sources.end_record(CODE, record.key, ending(), revision=1, keeper=keeper())
    again = enter()
    # 90 days, says the teahouse: the last of them is 30 August.
    assert sources.destroy_records_past_term(now=datetime(2021, 8, 30, 12, tzinfo=UTC)) == {}
    later = datetime(2021, 8, 31, 12, tzinfo=UTC)
    assert sources.destroy_records_past_term(now=later) == {CODE: 1}
    assert sources.destroy_records_past_term(now=later) == {}

    assert [row.key for row in RegisterRecord.objects.all()] == [again.key]
    assert {row.record for row in RegisterRecordVersion.objects.all()} == {again.key}
    assert [fact.record for fact in Fact.objects.all()] == [again.number]
    (row,) = [one for one in journal(fresh_db) if one.action == "sources.register_destroy"]
    assert row.detail == {"register": CODE, "retention": "quarantine", "records": 1}


def test_a_mistake_is_destroyed_that_long_after_it_was_found() -> None:
    somebody()
    record = enter()
    sources.end_record(CODE, record.key, ending(is_void=True), revision=1, keeper=keeper())
    said: datetime = RegisterRecord.objects.get().changed_at
    assert sources.destroy_records_past_term(now=said) == {}
    late = said.replace(year=said.year + 1)
    assert sources.destroy_records_past_term(now=late) == {CODE: 1}
