"""Drawing households: couples, their children and their parents, who has died and who lives
where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from danso.modules.population.engine.synth import demography as model
from danso.modules.population.engine.synth.draw import (
    YEAR,
    Bools,
    Floats,
    Ints,
    by_band,
    chance,
)

# Places in a household. The core couple may be absent or dead and is still kept: children name
# them.
MAN, WOMAN, GRANDFATHER, GRANDMOTHER, FIRST_CHILD = 0, 1, 2, 3, 4
PLACES = FIRST_CHILD + model.MOST_CHILDREN

ALIVE, DEAD, ABSENT = 0, 1, 2
MALE, FEMALE = 1, 2


@dataclass(frozen=True)
class Kinds:
    """What sort of household: a person who never married, a divorce, whose parents may live
    along."""

    single: Bools
    divorced: Bools
    wifes_parents: Bools


@dataclass(frozen=True)
class Households:
    """One row per household; the other arrays are households by PLACES.

    DEAD are the dead who are still listed; the dead of long ago are ABSENT with a day of death.
    """

    commune: Ints
    kinds: Kinds
    birth: Ints
    sex: Ints
    state: Ints
    death: Ints


def draw_households(
    commune: Ints, core_ages: Sequence[float], today: int, rng: np.random.Generator
) -> Households:
    """A household for every entry of `commune`, before any is cut off."""
    count = len(commune)
    single = chance(rng, model.NEVER_MARRIED, count)
    divorced = chance(rng, model.DIVORCED, count) & ~single
    kinds = Kinds(single, divorced, chance(rng, model.WIFES_PARENTS, count))
    birth = np.zeros((count, PLACES), dtype=np.int32)
    sex = np.full((count, PLACES), MALE, dtype=np.int8)
    sex[:, [WOMAN, GRANDMOTHER]] = FEMALE
    sex[:, FIRST_CHILD:] = np.where(
        rng.random((count, model.MOST_CHILDREN)) < model.BOYS_PER_BIRTH, MALE, FEMALE
    )
    _couple(birth, core_ages, today, rng)
    _elders(birth, kinds.wifes_parents, rng)
    born = _children(birth, today, single, rng)
    death = _deaths(birth, sex, today, rng)
    state = _states(death, today)
    _split_couples(state, kinds, rng)
    _place_elders(state, birth, kinds, today, rng)
    _place_children(state, birth, born, today, rng)
    return Households(commune, kinds, birth, sex, state, death)


def _normal(rng: np.random.Generator, law: tuple[float, float], count: int) -> Floats:
    return law[0] + law[1] * rng.standard_normal(count)


def _couple(birth: Ints, core_ages: Sequence[float], today: int, rng: np.random.Generator) -> None:
    count = len(birth)
    weights = np.cumsum(core_ages)
    band = np.searchsorted(weights / weights[-1], rng.random(count), side="right")
    age = model.CORE_AGE_FIRST + model.CORE_AGE_STEP * (band + rng.random(count))
    woman = today - age * YEAR
    older = np.clip(
        _normal(rng, model.HUSBAND_OLDER, count), model.HUSBAND_YOUNGEST, model.HUSBAND_OLDEST
    )
    # A draw of its own for the youngest husbands: one bound would give them all one birthday.
    man = np.minimum(woman - older * YEAR, today - (20 + rng.random(count)) * YEAR)
    birth[:, WOMAN], birth[:, MAN] = woman, man


def _elders(birth: Ints, wifes_parents: Bools, rng: np.random.Generator) -> None:
    count = len(birth)
    child = np.where(wifes_parents, birth[:, WOMAN], birth[:, MAN])
    gap = np.clip(
        _normal(rng, model.MOTHER_OF_GROWN, count), model.PARENT_YOUNGEST, model.MOTHER_OLDEST
    )
    older = np.clip(_normal(rng, model.HUSBAND_OLDER, count), -4.0, 10.0)
    birth[:, GRANDMOTHER] = child - gap * YEAR
    birth[:, GRANDFATHER] = (
        child - np.clip(gap + older, model.PARENT_YOUNGEST, model.FATHER_OLDEST) * YEAR
    )


def _children(birth: Ints, today: int, single: Bools, rng: np.random.Generator) -> Bools:
    """Birth days of the children and which of them were born; spacing keeps siblings apart."""
    count = len(birth)
    man, woman = birth[:, MAN], birth[:, WOMAN]
    cohort = 1970 + woman / YEAR
    wanted = rng.poisson(by_band(cohort, model.COHORT_EDGES, model.COHORT_CHILDREN) - 1.0) + 1
    wanted[chance(rng, model.CHILDLESS, count)] = 0
    wanted[single & ~chance(rng, 0.08, count)] = 0
    first = np.maximum(_normal(rng, model.FIRST_BIRTH, count), model.PARENT_YOUNGEST)
    day = np.maximum(woman + first * YEAR, man + model.PARENT_YOUNGEST * YEAR)
    last = np.minimum(woman + model.MOTHER_OLDEST * YEAR, man + model.FATHER_OLDEST * YEAR)
    born = np.zeros((count, model.MOST_CHILDREN), dtype=np.bool_)
    for turn in range(model.MOST_CHILDREN):
        born[:, turn] = (turn < wanted) & (day <= last) & (day < today)
        birth[:, FIRST_CHILD + turn] = day
        shape, scale = model.SPACING_SHAPE
        gap = model.SPACING_LEAST + rng.gamma(shape, scale, count)
        # Twins share the day: every reader sees two people of one name form, birth and parents.
        day = day + np.where(chance(rng, model.TWIN_BIRTHS, count), 0.0, gap * YEAR)
    return born


def _deaths(birth: Ints, sex: Ints, today: int, rng: np.random.Generator) -> Ints:
    """The day each grown place died, or -1; children are left alive."""
    grown = birth[:, :FIRST_CHILD]
    age = (today - grown) / YEAR
    alive = np.where(
        sex[:, :FIRST_CHILD] == MALE,
        by_band(age, model.ALIVE_EDGES, model.MEN_ALIVE),
        by_band(age, model.ALIVE_EDGES, model.WOMEN_ALIVE),
    )
    dead = rng.random(grown.shape) >= alive
    spread = rng.exponential(model.DEAD_YEARS_SPREAD, grown.shape) * YEAR
    # Nobody of the core dies before a child can be born and grow a little.
    longest = np.maximum(today - grown - 40 * YEAR, YEAR)
    days = today - 1 - np.minimum(spread, longest)
    death = np.full(birth.shape, -1, dtype=np.int32)
    death[:, :FIRST_CHILD] = np.where(dead, days, -1)
    return death


def _states(death: Ints, today: int) -> Ints:
    state = np.full(death.shape, ALIVE, dtype=np.int8)
    state[death >= 0] = ABSENT
    state[death >= today - model.DEAD_YEARS_LISTED * YEAR] = DEAD
    return state


def _split_couples(state: Ints, kinds: Kinds, rng: np.random.Generator) -> None:
    """The never married live without a spouse, of the divorced one has left, mostly the man."""
    count = len(state)
    man_leaves = np.where(kinds.single, chance(rng, 0.6, count), chance(rng, 0.78, count))
    apart = kinds.single | kinds.divorced
    state[apart & man_leaves, MAN] = ABSENT
    state[apart & ~man_leaves, WOMAN] = ABSENT


def _place_elders(
    state: Ints, birth: Ints, kinds: Kinds, today: int, rng: np.random.Generator
) -> None:
    count = len(state)
    age = (today - birth[:, WOMAN]) / YEAR
    together = chance(rng, by_band(age, model.ELDERS_EDGES, model.WITH_ELDERS), count)
    child = np.where(kinds.wifes_parents, state[:, WOMAN], state[:, MAN])
    together &= child != ABSENT
    elders = state[:, GRANDFATHER : GRANDMOTHER + 1]
    elders[~together] = ABSENT
    # Work far away: the grandparents bring up the children.
    away = (elders == ALIVE).any(axis=1) & (age < 45) & chance(rng, model.PARENTS_AWAY, count)
    state[away, MAN] = ABSENT
    state[away, WOMAN] = ABSENT


def _place_children(
    state: Ints, birth: Ints, born: Bools, today: int, rng: np.random.Generator
) -> None:
    age = (today - birth[:, FIRST_CHILD:]) / YEAR
    home = rng.random(born.shape) < by_band(age, model.HOME_EDGES, model.AT_HOME)
    grown_up_there = (state[:, :FIRST_CHILD] == ALIVE).any(axis=1)[:, None] | (age >= 18)
    state[:, FIRST_CHILD:] = np.where(born & home & grown_up_there, ALIVE, ABSENT)
