"""Weighted draws and shares over whole columns at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from danso.modules.population.engine.synth.inputs import Pool

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]
Bools = NDArray[np.bool_]

YEAR = 365.2425


class Lottery:
    """Draws from many pools in one search: pool number plus a uniform draw is a place on one
    line."""

    def __init__(self, pools: Sequence[Pool]) -> None:
        words = sorted({value for pool in pools for value in pool.values})
        index = {word: place for place, word in enumerate(words)}
        self.words = words
        lines: list[Floats] = []
        ids: list[int] = []
        ends: list[int] = []
        for place, pool in enumerate(pools):
            weights = np.cumsum(np.asarray(pool.weights, dtype=np.float64))
            line = place + weights / weights[-1]
            line[-1] = place + 1
            lines.append(line)
            ids.extend(index[value] for value in pool.values)
            ends.append(len(ids) - 1)
        self._line = np.concatenate(lines)
        self._ids = np.asarray(ids, dtype=np.int32)
        self._ends = np.asarray(ends, dtype=np.int64)

    def draw(self, rng: np.random.Generator, pools: Ints) -> Ints:
        """One word id for each pool number in `pools`."""
        places = np.searchsorted(self._line, pools + rng.random(len(pools)), side="right")
        # Rounding may push a draw of 0.999… over the end of its own pool.
        return np.asarray(self._ids[np.minimum(places, self._ends[pools])])


def by_band(values: Ints | Floats, edges: Sequence[float], results: Sequence[float]) -> Floats:
    """For each value the result of its band: below edges[0] the first, from the last edge on
    the last."""
    outcomes = np.asarray(results, dtype=np.float64)
    return np.asarray(outcomes[np.searchsorted(edges, values, side="right")])


def largest_remainder(weights: Sequence[float], total: int) -> Ints:
    """Whole numbers in proportion to the weights that sum to the total exactly."""
    shares = np.asarray(weights, dtype=np.float64)
    exact = shares / shares.sum() * total
    whole: Ints = np.floor(exact).astype(np.int64)
    rest = total - int(whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:rest]] += 1
    return whole


def chance(rng: np.random.Generator, odds: Floats | float, size: int) -> Bools:
    """True with the given odds, one draw each."""
    return np.asarray(rng.random(size) < odds)
