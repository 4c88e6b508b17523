"""Comparison keys: what counts as the same person's name and birth date."""

import pytest
from hypothesis import given

from danso.kernel.dates import PartialDate
from danso.kernel.text import fold, tidy
from danso.wire import keys
from tests.kernel.vietnamese import NAMES


@pytest.mark.parametrize(
    ("full", "name_key", "plain_key"),
    [
        ("NGUYỄN  THỊ HÒA", "nguyễn thị hoà", "nguyen thi hoa"),
        ("Nguyễn Thị Hoà ", "nguyễn thị hoà", "nguyen thi hoa"),
        ("Ðỗ Lý Quí", "đỗ lí quý", "do li quy"),
        ("Y Moan Êban", "i moan êban", "i moan eban"),
    ],
)
def test_the_keys_of_this_version_do_not_change(full: str, name_key: str, plain_key: str) -> None:
    # Stored with 3.69 million people: a different answer here needs a new KEYS_VERSION.
    assert keys.KEYS_VERSION == 1
    assert (keys.name_key(full), keys.plain_key(full)) == (name_key, plain_key)


@given(NAMES)
def test_keys_are_the_same_before_and_after_tidying(full: str) -> None:
    assert keys.name_key(tidy(full)) == keys.name_key(full)
    assert keys.plain_key(fold(full)) == keys.plain_key(full)


def test_the_birth_key_keeps_the_precision() -> None:
    dates = PartialDate(1965), PartialDate(1965, 3), PartialDate(1965, 3, 21)
    assert tuple(map(keys.birth_key, dates)) == ("1965", "1965-03", "1965-03-21")
