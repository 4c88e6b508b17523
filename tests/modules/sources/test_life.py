"""A source that still serves somebody who has died: its owner is asked, until the row ends."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict
from danso.modules.linkage.models import Link
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.data import MismatchRecord, Owner
from danso.modules.sources.interface import Decider, Said
from danso.toolkit.platform import platform
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, enrol
from tests.modules.sources.conftest import STEWARD

SOURCE = "insurance"
HEADINGS = ("MA_SO_BHXH", "HO_TEN", "NGAY_SINH", "SO_DDCN", "GT_THE_DEN")
NUMBER = "099084000123"
OPEN = ("asked", "promised", "contested", "above", "sent_up")
INSURER = Owner(Actor("officer", "insurer-1", "bhxh-tinh"), frozenset({"bhxh-tinh"}))
PROVINCE = Decider(Actor("officer", "police-2", "province"), frozenset({"provincial_police"}), None)
PROOF = Said("Ông vẫn đến khám tháng trước", "Sổ khám bệnh 11/2026")

Load = Callable[[str], None]


@pytest.fixture(autouse=True)
def home(fresh_db: Database, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")


@pytest.fixture
def insured(commune: str) -> UUID:
    return enrol("Trương Quý Khoát", number=NUMBER, commune=commune)


@pytest.fixture
def load(tmp_path: Path, insured: UUID) -> Load:
    """The insurer's next whole file: one row, whose card is valid until this day."""

    def next_load(until: str) -> None:
        folder = tmp_path / "drop"
        folder.mkdir(exist_ok=True)
        with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
            row = ("9900000000", "Trương Quý Khoát", "21/03/1984", NUMBER, until)
            csv.writer(file).writerows([HEADINGS, row])
        sources.load_source(SOURCE, sources.files_connector(SOURCE, folder), actor=STEWARD)
        Link.objects.filter(source=SOURCE).delete()
        Link.objects.create(
            source=SOURCE,
            record="9900000000",
            person=insured,
            band="linked",
            reason="number",
            run=insured,
            since=clock.now(),
        )
        sources.compare_source(SOURCE, actor=STEWARD)
        sources.keep_quality(SOURCE)

    return next_load


def died(person: UUID, on: date) -> None:
    day = PartialDate(on.year, on.month, on.day)
    population.record_death(person, day, actor=OFFICER, grounds=GROUNDS)


def open_ones() -> list[MismatchRecord]:
    return sources.list_mismatches(sources=None, states=OPEN)[0]


def written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def later() -> date:
    return clock.today() + timedelta(days=400)


def earlier() -> date:
    return clock.today() - timedelta(days=100)


@pytest.mark.clause("II.5.1.1", partly="the owner's own system is not notified")
def test_a_row_that_still_serves_somebody_who_died_is_asked_of_its_owner(
    insured: UUID, load: Load
) -> None:
    load(written(later()))
    assert not open_ones()
    died(insured, earlier())
    load(written(later()))
    (found,) = open_ones()
    assert (found.source, found.field, found.kind) == (SOURCE, "life", "dead")
    assert (found.said, found.held) == (f"serves {later()}", f"died {earlier()}")
    assert sources.value_text("death", found.held) == f"đã chết: {written(earlier())}"
    assert found.waits_for == "owner"
    whole = sources.quality_by_field(SOURCE, field="")[0]
    assert (whole.correct, whole.differs) == (0, 1)


def test_it_closes_when_the_row_ends_with_the_death(insured: UUID, load: Load) -> None:
    died(insured, earlier())
    load(written(later()))
    (found,) = open_ones()
    load(written(earlier()))
    assert not open_ones()
    assert sources.get_mismatch(found.key, sources=None).closed_as == "agrees"


def test_a_row_that_says_no_end_serves_still(insured: UUID, load: Load) -> None:
    died(insured, earlier())
    load("")
    assert open_ones()[0].said == "serves"
    assert sources.value_text("death", "serves") == "vẫn còn, không ghi ngày kết thúc"


def test_a_row_that_is_over_asks_nobody(insured: UUID, load: Load) -> None:
    died(insured, earlier())
    load(written(clock.today() - timedelta(days=1)))
    assert not open_ones()


def test_an_owner_who_holds_that_they_live_is_heard_by_the_province(
    insured: UUID, load: Load
) -> None:
    died(insured, earlier())
    load(written(later()))
    (found,) = open_ones()
    seen = sources.as_seen(found)
    state = sources.answer_mismatch(found.key, "right", PROOF, owner=INSURER, seen=seen)
    assert state == "above"
    with pytest.raises(Conflict) as refused:
        sources.decide_mismatch(found.key, "source", PROOF, decider=PROVINCE, seen=seen)
    assert refused.value.code == "mismatch_not_correctable"
    assert sources.decide_mismatch(found.key, "register", PROOF, decider=PROVINCE, seen=seen)
    assert open_ones()[0].binding
