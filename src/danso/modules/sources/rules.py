"""Who decides a correction, and by when. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.text import tidy
from danso.kernel.working_days import WorkingDays, YearNotDecided
from danso.modules.population.data import Value
from danso.modules.sources.data import DeciderRole

# Decree 356/2025/NĐ-CP, Art. 5: a request to rectify is carried out within 10 days.
DECIDE_WITHIN: Final = timedelta(days=10)

# Fields that commune police check on the spot; old numbers are compared with the card files of the
# provincial police. A wrong personal number is not corrected but cancelled and re-established
# (Decree 70/2024, Art. 11), which population does.
CORRECTABLE: Final[dict[str, DeciderRole]] = {
    "old_number": "provincial_police",
    "full_name": "commune_police",
    "other_name": "commune_police",
    "birth": "commune_police",
    "sex": "commune_police",
    "birth_place": "commune_police",
    "home_place": "commune_police",
    "ethnicity": "commune_police",
    "religion": "commune_police",
    "nationality": "commune_police",
    "marital_status": "commune_police",
    "blood_group": "commune_police",
    "permanent_place": "commune_police",
}

# What somebody who goes from door to door with a list can see about a person who fails a measure.
# Measures left out need a record beside another one (duplicates), a household or a card counter.
FIELDS_TO_CHECK: Final[Mapping[str, tuple[str, ...]]] = {
    "number_disagrees": ("birth", "sex"),
    "birth_partial": ("birth",),
    "sex_unknown": ("sex",),
    "no_ethnicity": ("ethnicity",),
    "no_nationality": ("nationality",),
    "no_parents": ("father", "mother"),
    "old_number_shared": ("old_number",),
    "unverified": (),
    "very_old": ("death",),
    "temporary_expired": ("temporary_place",),
    "stale": ("permanent_place",),
}
# Fields a worklist may change beside those of a correction.
ON_WORKLISTS: Final = frozenset(CORRECTABLE) | {"father", "mother", "death", "temporary_place"}


def fields_to_check(measure: str, flags: Mapping[str, str]) -> tuple[str, ...]:
    """The fields to put on a list for somebody who fails this measure."""
    fixed = FIELDS_TO_CHECK[measure]
    if fixed:
        return fixed
    return tuple(
        field
        for field, flag in sorted(flags.items())
        if flag == "unverified" and field in ON_WORKLISTS
    )


def may_answer(field: str, roles: frozenset[str]) -> bool:
    """Whether police of these roles may answer a worklist's line about this field."""
    if "provincial_police" in roles:
        return True
    decider = CORRECTABLE.get(field, "commune_police")
    return decider == "commune_police" and "commune_police" in roles


def due_date(opened_on: date, calendar: WorkingDays) -> date | None:
    """The last day to answer: the tenth day, moved on when it is a day off.

    None where the days off of that year are not decided yet: a correction never fails over that.
    """
    due = opened_on + DECIDE_WITHIN
    try:
        while not calendar.is_working(due):
            due += timedelta(days=1)
    except YearNotDecided:
        return None
    return due


def decider_of(field: str, commune: str | None) -> DeciderRole | None:
    """Who decides a field; None where it cannot be corrected this way. No commune: the province."""
    role = CORRECTABLE.get(field)
    if role == "commune_police" and not commune:
        return "provincial_police"
    return role


def value_of(field: str, claimed: str) -> Value | Mapping[str, Value]:
    """The register's value for what somebody wrote; InvalidValue says what to write instead."""
    text = tidy(claimed)
    if field == "birth":
        return PartialDate.parse(text).iso
    if field == "sex":
        return _sex(text)
    if field == "permanent_place":
        return _place(text)
    if not text:
        raise InvalidValue("The value is empty.", code="claimed_empty", fix="Write what is right.")
    return text


def _sex(text: str) -> int:
    sex = {"1": 1, "nam": 1, "male": 1, "2": 2, "nữ": 2, "female": 2}.get(text.casefold())
    if sex is None:
        raise InvalidValue(
            "Sex is written Nam or Nữ (1 or 2).", code="claimed_sex", fix="Write Nam or Nữ."
        )
    return sex


def _place(text: str) -> Mapping[str, Value]:
    """`commune code|hamlet|address`, the latter two may be missing."""
    commune, _, rest = text.partition("|")
    hamlet, _, address = rest.partition("|")
    if not commune.strip().isdigit():
        raise InvalidValue(
            "A residence starts with the commune's code.",
            code="claimed_place",
            fix="Write commune code|hamlet|address, as in the worklist.",
        )
    return {
        "commune": commune.strip(),
        "hamlet": hamlet.strip() or None,
        "address": address.strip() or None,
    }
