"""When linking a record takes two officers."""

from __future__ import annotations

from danso.modules.linkage.data import Bands


def needs_two(weight: float, bands: Bands, *, is_anothers: bool) -> bool:
    """Whether linking is risky: the weight lies nearer to nobody than to sure, or the record's
    number belongs to somebody else."""
    return is_anothers or weight < (bands.clerk + bands.linked) / 2
