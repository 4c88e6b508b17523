"""Tests that polars runs over whole columns: what passes needs no closer look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from danso.kernel.dates import EARLIEST_YEAR, LATEST_YEAR
from danso.kernel.numbers import NumberRules

Quick = Callable[[pl.Expr], pl.Expr]

# Precomposed Vietnamese letters only: anything else may need repair or tidying.
_LETTERS: Final = "A-Za-zÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ"
_NAME: Final = f"^[{_LETTERS}]+( [{_LETTERS}]+)*$"
_TEXT: Final = f"^[{_LETTERS}0-9,./()-]+( [{_LETTERS}0-9,./()-]+)*$"
_LONGEST: Final = 200
# Runs and repeats that only the judge can tell from numbers somebody has.
_RUNS: Final = tuple(
    (digits * 2)[start : start + 12]
    for digits in ("01234567890123456789", "98765432109876543210")
    for start in range(10)
)
_OLD_RUNS: Final = (*(run[:9] for run in _RUNS), *(digit * 9 for digit in "0123456789"))


def name(cell: pl.Expr) -> pl.Expr:
    """A name in clean letters with single spaces."""
    return cell.str.contains(_NAME) & (cell.str.len_bytes() < _LONGEST)


def free_text(cell: pl.Expr) -> pl.Expr:
    """Words and figures in clean letters with single spaces."""
    return cell.str.contains(_TEXT) & (cell.str.len_bytes() < _LONGEST)


def number(rules: NumberRules) -> Quick:
    """Twelve digits of a known place that are no filler."""
    made_up = {rules.synthetic_prefix} if rules.accepts_synthetic else set()
    prefixes = sorted((rules.prefixes - {rules.synthetic_prefix}) | made_up)
    runs = (*_RUNS, *(digit * 12 for digit in "0123456789"))

    def test(cell: pl.Expr) -> pl.Expr:
        return (
            cell.str.contains("^[0-9]{12}$")
            & cell.str.slice(0, 3).is_in(prefixes)
            & ~cell.is_in(runs)
        )

    return test


def old_number(cell: pl.Expr) -> pl.Expr:
    """Nine digits that are no filler."""
    return cell.str.contains("^[0-9]{9}$") & ~cell.is_in(_OLD_RUNS)


def day(cell: pl.Expr) -> pl.Expr:
    """A whole day in ISO form."""
    read = cell.str.to_date("%Y-%m-%d", strict=False)
    return (cell.str.len_bytes() == 10) & read.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)


def past_day(today: date) -> Quick:
    """A whole day in ISO form, not after today."""

    def test(cell: pl.Expr) -> pl.Expr:
        return day(cell) & (cell.str.to_date("%Y-%m-%d", strict=False) <= today)

    return test


def one_of(values: frozenset[str]) -> Quick:
    """One of these values."""
    listed = sorted(values)

    def test(cell: pl.Expr) -> pl.Expr:
        return cell.is_in(listed)

    return test
