"""How exactly a birth date is known, and the 1 January fillers among the old."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from danso.modules.population.engine.synth import demography as model
from danso.modules.population.engine.synth.draw import Ints, by_band, chance
from danso.modules.population.engine.synth.families import Slots
from danso.modules.population.engine.synth.naming import birth_years

DAY, MONTH, YEAR_ONLY = 0, 1, 2


def settle_births(slots: Slots, rng: np.random.Generator) -> tuple[Slots, Ints]:
    """The slots with fillers written over birth days, and the precision of every date."""
    count = len(slots.birth)
    years = birth_years(slots.birth)
    filler = chance(rng, by_band(years, model.PRECISION_EDGES, model.FIRST_OF_JANUARY), count)
    first = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int32)
    birth = np.where(filler, first, slots.birth).astype(np.int32)
    draw = rng.random(count)
    year_only = by_band(years, model.PRECISION_EDGES, model.YEAR_ONLY)
    month_only = by_band(years, model.PRECISION_EDGES, model.MONTH_ONLY)
    precision = np.full(count, DAY, dtype=np.int8)
    precision[(draw < year_only + month_only) & ~filler] = MONTH
    precision[(draw < year_only) & ~filler] = YEAR_ONLY
    return replace(slots, birth=birth), precision
