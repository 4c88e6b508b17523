"""A field's pattern is matched in time that grows with the value alone."""

from __future__ import annotations

import time

import pytest

from danso.catalogue import Province
from danso.catalogue.patterns import LONGEST_PATTERN, compiled, compiles


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "^(a|a)*$"])
def test_no_pattern_runs_away(pattern: str) -> None:
    began = time.process_time()
    assert not compiled(pattern)("a" * 10_000 + "!")
    assert time.process_time() - began < 2


def test_a_pattern_is_found_anywhere_unless_it_is_anchored() -> None:
    assert compiled("[0-9]{2}")("a12b")
    assert not compiled("^[0-9]{2}$")("a12")
    assert not compiled("^[0-9]{2}$")("12\n")
    assert compiled("^[A-ZĐ]+$")("ĐAN")


@pytest.mark.parametrize(
    "pattern", ["[A-Z{3", "(?=a)b", "(a)\\1", "(a{1000}){1000}", "a" * (LONGEST_PATTERN + 1)]
)
def test_what_cannot_be_matched_so_is_no_pattern(pattern: str) -> None:
    assert not compiles(pattern)


def test_the_patterns_of_the_real_province_compile(thanh_hoa: Province) -> None:
    patterns = [
        *(field.pattern for one in thanh_hoa.sources.values() for field in one.fields),
        *(field.pattern for one in thanh_hoa.registers.values() for field in one.fields),
    ]
    patterns = [one for one in patterns if one]
    assert len(patterns) > 10
    assert all(compiles(one) for one in patterns if one)
