"""The generator's parts: draws, faults at their edges, inputs that cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danso import catalogue
from danso.kernel.errors import InvalidValue
from danso.kernel.text import canonical, fold
from danso.modules.population.engine.synth import papers
from danso.modules.population.engine.synth.draw import Lottery, by_band, largest_remainder
from danso.modules.population.engine.synth.from_catalogue import inputs_from_catalogue
from danso.modules.population.engine.synth.inputs import Pool, SynthInputs
from danso.modules.population.engine.synth.people import make_people
from danso.toolkit import spoiling

TEAHOUSE = Path(__file__).parents[2] / "catalogues" / "teahouse"


@pytest.fixture(scope="module")
def inputs() -> SynthInputs:
    return inputs_from_catalogue(catalogue.load(TEAHOUSE))


@pytest.fixture
def near() -> spoiling.Neighbours:
    return spoiling.Neighbours(["a", "b"], np.random.default_rng(1))


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=50).filter(lambda shares: sum(shares) > 1),
    st.integers(0, 10**7),
)
def test_largest_remainder_gives_out_all_and_stays_within_one(
    shares: list[float], total: int
) -> None:
    parts = largest_remainder(shares, total)
    assert parts.sum() == total
    exact = np.asarray(shares) / sum(shares) * total
    assert (np.abs(parts - exact) < 1 + 1e-6).all()


def test_lottery_follows_the_weights_of_each_pool() -> None:
    lottery = Lottery([Pool(("a", "b"), (1.0, 3.0)), Pool(("b", "c", "d"), (1.0, 1.0, 0.0))])
    pools = np.repeat([0, 1], 20_000)
    drawn = np.asarray(lottery.words)[lottery.draw(np.random.default_rng(5), pools)]
    assert set(drawn[:20_000]) == {"a", "b"}
    assert (drawn[:20_000] == "b").mean() == pytest.approx(0.75, abs=0.02)
    assert set(drawn[20_000:]) == {"b", "c"}


def test_by_band_takes_an_edge_into_the_band_above() -> None:
    found = by_band(np.asarray([9, 10, 19, 20, 99]), (10, 20), (0.1, 0.2, 0.3))
    assert found.tolist() == [0.1, 0.2, 0.2, 0.3, 0.3]


@pytest.mark.parametrize(
    ("values", "weights", "code"),
    [
        ((), (), "synth_pool_shape"),
        (("a",), (1.0, 2.0), "synth_pool_shape"),
        (("a", "b"), (1.0, -1.0), "synth_pool_weights"),
        (("a",), (0.0,), "synth_pool_weights"),
    ],
)
def test_pool_that_cannot_be_drawn_from_is_refused(
    values: tuple[str, ...], weights: tuple[float, ...], code: str
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Pool(values, weights)
    assert refusal.value.code == code


def test_inputs_with_a_group_nobody_can_name_are_refused(inputs: SynthInputs) -> None:
    with pytest.raises(InvalidValue) as refusal:
        replace(inputs, groups=inputs.groups[:1])
    assert refusal.value.code == "synth_group_unknown"


def test_numbers_that_run_out_are_refused(
    inputs: SynthInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "RANDOM_PART", 5)
    with pytest.raises(InvalidValue) as refusal:
        make_people(inputs, people=3_000, seed=1)
    assert refusal.value.code == "synth_numbers_exhausted"


def test_inputs_without_ages_take_the_model_s_own(inputs: SynthInputs) -> None:
    population = make_people(replace(inputs, ages=()), people=3_000, seed=1)
    ages = (population.today - population.slots.birth) / 365.2425
    assert population.listed == 3_000
    assert 0.17 < (ages < 15).mean() < 0.30


@pytest.mark.parametrize("name", ["Nguyễn Thị Hòa", "Lê Văn Thúy", "Trần Lý", "Đỗ Mỹ"])
def test_other_tone_place_is_another_spelling_of_the_same_name(
    name: str, near: spoiling.Neighbours
) -> None:
    spelled = spoiling.other_tone_place(name, near)
    assert spelled != name
    assert canonical(spelled) == canonical(name)


def test_faults_leave_what_they_cannot_spoil(near: spoiling.Neighbours) -> None:
    alone = spoiling.Neighbours(["x"], np.random.default_rng(1))
    assert alone.other("x") == "x"
    assert spoiling.misread_digit("", near) == ""
    assert spoiling.letter_for_zero("123456789111", near) == "123456789111"
    assert spoiling.other_tone_place("Nguyễn Văn An", near) == "Nguyễn Văn An"
    assert spoiling.swap_day_and_month("1990-05-28", near) == "1990-05-28"
    assert spoiling.swap_day_and_month("1990", near) == "1990"
    assert spoiling.other_sex("", near) == ""


@pytest.mark.parametrize(
    ("spoil", "before", "after"),
    [
        (spoiling.strip_marks, "Đặng Thị Hường", "Dang Thi Huong"),
        (spoiling.misread_utf8, "Nguyễn", "Nguyá»…n"),
        (spoiling.as_tcvn3, "Nguyễn Văn", "NguyÔn V¨n"),
        (spoiling.as_vni, "Nguyễn Văn", "Nguyeãn Vaên"),
        (spoiling.given_first, "Nguyễn Văn An", "An Nguyễn Văn"),
        (spoiling.drop_middle, "Nguyễn Văn An", "Nguyễn An"),
        (spoiling.lose_middle, "Nguyễn Thị Thu An", "Nguyễn An"),
        (spoiling.lose_leading_zero, "098001234567", "98001234567"),
        (spoiling.grouped_digits, "098001234567", "098 001 234 567"),
        (spoiling.swap_day_and_month, "1990-05-04", "1990-04-05"),
        (spoiling.born_in_the_future, "1990-05-04", "2090-05-04"),
        (spoiling.born_in_the_future, "1925", "2125"),
        (spoiling.impossible_day, "1990-05-04", "1990-02-31"),
    ],
)
def test_faults_look_as_in_real_files(
    spoil: spoiling.Spoil, before: str, after: str, near: spoiling.Neighbours
) -> None:
    assert spoil(before, near) == after


@given(st.integers(0, 2**32), st.text("aăâbcdđêghiklmnôơpqrstuưvxyÂĐ ", min_size=1))
def test_misread_letter_is_one_letter_that_no_folding_brings_back(seed: int, name: str) -> None:
    near = spoiling.Neighbours([name], np.random.default_rng(seed))
    wrong = spoiling.misread_letter(name, near)
    differ = [place for place, letter in enumerate(name) if wrong[place] != letter]
    assert len(wrong) == len(name)
    assert len(differ) == (1 if name.strip() else 0)
    assert all(fold(name[place]) != fold(wrong[place]) for place in differ)


@given(st.integers(0, 2**32), st.dates(date(1900, 1, 1)) | st.just(date(1996, 2, 29)))
def test_misread_birth_is_one_wrong_digit_and_still_a_date(seed: int, birth: date) -> None:
    near = spoiling.Neighbours([], np.random.default_rng(seed))
    wrong = spoiling.misread_birth(birth.isoformat(), near)
    assert sum(a != b for a, b in zip(wrong, birth.isoformat(), strict=True)) == 1
    assert date.fromisoformat(wrong).month == birth.month
