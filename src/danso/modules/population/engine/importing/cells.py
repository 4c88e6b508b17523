"""One cell read: what it means, or why it can't be taken, and what was mended on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NamedTuple

from danso.kernel import legacy, text
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.legacy import Encoding
from danso.kernel.names import PersonName
from danso.kernel.numbers import OLD_LENGTH, NumberRules, OldNumber


class Verdict(NamedTuple):
    """What a cell means. A `reason` keeps the row out; a `note` is only counted."""

    value: str | None
    reason: str = ""
    suggestion: str = ""
    note: str = ""


Judge = Callable[[str], Verdict]
NOTHING: Final = Verdict(None)
_LETTERS_FOR_DIGITS: Final = str.maketrans("OoIlSB", "001158")
# What is left of UTF-8 that was misread and then lost letters: no name has these signs.
_GARBLED: Final = re.compile("[\u0080-\u00a9\u00ab-\u00b3\u00b6-\u00b9\u00bb-\u00bf†‡‰€‹›™\ufffd]")
_YEAR_AND_MONTH: Final = re.compile("(1[89][0-9]{2}|20[0-9]{2})(0[1-9]|1[0-2])")
FORMULA_SIGNS: Final = ("=", "+", "-", "@")


def name_judge(hint: Encoding | None) -> Judge:
    """Full names: repaired from old encodings, then tidied. The spelling stays the source's."""

    def judge(cell: str) -> Verdict:
        repaired = legacy.repair(cell, hint=hint)
        try:
            name = PersonName.parse(repaired.text).full
        except InvalidValue as error:
            return Verdict(None, reason=error.code)
        if name.startswith(FORMULA_SIGNS):
            return Verdict(None, reason="name_formula")
        if _GARBLED.search(name):
            return Verdict(None, reason="name_garbled")
        if not repaired.confident:
            return Verdict(name, note="name_doubtful")
        return Verdict(name, note="" if repaired.encoding == "utf-8" else "name_repaired")

    return judge


def text_judge(hint: Encoding | None, *, longest: int = 500) -> Judge:
    """Free text: addresses, hamlets, places, names of relatives."""

    def judge(cell: str) -> Verdict:
        return Verdict(text.tidy(legacy.repair(cell, hint=hint).text)[:longest] or None)

    return judge


def number_judge(rules: NumberRules) -> Judge:
    """Personal numbers: grouped digits are joined, a zero that a spreadsheet ate is put back."""

    def judge(cell: str) -> Verdict:
        try:
            number = rules.parse(cell)
        except InvalidValue as error:
            return _unread_number(rules, cell, error.code)
        return Verdict(str(number), note="" if number == cell else "number_regrouped")

    return judge


def _unread_number(rules: NumberRules, cell: str, code: str) -> Verdict:
    if code == "number_empty":
        return NOTHING
    digits = _digits(cell)
    if code == "number_is_old":
        return Verdict(digits, note="number_moved")
    if code == "number_not_digits":
        return Verdict(None, reason=code, suggestion=_unmistaken(rules, cell))
    # Only the first digit can be what a spreadsheet ate, so what is left can't start with zero.
    if code == "number_length" and not digits.startswith("0"):
        padded = rules.find_padded(digits)
        if padded is not None:
            return Verdict(str(padded), note="number_padded")
    return Verdict(None, reason=code)


def _unmistaken(rules: NumberRules, cell: str) -> str:
    """What the number would be with zeros and ones for the letters that look like them."""
    try:
        return str(rules.parse(cell.translate(_LETTERS_FOR_DIGITS)))
    except InvalidValue:
        return ""


def kin_number_judge(rules: NumberRules) -> Judge:
    """Numbers of relatives, 12 or 9 digits: an unreadable one is left out, the row may enter."""
    judge_number = number_judge(rules)

    def judge(cell: str) -> Verdict:
        verdict = judge_number(cell)
        if verdict.reason:
            return Verdict(None, note="kin_number_left_out")
        return Verdict(verdict.value)

    return judge


def old_number_judge(cell: str) -> Verdict:
    """Nine-digit numbers; eight digits have lost their zero."""
    digits = _digits(cell)
    if len(digits) == OLD_LENGTH - 1 and not digits.startswith("0"):
        cell = f"0{digits}"
    try:
        return Verdict(str(OldNumber.parse(cell)))
    except InvalidValue as error:
        empty = error.code == "old_number_empty"
        return NOTHING if empty else Verdict(None, note="old_number_left_out")


def birth_judge(today: date, *, excel: bool) -> Judge:
    """Birth dates, as precise as they are given."""

    def judge(cell: str) -> Verdict:
        try:
            born = PartialDate.parse(_with_dash(cell), excel_serial=excel)
        except InvalidValue:
            return Verdict(None, reason="birth_unreadable")
        if born.first_day > today:
            return Verdict(None, reason="birth_in_future")
        return Verdict(born.iso)

    return judge


def day_judge(*, excel: bool, partial: bool) -> Judge:
    """Other dates: an unreadable one is left out. Without `partial` only whole days pass."""

    def judge(cell: str) -> Verdict:
        try:
            day = PartialDate.parse(cell, excel_serial=excel)
        except InvalidValue:
            return Verdict(None, note="day_left_out")
        if day.precision != "day" and not partial:
            return Verdict(None, note="day_left_out")
        return Verdict(day.iso)

    return judge


def code_judge(
    codes: frozenset[str],
    words: Mapping[str, str],
    hint: Encoding | None,
    *,
    keeps: bool = False,
    silent: frozenset[str] = frozenset(),
) -> Judge:
    """Codes or words of a list. What is in no list is left out, or kept as it is with `keeps`;
    `silent` codes say that nothing is known."""
    width = max(map(len, codes), default=0)
    numeric = all(code.isdigit() for code in codes)

    def judge(cell: str) -> Verdict:
        found = text.tidy(legacy.repair(cell, hint=hint).text)
        if not found or found in silent:
            return NOTHING
        code = found.zfill(width) if numeric and found.isdigit() else found
        if code in codes:
            return Verdict(code)
        if code.upper() in codes:
            return Verdict(code.upper())
        known = words.get(text.plain(found))
        if known is not None:
            return Verdict(known)
        return Verdict(found[:100]) if keeps else Verdict(None, note="value_unknown")

    return judge


_LIFE_WORDS: Final = {
    "alive": "alive",
    "con song": "alive",
    "dead": "dead",
    "da chet": "dead",
    "chet": "dead",
    "da mat": "dead",
    "tu vong": "dead",
    "missing": "missing",
    "mat tich": "missing",
}
_LIVES: Final = {text.plain(words): life for words, life in _LIFE_WORDS.items()}


def life_judge(hint: Encoding | None) -> Judge:
    """Alive, dead or missing."""

    def judge(cell: str) -> Verdict:
        known = _LIVES.get(text.plain(legacy.repair(cell, hint=hint).text))
        return Verdict(known or "alive", note="" if known else "value_unknown")

    return judge


def _with_dash(cell: str) -> str:
    """yyyymm as yyyy-mm: six digits are nothing else that a birth date could be."""
    found = _YEAR_AND_MONTH.fullmatch(cell)
    return f"{found[1]}-{found[2]}" if found else cell


def _digits(cell: str) -> str:
    return "".join(sign for sign in cell if sign.isascii() and sign.isdigit())
