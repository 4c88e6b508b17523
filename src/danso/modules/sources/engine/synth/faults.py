"""The faults of sources: which there are, how often each comes, and which record gets which.

Counts are exact, not drawn one by one: a rate of 8 % is eight of a hundred records, whoever they
are. Issue 3 names the rates as the least that a source must have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from danso.catalogue.shapes.sources import Source, Term

Bools = NDArray[np.bool_]
Ints = NDArray[np.integer[Any]]

TONES_LOST: Final = "tones_lost"
LEGACY_ENCODING: Final = "legacy_encoding"
MIDDLE_LOST: Final = "middle_lost"
PARTS_SWAPPED: Final = "parts_swapped"
BIRTH_YEAR_ONLY: Final = "birth_year_only"
DAY_MONTH_SWAPPED: Final = "day_month_swapped"
NO_NUMBER: Final = "no_number"
NUMBER_DIGIT_WRONG: Final = "number_digit_wrong"
NAME_LETTER_WRONG: Final = "name_letter_wrong"
BIRTH_DIGIT_WRONG: Final = "birth_digit_wrong"
OLD_COMMUNE: Final = "old_commune"
NO_COMMUNE: Final = "no_commune"
NOT_IN_POPULATION: Final = "not_in_population"
DEAD: Final = "dead"
TWICE: Final = "twice"


@dataclass(frozen=True)
class Fault:
    """One fault of a value that says who the person is: the term it strikes, its share of the
    records, and the faults it cannot stand beside."""

    code: str
    term: Term
    rate: float
    not_with: frozenset[str] = frozenset()


def _fault(code: str, term: Term, rate: float, *not_with: str) -> Fault:
    return Fault(code, term, rate, frozenset(not_with))


# One record has none, one or two of these.
FAULTS: Final = (
    _fault(TONES_LOST, "full_name", 0.15, LEGACY_ENCODING),
    _fault(LEGACY_ENCODING, "full_name", 0.05),
    _fault(MIDDLE_LOST, "full_name", 0.08, NAME_LETTER_WRONG),
    _fault(PARTS_SWAPPED, "full_name", 0.03),
    _fault(BIRTH_YEAR_ONLY, "birth", 0.12, DAY_MONTH_SWAPPED, BIRTH_DIGIT_WRONG),
    _fault(DAY_MONTH_SWAPPED, "birth", 0.02, BIRTH_DIGIT_WRONG),
    _fault(NO_NUMBER, "number", 0.35, NUMBER_DIGIT_WRONG),
)
DIGIT_OR_LETTER_WRONG: Final = 0.05
# How the wrong digit or letter falls on the values that a source has.
WRONG: Final = (
    _fault(NUMBER_DIGIT_WRONG, "number", 0.5, NAME_LETTER_WRONG, BIRTH_DIGIT_WRONG),
    _fault(NAME_LETTER_WRONG, "full_name", 0.3, BIRTH_DIGIT_WRONG),
    _fault(BIRTH_DIGIT_WRONG, "birth", 0.2),
)
TWO_FAULTS: Final = 0.10
OLD_COMMUNE_RATE: Final = 0.60
NO_COMMUNE_RATE: Final = 0.05
NOT_IN_POPULATION_RATE: Final = 0.05
DEAD_RATE: Final = 0.01
TWICE_RATE: Final = 0.04
# The order in which a record's faults are told.
TOLD: Final = (
    *(fault.code for fault in (*FAULTS, *WRONG)),
    OLD_COMMUNE,
    NO_COMMUNE,
    NOT_IN_POPULATION,
    DEAD,
    TWICE,
)
_TRIES: Final = 8


def faults_of(source: Source) -> tuple[Fault, ...]:
    """The faults that a source can have by what it holds, the wrong digit shared out."""
    wrong = [fault for fault in WRONG if fault.term in source.terms]
    whole = sum(fault.rate for fault in wrong)
    shared = (replace(fault, rate=DIGIT_OR_LETTER_WRONG * fault.rate / whole) for fault in wrong)
    return (*(fault for fault in FAULTS if fault.term in source.terms), *shared)


def assign(
    faults: tuple[Fault, ...],
    eligible: Mapping[str, Bools],
    rng: np.random.Generator,
    two: float = TWO_FAULTS,
) -> dict[str, Bools]:
    """Which records get which fault, by code.

    The share `two` of the records gets two that fit together, then single faults fill each up to
    its rate. Only eligible records get one; where they run out, fewer are struck.
    """
    count = len(next(iter(eligible.values())))
    struck = {fault.code: np.zeros(count, dtype=np.bool_) for fault in faults}
    chosen = rng.permutation(count)[: round(two * count)]
    free = np.ones(count, dtype=np.bool_)
    free[chosen[_strike_pairs(faults, eligible, struck, chosen, rng)]] = False
    for fault in sorted(faults, key=lambda fault: int(eligible[fault.code].sum())):
        mine = struck[fault.code]
        missing = round(fault.rate * count) - int(mine.sum())
        candidates = np.flatnonzero(free & eligible[fault.code])
        if missing > 0 and len(candidates):
            size = min(missing, len(candidates))
            picked = rng.choice(candidates, size, replace=False, shuffle=False)
            mine[picked] = True
            free[picked] = False
    return struck


def _strike_pairs(
    faults: tuple[Fault, ...],
    eligible: Mapping[str, Bools],
    struck: Mapping[str, Bools],
    chosen: Ints,
    rng: np.random.Generator,
) -> Bools:
    """Strike the chosen records twice; which of them were. A pair that a record cannot have is
    drawn again a few times."""
    done = np.zeros(len(chosen), dtype=np.bool_)
    pairs = [
        (one, other)
        for place, one in enumerate(faults)
        for other in faults[place + 1 :]
        if one.code not in other.not_with and other.code not in one.not_with
    ]
    if not pairs:
        return done
    ends = np.cumsum([one.rate * other.rate for one, other in pairs])
    for _ in range(_TRIES):
        waiting = np.flatnonzero(~done)
        drawn = np.searchsorted(ends / ends[-1], rng.random(len(waiting)), side="right")
        for place, (one, other) in enumerate(pairs):
            mine = waiting[drawn == place]
            rows = chosen[mine]
            fits = eligible[one.code][rows] & eligible[other.code][rows]
            struck[one.code][rows[fits]] = True
            struck[other.code][rows[fits]] = True
            done[mine[fits]] = True
    return done


def pick_exclusive(
    eligible: Mapping[str, Bools], rates: Mapping[str, float], rng: np.random.Generator
) -> dict[str, Bools]:
    """At most one of some faults for each record, each at its rate of all records."""
    count = len(next(iter(eligible.values())))
    free = np.ones(count, dtype=np.bool_)
    struck = {}
    for code, rate in rates.items():
        candidates = np.flatnonzero(free & eligible[code])
        size = min(round(rate * count), len(candidates))
        picked = rng.choice(candidates, size, replace=False, shuffle=False)
        struck[code] = np.zeros(count, dtype=np.bool_)
        struck[code][picked] = True
        free[picked] = False
    return struck
