"""What a source holds besides the person: made up from the kind, pattern, rule and facts that its
description gives, true around the day the province is."""

from __future__ import annotations

import math
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from danso.catalogue import Province
from danso.catalogue.shapes.sources import FileTransport, PushTransport, Source, SourceField
from danso.kernel.errors import InvalidValue
from danso.kernel.numbers import PERSONAL_LENGTH
from danso.kernel.tax_number import WEIGHTS
from danso.modules.sources.engine.synth import patterns
from danso.modules.sources.engine.synth.days import YEAR, FieldDays
from danso.modules.sources.engine.synth.faults import Ints

_SEQUENCE: Final = 10_000_000
_NEVER: Final = 10
_OFFICES: Final = 12
_SHORT: Final = 8
_CODES: Final = (0.90, 0.04, 0.03, 0.03)
_POOL: Final = 200
# Records are as old as three years, the latest from the evening before.
_CHANGED_DAYS: Final = 3 * YEAR
_FEW_AMOUNTS: Final = 20
_DAY: Final = 86_400


class FieldValues:
    """Makes the values of a source's fields that say nothing about who the person is.

    `people` are the true people of the records, one row each; values come as text in the form of
    the transport: dd/mm/yyyy in files, ISO elsewhere.
    """

    def __init__(
        self, province: Province, source: Source, people: pl.DataFrame, as_of: date
    ) -> None:
        self._province = province
        self._source = source
        self._people = people
        self._count = people.height
        self._today = int(np.datetime64(as_of, "D").astype(np.int64))
        self._days = FieldDays(source, people["birth"], self._today)
        self._is_file = isinstance(source.transport, FileTransport)

    def make(self, field: SourceField, rng: np.random.Generator) -> pl.Series:
        """The values of one field, which has no term; as often as it has any."""
        made = self._made(field, rng)
        if field.required or field.filled == 1:
            return made
        none = pl.Series(rng.random(self._count) >= field.filled)
        return pl.repeat("", self._count, dtype=pl.String, eager=True).zip_with(none, made)

    def _made(self, field: SourceField, rng: np.random.Generator) -> pl.Series:
        if field == changed_field(self._source):
            return self._changed(rng)
        if field.rule == "tax_number":
            return tax_numbers(self._count, self._province.numbers.synthetic.tax_prefix, rng)
        if field.pattern is not None:
            return self._patterned(field, rng)
        names = field.code == self._source.key or field.unique or field.identifies
        if names and field.kind == "text":
            return self._keys(rng)
        return self._by_kind(field, rng)

    def _by_kind(self, field: SourceField, rng: np.random.Generator) -> pl.Series:
        if field.kind in ("date", "month"):
            days = _as_dates(self._days.make(field.code, rng))
            if field.kind == "month":
                return days.dt.to_string("%m/%Y" if self._is_file else "%Y-%m")
            return days.dt.to_string("%d/%m/%Y" if self._is_file else "%Y-%m-%d")
        if field.kind == "amount":
            return self._amounts(field, rng)
        choices = self._choices(field)
        return choices.gather(rng.integers(0, len(choices), self._count))

    def _amounts(self, field: SourceField, rng: np.random.Generator) -> pl.Series:
        """Money, unless the description says how much it can be: then small ones mostly, or any of
        a few."""
        if field.most is None:
            thousands = np.rint(rng.lognormal(7.5, 0.8, self._count)).astype(np.int64)
            return pl.Series(thousands * 1000).cast(pl.String)
        least, most = math.ceil(field.least or 0), math.floor(field.most)
        if most - least <= _FEW_AMOUNTS:
            drawn = rng.integers(least, most + 1, self._count)
        else:
            drawn = least + ((most - least) * rng.beta(1, 8, self._count)).astype(np.int64)
        return pl.Series(drawn).cast(pl.String)

    def _choices(self, field: SourceField) -> pl.Series:
        if field.kind in ("commune", "place"):
            return pl.Series([unit.name for unit in self._province.units.communes])
        if field.kind == "name":
            return self._people["full_name"]
        if field.kind == "number":
            prefix = self._province.numbers.synthetic.prefix
            return pl.Series(
                [f"{prefix}{n:0{PERSONAL_LENGTH - len(prefix)}d}" for n in range(_POOL)]
            )
        if field.code_list is not None:
            return pl.Series(self._province.code_list(field.code_list).codes)
        return pl.Series([f"{field.vi} {number}" for number in range(1, _OFFICES + 1)])

    def _patterned(self, field: SourceField, rng: np.random.Generator) -> pl.Series:
        """Codes mostly the first; short texts from a pool; long ones each its own, and numbers
        with the synthetic prefix."""
        pieces = patterns.read_pattern(field.pattern or "")
        is_key = field.code == self._source.key
        alphabets = patterns.widen(pieces, self._count if is_key else 1)
        prefix = self._province.numbers.synthetic.insurance_prefix
        alphabets = patterns.put_prefix(alphabets, prefix)
        if is_key or len(alphabets) >= _SHORT:
            return patterns.draw_unique(alphabets, self._count, rng)
        room = patterns.room_of(alphabets)
        if field.kind == "code":
            ends = np.cumsum(_CODES[:room])
            drawn = np.searchsorted(ends / ends[-1], rng.random(self._count), side="right")
            return patterns.spell(alphabets, drawn)
        pool = rng.integers(0, room, min(_POOL, room))
        return patterns.spell(alphabets, pool[rng.integers(0, len(pool), self._count)])

    def _keys(self, rng: np.random.Generator) -> pl.Series:
        """Keys of no known form: the synthetic prefix and eight digits."""
        prefix = self._province.numbers.synthetic.insurance_prefix
        return patterns.draw_unique((*prefix, *["0123456789"] * 8), self._count, rng)

    def _changed(self, rng: np.random.Generator) -> pl.Series:
        """Ascending in the order of the records, so that a reader can go on where it stopped."""
        transport = self._source.transport
        if transport.kind == "sql" and transport.by == "number":
            return pl.int_range(1, self._count + 1, eager=True).cast(pl.String)
        end = self._today * _DAY
        seconds = np.sort(rng.integers(end - _CHANGED_DAYS * _DAY, end, self._count))
        moments = pl.Series(seconds * 1_000_000).cast(pl.Datetime("us"))
        is_rest = transport.kind == "rest"
        return moments.dt.to_string("%Y-%m-%dT%H:%M:%S+07:00" if is_rest else "%Y-%m-%d %H:%M:%S")


