"""The whole synthetic population, as columns of whole numbers: small enough for a full province
in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from danso.kernel.errors import InvalidValue
from danso.modules.population.engine.synth import demography as model
from danso.modules.population.engine.synth.births import settle_births
from danso.modules.population.engine.synth.couples import ABSENT, ALIVE, Households
from danso.modules.population.engine.synth.draw import Bools, Ints, Lottery, chance
from danso.modules.population.engine.synth.families import Slots, build_households, day_number
from danso.modules.population.engine.synth.inputs import SynthInputs
from danso.modules.population.engine.synth.kinship import Kin, link_kin
from danso.modules.population.engine.synth.naming import NameBook, Names, give_names
from danso.modules.population.engine.synth.papers import Papers, issue_papers
from danso.modules.population.engine.synth.places import Places, settle

MOST_PEOPLE = 20_000_000


@dataclass(frozen=True)
class Population:
    """Everybody, one place per slot in the order of commune, household and place in the household.

    Slots with `slots.state` ABSENT are not in the register: they lend their names to children and
    spouses.
    """

    inputs: SynthInputs
    seed: int
    today: int
    homes: Households
    slots: Slots
    precision: Ints
    book: NameBook
    names: Names
    kin: Kin
    papers: Papers
    places: Places
    religion: Ints
    religions: list[str]
    missing: Bools
    key_low: Ints
    home_low: Ints

    @property
    def listed(self) -> int:
        """How many people are in the register."""
        return int(np.count_nonzero(self.slots.state != ABSENT))


def make_people(inputs: SynthInputs, *, people: int, seed: int) -> Population:
    """`people` synthetic people for the province of `inputs`; same arguments, same people.

    Communes get their share by largest remainder, the dead and the missing counted in. About 5 s
    and 0.9 GB for each million people.
    """
    _check(people, seed)
    streams = [np.random.Generator(np.random.PCG64(s)) for s in _seeds(seed, 8)]
    homes, slots = build_households(inputs, people, streams[0])
    slots, precision = settle_births(slots, streams[1])
    book = NameBook(inputs.groups)
    names = give_names(inputs, homes, slots, book, streams[2])
    today = day_number(inputs)
    kin = link_kin(homes, slots, names, today, streams[3])
    papers = issue_papers(slots, today, streams[4])
    places = settle(inputs, homes, slots, streams[5])
    lottery = Lottery([group.religions for group in inputs.groups])
    count = len(slots.household)
    return Population(
        inputs=inputs,
        seed=seed,
        today=today,
        homes=homes,
        slots=slots,
        precision=precision,
        book=book,
        names=names,
        kin=kin,
        papers=papers,
        places=places,
        religion=_religion(lottery, homes, slots, names, streams[6]),
        religions=lottery.words,
        missing=(slots.state == ALIVE) & chance(streams[7], model.MISSING, count),
        key_low=streams[7].integers(0, 2**62, count),
        home_low=streams[7].integers(0, 2**62, len(homes.commune)),
    )


def _check(people: int, seed: int) -> None:
    if not 1 <= people <= MOST_PEOPLE:
        raise InvalidValue(
            f"can make 1 to {MOST_PEOPLE} people, not {people}",
            code="synth_people_out_of_range",
            fix="Ask for a number in that range with --people.",
        )
    if seed < 0:
        raise InvalidValue(
            "a seed can't be negative",
            code="synth_seed_negative",
            fix="Give zero or a positive whole number with --seed.",
        )


def _seeds(seed: int, count: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(seed).spawn(count)


def _religion(
    lottery: Lottery, homes: Households, slots: Slots, names: Names, rng: np.random.Generator
) -> Ints:
    """One religion for a household: its first listed member's group decides the odds."""
    group = np.zeros(len(homes.commune), dtype=np.int64)
    group[slots.household[::-1]] = names.group[::-1]
    return lottery.draw(rng, group)[slots.household].astype(np.int8)
