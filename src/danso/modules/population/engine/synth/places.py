"""Where people live and come from: hamlets, house numbers, the commune of the older map they
write."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from danso.modules.population.engine.synth.couples import Households
from danso.modules.population.engine.synth.draw import Bools, Floats, Ints, chance
from danso.modules.population.engine.synth.families import Slots
from danso.modules.population.engine.synth.inputs import FormerCommune, SynthCommune, SynthInputs

PEOPLE_PER_HAMLET = 420
MOST_HAMLETS = 48
NAMED_HAMLETS = 0.45
RECORDED_ON_OLD_MAP = 0.35
BORN_HERE = 0.86
ORIGIN_HERE = 0.90
URBAN_STREET = 0.7


@dataclass(frozen=True)
class OldMap:
    """All former communes in one table, with the commune of today each household knows them
    under."""

    units: tuple[FormerCommune, ...]
    first: Ints
    count: Ints


@dataclass(frozen=True)
class Places:
    """Household columns (hamlet, former, recorded_old, house) and slot columns (birth_place,
    origin).

    `former`, `birth_place` and `origin` are rows of the old map; `hamlet` is a row of
    `hamlet_names`.
    """

    old_map: OldMap
    hamlet_names: list[str]
    hamlet: Ints
    former: Ints
    recorded_old: Bools
    house: Ints
    birth_place: Ints
    origin: Ints


def old_map(inputs: SynthInputs) -> OldMap:
    """The former communes of every commune, one after the other; a commune without any stands
    for itself."""
    units: list[FormerCommune] = []
    first: list[int] = []
    count: list[int] = []
    for commune in inputs.communes:
        former = commune.former or (FormerCommune(commune.code, commune.name, "", commune.area),)
        first.append(len(units))
        count.append(len(former))
        units.extend(former)
    return OldMap(tuple(units), np.asarray(first), np.asarray(count))


def settle(
    inputs: SynthInputs, homes: Households, slots: Slots, rng: np.random.Generator
) -> Places:
    """A hamlet, a former commune, a house and an origin for everybody."""
    old = old_map(inputs)
    people = np.bincount(slots.commune, minlength=len(inputs.communes))
    counts = np.clip(people // PEOPLE_PER_HAMLET, 2, MOST_HAMLETS)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    names = [
        name
        for commune, count in zip(inputs.communes, counts, strict=True)
        for name in _hamlet_names(inputs, commune, int(count), rng)
    ]
    size = len(homes.commune)
    within = (rng.random(size) * counts[homes.commune]).astype(np.int64)
    # A hamlet belongs to one former commune, so neighbours agree on what the place used to be
    # called.
    former = within * old.count[homes.commune] // counts[homes.commune]
    return Places(
        old_map=old,
        hamlet_names=names,
        hamlet=(starts[homes.commune] + within).astype(np.int32),
        former=(old.first[homes.commune] + former).astype(np.int32),
        recorded_old=_recorded_old(inputs, homes, rng),
        house=rng.integers(1, 400, size).astype(np.int32),
        birth_place=_some_place(old, slots, old.first[homes.commune] + former, BORN_HERE, rng),
        origin=_some_place(old, slots, old.first[homes.commune] + former, ORIGIN_HERE, rng),
    )


def _recorded_old(inputs: SynthInputs, homes: Households, rng: np.random.Generator) -> Bools:
    has_former = np.asarray([bool(commune.former) for commune in inputs.communes])
    drawn = chance(rng, RECORDED_ON_OLD_MAP, len(homes.commune))
    return np.asarray(drawn & has_former[homes.commune])


def _some_place(
    old: OldMap, slots: Slots, former: Ints, here: float, rng: np.random.Generator
) -> Ints:
    count = len(slots.household)
    weights: Floats = rng.random(count)
    elsewhere = (weights * len(old.units)).astype(np.int32)
    stays = chance(rng, here, count)
    return np.where(stays, former[slots.household], elsewhere).astype(np.int32)


def _hamlet_names(
    inputs: SynthInputs, commune: SynthCommune, count: int, rng: np.random.Generator
) -> list[str]:
    words = inputs.hamlets
    word = words.urban if commune.urban else words.rural
    heaviest = commune.groups.values[int(np.argmax(commune.groups.weights))]
    if not commune.urban and heaviest in inputs.upland_groups:
        word = words.upland
    named = list(rng.permutation(len(words.names)))
    names = []
    for place in range(count):
        plain = commune.urban or not named or rng.random() >= NAMED_HAMLETS
        names.append(f"{word} {place + 1 if plain else words.names[named.pop()]}")
    return names
