"""Whether a row is somebody who is in the register already, and what it has to add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from danso.kernel import text

Row = Mapping[str, Any]

# Register columns that a file may fill where nothing is known, and the row's column for each.
FILLS: Final = {
    "old_number": "old_number",
    "other_name": "other_name",
    "sex": "sex",
    "ethnicity": "ethnicity",
    "religion": "religion",
    "marital_status": "marital_status",
    "nationality": "nationality",
    "blood_group": "blood_group",
    "occupation": "occupation",
    "birth_place": "birth_place",
    "birth_registration_place": "birth_registration_place",
    "home_place": "origin",
    "father_name": "father_name",
    "father_number": "father_number",
    "mother_name": "mother_name",
    "mother_number": "mother_number",
    "spouse_name": "spouse_name",
    "spouse_number": "spouse_number",
}
RESIDENCE: Final = ("commune", "recorded_commune", "code_version", "hamlet", "address")
# What changes in a life: a newer file may say otherwise. Names, birth and sex are only corrected by
# an officer.
CHANGES: Final = ("marital_status", "religion", "occupation", "nationality")
HELD: Final = (
    "key", "number", "full_name", "search_key", "birth", "commune", "recorded_commune",
    "code_version", "hamlet", "address", "status", "as_of", "merged_into", "flags", *FILLS,
)  # fmt: skip
_KIN: Final = ("father_name", "mother_name", "spouse_name")
_FILLER_DAY: Final = "-01-01"
_ENOUGH_WORDS: Final = 2

Sure = Literal["same", "maybe", "no"]


@dataclass(frozen=True)
class Held:
    """A person in the register, as far as it matters here; `asked` is what they were found by."""

    asked: str
    cancelled: bool
    values: Mapping[str, Any]

    @property
    def key(self) -> UUID:
        """The person."""
        found: UUID = self.values["key"]
        return found


@dataclass(frozen=True)
class Meeting:
    """What a row is: a new person, somebody known (with what to change), or a case for an
    officer."""

    person: UUID | None = None
    reason: str = ""
    fills: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


NEWCOMER: Final = Meeting()


def meet_by_number(row: Row, held: Held, as_of: date) -> Meeting:
    """A row whose number is in the register."""
    if held.cancelled:
        return Meeting(held.key, reason="number_cancelled")
    if not same_name(row["search_key"], held.values["search_key"]):
        return Meeting(held.key, reason="number_of_another")
    if not _births_agree(row["birth"], held.values["birth"]):
        return Meeting(held.key, reason="birth_disagrees")
    return _known(row, held, as_of)


def meet_by_key(row: Row, held: Held, as_of: date) -> Meeting:
    """A row that brings a key of this register (danso's own file), with a number that nobody
    has."""
    if row["number"] and held.values["number"]:
        return Meeting(held.key, reason="number_differs")
    return _known(row, held, as_of)


def meet_others(row: Row, others: Sequence[Held], as_of: date) -> Meeting:
    """A row without a number, or with one that nobody has, beside people of the same name and birth
    year, or with the same 9-digit number."""
    sure = [held for held in others if how_sure(row, held.values) == "same"]
    if len({held.key for held in sure}) == 1:
        held = sure[0]
        if row["number"] and held.values["number"]:
            return Meeting(held.key, reason="number_differs")
        return _known(row, held, as_of)
    if sure:
        return Meeting(sure[0].key, reason="possible_duplicate")
    maybe = [held for held in others if how_sure(row, held.values) == "maybe"]
    if maybe and not row["number"]:
        return Meeting(maybe[0].key, reason="possible_duplicate")
    return NEWCOMER


def how_sure(row: Row, held: Mapping[str, Any]) -> Sure:
    """Whether two records without a common number are one person: never from the name alone."""
    if not _could_be(row, held):
        return "no"
    if row["old_number"] and row["old_number"] == held["old_number"]:
        return "same"
    relatives = [
        text.plain(row[kin]) == text.plain(held[kin]) for kin in _KIN if row[kin] and held[kin]
    ]
    if not all(relatives) or row["commune"] != held["commune"] or not row["commune"]:
        return "no"
    if relatives:
        return "same"
    exact = row["birth"] == held["birth"] and len(row["birth"]) == len("1965-03-21")
    return "maybe" if exact and not row["birth"].endswith(_FILLER_DAY) else "no"


def _could_be(row: Row, held: Mapping[str, Any]) -> bool:
    sexes = {str(row["sex"]), str(held["sex"])} - {"0"}
    both_old = row["old_number"] and held["old_number"]
    return (
        same_name(row["search_key"], held["search_key"])
        and _births_agree(row["birth"], held["birth"])
        and len(sexes) < _ENOUGH_WORDS
        and not (both_old and row["old_number"] != held["old_number"])
    )


def same_name(one: str, other: str) -> bool:
    """Equal without diacritics, in another order, or with a middle word left out."""
    if one == other:
        return True
    words, others = set(one.split()), set(other.split())
    fewer = words & others
    return len(fewer) >= _ENOUGH_WORDS and fewer in (words, others)


def _births_agree(one: str | None, other: str | None) -> bool:
    """Equal, or one is the other with less precision."""
    return not one or not other or one.startswith(other) or other.startswith(one)


def _known(row: Row, held: Held, as_of: date) -> Meeting:
    values = held.values
    if values["merged_into"] is not None:
        return Meeting(held.key)
    fills = dict(_fills(row, values))
    changes = dict(_changes(row, values, is_newer=as_of > values["as_of"]))
    for column in changes:
        fills.pop(column, None)
    differs = [
        column
        for column in ("commune", *CHANGES)
        if row[column]
        and values[column]
        and row[column] != values[column]
        and column not in changes
    ]
    if "commune" in differs and as_of == values["as_of"]:
        # Two lists of one day disagree about where somebody lives: a human finds out.
        fills["flags"] = {**values["flags"], "permanent_place": "unverified"}
    return Meeting(held.key, fills=fills, changes=changes, note="kept_differs" if differs else "")


def _fills(row: Row, held: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for column, mine in FILLS.items():
        if row[mine] not in (None, "0") and held[column] in (None, 0, "0"):
            yield column, int(row[mine]) if column == "sex" else row[mine]
    if row["number"] and not held["number"]:
        yield "number", row["number"]
    if row["birth"] and (not held["birth"] or len(row["birth"]) > len(held["birth"])):
        yield "birth", row["birth"]
    if row["commune"] and not held["commune"]:
        yield from ((column, row[column]) for column in RESIDENCE if row[column])


def _changes(row: Row, held: Mapping[str, Any], *, is_newer: bool) -> Iterable[tuple[str, Any]]:
    # A list that says "dead" is believed whatever its day; none brings anybody back.
    if row["status"] != "alive" and held["status"] == "alive":
        yield "status", row["status"]
        yield "ended_on", row["death_date"]
    if not is_newer:
        return
    for column in CHANGES:
        if row[column] and held[column] and row[column] != held[column]:
            yield column, row[column]
    if row["commune"] and held["commune"] and row["commune"] != held["commune"]:
        yield from ((column, row[column]) for column in RESIDENCE)
