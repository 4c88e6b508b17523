"""Judging what was filled in against the procedure's form. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from danso.catalogue.shapes.hosted import Need
from danso.catalogue.shapes.procedures import FormField, Procedure
from danso.kernel import text
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.names import PersonName
from danso.kernel.numbers import NumberRules
from danso.modules.cases.data import GivenValue

Faults = dict[str, str]
# What came of one answer: the value as kept, or why it can't be.
Judged = tuple[str, str]
_LONGEST_AMOUNT: Final = 15


@dataclass(frozen=True)
class Lists:
    """What a form's answers are looked up in: code lists (each code and folded name to its code),
    communes of today likewise, the home's rules of numbers."""

    words: Mapping[str, Mapping[str, str]]
    communes: Mapping[str, str]
    numbers: NumberRules
    today: date


def judge(
    procedure: Procedure,
    given: Mapping[str, GivenValue],
    answers: Mapping[str, str],
    lists: Lists,
) -> tuple[dict[str, str], Faults]:
    """What is kept of each answer, and the fault of each that is wrong or missing.

    A field that the state gives is not taken from the form, unless nobody gave a value.
    """
    faults: Faults = dict.fromkeys(answers.keys() - procedure.fields.keys(), "unknown_field")
    kept: dict[str, str] = {}
    for field in procedure.form:
        answer = text.tidy(answers.get(field.code, ""))
        if _is_held(field, given):
            if answer:
                faults[field.code] = "given"
            continue
        if not answer:
            continue
        value, fault = _value(field, answer, lists)
        if fault:
            faults[field.code] = fault
        else:
            kept[field.code] = value
    values = {code: one.value for code, one in given.items()} | kept
    for field in procedure.asked:
        if field.code not in faults and (fault := _beside(field, values, faults)):
            faults[field.code] = fault
    return kept, faults


def is_met(need: Need | None, values: Mapping[str, str]) -> bool:
    """Whether the condition holds; always, where there is none."""
    return need is None or values.get(need.field) in need.is_one_of


def _is_held(field: FormField, given: Mapping[str, GivenValue]) -> bool:
    found = given.get(field.code)
    return field.is_given and found is not None and bool(found.value)


def _value(field: FormField, answer: str, lists: Lists) -> Judged:
    if len(answer) > field.at_most_letters:
        return "", "too_long"
    if field.kind == "code":
        return _code(field, answer, lists)
    value, fault = _JUDGES[field.kind](answer, lists)
    if not fault and field.not_in_future and value > lists.today.isoformat():
        return "", "in_future"
    return value, fault


def _beside(field: FormField, values: Mapping[str, str], faults: Faults) -> str:
    """What is wrong with a field beside what the others say."""
    if field.code not in values:
        needed = field.required_when
        is_needed = field.required or (needed is not None and is_met(needed, values))
        return "missing" if is_needed else ""
    first = values.get(field.not_before or "")
    is_early = first is not None and field.not_before not in faults and values[field.code] < first
    return "before_start" if is_early else ""


def _code(field: FormField, answer: str, lists: Lists) -> Judged:
    own = {choice.code for choice in field.choices}
    if answer in own:
        return answer, ""
    known = lists.words.get(field.code_list or "", {})
    found = known.get(answer) or known.get(text.fold(answer))
    return (found, "") if found else ("", "not_a_choice")


def _name(answer: str, lists: Lists) -> Judged:
    del lists
    try:
        found = PersonName.parse(answer).full
    except InvalidValue:
        return "", "name_shape"
    return ("", "name_shape") if any(sign.isdigit() for sign in found) else (found, "")


def _number(answer: str, lists: Lists) -> Judged:
    try:
        return str(lists.numbers.parse(answer)), ""
    except InvalidValue:
        return "", "number_shape"


def _day(answer: str, lists: Lists) -> Judged:
    del lists
    try:
        found = PartialDate.parse(answer)
    except InvalidValue:
        return "", "date_shape"
    return (found.iso, "") if found.precision == "day" else ("", "date_shape")


def _month(answer: str, lists: Lists) -> Judged:
    del lists
    try:
        found = PartialDate.parse(answer)
    except InvalidValue:
        return "", "date_shape"
    return (found.iso[:7], "") if found.precision != "year" else ("", "date_shape")


def _amount(answer: str, lists: Lists) -> Judged:
    """Whole dong; the marks between thousands are understood."""
    del lists
    digits = answer.replace(".", "").replace(" ", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_AMOUNT:
        return str(int(digits)), ""
    return "", "amount_shape"


def _commune(answer: str, lists: Lists) -> Judged:
    found = lists.communes.get(answer) or lists.communes.get(text.fold(answer))
    return (found, "") if found else ("", "commune_unknown")


def _words(answer: str, lists: Lists) -> Judged:
    del lists
    return answer, ""


_JUDGES: Final[Mapping[str, Callable[[str, Lists], Judged]]] = {
    "name": _name,
    "number": _number,
    "date": _day,
    "month": _month,
    "amount": _amount,
    "commune": _commune,
    "place": _words,
    "text": _words,
}
