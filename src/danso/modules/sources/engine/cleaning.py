"""A source's values cleaned and judged, column by column, each distinct value once. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from danso.catalogue.patterns import compiled
from danso.kernel import legacy, tax_number, text
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.legacy import Encoding
from danso.kernel.names import PersonName
from danso.kernel.numbers import OLD_LENGTH, NumberRules, OldNumber
from danso.modules.sources.engine.orders import judge_orders

if TYPE_CHECKING:
    from danso.catalogue import Province
    from danso.catalogue.shapes.sources import Source, SourceField

SAMPLE: Final = 2_000
_AMOUNT: Final = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,4})?")
# 1.500 is fifteen hundred in Vietnamese and one and a half in most programs: one mark before three
# digits says nothing by itself.
_ONE_MARK: Final = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPED: Final = {
    mark: re.compile(rf"-?[1-9][0-9]{{0,2}}(\{mark}[0-9]{{3}})+(\{other}[0-9]{{1,4}})?")
    for mark, other in (".,", ",.")
}
_OTHER: Final[Mapping[Literal[".", ","], str]] = {".": ",", ",": "."}
# Which mark groups thousands; None where a column does not tell.
Grouping = Literal[".", ","] | None
# A value with what is wrong with it; "" when nothing is.
Judged = tuple[str, str]
Judge = Callable[[str], Judged]


@dataclass(frozen=True)
class Rules:
    """What a province's catalogue says about values."""

    numbers: NumberRules
    words: Mapping[str, Mapping[str, str]]
    today: date


def rules_of(province: Province, *, accepts_synthetic: bool, today: date) -> Rules:
    """The rules of a province; made-up numbers only pass in a demo home."""
    return Rules(
        numbers=province.number_rules(accepts_synthetic=accepts_synthetic),
        words={code: found.words for code, found in province.code_lists.items()},
        today=today,
    )


