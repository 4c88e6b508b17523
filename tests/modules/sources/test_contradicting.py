"""Two records of one source that tell different things of one person: the description decides."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from danso.catalogue.province import Province
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.linkage.models import Link
from danso.modules.sources import interface as sources
from danso.modules.sources.actions import telling
from danso.modules.sources.data import MismatchRecord, Owner
from danso.modules.sources.interface import Said
from danso.modules.sources.models import Fact
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.modules.population.conftest import enrol
from tests.modules.sources.conftest import STEWARD

SOURCE = "insurance"
HEADINGS = ("MA_SO_BHXH", "MA_THE_BHYT", "HO_TEN", "NGAY_SINH", "GT_THE_TU", "GT_THE_DEN")
OPEN = ("asked", "promised", "contested", "above", "sent_up")
CARD = "health_insurance"
INSURER = Owner(Actor("officer", "insurer-1", "bhxh-tinh"), frozenset({"bhxh-tinh"}))

Period = tuple[str, str]
Load = Callable[..., None]
THIS_YEAR: Period = ("01/01/2026", "31/12/2026")
LONGER: Period = ("01/01/2026", "31/12/2027")
NEXT_YEAR: Period = ("01/01/2027", "31/12/2027")


@pytest.fixture(autouse=True)
def home(fresh_db: Database, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")


@pytest.fixture
def insured(commune: str) -> UUID:
    return enrol("Trương Quý Khoát", commune=commune)


@pytest.fixture
def load(tmp_path: Path, insured: UUID) -> Load:
    """The insurer's next whole file: rows of one person, their facts told and compared."""

    def next_load(*periods: Period, only: Collection[str] | None = None) -> None:
        folder = tmp_path / "drop"
        folder.mkdir(exist_ok=True)
        with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            for place, (since, until) in enumerate(periods):
                writer.writerow((key(place), "GD4381234567890", *WHO, since, until))
        sources.load_source(SOURCE, sources.files_connector(SOURCE, folder), actor=STEWARD)
        Link.objects.filter(source=SOURCE).delete()
        for place in range(len(periods)):
            Link.objects.create(
                source=SOURCE,
                record=key(place),
                person=insured,
                band="linked",
                reason="number",
                run=insured,
                since=clock.now(),
            )
        telling.tell_facts(SOURCE, actor=STEWARD, records=only)
        sources.compare_source(SOURCE, actor=STEWARD, records=only)

    return next_load


WHO = ("Trương Quý Khoát", "21/03/1984")


def key(place: int) -> str:
    return f"990000000{place}"


def qualities() -> list[str]:
    return list(Fact.objects.filter(kind=CARD).order_by("record").values_list("quality", flat=True))


def about_cards() -> list[MismatchRecord]:
    found, _ = sources.list_mismatches(sources=(SOURCE,), states=OPEN, field=CARD)
    return found


def test_two_ends_of_one_card_are_told_as_contradicted_and_asked_once(load: Load) -> None:
    load(THIS_YEAR, LONGER)
    assert qualities() == ["contradicted", "contradicted"]
    (found,) = about_cards()
    assert (found.kind, found.said, found.held) == ("contradicts", key(1), key(0))
    assert found.waits_for == "owner"


def test_the_register_has_no_part_in_it(load: Load) -> None:
    load(THIS_YEAR, LONGER)
    (found,) = about_cards()
    with pytest.raises(Conflict) as refused:
        sources.answer_mismatch(
            found.key, "right", Said("", "hồ sơ"), owner=INSURER, seen=sources.as_seen(found)
        )
    assert refused.value.code == "mismatch_of_its_own"


def test_one_year_after_the_other_is_no_contradiction(load: Load) -> None:
    load(THIS_YEAR, NEXT_YEAR)
    assert qualities() == ["good", "good"]
    assert not about_cards()


def test_the_same_twice_is_no_contradiction(load: Load) -> None:
    load(THIS_YEAR, THIS_YEAR)
    assert qualities() == ["good", "good"]
    assert not about_cards()


def test_it_closes_for_both_when_only_one_of_them_is_looked_at_again(load: Load) -> None:
    load(THIS_YEAR, LONGER)
    load(THIS_YEAR, NEXT_YEAR, only=[key(1)])
    assert qualities() == ["good", "good"]
    assert not about_cards()
    load(("01/01/2026", "30/06/2027"), NEXT_YEAR, only=[key(0)])
    assert qualities() == ["contradicted", "contradicted"]
    assert about_cards()


def test_where_the_newest_counts_the_older_one_is_told_no_more(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("danso.modules.sources.actions.telling.province", lambda: newest())
    load(THIS_YEAR, ("01/06/2026", "31/12/2027"))
    (told,) = Fact.objects.filter(kind=CARD)
    assert (told.record, told.quality) == (key(1), "good")


def newest() -> Province:
    """The province, but of two cards the one that began last counts."""
    source = province().source(SOURCE)
    facts = tuple(
        fact.model_copy(update={"several": "newest"}) if fact.code == CARD else fact
        for fact in source.facts
    )
    changed = source.model_copy(update={"facts": facts})
    return province().model_copy(update={"sources": {**province().sources, SOURCE: changed}})
