"""Households: who lives together, of what sex and age, so that every commune has exactly its
people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from danso.modules.population.engine.synth import demography as model
from danso.modules.population.engine.synth.couples import (
    ABSENT,
    DEAD,
    WOMAN,
    Households,
    Kinds,
    draw_households,
)
from danso.modules.population.engine.synth.draw import Bools, Ints, largest_remainder
from danso.modules.population.engine.synth.inputs import SynthInputs
from danso.modules.population.engine.synth.pyramid import fit_core_ages


@dataclass(frozen=True)
class Slots:
    """One row per person who is listed, or who is only named as a parent or spouse (`state`
    ABSENT)."""

    household: Ints
    place: Ints
    commune: Ints
    sex: Ints
    birth: Ints
    state: Ints
    death: Ints


def build_households(
    inputs: SynthInputs, people: int, rng: np.random.Generator
) -> tuple[Households, Slots]:
    """Households for all communes, cut so that each commune lists its share of `people` exactly."""
    quotas = largest_remainder([commune.population for commune in inputs.communes], people)
    today = day_number(inputs)
    core_ages = fit_core_ages(inputs.ages, today)
    homes = draw_households(_commune_of_households(quotas), core_ages, today, rng)
    listed = _cut(homes, quotas)
    peopled: Bools = np.asarray(listed.any(axis=1))
    named = listed.copy()
    named[:, : WOMAN + 1] |= peopled[:, None]
    used = np.cumsum(peopled) - 1
    household, place = np.nonzero(named)
    state = np.where(listed, homes.state, ABSENT)[household, place]
    slots = Slots(
        household=used[household].astype(np.int32),
        place=place.astype(np.int8),
        commune=homes.commune[household],
        sex=homes.sex[household, place],
        birth=homes.birth[household, place],
        state=state.astype(np.int8),
        death=np.where(state == DEAD, homes.death[household, place], -1).astype(np.int32),
    )
    return _only(homes, peopled), slots


def day_number(inputs: SynthInputs) -> int:
    """The day the register is true on, in days since 1970."""
    return int(np.datetime64(inputs.as_of, "D").astype(np.int64))


def _commune_of_households(quotas: Ints) -> Ints:
    # More than needed: what is over is cut off, and a small commune's luck must not run dry.
    expected = quotas / model.MEAN_HOUSEHOLD
    counts = np.where(quotas > 0, np.ceil(expected * 1.15 + 5 * np.sqrt(expected) + 8), 0)
    return np.repeat(np.arange(len(quotas), dtype=np.int16), counts.astype(np.int64))


def _cut(homes: Households, quotas: Ints) -> Bools:
    """Which places are listed: the first so many of each commune, in the order of the places."""
    here = homes.state != ABSENT
    upto = np.cumsum(here.sum(axis=1))
    before = upto - here.sum(axis=1)
    starts = np.searchsorted(homes.commune, np.arange(len(quotas)), side="left")
    base = np.append(before, upto[-1:])[starts]
    room = quotas[homes.commune] - (before - base[homes.commune])
    rank = np.cumsum(here, axis=1)
    return np.asarray(here & (rank <= room[:, None]))


def _only(homes: Households, kept: Bools) -> Households:
    return Households(
        homes.commune[kept],
        Kinds(
            homes.kinds.single[kept], homes.kinds.divorced[kept], homes.kinds.wifes_parents[kept]
        ),
        homes.birth[kept],
        homes.sex[kept],
        homes.state[kept],
        homes.death[kept],
    )
