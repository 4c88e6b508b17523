"""People find a service by the words they use."""

from __future__ import annotations

import pytest

from danso.screens.services.finding import entries_of, find
from danso.toolkit.platform import province


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("làm khai sinh", "birth-registration"),
        ("lam giay khai sinh", "birth-registration"),
        ("nhập khẩu", "permanent-residence"),
        ("đăng ký thường trú", "permanent-residence"),
        ("đổi bằng lái xe", "driving-licence-renewal"),
        ("GPLX hết hạn", "driving-licence-renewal"),
        ("phạt nguội", "traffic-fine-payment"),
        ("khai tử", "death-registration"),
        ("đăng ký kết hôn", "marriage-registration"),
        ("1.001193", "birth-registration"),
        ("hộ chiếu", "passport"),
    ],
)
def test_words_lead_to_the_service(words: str, code: str) -> None:
    found = find(words, entries_of(province().procedures.values()))
    assert found[0].code == code


@pytest.mark.parametrize("words", ["", "   ", "!!!", "zzzz qqqq", "a"])
def test_words_that_nobody_knows_find_nothing(words: str) -> None:
    assert find(words, entries_of(province().procedures.values())) == ()
