"""Canonical JSON: one value, one sequence of bytes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danso.kernel.errors import InvalidValue
from danso.wire.canonical import dumps

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def test_dumps_known_value_gives_the_pinned_bytes() -> None:
    value = {"b": [1, True, None], "a": "Đặng\n\x00\u2028", "ă": {"z": -1, "y": ""}}
    assert dumps(value) == (
        '{"a":"Đặng\\n\\u0000\u2028","b":[1,true,null],"ă":{"y":"","z":-1}}'.encode()
    )


@settings(deadline=None)
@given(VALUES)
def test_dumps_round_trips_and_is_stable(value: object) -> None:
    once = dumps(value)
    again = json.loads(once)
    assert again == value
    assert dumps(again) == once


@pytest.mark.parametrize("value", [1.0, {"a": float("nan")}, {1: "a"}, [b"x"], {"a": {1, 2}}])
def test_dumps_refuses_what_has_no_single_form(value: object) -> None:
    with pytest.raises(InvalidValue) as caught:
        dumps(value)
    assert caught.value.code == "canonical_type"


def test_dumps_refuses_half_a_surrogate_pair() -> None:
    with pytest.raises(InvalidValue, match="surrogate"):
        dumps({"a": "\ud800"})
