"""Names in Vietnamese order."""

import pytest
from hypothesis import given

from danso.kernel.errors import InvalidValue
from danso.kernel.names import LONGEST, PersonName, list_key
from tests.kernel.vietnamese import NAMES


@pytest.mark.parametrize(
    ("full", "family", "middle", "given_name"),
    [
        ("Nguyễn Văn An", "Nguyễn", "Văn", "An"),
        ("Trần Thị Ngọc Ánh", "Trần", "Thị Ngọc", "Ánh"),
        ("Lê An", "Lê", "", "An"),
        ("Lò", "", "", "Lò"),
    ],
)
def test_the_given_name_comes_last(full: str, family: str, middle: str, given_name: str) -> None:
    name = PersonName.parse(full)
    assert (name.family, name.middle, name.given) == (family, middle, given_name)


def test_the_source_spelling_is_kept_but_tidied() -> None:
    name = PersonName.parse("  LÊ\u00a0THÚY  HÒA ")
    assert name.full == str(name) == "LÊ THÚY HÒA"
    assert name == PersonName.parse("LÊ THÚY HÒA")


def test_lists_go_by_given_then_family_then_middle_name() -> None:
    names = ["Lê Văn An", "Nguyễn An", "Nguyễn Bá An", "Lê Ánh", "An Văn Bình"]
    backwards = names[::-1]
    assert sorted(backwards, key=lambda n: PersonName.parse(n).sort_key) == names


def test_the_key_for_loads_takes_any_text() -> None:
    assert list_key(" ") == ""
    assert list_key("  Lê  Văn An ") == PersonName.parse("Lê Văn An").sort_key


@given(NAMES)
def test_search_finds_a_name_typed_without_diacritics(full: str) -> None:
    name = PersonName.parse(full)
    assert name.search_key == PersonName.parse(full.upper()).search_key
    assert name.search_key.isascii()
    assert PersonName.parse(name.search_key).search_key == name.search_key


@pytest.mark.parametrize(
    ("full", "masked"), [("Nguyễn Thị Sông", "Nguyễn Thị S."), ("Ánh", "Á."), ("Lê Ý", "Lê Ý.")]
)
def test_masked_name_keeps_the_first_letter_of_the_given_one(full: str, masked: str) -> None:
    assert PersonName.parse(full).masked == masked


@pytest.mark.parametrize(
    ("full", "code"),
    [
        ("", "name_empty"),
        (" \u200b ", "name_empty"),
        ("A" * (LONGEST + 1), "name_too_long"),
        ("12/03/1965", "name_no_letter"),
    ],
)
def test_what_is_no_name_is_refused(full: str, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        PersonName.parse(full)
    assert caught.value.code == code
