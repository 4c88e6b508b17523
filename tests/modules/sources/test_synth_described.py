"""Every source of the real province made up from its description: whole, plausible, and with no
fault in it but those that the truth says."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from danso import catalogue
from danso.catalogue.shapes.sources import Source
from danso.config.commands.catalogue import CHECKOUT
from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.sources.engine.cleaning import clean, rules_of
from danso.modules.sources.engine.synth import faults as of
from danso.modules.sources.engine.synth.write import Wish
from tests.modules.sources.synthetic import Row, World, make_world

PROVINCE = catalogue.only_province(CHECKOUT / "provinces")
CODES = sorted(catalogue.load(PROVINCE).sources)
PEOPLE, ROWS = 6_000, 300
OF_BIRTH = {of.BIRTH_YEAR_ONLY, of.DAY_MONTH_SWAPPED, of.BIRTH_DIGIT_WRONG}
# What cleaning says of a term that the truth says was struck.
TOLD = {
    "full_name": {of.LEGACY_ENCODING, of.TONES_LOST, of.NAME_LETTER_WRONG},
    "father_name": {of.LEGACY_ENCODING},
    "mother_name": {of.LEGACY_ENCODING},
    "birth": OF_BIRTH,
    "number": {of.NUMBER_DIGIT_WRONG},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("described")
    return make_world(folder, PROVINCE, PEOPLE, Wish(rows=ROWS))


def cleaned(world: World, source: Source) -> pl.DataFrame:
    """A source's rows as its owner has them, cleaned as a load cleans them."""
    known = [str(field.term or field.code) for field in source.fields]
    rows = [{name: row[name] for name in known} for row in world.rows(source.code).values()]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(known, pl.String)).rename(
        {str(field.term): field.code for field in source.fields if field.term}
    )
    rules = rules_of(world.province, accepts_synthetic=True, today=clock.today())
    return clean(source, frame, rules)


def age(row: Row, true: Row) -> float:
    del row
    born = PartialDate.parse(true["birth"]).first_day
    return (clock.today() - born).days / 365.25


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_wrong_but_what_the_truth_says(world: World, code: str) -> None:
    source = world.province.source(code)
    frame = cleaned(world, source)
    assert 0 < frame.height <= ROWS
    struck: dict[str, set[str]] = {}
    if source.is_matched:
        struck = {row["record_key"]: set(row["faults"]) for row in world.truth(code)}
    terms = {field.code: str(field.term) for field in source.fields if field.term}
    after_birth = {order.then for order in source.orders if terms.get(order.first) == "birth"}
    for row in frame.to_dicts():
        faults = struck.get(row[source.key], set())
        for field in source.fields:
            fault = row[f"{field.code}?"]
            if not fault or fault in ("old_number_here", "date_partial"):
                continue
            if field.code in after_birth and fault == "date_too_early":
                assert faults & OF_BIRTH, (row, field.code)
                continue
            expected = TOLD.get(terms.get(field.code, ""), set())
            assert faults & expected, (field.code, fault, row[field.code], faults)


@pytest.mark.parametrize("code", CODES)
def test_those_stand_in_it_whom_the_description_means(world: World, code: str) -> None:
    source = world.province.source(code)
    if not source.is_matched:
        assert not (world.out / "truth" / f"{code}.csv").exists()
        return
    truth = [row for row in world.truth(code) if row["person"]]
    people = [world.people[row["person"]] for row in truth]
    assert len(people) > 0.9 * len(world.truth(code)) > 0
    dead = Counter(person["status"] == "dead" for person in people)
    if source.who.are == "dead":
        assert not dead[False]
        assert not any(of.DEAD in row["faults"] for row in truth)
    else:
        assert dead[True] <= 0.02 * len(people)
    for row, person in zip(truth, people, strict=True):
        # A year for a birth known by year only, and for the day the province is.
        years = age(row, person)
        assert source.who.ages.youngest - 1.1 <= years <= source.who.ages.oldest + 2.1


def test_no_number_in_any_of_them_can_be_somebodys(world: World) -> None:
    made_up = world.province.numbers.synthetic
    starts = (made_up.prefix, made_up.old_number_prefix, made_up.tax_prefix)
    for code in CODES:
        for row in world.rows(code).values():
            for value in row.values():
                for digits in re.findall("[0-9]{9,}", value):
                    told = re.sub("^[1-5](?=[0-9]{12}$)", "", digits)
                    assert told.startswith((*starts, made_up.insurance_prefix)), (code, value)


def test_manifest_counts_each_and_fewer_where_there_are_fewer(world: World) -> None:
    told = json.loads((world.out / "manifest.json").read_text(encoding="utf-8"))["sources"]
    assert sorted(told) == CODES
    assert told["insurance"]["rows"] == ROWS
    assert told["civil-status-deaths"]["rows"] < ROWS
    assert "resolvable" not in told["finance"]


def test_share_is_of_those_the_description_means(tmp_path: Path) -> None:
    few = make_world(tmp_path, PROVINCE, 3_000, Wish(share=0.5), ("vaccination", "insurance"))
    told = json.loads((few.out / "manifest.json").read_text(encoding="utf-8"))["sources"]
    assert told["insurance"]["rows"] == round(0.5 * len(few.people))
    young = [row for row in few.people.values() if row["birth"] >= "2019-08"]
    assert told["vaccination"]["rows"] == pytest.approx(0.8 * len(young), rel=0.1)


def test_rare_values_are_rare(world: World) -> None:
    rows = list(world.rows("vehicle-registration").values())
    assert sum(bool(row["stolen"]) for row in rows) < 0.05 * len(rows)
    assert all(row["plate"].startswith("36") for row in rows)
    points = {row["points"] for row in world.rows("driving-licence").values()}
    assert points == {str(number) for number in range(13)}
