"""Fitting the ages of the households' core couples so that all members together follow a given
pyramid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from danso.modules.population.engine.synth import demography as model
from danso.modules.population.engine.synth.couples import ALIVE, draw_households
from danso.modules.population.engine.synth.draw import YEAR, Floats
from danso.modules.population.engine.synth.inputs import AgeShare

TRIAL_HOUSEHOLDS = 4000
TRIAL_SEED = 32
# Few steps from a smooth start: many would fit the trial's noise with jagged weights.
STEPS = 60


def fit_core_ages(ages: Sequence[AgeShare], today: int) -> tuple[float, ...]:
    """Weights of the core woman's age bands that bring the members nearest to `ages`."""
    start = np.asarray(model.CORE_AGE_WEIGHTS)
    if not ages:
        return model.CORE_AGE_WEIGHTS
    made = np.stack([_members(band, len(start), ages, today) for band in range(len(start))])
    target = np.asarray([share.weight for share in ages])
    target = target / target.sum() * (start @ made).sum()
    weights = start
    for _ in range(STEPS):
        # Lee and Seung's multiplicative step: stays positive, never overshoots.
        weights = weights * (made @ target) / (made @ (made.T @ weights))
    return tuple(weights.tolist())


def _members(band: int, bands: int, ages: Sequence[AgeShare], today: int) -> Floats:
    """Living members by age share of one household whose core woman is in the band."""
    only = np.zeros(bands)
    only[band] = 1.0
    rng = np.random.Generator(np.random.PCG64([TRIAL_SEED, band]))
    homes = draw_households(np.zeros(TRIAL_HOUSEHOLDS, dtype=np.int16), tuple(only), today, rng)
    age = (today - homes.birth[homes.state == ALIVE]) / YEAR
    counts = [np.count_nonzero((age >= s.first) & (age < s.last + 1)) for s in ages]
    return np.asarray(counts) / TRIAL_HOUSEHOLDS
