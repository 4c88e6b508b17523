"""Personal numbers of a made-up country: provinces 101 and 102, synthetic prefix 199."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.numbers import NumberRules, OldNumber, PersonalNumber, Sex, disagreements

REAL = NumberRules(frozenset({"001", "101"}), "199", accepts_synthetic=False)
DEMO = NumberRules(frozenset({"001", "101"}), "199", accepts_synthetic=True, abroad_from="500")


@pytest.mark.parametrize(
    "text",
    ["101098001234", " 101 098 001 234 ", "101.098.001.234", "'101098001234", "101098001234\u200b"],
)
def test_parse_finds_the_digits_among_separators(text: str) -> None:
    number = REAL.parse(text)
    assert (number, type(number), number.prefix) == ("101098001234", PersonalNumber, "101")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "number_empty"),
        (" - ", "number_empty"),
        ("10109800123", "number_length"),
        ("1010980012345", "number_length"),
        ("101098001", "number_is_old"),
        ("10109800123O", "number_not_digits"),
        ("١٠١٠٩٨٠٠١٢٣٤", "number_not_digits"),
        ("1.01098E+11", "number_rounded"),
        ("000000000000", "number_placeholder"),
        ("012345678901", "number_placeholder"),
        ("109876543210", "number_placeholder"),
        ("102098001234", "number_prefix_unknown"),
        ("500098001234", "number_prefix_unknown"),
        ("199098001234", "number_synthetic_in_real_home"),
    ],
)
def test_parse_refuses_with_a_code_a_fix_and_no_number(text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        REAL.parse(text)
    assert caught.value.code == code
    assert caught.value.fix
    assert not text or text not in str(caught.value)


def test_a_demo_home_accepts_synthetic_numbers() -> None:
    assert DEMO.parse("199098001234").prefix == "199"


def test_births_abroad_are_accepted_by_range_where_the_data_say_so() -> None:
    assert DEMO.parse("500098001234").prefix == "500"


def test_a_lost_leading_zero_is_suggested_when_it_makes_a_number() -> None:
    assert REAL.find_padded("01098001234") == "001098001234"


@pytest.mark.parametrize("text", ["101098001234", "99098001234", "abc", ""])
def test_nothing_is_suggested_for_other_faults(text: str) -> None:
    assert REAL.find_padded(text) is None


@pytest.mark.parametrize(
    ("digits", "sex", "year"),
    [
        ("101098001234", Sex.MALE, 1998),
        ("101165001234", Sex.FEMALE, 1965),
        ("101209001234", Sex.MALE, 2009),
        ("101325001234", Sex.FEMALE, 2025),
        ("101400001234", Sex.MALE, 2100),
        ("101999001234", Sex.FEMALE, 2399),
    ],
)
def test_a_number_tells_sex_and_birth_year(digits: str, sex: Sex, year: int) -> None:
    number = PersonalNumber(digits)
    assert (number.sex, number.birth_year) == (sex, year)


@pytest.mark.parametrize(
    ("sex", "birth", "flags"),
    [
        (1, PartialDate(1998, 5, 2), ()),
        (1, PartialDate(1998), ()),
        (0, None, ()),
        (2, None, ("number_sex_differs",)),
        (1, PartialDate(1989), ("number_birth_year_differs",)),
        (2, PartialDate(1989), ("number_sex_differs", "number_birth_year_differs")),
    ],
)
def test_a_number_that_disagrees_with_the_record_is_flagged(
    sex: int, birth: PartialDate | None, flags: tuple[str, ...]
) -> None:
    assert disagreements(PersonalNumber("101098001234"), sex, birth) == flags


@given(st.text(max_size=14))
def test_a_personal_number_is_twelve_plain_digits_or_an_error(text: str) -> None:
    plain = len(text) == 12 and all(c in "0123456789" for c in text)
    if plain:
        assert PersonalNumber(text) == text
    else:
        with pytest.raises(InvalidValue):
            PersonalNumber(text)


def test_an_old_number_has_nine_digits() -> None:
    number = OldNumber.parse("171 234 567")
    assert (number, type(number)) == ("171234567", OldNumber)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "old_number_empty"),
        ("17123456", "old_number_length"),
        ("17123456x", "old_number_not_digits"),
        ("101098001234", "old_number_is_personal"),
        ("111111111", "old_number_placeholder"),
        ("123456789", "old_number_placeholder"),
    ],
)
def test_an_old_number_is_refused_with_its_own_code(text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        OldNumber.parse(text)
    assert caught.value.code == code
