"""What somebody says a field should hold, read as the register's value or refused with what to do.

One check for every door: the gateway before it opens a correction, the pages, the console, lists
from door to door. `words` is the field's code list: every code and every name, folded, to its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.names import PersonName
from danso.kernel.numbers import OldNumber
from danso.kernel.text import fold, tidy

Words = Mapping[str, str]
ClaimedValue = str | int | Mapping[str, str | None]

# Fields that a correction may concern. A wrong personal number is not corrected but cancelled and
# re-established (Decree 70/2024, Art. 11).
CORRECTABLE: Final = (
    "old_number",
    "full_name",
    "other_name",
    "birth",
    "sex",
    "birth_place",
    "home_place",
    "ethnicity",
    "religion",
    "nationality",
    "marital_status",
    "blood_group",
    "permanent_place",
)


def claimed_value(field: str, claimed: str, words: Words | None = None) -> ClaimedValue:
    """The register's value for what somebody wrote; InvalidValue says what to write instead."""
    text = tidy(claimed)
    if not text:
        raise InvalidValue("The value is empty.", code="claimed_empty", fix="Write what is right.")
    if field == "birth":
        return _birth(text)
    if field == "sex":
        return _sex(text)
    if field == "permanent_place":
        return _place(text, words)
    if words is not None:
        return listed_code(words, text)
    if field == "full_name":
        return str(PersonName.parse(text))
    return str(OldNumber.parse(text)) if field == "old_number" else text


def listed_code(words: Words, text: str) -> str:
    """The code of a list by the code itself or a name, however accented."""
    code = words.get(text) or words.get(fold(text))
    if code is None:
        raise not_listed()
    return code


def not_listed() -> InvalidValue:
    return InvalidValue(
        "This value is not in the code list.",
        code="value_not_listed",
        fix="Write a code or a name of the list.",
    )


def _birth(text: str) -> str:
    born = PartialDate.parse(text)
    if born.first_day > clock.today():
        raise InvalidValue(
            "The birth date lies in the future.",
            code="birth_in_future",
            fix="Check the year on the paper.",
        )
    return born.iso


def _sex(text: str) -> int:
    sex = {"1": 1, "nam": 1, "male": 1, "2": 2, "nữ": 2, "female": 2}.get(text.casefold())
    if sex is None:
        raise InvalidValue(
            "Sex is written Nam or Nữ (1 or 2).", code="claimed_sex", fix="Write Nam or Nữ."
        )
    return sex


def _place(text: str, communes: Words | None) -> Mapping[str, str | None]:
    """`commune code|hamlet|address`, the latter two may be missing."""
    commune, _, rest = text.partition("|")
    hamlet, _, address = rest.partition("|")
    commune = commune.strip()
    if not commune.isdigit() or (communes is not None and commune not in communes):
        raise InvalidValue(
            "A residence starts with the code of a commune of today.",
            code="claimed_place",
            fix="Write commune code|hamlet|address.",
        )
    return {
        "commune": commune,
        "hamlet": hamlet.strip() or None,
        "address": address.strip() or None,
    }
