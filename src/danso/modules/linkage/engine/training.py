"""Learning a model's odds from the data themselves, without anybody's labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from danso.kernel.errors import InvalidValue
from danso.modules.linkage.engine.comparing import COMPARISONS
from danso.modules.linkage.engine.model import Model, Odds
from danso.modules.linkage.engine.scoring import linker_of
from danso.modules.linkage.engine.tables import Workspace

# Pairs that are mostly one person by something else than what is learnt from them.
BY_NUMBER: Final = "l.number = r.number"
BY_NAME_AND_DAY: Final = "l.sorted = r.sorted AND l.day = r.day"
# A level that the data never showed still happens: people move and nobody tells the source, forms
# are filled in for somebody else, parents are known by another name.
_LEAST_M: Final = 0.002
_LEAST_DIFFERS: Final[Mapping[str, float]] = {"commune": 0.03, "father": 0.03, "mother": 0.03}
_LEAST_U: Final = 1e-6


def train(workspace: Workspace, start: Model, *, pairs: float, seed: int) -> Model:
    """The model with its odds learnt anew: u from random pairs, m by expectation maximisation over
    pairs of one number and pairs of one name and day. Needs tables records, people, commonness."""
    linker = linker_of(workspace, start, "records")
    linker.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=seed)
    for block in (BY_NUMBER, BY_NAME_AND_DAY):
        if not workspace.count("records l, people r", block):
            raise InvalidValue(
                "These records have too little in common with the register to learn from.",
                code="records_too_few",
                fix="Train on more records, some of them with numbers and whole birth dates.",
            )
        linker.training.estimate_parameters_using_expectation_maximisation(
            block, estimate_without_term_frequencies=True
        )
    return Model(start.prior, start.bands, _learnt(linker.misc.save_model_to_json()), start.about)


def _learnt(settings: dict[str, Any]) -> dict[str, dict[str, Odds]]:
    learnt: dict[str, dict[str, Odds]] = {}
    for comparison in settings["comparisons"]:
        levels = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
        name = comparison["output_column_name"]
        learnt[name] = {
            one["label_for_charts"]: Odds(
                max(float(one.get("m_probability", 0)), _least(name, one["label_for_charts"])),
                max(float(one.get("u_probability", 0)), _LEAST_U),
            )
            for one in levels
        }
    return {name: learnt[name] for name in COMPARISONS}


def _least(comparison: str, level: str) -> float:
    return _LEAST_DIFFERS.get(comparison, _LEAST_M) if level == "differs" else _LEAST_M
