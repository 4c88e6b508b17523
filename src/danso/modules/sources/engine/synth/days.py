"""The dates of made-up rows: within the last years, in the order that the description promises."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from danso.catalogue.shapes.source_rules import Order
from danso.catalogue.shapes.sources import Source, SourceField
from danso.modules.sources.engine.synth.faults import Ints

YEAR: Final = 365
_USUAL: Final = 0.9
_LATE: Final = 10


class FieldDays:
    """Makes the dates of a source's rows as days since 1970, one row a person, each field once."""

    def __init__(self, source: Source, births: pl.Series, today: int) -> None:
        self._source = source
        self._births = births
        self._count = len(births)
        self._today = today
        self._made: dict[str, Ints] = {}

    def make(self, code: str, rng: np.random.Generator) -> Ints:
        """The days of one field: not before those that come before it, nor after today where the
        description says so."""
        if code not in self._made:
            field = self._source.by_code[code]
            if field.term == "birth":
                self._made[code] = days_of(self._births)
            else:
                self._made[code] = self._draw(field, rng)
        return self._made[code]

    def _draw(self, field: SourceField, rng: np.random.Generator) -> Ints:
        before = [order for order in self._source.orders if order.then == field.code]
        earliest = [(order, self._earliest(order, rng)) for order in before]
        usual = [(order.usual_days, first) for order, first in earliest if order.usual_days]
        if usual:
            days, first = usual[0]
            is_usual = rng.random(self._count) < _USUAL
            most = np.where(is_usual, days, days * _LATE)
            drawn = first + (most * rng.random(self._count)).astype(np.int64)
        else:
            drawn = self._by_facts(field, rng)
        if field.not_future:
            drawn = np.minimum(drawn, self._today - 1)
        for _, first in earliest:
            drawn = np.maximum(drawn, first)
        return drawn

    def _earliest(self, order: Order, rng: np.random.Generator) -> Ints:
        first = self.make(order.first, rng)
        if not order.years:
            return first
        moments = pl.Series(first.astype(np.int32)).cast(pl.Date)
        shifted = moments.dt.offset_by(f"{order.years}y").cast(pl.Int32).cast(pl.Int64)
        return np.asarray(shifted.to_numpy())

    def _by_facts(self, field: SourceField, rng: np.random.Generator) -> Ints:
        """Where a fact begins and ends; other dates within the last three years."""
        for fact in self._source.facts:
            if field.code == fact.since:
                most = 2 * YEAR if fact.until is not None else 10 * YEAR
                return self._today - rng.integers(1, most, self._count)
            if field.code == fact.until:
                return self._end(fact.since, rng)
        return self._today - rng.integers(1, 3 * YEAR, self._count)

    def _end(self, since: str | None, rng: np.random.Generator) -> Ints:
        """A year or two after the beginning: past for some."""
        if since is None:
            return self._today + rng.integers(-YEAR // 4, YEAR, self._count)
        begin = self.make(since, rng)
        renewed = (begin + YEAR < self._today) & (rng.random(self._count) < 0.85)
        return begin + YEAR * (1 + renewed) - 1


def days_of(births: pl.Series) -> Ints:
    """Days since 1970; the middle of a birth known by year or month only."""
    whole = births.str.replace(r"^(\d{4})$", "$1-07-01").str.replace(r"^(\d{4}-\d\d)$", "$1-15")
    return np.asarray(whole.str.to_date("%Y-%m-%d").cast(pl.Int32).cast(pl.Int64).to_numpy())
