"""Counts, cards that are due, and the four virtues, on people made to fail exactly one measure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import NotFound
from danso.modules.population import interface as population
from danso.modules.population.data import MEASURES, Move, NewCard, PeopleCount, Scope
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, enrol

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
BY: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS}


def settled(name: str, commune: str, **changes: Any) -> UUID:
    """Someone with nothing wrong: a number that agrees, a household, everything filled."""
    key = enrol(
        name,
        commune=commune,
        extra={"nationality": "VN", "ethnicity": "01", "mother_name": "Lê Thị Tư"}
        | changes.pop("extra", {}),
        **changes,
    )
    if "number" not in changes:
        population.issue_number(key, **BY)
    household = population.record_household(key, **BY)
    move = Move(date(2026, 1, 2), commune, hamlet="Thôn 1", household=household)
    population.record_move(key, move, **BY)
    return key


@pytest.mark.clause("I.D.2022.0", partly="sector databases are not connected")
def test_count_people_by_commune(fresh_db: Database, communes: list[str]) -> None:
    enrol(commune=communes[0], number="099084000123")
    gone = enrol("Lê Văn Ba", commune=communes[0])
    population.record_death(gone, PartialDate(2026, 1, 1), **BY)
    population.add_card(
        enrol("Lê Văn Tư", commune=communes[1]),
        NewCard("can_cuoc", date(2024, 8, 1), date(2044, 8, 1)),
        **BY,
    )
    enrol("Lê Văn Năm")
    assert population.count_people() == (
        PeopleCount(communes[0], 1, 1, 0, 1, 0),
        PeopleCount(communes[1], 1, 0, 0, 0, 1),
        PeopleCount(None, 1, 0, 0, 0, 0),
    )
    assert population.count_alive() == {communes[0]: 1, communes[1]: 1, None: 1}
    assert population.count_alive(Scope(communes=(communes[1],))) == {communes[1]: 1}


@pytest.mark.clause("I.A.2022.2", partly="cards are issued by the police's own system")
def test_card_due_lists_who_must_have_one_and_has_none(
    fresh_db: Database, communes: list[str]
) -> None:
    here = communes[0]
    with clock.frozen(NOW):
        without = settled("An Không Thẻ", here)
        expired = settled("Bình Hết Hạn", here)
        lost = settled("Cường Mất Thẻ", here)
        paper = settled("Dung Thẻ Giấy", here)
        fine = settled("Giang Có Thẻ", here)
        settled("Hà Mười Ba", here, birth=PartialDate(2012, 11, 24))
        settled("Khánh Không Rõ Ngày", here, birth=PartialDate(2012))
        fourteen = settled("Lan Mười Bốn", here, birth=PartialDate(2012, 11, 23))
        settled("Minh Người Lào", here, extra={"nationality": "LA"})
        dead = settled("Nam Đã Mất", here)
        population.record_death(dead, PartialDate(2026, 10, 1), **BY)
        hidden = settled("Oanh Được Bảo Vệ", here)
        guardian = Scope(sees_protected=True)
        population.protect(hidden, **BY, scope=guardian)
        day = date(2016, 11, 1)
        for key, card in [
            (expired, NewCard("cccd", day, date(2026, 11, 22))),
            (lost, NewCard("cccd", day, date(2036, 1, 1), status="lost")),
            (paper, NewCard("cmnd", day)),
            (fine, NewCard("can_cuoc", day, date(2026, 11, 23))),
        ]:
            population.add_card(key, card, **BY)

        due = {one.person: one.reason for one in population.list_card_due(here)}
        assert due == {
            without: "no_card",
            expired: "expired",
            lost: "no_card",
            paper: "no_card",
            fourteen: "no_card",
        }
        seen = population.list_card_due(here, guardian, hamlet="Thôn 1")
        assert hidden in {one.person for one in seen}
        assert population.list_card_due(here, hamlet="Thôn 2") == ()
        [count] = population.count_card_due(Scope(communes=(here,)))
        assert (count.hamlet, count.without, count.expired) == ("Thôn 1", 4, 1)
        [count] = population.count_card_due(guardian)
        assert (count.without, count.expired) == (5, 1)
        assert population.count_card_due(Scope(communes=(communes[1],))) == ()


# The person who fails one measure and no other: what is wrong with them.
FAILING: dict[str, dict[str, Any]] = {
    "number_disagrees": {"number": "099184000123"},
    "birth_partial": {"birth": PartialDate(1984)},
    "no_ethnicity": {"extra": {"ethnicity": None}},
    "no_nationality": {"extra": {"nationality": None}},
    "no_parents": {"birth": PartialDate(2020, 1, 2), "extra": {"mother_name": None}},
    "very_old": {"birth": PartialDate(1915, 5, 5)},
    "temporary_expired": {"extra": {"temporary_until": date(2026, 1, 1)}},
}


@pytest.mark.clause("I.A.2022.2", partly="cards are issued by the police's own system")
@pytest.mark.parametrize("measure", sorted(FAILING))
def test_quality_counts_and_lists_exactly_the_fault(
    fresh_db: Database, communes: list[str], measure: str
) -> None:
    here = communes[0]
    with clock.frozen(NOW):
        settled("Người Tốt Đủ", here, birth=PartialDate(1980, 1, 1))
        key = settled("Người Có Lỗi", here, **FAILING[measure])
        [figures] = population.quality_report()

        assert figures.people == 2
        assert {code for code, count in figures.faults.items() if count} == {measure}
        virtue = next(one.virtue for one in MEASURES if one.code == measure)
        assert {name for name, count in figures.failing.items() if count} == {virtue}
        assert figures.share(virtue) == 0.5
        assert [one.person for one in population.list_faulty(measure, here)] == [key]


def test_quality_of_bare_people_flags_and_doubles(fresh_db: Database, communes: list[str]) -> None:
    with clock.frozen(NOW) as time:
        first = enrol("Phạm Thị Sáu", sex=2, old_number="990000017")
        enrol("Phạm Thị Sáu", sex=2, old_number="990000017")
        enrol("Phạm Thị Bảy", sex=0, commune=communes[0])
        population.mark_field(first, "birth", "unverified", **BY)
        population.mark_field(first, "sex", "under_investigation", **BY)
        time.advance(timedelta(days=731))
        population.search_doubles()
        by_commune = {one.commune: one for one in population.quality_report()}

    nowhere = by_commune[None].faults
    assert {
        code: nowhere[code]
        for code in (
            "commune_unresolved",
            "possible_duplicate",
            "old_number_shared",
            "no_number",
            "no_household",
            "unverified",
            "under_investigation",
            "stale",
        )
    } == {
        "commune_unresolved": 2,
        "possible_duplicate": 2,
        "old_number_shared": 2,
        "no_number": 2,
        "no_household": 2,
        "unverified": 1,
        "under_investigation": 1,
        "stale": 2,
    }
    assert by_commune[communes[0]].faults["sex_unknown"] == 1
    assert by_commune[None].failing["sach"] == 2


def test_quality_never_betrays_a_protected_double(fresh_db: Database, communes: list[str]) -> None:
    guardian = Scope(sees_protected=True)
    with clock.frozen(NOW):
        hidden = enrol("Phạm Thị Sáu", sex=2, old_number="990000017", commune=communes[0])
        seen = enrol("Phạm Thị Sáu", sex=2, old_number="990000017", commune=communes[0])
        population.protect(hidden, **BY, scope=guardian)
        for scope, doubles, nameless in [(Scope(), 0, 1), (guardian, 2, 2)]:
            population.search_doubles()
            [figures] = population.quality_report(scope)
            assert figures.people == 2
            assert figures.faults["possible_duplicate"] == doubles
            assert figures.faults["old_number_shared"] == doubles
            assert figures.faults["no_number"] == nameless
            listed = population.list_faulty("possible_duplicate", communes[0], scope)
            assert len(listed) == doubles
        alone = population.list_faulty("no_number", communes[0])
        assert [one.person for one in alone] == [seen]


def test_every_measure_has_a_condition_and_can_be_listed(
    fresh_db: Database, communes: list[str]
) -> None:
    for measure in MEASURES:
        assert population.list_faulty(measure.code, communes[0]) == ()
    with pytest.raises(NotFound):
        population.list_faulty("ugliness", communes[0])
