"""Two records of one person: joined, found under both keys, and parted again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, NumberTaken, Scope
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, SECOND, Inbox, enrol

BY: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS}
ALONE: dict[str, Any] = {"officers": (OFFICER,), "grounds": GROUNDS}


def pair() -> tuple[UUID, UUID]:
    return enrol(number="099084000123"), enrol("Nguyễn Văn Ân", number="099084000124")


def test_merge_cancels_the_second_number_and_leads_to_the_kept_record(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    kept, merged = pair()
    population.merge_people(kept, merged, **ALONE)

    found = population.find_by_number("099084000124")
    assert (found.outcome, found.cancel_reason) == ("cancelled", "merged")
    assert [one.key for one in found.people] == [kept]
    assert population.get_person(merged).merged_into == kept
    assert set(population.keys_of(kept)) == {kept, merged}
    assert sum(population.count_alive().values()) == 1
    assert inbox().kinds[-2:] == ["population.people_merged", "population.number_cancelled"]
    assert inbox().actions[-1] == ("population.merge_people", "done", str(kept))
    with pytest.raises(NumberTaken):
        enrol(number="099084000124")


def test_merge_passes_the_number_to_a_record_without_one(fresh_db: Database) -> None:
    kept, merged = enrol(), enrol("Nguyễn Văn Ân", number="099084000124")
    population.merge_people(kept, merged, **ALONE)
    assert population.get_person(kept).number == "099084000124"
    assert population.get_person(merged).number is None
    assert population.find_by_number("099084000124").outcome == "active"


@pytest.mark.parametrize("kept_has_number", [True, False])
def test_unmerge_restores_both_records(
    fresh_db: Database, inbox: Callable[[], Inbox], kept_has_number: bool
) -> None:
    kept = enrol(number="099084000123" if kept_has_number else None)
    merged = enrol("Nguyễn Văn Ân", number="099084000124")
    before = [population.get_person(key) for key in (kept, merged)]
    population.merge_people(kept, merged, **ALONE)
    population.unmerge(merged, **ALONE)

    after = [population.get_person(key) for key in (kept, merged)]
    assert [(one.number, one.merged_into, one.full_name) for one in after] == [
        (one.number, one.merged_into, one.full_name) for one in before
    ]
    found = population.find_by_number("099084000124")
    assert (found.outcome, [one.key for one in found.people]) == ("active", [merged])
    assert population.keys_of(kept) == (kept,)
    assert inbox().kinds[-1] == "population.people_unmerged"
    population.merge_people(kept, merged, **ALONE)


def test_unmerge_is_refused_when_the_number_was_replaced_since(fresh_db: Database) -> None:
    kept, merged = enrol(), enrol("Nguyễn Văn Ân", number="099084000124")
    population.merge_people(kept, merged, **ALONE)
    population.correct_field(kept, Correction("number", None), **BY)
    with pytest.raises(Conflict) as caught:
        population.unmerge(merged, **ALONE)
    assert caught.value.code == "unmerge_number_changed"
    assert population.get_person(merged).merged_into == kept


def test_merge_of_a_merge_leads_to_the_last(fresh_db: Database) -> None:
    first, second = pair()
    third = enrol("Nguyễn Văn Ấn", number="099084000125")
    population.merge_people(second, first, **ALONE)
    population.merge_people(third, second, **ALONE)
    assert [one.key for one in population.find_by_number("099084000123").people] == [third]
    assert set(population.keys_of(third)) == {first, second, third}


def test_merge_with_a_protected_record_protects_the_kept_one(fresh_db: Database) -> None:
    guardian = Scope(sees_protected=True)
    kept, merged = pair()
    population.protect(merged, **BY, scope=guardian)
    with pytest.raises(NotFound):
        population.merge_people(kept, merged, **ALONE)
    population.merge_people(kept, merged, **ALONE, scope=guardian)
    assert population.get_person(kept).protected
    for number in ("099084000123", "099084000124"):
        assert population.find_by_number(number).people == ()


def test_merge_refuses_itself_strangers_and_the_merged(fresh_db: Database) -> None:
    kept, merged = pair()
    with pytest.raises(Conflict):
        population.merge_people(kept, kept, **ALONE)
    with pytest.raises(NotFound):
        population.merge_people(kept, UUID(int=7), **ALONE)
    population.merge_people(kept, merged, **ALONE)
    with pytest.raises(Conflict) as caught:
        population.merge_people(kept, merged, **ALONE)
    assert caught.value.code == "person_merged"
    with pytest.raises(Conflict):
        population.correct_field(merged, Correction("sex", 2), **BY)
    with pytest.raises(NotFound):
        population.unmerge(kept, **ALONE)


@pytest.mark.parametrize("officers", [(OFFICER,), (OFFICER, OFFICER)])
def test_merge_by_two_needs_two_different_officers(
    fresh_db: Database, inbox: Callable[[], Inbox], officers: tuple[Actor, ...]
) -> None:
    kept, merged = pair()
    with pytest.raises(Refused):
        population.merge_people(kept, merged, officers=officers, grounds=GROUNDS, needs_two=True)
    assert inbox().actions[-1][1] == "refused:second_officer_missing"
    both = (OFFICER, SECOND)
    population.merge_people(kept, merged, officers=both, grounds=GROUNDS, needs_two=True)
    with pytest.raises(Refused):
        population.unmerge(merged, officers=(SECOND,), grounds=GROUNDS, needs_two=True)