def changed_field(source: Source) -> SourceField | None:
    """The field that says when a row changed, where the transport has one."""
    transport = source.transport
    changed = None if isinstance(transport, FileTransport | PushTransport) else transport.changed
    found = (field for field in source.fields if changed in (field.code, *field.columns))
    return next(found, None)


def tax_numbers(count: int, prefix: str, rng: np.random.Generator) -> pl.Series:
    """So many different ten-digit tax numbers with a right check digit; never sequence zero."""
    # One sequence in eleven has no check digit.
    tried = min(count + count // 5 + 64, _SEQUENCE - 1)
    sequence = rng.choice(_SEQUENCE - 1, tried, replace=False) + 1
    nine = int(prefix) * _SEQUENCE + sequence
    total = sum(
        weight * (nine // 10 ** (len(WEIGHTS) - 1 - place) % 10)
        for place, weight in enumerate(WEIGHTS)
    )
    check = _NEVER - total % 11
    numbers = (nine * 10 + check)[check < _NEVER][:count]
    if len(numbers) < count:
        raise InvalidValue(
            f"there are not {count} synthetic tax numbers",
            code="synth_sources_tax_numbers",
            fix="Ask for fewer records: one prefix has room for nine million.",
        )
    return pl.Series(numbers).cast(pl.String).str.zfill(len(WEIGHTS) + 1)


def _as_dates(days: Ints) -> pl.Series:
    return pl.Series(days.astype(np.int32)).cast(pl.Date)