def clean(source: Source, rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The fields' columns cleaned, and beside each one `<code>?` with its fault, "" where sound.

    What can't be read stays as it came, so that its owner recognises it.
    """
    hint = _hint(source, rows)
    columns = []
    for field in source.fields:
        values = rows[field.code].fill_null("")
        different = values.unique().to_list()
        judge = _judge(field, rules, hint, _grouping(different) if field.kind == "amount" else None)
        judged = {value: judge(value) for value in different}
        for name, place in ((field.code, 0), (f"{field.code}?", 1)):
            mapping = {value: found[place] for value, found in judged.items()}
            columns.append(values.replace_strict(mapping, return_dtype=pl.String).alias(name))
    return judge_orders(source, pl.DataFrame(columns))


def _hint(source: Source, rows: pl.DataFrame) -> Encoding | None:
    names = [one.code for one in source.fields if one.kind == "name"]
    samples = [value for code in names for value in rows[code].head(SAMPLE).to_list() if value]
    return legacy.find_encoding(samples)


def _grouping(values: Iterable[str]) -> Grouping:
    """Which mark groups thousands in a column: what its unmistakable values say, if they agree."""
    found: set[Grouping] = set()
    for bare in map(_bare, values):
        if _ONE_MARK.fullmatch(bare):
            continue
        for mark, other in _OTHER.items():
            is_grouped = mark in bare and _GROUPED[mark].fullmatch(bare)
            if is_grouped or (other in bare and _AMOUNT.fullmatch(bare)):
                found.add(mark)
                break
    return found.pop() if len(found) == 1 else None


def _judge(
    field: SourceField, rules: Rules, hint: Encoding | None, grouping: Grouping = None
) -> Judge:
    read = _reader(field, rules, hint, grouping)
    has_pattern = compiled(field.pattern) if field.pattern else None

    def judge(raw: str) -> Judged:
        if not raw.strip():
            return "", "missing" if field.required else ""
        value, fault = read(raw)
        if not fault and has_pattern is not None and not has_pattern(value):
            fault = "pattern"
        if not fault and field.rule == "tax_number" and not tax_number.is_sound(value):
            fault = "check_digit"
        return value, fault or _out_of_range(field, value)

    return judge


def _out_of_range(field: SourceField, value: str) -> str:
    if field.least is not None and float(value) < field.least:
        return "too_small"
    if field.most is not None and float(value) > field.most:
        return "too_large"
    return ""


def _reader(field: SourceField, rules: Rules, hint: Encoding | None, grouping: Grouping) -> Judge:
    def tidied(raw: str) -> str:
        return text.tidy(legacy.repair(raw, hint=hint).text)

    readers: dict[str, Judge] = {
        "text": lambda raw: (text.tidy(raw), ""),
        "place": lambda raw: (tidied(raw), ""),
        "commune": lambda raw: (tidied(raw), ""),
        "name": lambda raw: _name(raw, hint),
        "number": lambda raw: _number(raw, field, rules),
        "date": lambda raw: _date(raw, field, rules),
        "month": lambda raw: _month(raw, field, rules),
        "amount": lambda raw: _amount(raw, grouping),
        "code": lambda raw: _code(tidied(raw), rules.words.get(field.code_list or "", {})),
    }
    return readers[field.kind]


def _name(raw: str, hint: Encoding | None) -> Judged:
    repaired = legacy.repair(raw, hint=hint)
    try:
        name = PersonName.parse(repaired.text).full
    except InvalidValue as error:
        return text.tidy(raw), error.code
    return name, "" if repaired.confident else "name_doubtful"


def _number(raw: str, field: SourceField, rules: Rules) -> Judged:
    digits = "".join(filter(str.isdigit, raw))
    try:
        if field.term == "old_number" or len(digits) == OLD_LENGTH:
            # Older rows hold the 9-digit number where the personal number belongs.
            return OldNumber.parse(raw), "" if field.term == "old_number" else "old_number_here"
        return str(rules.numbers.parse(raw)), ""
    except InvalidValue as error:
        is_eaten = error.code == "number_length" and rules.numbers.find_padded(raw) is not None
        return text.tidy(raw), "number_zero_lost" if is_eaten else error.code


def _date(raw: str, field: SourceField, rules: Rules) -> Judged:
    try:
        found = PartialDate.parse(raw)
    except InvalidValue as error:
        return text.tidy(raw), error.code
    if (field.not_future or field.term == "birth") and found.first_day > rules.today:
        return found.iso, "date_in_future"
    return found.iso, "date_partial" if found.precision != "day" else ""


def _month(raw: str, field: SourceField, rules: Rules) -> Judged:
    try:
        found = PartialDate.parse(raw)
    except InvalidValue as error:
        return text.tidy(raw), error.code
    if field.not_future and found.first_day > rules.today:
        return found.iso[:7], "date_in_future"
    return found.iso[:7], "date_partial" if found.month is None else ""


def _amount(raw: str, grouping: Grouping) -> Judged:
    """Digits with a point for the decimals; the marks as the column uses them."""
    bare = _bare(raw)
    if _ONE_MARK.fullmatch(bare):
        if grouping is None:
            return text.tidy(raw), "amount_unclear"
        return (bare.replace(grouping, "").replace(",", "."), "")
    for mark, other in _OTHER.items():
        if _GROUPED[mark].fullmatch(bare):
            return bare.replace(mark, "").replace(other, "."), ""
    return (bare.replace(",", "."), "") if _AMOUNT.fullmatch(bare) else (text.tidy(raw), "amount")


def _bare(raw: str) -> str:
    return raw.replace(" ", "").replace("\u00a0", "")


def _code(value: str, words: Mapping[str, str]) -> Judged:
    if not words:
        return value, ""
    code = words.get(value) or words.get(text.fold(value))
    return (code, "") if code else (value, "code_unknown")


def judge_of(field: SourceField, rules: Rules) -> Judge:
    """How one field's values are cleaned and judged: a value to what is kept and its fault.
    Amounts as typed here: a point groups thousands, a comma begins the decimals."""
    return _judge(field, rules, None, ".")
