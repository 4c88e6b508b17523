"""Records that may be one person: found strictly, decided once, joined by two where it matters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Positioned
from danso.modules.population import interface as population
from danso.modules.population import jobs
from danso.modules.population.data import Correction, NothingChanges, PeopleImported, Scope
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, SECOND, Inbox, enrol, seal

BY: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS}
BY_SECOND: dict[str, Any] = {"actor": SECOND, "grounds": GROUNDS}
NAME = "Nguyễn Thị Sông"


def born(father: str = "", mother: str = "", household: UUID | None = None) -> dict[str, Any]:
    """What is known beside name and birthday."""
    extra: dict[str, Any] = {"nationality": "VN", "household": household}
    return {"extra": extra | {"father_name": father or None, "mother_name": mother or None}}


def rules() -> list[str]:
    population.search_doubles()
    return [one.rule for one in population.list_doubles()]


def pair(**changes: Any) -> tuple[UUID, UUID]:
    """Two records with everything the same."""
    first, second = (enrol(NAME, **changes) for _ in range(2))
    population.search_doubles()
    return first, second


def test_same_name_birthday_and_parent_is_a_pair_without_tones_too(fresh_db: Database) -> None:
    enrol(NAME, **born(mother="Lê Thị Núi"))
    enrol("Nguyen Thi Song", **born(mother="Lê Thị Núi"))
    assert rules() == ["parent"]


def test_same_name_and_birthday_in_one_commune_is_a_pair(
    fresh_db: Database, communes: list[str]
) -> None:
    enrol(NAME, commune=communes[0])
    enrol(NAME, commune=communes[0], **born(father="Nguyễn Văn Đồi"))
    assert rules() == ["commune"]


def test_same_old_number_with_name_or_birthday_is_a_pair(fresh_db: Database) -> None:
    enrol(NAME, old_number="990000017")
    enrol(NAME, old_number="990000017", birth=PartialDate(1999))
    enrol("Trần Văn Hồ", old_number="990000017", birth=PartialDate(1950, 1, 2))
    assert rules() == ["old_number"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param({}, {"commune": 1}, id="namesakes of another commune"),
        pytest.param({}, {"sex": 2}, id="sexes differ"),
        pytest.param(born("Nguyễn Văn A"), born("Nguyễn Văn B"), id="fathers differ"),
        pytest.param(
            born("Nguyễn Văn A", "Lê Thị C"), born("Nguyễn Văn A", "Lê Thị D"), id="mothers differ"
        ),
        pytest.param({"birth": PartialDate(1984)}, {"birth": PartialDate(1984)}, id="year only"),
        pytest.param(
            {"birth": PartialDate(1984, 1, 1)},
            {"birth": PartialDate(1984, 1, 1)},
            id="the first of January",
        ),
        pytest.param(
            born("Nguyễn Văn A"), {"name": "Nguyễn Thị Sống"} | born("Nguyễn Văn A"), id="twins"
        ),
    ],
)
def test_namesakes_and_twins_are_no_pair(
    fresh_db: Database, communes: list[str], left: dict[str, Any], right: dict[str, Any]
) -> None:
    for one in (left, right):
        given: dict[str, Any] = {"name": NAME, "commune": 0} | one
        commune = communes[given.pop("commune")]
        enrol(given.pop("name"), commune=commune, **given)
    assert rules() == []


def test_dead_double_of_a_living_record_is_a_pair_but_two_dead_are_not(fresh_db: Database) -> None:
    first, second = pair(**born("Nguyễn Văn A"))
    population.record_death(second, PartialDate(2026, 1, 5), **BY)
    assert rules() == ["parent"]
    population.record_death(first, PartialDate(2026, 1, 5), **BY)
    assert rules() == []


def test_pairs_stay_within_scope_and_never_show_the_protected(
    fresh_db: Database, communes: list[str]
) -> None:
    here, there = communes[:2]
    _, second = pair(commune=here)
    enrol(NAME, commune=there, **born("Nguyễn Văn A"))
    population.search_doubles()
    assert len(population.list_doubles(Scope(communes=(here,)))) == 1
    assert population.list_doubles(Scope(communes=(there,))) == ()
    assert population.list_doubles(commune=there) == ()
    assert [(one.commune, one.pairs) for one in population.count_doubles()] == [(here, 1)]
    population.protect(second, **BY, scope=Scope(sees_protected=True))
    assert population.list_doubles() == ()
    assert population.count_doubles() == ()
    assert len(population.list_doubles(Scope(sees_protected=True))) == 1


def test_pair_told_apart_does_not_come_back(
    fresh_db: Database, communes: list[str], inbox: Callable[[], Inbox]
) -> None:
    first, second = pair(commune=communes[0])
    population.tell_apart(second, first, **BY)
    assert rules() == []
    decided = population.find_told_apart(first, second)
    assert decided is not None
    assert decided.reason == GROUNDS.reason
    told = [one for one in inbox().actions if one[0] == "population.tell_apart"]
    assert {one[2] for one in told} == {str(first), str(second)}
    [figures] = population.quality_report()
    assert figures.faults["possible_duplicate"] == 0
    with pytest.raises(NothingChanges):
        population.tell_apart(first, second, **BY)
    assert inbox().actions[-1][1] == "refused:nothing_changes"


@pytest.mark.parametrize("statement", ["DELETE FROM", "UPDATE"])
def test_what_was_told_apart_is_kept_for_ever(fresh_db: Database, statement: str) -> None:
    first, second = pair(**born("Nguyễn Văn A"))
    population.tell_apart(first, second, **BY)
    change = " SET reason = 'none'" if statement == "UPDATE" else ""
    with (
        psycopg.connect(fresh_db.dsn("owner")) as connection,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        connection.execute(f"{statement} population_told_apart{change}".encode())


def test_tell_apart_and_proposals_reach_no_further_than_the_scope(
    fresh_db: Database, communes: list[str]
) -> None:
    first, second = enrol(NAME, commune=communes[0]), enrol(NAME, commune=communes[1])
    scope = Scope(communes=(communes[0],))
    with pytest.raises(NotFound):
        population.tell_apart(first, second, **BY, scope=scope)
    with pytest.raises(NotFound):
        population.propose_merge(first, second, **BY, scope=scope)
    key = population.propose_merge(first, second, **BY)
    assert population.list_proposals(scope) == ()
    with pytest.raises(NotFound):
        population.confirm_proposal(key, **BY_SECOND, scope=scope)
    assert population.get_person(second).merged_into is None


def test_two_officers_are_wanted_where_a_number_ends_or_records_disagree(
    fresh_db: Database,
) -> None:
    plain, numbered = enrol(NAME), enrol(NAME, number="099184000123", sex=2)
    other = enrol(NAME, number="099184000124", sex=2)
    records = population.people_by_keys([plain, numbered, other])
    assert population.merge_needs_two(records[numbered], records[other])
    assert population.merge_needs_two(records[plain], records[numbered])
    alike = population.people_by_keys([enrol(NAME), enrol(NAME)])
    assert not population.merge_needs_two(*alike.values())


def test_proposal_is_carried_out_by_another_officer_and_leaves_both_names(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    kept, merged = enrol(NAME, number="099084000123"), enrol(NAME, number="099084000124")
    key = population.propose_merge(kept, merged, **BY)
    assert [one.key for one in population.list_proposals()] == [key]
    with pytest.raises(Conflict) as caught:
        population.propose_merge(merged, kept, **BY_SECOND)
    assert caught.value.code == "proposal_waiting"
    with pytest.raises(Refused) as refused:
        population.confirm_proposal(key, **BY)
    assert refused.value.code == "second_officer_missing"
    assert inbox().actions[-1] == (
        "population.confirm_merge",
        "refused:second_officer_missing",
        str(kept),
    )
    population.confirm_proposal(key, **BY_SECOND)
    assert population.get_person(merged).merged_into == kept
    merge = population.find_merge(merged)
    assert merge is not None
    assert (set(merge.officers), merge.number) == ({OFFICER.id, SECOND.id}, "cancelled")
    assert population.list_proposals() == ()
    with pytest.raises(Conflict):
        population.confirm_proposal(key, **BY_SECOND)


def test_unmerge_by_two_gives_the_number_back(fresh_db: Database) -> None:
    kept, merged = enrol(NAME, number="099084000123"), enrol(NAME, number="099084000124")
    population.confirm_proposal(population.propose_merge(kept, merged, **BY), **BY_SECOND)
    key = population.propose_unmerge(merged, **BY_SECOND)
    with pytest.raises(Refused):
        population.confirm_proposal(key, **BY_SECOND)
    population.confirm_proposal(key, **BY)
    assert population.get_person(merged).number == "099084000124"
    assert population.merges_into(kept) == ()


def test_declined_proposal_changes_nothing_and_may_be_made_again(fresh_db: Database) -> None:
    kept, merged = enrol(NAME), enrol(NAME)
    population.decline_proposal(population.propose_merge(kept, merged, **BY), **BY_SECOND)
    assert population.get_person(merged).merged_into is None
    assert population.find_proposal([kept, merged]) is None
    assert population.propose_merge(kept, merged, **BY)


def test_telling_apart_ends_the_proposal_to_merge(fresh_db: Database) -> None:
    kept, merged = enrol(NAME), enrol(NAME)
    population.propose_merge(kept, merged, **BY)
    population.tell_apart(kept, merged, **BY_SECOND)
    assert population.list_proposals() == ()


def test_pairs_follow_whoever_changes(
    fresh_db: Database, communes: list[str], tmp_path: Path
) -> None:
    def follow() -> None:
        seal(fresh_db, tmp_path)
        runs = audit.run_handlers(only={"population.doubles", "population.tally"})
        assert [run.error for run in runs] == ["", ""]
        jobs.keep_quality.func(timestamp=0)

    first, second = enrol(NAME, commune=communes[0]), enrol(NAME, commune=communes[0])
    follow()
    [double] = population.list_doubles()
    assert {double.first.key, double.second.key} == {first, second}
    assert population.list_quality()[0].faults["possible_duplicate"] == 2
    population.correct_field(second, Correction("birth", "1984-03-22"), **BY)
    follow()
    assert population.list_doubles() == ()
    assert population.list_quality()[0].faults["possible_duplicate"] == 0


def test_load_has_the_whole_register_searched_once(fresh_db: Database) -> None:
    jobs.keep_quality.func(timestamp=0)
    enrol(NAME, **born("Nguyễn Văn A"))
    enrol(NAME, **born("Nguyễn Văn A"))
    jobs.keep_quality.func(timestamp=0)
    assert population.list_doubles() == ()
    loaded = PeopleImported(UUID(int=1), 1, loaded=2, updated=0)
    jobs.tally_imported([Positioned(1, clock.now(), loaded)])
    jobs.keep_quality.func(timestamp=0)
    assert len(population.list_doubles()) == 1


def test_household_gets_a_living_head_and_the_others_are_to_be_checked(
    fresh_db: Database, communes: list[str]
) -> None:
    head = enrol("Lê Văn Trưởng", commune=communes[0])
    home = population.record_household(head, **BY)
    extra = {"nationality": "VN", "household": home, "relation": "con"}
    heir, child = (enrol(name, commune=communes[0], extra=extra) for name in ("Lê A", "Lê B"))
    assert {one.person for one in population.list_faulty("no_head", communes[0])} == {heir, child}
    population.choose_head(heir, **BY)
    assert population.list_faulty("no_head", communes[0]) == ()
    household = population.household_of(child)
    assert household is not None
    assert household.head == heir
    assert population.get_person(heir).relation == "CH01"
    assert population.get_person(child).flags == {"relation_to_head": "unverified"}
    with pytest.raises(NothingChanges):
        population.choose_head(heir, **BY)
    with pytest.raises(Conflict):
        population.choose_head(head, **BY)
