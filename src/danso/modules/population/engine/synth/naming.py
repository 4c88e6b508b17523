"""Ethnic groups and names: by family, group, sex and generation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from danso.modules.population.engine.synth.couples import (
    FIRST_CHILD,
    GRANDFATHER,
    GRANDMOTHER,
    MALE,
    MAN,
    WOMAN,
    Households,
)
from danso.modules.population.engine.synth.draw import YEAR, Bools, Ints, Lottery, chance
from danso.modules.population.engine.synth.families import Slots
from danso.modules.population.engine.synth.inputs import EthnicGroup, NameStyle, SynthInputs

WIFE_OF_SAME_GROUP = 0.93
REDRAWS = 3


class NameBook:
    """The lotteries of surnames, middle and given names of all groups."""

    def __init__(self, groups: tuple[EthnicGroup, ...]) -> None:
        styles: list[NameStyle] = []
        self._since: list[tuple[list[int], int]] = []
        for group in groups:
            for ladder in (group.men, group.women):
                ordered = sorted(ladder, key=lambda style: style.since)
                self._since.append(([style.since for style in ordered[1:]], len(styles)))
                styles.extend(ordered)
        self.surnames = Lottery([group.surnames for group in groups])
        self.middles = Lottery([style.middle for style in styles])
        self.givens = Lottery([style.given for style in styles])

    def styles(self, group: Ints, sex: Ints, year: Ints) -> Ints:
        """The number of the naming style for each person."""
        style = np.zeros(len(group), dtype=np.int32)
        ladder = group.astype(np.int32) * 2 + (sex != MALE)
        for place, (since, first) in enumerate(self._since):
            mine = ladder == place
            style[mine] = first + np.searchsorted(since, year[mine], side="right")
        return style


@dataclass(frozen=True)
class Names:
    """Word numbers into the book's lotteries, and the group, for every slot."""

    group: Ints
    surname: Ints
    middle: Ints
    given: Ints


def birth_years(birth: Ints) -> Ints:
    """Calendar year of a day number."""
    return birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int32) + 1970


def give_names(
    inputs: SynthInputs,
    homes: Households,
    slots: Slots,
    book: NameBook,
    rng: np.random.Generator,
) -> Names:
    """A group and a full name for everybody, children after their father, no two siblings alike."""
    group, surname = _families(inputs, homes, slots, book, rng)
    style = book.styles(group, slots.sex, birth_years(slots.birth))
    names = Names(group, surname, book.middles.draw(rng, style), book.givens.draw(rng, style))
    for _ in range(REDRAWS):
        again = np.flatnonzero(_taken_in_family(slots, names.given))
        names.given[again] = book.givens.draw(rng, style[again])
    return names


def _families(
    inputs: SynthInputs,
    homes: Households,
    slots: Slots,
    book: NameBook,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """Group and surname by household and kind of place, spread to the slots."""
    count = len(homes.commune)
    own = _group_numbers(inputs, homes.commune, rng)
    same = chance(rng, WIFE_OF_SAME_GROUP, count)
    wife = np.where(same, own, _group_numbers(inputs, homes.commune, rng))
    maternal = homes.kinds.wifes_parents
    elders = np.where(maternal, wife, own)
    heirs = homes.kinds.single
    groups = np.stack([own, wife, elders, elders, np.where(heirs, wife, own)], axis=1)
    man, woman, grandmother = (book.surnames.draw(rng, pools) for pools in (own, wife, elders))
    surnames = np.stack(
        [man, woman, np.where(maternal, woman, man), grandmother, np.where(heirs, woman, man)],
        axis=1,
    )
    kind = np.minimum(slots.place, FIRST_CHILD)
    return (
        groups[slots.household, kind].astype(np.int16),
        surnames[slots.household, kind].astype(np.int32),
    )


def _group_numbers(inputs: SynthInputs, commune: Ints, rng: np.random.Generator) -> Ints:
    number = {group.code: place for place, group in enumerate(inputs.groups)}
    lottery = Lottery([unit.groups for unit in inputs.communes])
    drawn = lottery.draw(rng, commune.astype(np.int64))
    return np.asarray([number[code] for code in lottery.words], dtype=np.int64)[drawn]


def _taken_in_family(slots: Slots, given: Ints) -> Bools:
    """Children named like an elder sibling next to them or like a parent: custom avoids both."""
    child = slots.place >= FIRST_CHILD
    after = np.zeros(len(given), dtype=np.bool_)
    after[1:] = (
        child[1:]
        & child[:-1]
        & (slots.household[1:] == slots.household[:-1])
        & (given[1:] == given[:-1])
    )
    count = int(slots.household[-1]) + 1
    for place in (MAN, WOMAN, GRANDFATHER, GRANDMOTHER):
        name = np.full(count, -1, dtype=np.int64)
        here = slots.place == place
        name[slots.household[here]] = given[here]
        after |= child & (name[slots.household] == given)
    return after


def ages(birth: Ints, today: int) -> Ints:
    """Whole years of age, near enough for weights and rates (laws count by calendar elsewhere)."""
    return np.floor((today - birth) / YEAR).astype(np.int16)
