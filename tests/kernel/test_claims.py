"""What somebody claims, read or refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from danso.kernel import clock
from danso.kernel.claims import claimed_value
from danso.kernel.errors import InvalidValue

MARITAL = {"1": "1", "2": "2", "doc than": "1", "ket hon": "2"}
COMMUNES = {"00001": "00001"}


@pytest.mark.parametrize(
    ("field", "claimed", "words", "value"),
    [
        ("birth", "21/03/1974", None, "1974-03-21"),
        ("birth", "1974", None, "1974"),
        ("sex", "Nữ", None, 2),
        ("marital_status", "2", MARITAL, "2"),
        ("marital_status", " Độc  thân", MARITAL, "1"),
        ("home_place", "Làng  Ấm", None, "Làng Ấm"),
        ("full_name", "Nguyễn Văn  Ấm", None, "Nguyễn Văn Ấm"),
        (
            "permanent_place",
            "00001|Thôn 1|",
            COMMUNES,
            {"commune": "00001", "hamlet": "Thôn 1", "address": None},
        ),
    ],
)
def test_claim_is_read(
    field: str, claimed: str, words: dict[str, str] | None, value: object
) -> None:
    assert claimed_value(field, claimed, words) == value


@pytest.mark.parametrize(
    ("field", "claimed", "words", "code"),
    [
        ("birth", "31/02/1974", None, "date_day_range"),
        ("birth", "yesterday", None, "date_shape"),
        ("birth", "2030", None, "birth_in_future"),
        ("sex", "?", None, "claimed_sex"),
        ("marital_status", "xyz", MARITAL, "value_not_listed"),
        ("marital_status", "3", MARITAL, "value_not_listed"),
        ("home_place", " ", None, "claimed_empty"),
        ("full_name", "123", None, "name_no_letter"),
        ("old_number", "12", None, "old_number_length"),
        ("permanent_place", "00002|Thôn 1|", COMMUNES, "claimed_place"),
        ("permanent_place", "X", None, "claimed_place"),
    ],
)
def test_claim_is_refused_with_a_next_step(
    field: str, claimed: str, words: dict[str, str] | None, code: str
) -> None:
    with (
        clock.frozen(datetime(2026, 11, 1, tzinfo=UTC)),
        pytest.raises(InvalidValue) as refused,
    ):
        claimed_value(field, claimed, words)
    assert refused.value.code == code
    assert refused.value.fix
