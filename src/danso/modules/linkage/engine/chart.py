"""What a model says, as figures for a page: how much each agreement weighs, and how a weight adds
up."""

from __future__ import annotations

from math import log2

from danso.modules.linkage.data import Comparison, LevelWeight, Step
from danso.modules.linkage.data import Share as GivenShare
from danso.modules.linkage.engine.comparing import COMPARISONS
from danso.modules.linkage.engine.model import Model


def comparisons_of(model: Model) -> tuple[Comparison, ...]:
    """Every comparison with its levels, the strongest agreement first."""
    return tuple(
        Comparison(
            name,
            tuple(
                LevelWeight(
                    level.code, odds.m, odds.u, log2(odds.m / odds.u), bool(level.frequency)
                )
                for level in levels
                for odds in (model.odds[name][level.code],)
            ),
        )
        for name, (_, levels) in COMPARISONS.items()
    )


def steps_of(weight: float, shares: dict[str, GivenShare]) -> tuple[Step, ...]:
    """How a pair's weight adds up: from what anybody drawn blindly has, by one comparison after the
    other, to the whole. Comparisons that say nothing add nothing and are left out."""
    start = weight - sum(share.weight for share in shares.values())
    steps = [Step("start", "", start, 0.0, start)]
    for name in COMPARISONS:
        share = shares.get(name)
        if share is not None and share.level != "unknown":
            before = steps[-1].after
            steps.append(Step(name, share.level, share.weight, before, before + share.weight))
    return (*steps, Step("whole", "", weight, 0.0, weight))
