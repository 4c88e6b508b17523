"""Dates of a row put beside each other: which may not lie before which. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from danso.catalogue.shapes.source_rules import Order
    from danso.catalogue.shapes.sources import Source

TOO_EARLY: Final = "date_too_early"


def judge_orders(source: Source, cleaned: pl.DataFrame) -> pl.DataFrame:
    """`<code>?` of each later date marked where it lies too early; a date that has a fault already,
    or is known in part only, is not compared."""
    for order in source.orders:
        mark = f"{order.then}?"
        told = pl.when(_is_early(order)).then(pl.lit(TOO_EARLY)).otherwise(pl.col(mark))
        cleaned = cleaned.with_columns(told.alias(mark))
    return cleaned


def _is_early(order: Order) -> pl.Expr:
    first, then = _day(order.first), _day(order.then)
    return (first.dt.offset_by(f"{order.years}y") > then).fill_null(value=False)


def _day(code: str) -> pl.Expr:
    """The day where nothing is wrong with it."""
    sound = pl.when(pl.col(f"{code}?") == "").then(pl.col(code))
    return sound.str.to_date("%Y-%m-%d", strict=False)
