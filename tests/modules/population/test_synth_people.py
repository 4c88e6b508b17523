"""Synthetic people: as many as asked, unique, plausible as families, the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from danso import catalogue
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.numbers import NumberRules, OldNumber, disagreements
from danso.modules.population.engine.synth.draw import largest_remainder
from danso.modules.population.engine.synth.from_catalogue import inputs_from_catalogue
from danso.modules.population.engine.synth.inputs import SynthInputs
from danso.modules.population.engine.synth.people import make_people
from danso.modules.population.engine.synth.rows import COLUMNS, Stretch, render

TEAHOUSE = Path(__file__).parents[2] / "catalogues" / "teahouse"
PEOPLE = 20_000


@pytest.fixture(scope="module")
def inputs() -> SynthInputs:
    return inputs_from_catalogue(catalogue.load(TEAHOUSE))


def rows_of(inputs: SynthInputs, *, people: int, seed: int = 7) -> pl.DataFrame:
    population = make_people(inputs, people=people, seed=seed)
    return render(Stretch.of_communes(population, 0, len(inputs.communes)))


@pytest.fixture(scope="module")
def rows(inputs: SynthInputs) -> pl.DataFrame:
    return rows_of(inputs, people=PEOPLE)


@pytest.fixture(scope="module")
def living(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("status") == "alive")


def born() -> pl.Expr:
    """Birth as a day; a year alone counts as its middle."""
    whole = pl.col("birth").str.len_bytes()
    padded = (
        pl.when(whole == 4)
        .then(pl.col("birth") + "-07-01")
        .when(whole == 7)
        .then(pl.col("birth") + "-15")
        .otherwise(pl.col("birth"))
    )
    return padded.str.to_date()


def linked(rows: pl.DataFrame, link: str) -> pl.DataFrame:
    """Pairs of a person and who the link names, both with exact birth dates."""
    exact = rows.filter(pl.col("birth").str.len_bytes() == 10).with_columns(day=born())
    return exact.join(exact, left_on=link, right_on="number", suffix="_other")


def years_between(pairs: pl.DataFrame) -> list[float]:
    days: list[int] = (pairs["day"] - pairs["day_other"]).dt.total_days().to_list()
    return [number / 365.2425 for number in days]


def share(found: pl.Series) -> float:
    """How many of a column of yes and no are yes."""
    return float(found.sum()) / len(found)


def texts(rows: pl.DataFrame, column: str) -> list[str]:
    values: list[str] = rows[column].to_list()
    return values


def test_make_same_seed_gives_same_people(inputs: SynthInputs) -> None:
    assert rows_of(inputs, people=900).equals(rows_of(inputs, people=900))


def test_make_other_seed_gives_other_people(inputs: SynthInputs) -> None:
    first, second = rows_of(inputs, people=900), rows_of(inputs, people=900, seed=8)
    assert not set(first["key"]) & set(second["key"])
    assert not first["full_name"].equals(second["full_name"])


@pytest.mark.parametrize("people", [1, 2, 5, 100, 2_999])
def test_make_any_size_gives_each_commune_its_share(inputs: SynthInputs, people: int) -> None:
    rows = rows_of(inputs, people=people)
    shares = largest_remainder([unit.population for unit in inputs.communes], people)
    wanted = {u.code: int(n) for u, n in zip(inputs.communes, shares, strict=True) if n}
    assert dict(rows["commune"].value_counts().iter_rows()) == wanted
    total = sum(unit.population for unit in inputs.communes)
    for unit in inputs.communes:
        assert abs(wanted.get(unit.code, 0) - unit.population / total * people) < 1


@pytest.mark.parametrize(("people", "seed"), [(0, 1), (-5, 1), (10**9, 1), (10, -1)])
def test_make_impossible_wish_is_refused(inputs: SynthInputs, people: int, seed: int) -> None:
    with pytest.raises(InvalidValue) as refusal:
        make_people(inputs, people=people, seed=seed)
    assert refusal.value.fix


def test_numbers_are_unique_valid_and_agree_with_the_person(
    rows: pl.DataFrame, inputs: SynthInputs
) -> None:
    rules = NumberRules(frozenset(), inputs.synthetic_prefix, accepts_synthetic=True)
    assert rows["number"].n_unique() == rows["key"].n_unique() == PEOPLE
    for number, sex, birth in rows.select("number", "sex", "birth").iter_rows():
        parsed = rules.parse(number)
        assert disagreements(parsed, int(sex), PartialDate.from_iso(birth)) == ()


def test_old_numbers_belong_to_the_older_and_almost_only_to_one(
    rows: pl.DataFrame, inputs: SynthInputs
) -> None:
    held = rows.filter(pl.col("old_number") != "")
    assert 0.3 < len(held) / PEOPLE < 0.8
    assert all(OldNumber.parse(number) == number for number in held["old_number"])
    assert held["old_number"].str.starts_with(inputs.old_number_prefix).all()
    assert max(texts(held, "birth")) < "2003"
    shared = len(held) - held["old_number"].n_unique()
    assert 0 < shared < 0.002 * len(held)


@pytest.mark.parametrize("link", ["father_number", "mother_number"])
def test_parents_are_18_to_45_years_older(rows: pl.DataFrame, link: str) -> None:
    pairs = linked(rows, link)
    assert len(pairs) > PEOPLE / 5
    years = years_between(pairs)
    assert min(years) >= 18
    assert max(years) <= 45
    assert set(pairs["sex_other"]) == {"1" if link == "father_number" else "2"}


def test_children_bear_the_surname_of_the_father(rows: pl.DataFrame) -> None:
    pairs = rows.join(rows, left_on="father_number", right_on="number", suffix="_other")
    own = pairs["full_name"].str.split(" ").list.first()
    his = pairs["full_name_other"].str.split(" ").list.first()
    assert own.equals(his, check_names=False)
    assert pairs["father_name"].equals(pairs["full_name_other"], check_names=False)


def test_spouses_are_near_in_age_of_other_sex_and_know_each_other(rows: pl.DataFrame) -> None:
    pairs = linked(rows, "spouse_number")
    assert len(pairs) > PEOPLE / 4
    assert max(map(abs, years_between(pairs))) < 15
    assert (pairs["sex"] != pairs["sex_other"]).all()
    both = pairs.filter((pl.col("status") == "alive") & (pl.col("status_other") == "alive"))
    assert both["spouse_number_other"].equals(both["number"], check_names=False)
    assert set(pairs["marital_status"]) == {"2"}


def test_spouses_never_share_a_mother(rows: pl.DataFrame) -> None:
    pairs = rows.join(rows, left_on="spouse_number", right_on="number", suffix="_other")
    same = pairs.filter(
        (pl.col("mother_number") != "") & (pl.col("mother_number") == pl.col("mother_number_other"))
    )
    assert same.is_empty()


def test_siblings_are_ten_months_apart_or_twins(rows: pl.DataFrame) -> None:
    children = (
        rows.filter((pl.col("mother_number") != "") & (pl.col("birth").str.len_bytes() == 10))
        .with_columns(day=born())
        .sort("mother_number", "day")
        .with_columns(gap=pl.col("day").diff().dt.total_days().over("mother_number"))
    )
    gaps: list[int] = children["gap"].drop_nulls().to_list()
    assert min(gap for gap in gaps if gap) >= 300
    assert 0.002 < gaps.count(0) / len(gaps) < 0.03


def test_households_are_of_real_size_with_one_grown_head(rows: pl.DataFrame) -> None:
    living = rows.filter(pl.col("status") != "dead")
    homes = living["household"].n_unique()
    assert 3.3 < len(living) / homes < 3.9
    heads = living.filter(pl.col("head_number") == pl.col("number"))
    assert len(heads) == homes
    assert heads["household"].n_unique() == homes
    assert set(heads["relation"]) == {"head"}
    assert max(texts(heads, "birth")) < "2008-07-01"


def test_a_fifth_of_the_households_has_three_generations(living: pl.DataFrame) -> None:
    relations = living.group_by("household").agg(pl.col("relation"))
    down = pl.col("relation").list.contains("grandchild")
    up = pl.col("relation").list.contains("child") & (
        pl.col("relation").list.contains("mother")
        | pl.col("relation").list.contains("father")
        | pl.col("relation").list.contains("mother_in_law")
        | pl.col("relation").list.contains("father_in_law")
    )
    assert 0.13 < share(relations.select(down | up).to_series()) < 0.28


def test_ages_follow_the_province(living: pl.DataFrame, inputs: SynthInputs) -> None:
    days = living.select((pl.lit(inputs.as_of) - born()).dt.total_days()).to_series()
    ages = days / 365.2425
    for band in inputs.ages:
        found = share((ages >= band.first) & (ages < band.last + 1))
        assert found == pytest.approx(band.weight / 1000, abs=0.025)


def test_sexes_are_nearly_even_with_more_boys_born(living: pl.DataFrame) -> None:
    young = living.filter(pl.col("birth") >= "2010")
    assert 0.47 < share(living["sex"] == "1") < 0.53
    assert 0.50 < share(young["sex"] == "1") < 0.56


def test_cards_end_on_a_birthday_and_some_have_run_out(
    living: pl.DataFrame, inputs: SynthInputs
) -> None:
    grown = living.filter(born() <= pl.lit(inputs.as_of.replace(year=inputs.as_of.year - 14)))
    held = grown.filter(pl.col("card_number") != "")
    assert 0.88 < len(held) / len(grown) < 0.98
    assert held["card_number"].equals(held["number"], check_names=False)
    ending = held.filter((pl.col("card_expires") != "") & (pl.col("birth").str.len_bytes() == 10))
    years = ending["card_expires"].str.slice(0, 4).cast(int) - ending["birth"].str.slice(0, 4).cast(
        int
    )
    assert set(years) <= {14, 25, 40, 60}
    expired = ending.filter(pl.col("card_expires") <= inputs.as_of.isoformat())
    assert 0.003 < len(expired) / len(grown) < 0.05
    assert (held["card_issued"] <= inputs.as_of.isoformat()).all()


def test_only_the_old_are_known_by_year_alone(rows: pl.DataFrame) -> None:
    vague = rows.filter(pl.col("birth").str.len_bytes() < 10)
    assert 0 < len(vague) < 0.1 * PEOPLE
    assert max(texts(vague, "birth")) < "1971"


def test_first_of_january_is_too_frequent_among_the_old(rows: pl.DataFrame) -> None:
    old = rows.filter((pl.col("birth") < "1950") & (pl.col("birth").str.len_bytes() == 10))
    young = rows.filter(pl.col("birth") >= "1980")
    assert share(old["birth"].str.ends_with("-01-01")) > 0.1
    assert share(young["birth"].str.ends_with("-01-01")) < 0.01


def test_some_are_dead_and_keep_the_day(rows: pl.DataFrame, inputs: SynthInputs) -> None:
    dead = rows.filter(pl.col("status") == "dead")
    assert 0.003 < len(dead) / PEOPLE < 0.03
    assert (dead["death_date"] > dead["birth"]).all()
    assert (dead["death_date"] <= inputs.as_of.isoformat()).all()
    assert set(rows.filter(pl.col("status") != "dead")["death_date"]) == {""}
    assert set(dead["card_number"]) == {""}


def test_communes_of_the_older_map_stand_for_a_third(
    rows: pl.DataFrame, inputs: SynthInputs
) -> None:
    older = rows.filter(pl.col("code_version") == inputs.older_version)
    assert 0.25 < len(older) / PEOPLE < 0.45
    former = {(old.code, c.code) for c in inputs.communes for old in c.former}
    assert set(older.select("commune_recorded", "commune").iter_rows()) <= former
    rest = rows.filter(pl.col("code_version") == inputs.version)
    assert rest["commune_recorded"].equals(rest["commune"], check_names=False)


def test_keys_grow_with_the_rows(rows: pl.DataFrame) -> None:
    assert rows["key"].is_sorted()
    assert rows["household"].is_sorted()
    assert rows["key"].str.contains("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]").all()


def test_render_by_stretches_gives_the_columns_of_the_register(inputs: SynthInputs) -> None:
    population = make_people(inputs, people=500, seed=3)
    parts = [
        render(Stretch.of_communes(population, place, place + 1))
        for place in range(len(inputs.communes))
    ]
    assert [tuple(part.columns) for part in parts] == [COLUMNS] * len(inputs.communes)
    assert sum(map(len, parts)) == population.listed == 500


def test_namesakes_arise(rows: pl.DataFrame) -> None:
    assert rows["full_name"].n_unique() < np.sqrt(PEOPLE) * 20
