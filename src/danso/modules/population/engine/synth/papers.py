"""Numbers and cards: unique 12-digit and 9-digit numbers of the synthetic series, cards with
their terms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from danso.kernel.errors import InvalidValue
from danso.modules.population.engine.synth.couples import ABSENT, ALIVE, MALE
from danso.modules.population.engine.synth.draw import YEAR, Bools, Floats, Ints, by_band, chance
from danso.modules.population.engine.synth.families import Slots
from danso.modules.population.engine.synth.naming import birth_years

NONE = -1
FOR_LIFE = -2
RANDOM_PART = 10**6
OLD_RANDOM_PART = 10**7
# One constant run of nines would be read as a filler, not as a number.
OLD_FILLER = OLD_RANDOM_PART - 1

# Nine-digit cards were last issued about 2016; who turned 14 later never had one.
OLD_NUMBER_EDGES = (1935, 1996, 2000, 2003)
OLD_NUMBER_ODDS = (0.80, 0.93, 0.75, 0.30, 0.0)
OLD_NUMBER_SHARED = 0.0004

CARD_AGE = 14
CARD_EDGES = (7, 14, 15, 18, 60, 75, 85)
CARD_ODDS = (0.0, 0.04, 0.62, 0.90, 0.965, 0.955, 0.90, 0.74)
RENEWAL_AGES = (14, 25, 40, 60)
RENEWED_IN_TIME = 0.80
CHIP_CARDS_SINCE = np.datetime64("2021-01-01", "D").astype(np.int64)


@dataclass(frozen=True)
class Papers:
    """12-digit numbers without the prefix, 9-digit ones without theirs (NONE), card days (NONE,
    FOR_LIFE)."""

    number: Ints
    old_number: Ints
    issued: Ints
    expires: Ints


def issue_papers(slots: Slots, today: int, rng: np.random.Generator) -> Papers:
    """Papers of everybody listed."""
    listed = slots.state != ABSENT
    years = birth_years(slots.birth)
    number = _numbers(slots, years, listed, rng)
    old = _old_numbers(years, listed, rng)
    issued, expires = _cards(slots, today, rng)
    return Papers(number, old, issued, expires)


def _numbers(slots: Slots, years: Ints, listed: Bools, rng: np.random.Generator) -> Ints:
    """Century and sex digit, year, six random digits never drawn twice for one sex and year."""
    century = (years // 100 - 19) * 2 + (slots.sex != MALE)
    head = century.astype(np.int64) * 100 + years % 100
    number = np.full(len(head), NONE, dtype=np.int64)
    rows = np.flatnonzero(listed)
    rows = rows[np.argsort(head[rows], kind="stable")]
    heads, starts = np.unique(head[rows], return_index=True)
    for place, group in enumerate(np.split(rows, starts[1:])):
        if len(group) > RANDOM_PART:
            raise InvalidValue(
                "more people of one sex and birth year than the number has room for",
                code="synth_numbers_exhausted",
                fix=f"Make fewer people: one sex and year has room for {RANDOM_PART}.",
            )
        random = rng.choice(RANDOM_PART, len(group), replace=False)
        number[group] = heads[place] * RANDOM_PART + random
    return number


def _old_numbers(years: Ints, listed: Bools, rng: np.random.Generator) -> Ints:
    holds = listed & chance(rng, by_band(years, OLD_NUMBER_EDGES, OLD_NUMBER_ODDS), len(years))
    rows = np.flatnonzero(holds)
    old = np.full(len(years), NONE, dtype=np.int32)
    old[rows] = rng.choice(OLD_FILLER, len(rows), replace=False)
    # The same number given to two people by mistake: it happened, and the register must bear it.
    twice = rows[1:][chance(rng, OLD_NUMBER_SHARED, max(len(rows) - 1, 0))]
    old[twice] = old[rows[np.searchsorted(rows, twice) - 1]]
    return old


def _cards(slots: Slots, today: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Day of issue and of expiry: a card holds until 25, 40 or 60, and for life after that."""
    count = len(slots.birth)
    age = (today - slots.birth) / YEAR
    holds = (slots.state == ALIVE) & chance(rng, by_band(age, CARD_EDGES, CARD_ODDS), count)
    since = np.maximum(slots.birth + np.where(age < CARD_AGE, 6.0, 14.1) * YEAR, CHIP_CARDS_SINCE)
    since = np.minimum(since, today - 1)
    # Most people were called up in the campaign of the first years.
    issued = since + (today - since) * rng.beta(1.1, 2.2, count)
    expires = _term(slots.birth, issued)
    renewed = (expires > 0) & (expires <= today) & chance(rng, RENEWED_IN_TIME, count)
    late = np.minimum(expires + rng.integers(0, 60, count), today - 1)
    issued = np.where(renewed, late, issued)
    expires = np.where(renewed, _term(slots.birth, issued), expires)
    none = np.full(count, NONE)
    return (
        np.where(holds, issued, none).astype(np.int32),
        np.where(holds, expires, none).astype(np.int32),
    )


def _term(birth: Ints, issued: Ints | Floats) -> Ints:
    """The last day of a card issued on a day; issued within two years before a limit, it holds to
    the next.

    Law on identity 2023, art. 21.
    """
    age = (issued - birth) / YEAR
    step = np.searchsorted([limit - 2.0 for limit in RENEWAL_AGES], age, side="right")
    birthday = birth.astype("datetime64[D]")
    months = birthday.astype("datetime64[M]")
    day = (birthday - months.astype("datetime64[D]")).astype(np.int64)
    limits = np.asarray([*RENEWAL_AGES, 0])[step]
    anniversary = (months + 12 * limits).astype("datetime64[D]").astype(np.int64) + day
    return np.where(step == len(RENEWAL_AGES), FOR_LIFE, anniversary)
