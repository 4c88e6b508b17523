"""What may happen to a record, decided without the database."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue, Refused
from danso.kernel.numbers import Sex
from danso.modules.population.data import (
    PersonRecord,
    Scope,
    person_not_found,
    register_absent,
    register_is_copy,
)

RegisterMode = Literal["authority", "copy", "absent"]

# The feed of the register above this one acts under this name and no other.
UPSTREAM: Final = "population.upstream"

CARD_AGE: Final = 14  # Luật Căn cước 2023 art. 19: from 14 on a person must have a card.
VERY_OLD: Final = 105
STALE_DAYS: Final = 730


def is_upstream(actor: Actor) -> bool:
    return actor.kind == "system" and actor.id == UPSTREAM


def check_may_change(mode: RegisterMode, actor: Actor) -> None:
    """An authority changes by its officers; a copy only by its upstream; without data nobody
    can."""
    if mode == "absent":
        raise register_absent()
    if mode == "copy" and not is_upstream(actor):
        raise register_is_copy()


def check_has_data(mode: RegisterMode) -> None:
    if mode == "absent":
        raise register_absent()


def check_may_issue(mode: RegisterMode) -> None:
    """Numbers are given by the one body that owns the register (NĐ 70/2024 art. 11)."""
    check_has_data(mode)
    if mode == "copy":
        raise register_is_copy()


def check_takes_issued(mode: RegisterMode) -> None:
    """Only a copy takes people with the number that the body above gave them; an authority gives
    its own."""
    check_has_data(mode)
    if mode != "copy":
        raise Conflict(
            "This register gives numbers itself.",
            code="register_is_authority",
            fix="Record the person, then issue a number.",
        )


def check_reach(record: PersonRecord, scope: Scope) -> None:
    """Outside one's scope and protected people look exactly as if they were not there."""
    if record.protected and not scope.sees_protected:
        raise person_not_found()
    if scope.communes is not None and record.commune not in scope.communes:
        raise person_not_found()


def check_day(day: date, *, today: date, born: PartialDate | None) -> None:
    """A valid date lies between birth and today: what has not happened is not recorded."""
    if day > today:
        raise InvalidValue(
            "The date is in the future.",
            code="date_in_future",
            fix="Record it on or after the day it happens.",
        )
    if born is not None and day < born.first_day:
        raise InvalidValue(
            "The date is before birth.",
            code="date_before_birth",
            fix="Check the date; if the birth date is wrong, correct that first.",
        )


def check_alive(record: PersonRecord) -> None:
    if record.status == "dead":
        raise Conflict(
            "This person is recorded as dead.",
            code="person_dead",
            fix="If the death was recorded by mistake, correct the field 'death' first.",
        )


def check_not_merged(record: PersonRecord) -> None:
    if record.merged_into is not None:
        raise Conflict(
            "This record was merged into another.",
            code="person_merged",
            fix="Work on the record it was merged into, or undo the merge.",
        )


def check_sex(sex: int) -> None:
    if sex not in (Sex.UNKNOWN, Sex.MALE, Sex.FEMALE):
        raise InvalidValue(
            "Sex is 1 (male), 2 (female) or 0 (unknown).", code="sex_unknown_code", fix="Use 0-2."
        )


def check_two_officers(first: Actor, second: Actor | None) -> None:
    """Where the house asks for two, they are two different officers."""
    if second is None or second.id == first.id:
        raise Refused(
            "This needs a second officer.",
            code="second_officer_missing",
            fix="Have another officer of the same body confirm it.",
        )


def merge_needs_two(kept: PersonRecord, merged: PersonRecord) -> bool:
    """Whether joining these two takes a second officer: a number ends for ever, or the records
    disagree about being alive, birthday or sex, so that one of them is very wrong."""
    ends_number = kept.number is not None and merged.number is not None
    disagree = (
        kept.status != merged.status
        or bool(kept.birth and merged.birth and kept.birth != merged.birth)
        or bool(kept.sex and merged.sex and kept.sex != merged.sex)
    )
    return ends_number or disagree


def number_head(prefix: str, sex: int, born: PartialDate | None) -> str:
    """The six digits that are not random: place, sex with century, year (TT 59/2021 art. 4)."""
    if sex not in (Sex.MALE, Sex.FEMALE) or born is None or not 1900 <= born.year < 2400:
        raise Conflict(
            "A number needs a known sex and birth year.",
            code="number_needs_sex_and_birth",
            fix="Correct sex and birth date first.",
        )
    return f"{prefix}{2 * (born.year // 100 - 19) + sex - 1}{born.year % 100:02}"


def check_issued(number: str, prefix: str, sex: int, born: PartialDate) -> None:
    """A number that somebody else gave says the place of registration, the sex with the century
    and the year of birth that were asked for (TT 59/2021 art. 4)."""
    if not number.startswith(number_head(prefix, sex, born)):
        raise InvalidValue(
            "The number does not belong to this place, sex and year of birth.",
            code="number_structure",
            fix="Ask the body that issued it; nothing was recorded.",
        )


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 29 February falls back to the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
