"""Who decides a correction, and by when. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from danso.kernel import claims
from danso.kernel.working_days import WorkingDays, YearNotDecided
from danso.modules.sources.data import DeciderRole

# Decree 356/2025/NĐ-CP, Art. 5: a request to rectify is carried out within 10 days.
DECIDE_WITHIN: Final = timedelta(days=10)

# How long a source's owner has to answer a mismatch: working days. No text sets it (assumed).
OWNER_ANSWERS_WITHIN: Final = 10

# Commune police check these on the spot; old numbers are compared with the card files of the
# provincial police.
CORRECTABLE: Final[dict[str, DeciderRole]] = {
    field: "provincial_police" if field == "old_number" else "commune_police"
    for field in claims.CORRECTABLE
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


def owners_due(asked_on: date, calendar: WorkingDays) -> date | None:
    """The last day for a source's owner to answer; None where that year's days off are not
    decided yet."""
    try:
        return calendar.add(asked_on, OWNER_ANSWERS_WITHIN)
    except YearNotDecided:
        return None
