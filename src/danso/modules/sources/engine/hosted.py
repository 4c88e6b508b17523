"""What somebody typed for a record of a hosted register, cleaned and judged. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from danso.kernel import text
from danso.modules.sources.engine.cleaning import Judge, Judged, Rules, judge_of

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register, RegisterField

# Communes of today by code and by folded name; of two of one name none.
Communes = Mapping[str, str]
Faults = dict[str, str]


class Judges:
    """The judges of a register's fields, made once and used for every record."""

    def __init__(self, register: Register, rules: Rules, communes: Communes) -> None:
        self._register = register
        own = {field.list_code: field.words for field in register.fields if field.choices}
        known = replace(rules, words={**rules.words, **own})
        self._communes = communes
        self._judges: dict[str, Judge] = {
            field.code: self._commune
            if field.kind == "commune"
            else judge_of(field.as_source_field(), known)
            for field in register.fields
        }

    def judge(self, given: Mapping[str, str]) -> tuple[dict[str, str], Faults]:
        """What is kept of each field that says something, and the fault of each that is wrong."""
        kept: dict[str, str] = {}
        faults: Faults = {}
        for field in self._register.fields:
            value, fault = self._judges[field.code](given.get(field.code, ""))
            fault = fault or _beyond(field, value)
            if not value and field.required:
                fault = "missing"
            if fault:
                faults[field.code] = fault
            elif value:
                kept[field.code] = value
        for field in self._register.fields:
            if field.code not in faults and (fault := _beside(field, kept, faults)):
                faults[field.code] = fault
        return kept, faults

    def commune(self, given: str) -> str | None:
        """The commune of today that a code or a name means; None where it means none or two."""
        return self._communes.get(given.strip()) or self._communes.get(text.fold(given))

    def _commune(self, raw: str) -> Judged:
        if not raw.strip():
            return "", ""
        found = self.commune(raw)
        return (found, "") if found else (text.tidy(raw), "commune_unknown")


def _beyond(field: RegisterField, value: str) -> str:
    if field.kind != "amount" or not value:
        return ""
    try:
        amount = float(value)
    except ValueError:
        return ""
    if field.at_least is not None and amount < field.at_least:
        return "too_small"
    return "too_large" if field.at_most is not None and amount > field.at_most else ""


def _beside(field: RegisterField, kept: Mapping[str, str], faults: Faults) -> str:
    """What is wrong with a field beside what the others say."""
    need = field.required_when
    if need is not None and field.code not in kept and kept.get(need.field) in need.is_one_of:
        return "needed_here"
    first = kept.get(field.not_before or "")
    if first is not None and field.not_before not in faults and field.code in kept:
        return "before_start" if kept[field.code] < first else ""
    return ""
