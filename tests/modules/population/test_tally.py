"""Counts that follow events: after every seal the kept table says what a full count says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.audit import interface as audit
from danso.modules.population import interface as population
from danso.modules.population import jobs
from danso.modules.population.data import Correction, Move, NewCard, PeopleCount, Scope
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, enrol, seal

BY: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS}


def follow(database: Database, folder: Path) -> tuple[PeopleCount, ...]:
    """Seal, let the follower work, and answer with the communes where somebody is."""
    seal(database, folder)
    runs = audit.run_handlers(only={"population.tally"})
    assert [run.error for run in runs] == [""]
    nobody = (0, 0, 0)
    return tuple(
        one for one in population.list_tallies() if (one.alive, one.dead, one.missing) != nobody
    )


def counted() -> tuple[PeopleCount, ...]:
    return tuple(sorted(population.count_people(), key=lambda one: one.commune or ""))


def test_tallies_follow_whatever_happens(
    fresh_db: Database, communes: list[str], tmp_path: Path
) -> None:
    assert jobs.keep_tallies.__name__ == "keep_tallies"  # registered by import
    first = enrol(commune=communes[0])
    second = enrol("Lê Thị Chi", sex=2, commune=communes[0], number="099184000124")
    assert follow(fresh_db, tmp_path) == (PeopleCount(communes[0], 2, 0, 0, 1, 0),)

    population.record_move(first, Move(date(2026, 5, 1), communes[1]), **BY)
    place = {"commune": communes[2]}
    population.correct_field(second, Correction("permanent_place", place), **BY)
    assert follow(fresh_db, tmp_path) == counted()
    assert {one.commune for one in counted()} == {communes[1], communes[2]}

    population.issue_number(first, **BY)
    population.add_card(first, NewCard("can_cuoc", date(2024, 8, 1)), **BY)
    population.record_death(second, PartialDate(2026, 6), **BY)
    third = enrol("Lê Thị Chị")
    assert follow(fresh_db, tmp_path) == counted()
    population.merge_people(first, third, officers=(OFFICER,), grounds=GROUNDS)
    assert follow(fresh_db, tmp_path) == counted()
    assert counted() == (
        PeopleCount(communes[1], 1, 0, 0, 1, 1),
        PeopleCount(communes[2], 0, 1, 0, 0, 0),
    )
    here = Scope(communes=(communes[1],))
    assert population.list_tallies(here) == counted()[:1]


def test_recount_finds_cards_that_ran_out_without_an_event(
    fresh_db: Database, communes: list[str]
) -> None:
    with clock.frozen(datetime(2026, 11, 23, 3, tzinfo=UTC)) as time:
        key = enrol(commune=communes[0])
        population.add_card(key, NewCard("cccd", date(2020, 1, 1), date(2026, 11, 23)), **BY)
        population.recount()
        assert [one.with_card for one in population.list_tallies()] == [1]
        time.advance(timedelta(days=1))
        jobs.recount_daily.func(timestamp=0)
        assert [one.with_card for one in population.list_tallies()] == [0]
