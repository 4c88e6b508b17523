"""Figures of quality kept for pages: what is kept is what a full count says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from danso.kernel.dates import PartialDate
from danso.modules.audit import interface as audit
from danso.modules.population import interface as population
from danso.modules.population import jobs
from danso.modules.population.data import Correction, Move, NewCard, QualityFigures
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, enrol, seal

BY: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS}
ALL_TIME = float("inf")


def follow(database: Database, folder: Path) -> None:
    seal(database, folder)
    runs = audit.run_handlers(only={"population.tally"})
    assert [run.error for run in runs] == [""]
    jobs.keep_quality.func(timestamp=0)


def kept() -> list[QualityFigures]:
    return [
        QualityFigures(one.commune, one.people, one.faults, one.failing)
        for one in population.list_quality()
        if one.people
    ]


def counted() -> list[QualityFigures]:
    return [one for one in population.quality_report() if one.commune is not None]


def test_quality_follows_whatever_happens(
    fresh_db: Database, communes: list[str], tmp_path: Path
) -> None:
    first = enrol(commune=communes[0], birth=PartialDate(1984))
    second = enrol("Lê Thị Chi", sex=2, commune=communes[0], number="099184000124")
    follow(fresh_db, tmp_path)
    assert kept() == counted()
    assert kept()[0].faults["birth_partial"] == 1

    population.mark_field(second, "full_name", "under_investigation", **BY)
    population.correct_field(first, Correction("birth", "1984-03-21"), **BY)
    follow(fresh_db, tmp_path)
    assert kept() == counted()
    assert kept()[0].faults["under_investigation"] == 1

    population.record_move(first, Move(date(2026, 5, 1), communes[1]), **BY)
    population.record_death(second, PartialDate(2026, 6), **BY)
    follow(fresh_db, tmp_path)
    assert kept() == counted()
    assert [one.commune for one in kept()] == [communes[1]]


def test_share_with_card_counts_only_those_who_must_have_one(
    fresh_db: Database, communes: list[str], tmp_path: Path
) -> None:
    holder = enrol(commune=communes[0])
    enrol("Lê Văn Bình", commune=communes[0])
    enrol("Lê Văn Con", commune=communes[0], birth=PartialDate(2020, 1, 1))
    population.add_card(holder, NewCard("can_cuoc", date(2024, 8, 1)), **BY)
    follow(fresh_db, tmp_path)
    (here,) = population.list_quality((communes[0],))
    assert (here.people, here.must_have_card, here.holding_card) == (3, 2, 1)
    assert here.card_share == 0.5


def test_what_is_kept_equals_a_count_from_scratch(
    fresh_db: Database, communes: list[str], tmp_path: Path
) -> None:
    for commune in communes[:3]:
        enrol("Trần Văn Tám", commune=commune)
    follow(fresh_db, tmp_path)
    before = [(one.commune, one.people, one.faults) for one in population.list_quality()]
    population.recount()
    assert population.keep_quality(ALL_TIME) == 0
    after = [(one.commune, one.people, one.faults) for one in population.list_quality()]
    assert after == before
    assert len(after) == 3


def test_a_short_span_does_one_commune_and_says_what_is_left(
    fresh_db: Database, communes: list[str]
) -> None:
    for commune in communes[:3]:
        enrol(commune=commune)
    population.recount()
    assert [population.keep_quality(0.0) for _ in range(4)] == [2, 1, 0, 0]
